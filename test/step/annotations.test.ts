import { afterEach, beforeEach, describe, expect, it, test } from 'vitest';
import { answerTo, runStep } from '../kit/connector-step.ts';
import { type Simulator, startSimulator } from '../simulator/simulator.ts';

let simulator: Simulator;
let id: string;
beforeEach(async () => {
  simulator = await startSimulator();
  id = simulator.addConnector({ email_domain: 'acme.example' }).id;
});
afterEach(() => simulator.close());

const disable = () => runStep(simulator, { sso_connector_id: id, enabled: 'false' });
const named = (what: string) =>
  `Could not set enabled=false of connector ${id}: Cloudflare error ${what} (${answerTo(simulator, 0)}).`;

describe('every error of an envelope', () => {
  it('is one error annotation with all that is told of it', async () => {
    const errors = [
      { code: 1001, message: 'Invalid value', source: { pointer: '/enabled' } },
      'Plain words',
      {
        code: 6003,
        message: 'Invalid request headers',
        error_chain: [{ code: 6111, message: 'Invalid format for Authorization header' }],
        documentation_url: 'https://developers.cloudflare.com/fundamentals/api/troubleshooting/',
      },
    ];
    simulator.fault({ respond: { status: 400, body: { success: false, errors } } });
    const step = await disable();
    expect(step.exitCode).toBe(1);
    expect(step.errors).toEqual([
      named('1001 "Invalid value" at /enabled'),
      named('"Plain words"'),
      `${named('6003 "Invalid request headers", caused by error 6111 "Invalid format for Authorization header"')} The secret does not look like an API token: is it a global API key, within quotes, or cut off? See https://developers.cloudflare.com/fundamentals/api/troubleshooting/.`,
    ]);
    expect(step).toMatchObject({ warnings: [], notices: [], stderr: '' });
  });

  it('fails the step also where HTTP says 200 and success is true', async () => {
    simulator.fault({ transform: (envelope) => ({ ...envelope, errors: ['Not quite'] }) });
    expect(await disable()).toMatchObject({
      exitCode: 1,
      errors: [`${named('"Not quite"')} Whether Cloudflare applied it is not known; it is safe to run it again.`],
    });
  });

  test.each([
    [9, []],
    [10, ['1 more error: see the log of this step.']],
    [25, ['16 more errors: see the log of this step.']],
  ])('of %i: nine are annotations, and the rest are counted and in the log', async (count, rest) => {
    const messages = Array.from({ length: count }, (_, n) => `Number ${n + 1}`);
    simulator.fault({ respond: { status: 400, body: { success: false, errors: messages } } });
    const step = await disable();
    const problems = messages.map((message) => named(`"${message}"`));
    expect(step.errors).toEqual([...problems.slice(0, 9), ...rest]);
    const lines = step.log.split('\n').filter((line) => line.startsWith('Error: '));
    expect(lines).toEqual(problems.slice(9).map((problem) => `Error: ${problem}`));
  });
});

describe('a message of an envelope', () => {
  const messages = [{ code: 10000, message: 'Authentication error' }, 'Plain words'];
  const logged = ['Cloudflare says: 10000: Authentication error', 'Cloudflare says: Plain words'];
  const said = (log: string) => log.split('\n').filter((line) => line.startsWith('Cloudflare says: '));

  it('is a line of the log and never an error, whatever its code', async () => {
    simulator.fault({ transform: (envelope) => ({ ...envelope, messages }) });
    const step = await disable();
    expect(step).toMatchObject({ exitCode: 0, errors: [], warnings: [], notices: [] });
    expect(said(step.log)).toEqual(logged);
  });

  it('is a line of the log beside errors too', async () => {
    simulator.fault({ respond: { status: 400, body: { success: false, errors: ['No'], messages } } });
    const step = await disable();
    expect(step.errors).toEqual([named('"No"')]);
    expect(said(step.log)).toEqual(logged);
  });

  it('may be null or absent', async () => {
    for (const body of [{ messages: null }, {}]) {
      simulator.fault({ transform: ({ result }) => ({ success: true, result, ...body }) });
      expect(await disable()).toMatchObject({ exitCode: 0, errors: [], outputs: { messages: '[]' } });
    }
  });
});
