import { afterEach, beforeEach, describe, expect, it, test } from 'vitest';
import { failuresOf, runStep } from '../kit/connector-step.ts';
import type { StepResult } from '../kit/runner.ts';
import { type Simulator, startSimulator } from '../simulator/simulator.ts';

let simulator: Simulator;
let id: string;
beforeEach(async () => {
  simulator = await startSimulator();
  id = simulator.addConnector({ email_domain: 'acme.example' }).id;
});
afterEach(() => simulator.close());

const disable = () => runStep(simulator, { sso_connector_id: id, enabled: 'false' });

/** Each error annotation with its title. */
const annotations = ({ commands }: StepResult) =>
  commands
    .filter(({ command }) => command === 'error')
    .map(({ properties, message }) => [properties['title'], message]);

/** What the records of the output `failures` have, as an annotation shows it. */
const records = ({ outputs }: StepResult) =>
  JSON.parse(outputs['failures'] ?? '').map(
    ({ title, message, action, documentation_url: url }: Record<string, string | null>) => [
      title,
      [message, action, url && `See ${url}.`].filter((part) => part).join(' '),
    ],
  );

describe('every error of an envelope', () => {
  it('is one annotation and one record that say the same', async () => {
    const errors = [{ code: 1001, message: 'Invalid value' }, 'Plain words', { code: 1002, message: 'And more' }];
    simulator.fault({ respond: { status: 400, body: { success: false, errors } } });
    const step = await disable();
    expect(step).toMatchObject({ exitCode: 1, warnings: [], notices: [], stderr: '' });
    expect(annotations(step)).toHaveLength(3);
    expect(annotations(step)).toEqual(records(step));
    expect(JSON.parse(step.outputs['errors'] ?? '')).toEqual(errors);
  });

  test.each([
    [9, undefined],
    [10, '1 more failure'],
    [25, '16 more failures'],
  ])('of %i: nine are annotations, and the rest are counted and in the log', async (count, title) => {
    const errors = Array.from({ length: count }, (_, n) => `Number ${n + 1}`);
    simulator.fault({ respond: { status: 400, body: { success: false, errors } } });
    const step = await disable();
    const counted = title ? [[title, 'The log of this step and the job summary have them all.']] : [];
    expect(annotations(step)).toEqual([...records(step).slice(0, 9), ...counted]);
    for (const [, text] of records(step).slice(9)) expect(step.log.split('\n')).toContain(text);
  });
});

it('an annotation is under 400 characters with its title, and the log has all of it', async () => {
  const errors = [{ code: 1001, message: 'Long '.repeat(100) }];
  simulator.fault({ respond: { status: 400, body: { success: false, errors } } });
  const step = await disable();
  const [[title, text] = []] = annotations(step);
  expect(`${title}${text}`.length).toBeLessThan(400);
  const [[, whole] = []] = records(step);
  expect(step.log.split('\n')).toContain(whole);
});

it('an annotation keeps whole what to do and its link, and cuts the message', async () => {
  const documentation_url = 'https://developers.cloudflare.com/fundamentals/api/troubleshooting/';
  const errors = [{ code: 1000, message: `Invalid API Token. ${'x '.repeat(150)}`, documentation_url }];
  simulator.fault({ respond: { status: 403, body: { success: false, errors } } });
  const step = await disable();
  const [[title, text] = []] = annotations(step);
  const [{ action } = { action: '' }] = failuresOf(step);
  expect(text).toMatch(/^Could not .{60,}… /);
  expect(text?.endsWith(`… ${action} See ${documentation_url}.`)).toBe(true);
  expect(`${title}${text}`.length).toBeLessThan(400);
});

it('an annotation has no link that would fill it', async () => {
  const documentation_url = `https://developers.cloudflare.com/${'x'.repeat(100)}`;
  const errors = [{ code: 1, message: 'x '.repeat(200), documentation_url }];
  simulator.fault({ respond: { status: 400, body: { success: false, errors } } });
  const [[, text] = []] = annotations(await disable());
  expect(text).not.toContain('See https');
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
    expect(step.errors).toHaveLength(1);
    expect(said(step.log)).toEqual(logged);
  });

  it('may be null or absent', async () => {
    for (const body of [{ messages: null }, {}]) {
      simulator.fault({ transform: ({ result }) => ({ success: true, result, ...body }) });
      expect(await disable()).toMatchObject({ exitCode: 0, errors: [], outputs: { messages: '[]' } });
    }
  });
});
