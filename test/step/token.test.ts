import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { systemClock } from '../../src/clock.ts';
import { Client } from '../../src/cloudflare/client.ts';
import { connectDirectly } from '../../src/cloudflare/direct.ts';
import { CONNECTOR, ID } from '../kit/fault-world.ts';
import type { Answer } from '../simulator/answer.ts';
import { type Simulator, startSimulator } from '../simulator/simulator.ts';

let simulator: Simulator;
beforeEach(async () => {
  simulator = await startSimulator();
  simulator.addConnector(CONNECTOR);
});
afterEach(() => simulator.close());

/** Asks how long a token may be used; what came of it, and what was said. */
async function verify(apiToken: string) {
  const lines: string[] = [];
  const { accountId } = simulator;
  const apiBaseUrl = new URL(simulator.apiBaseUrl);
  const connections = connectDirectly(apiBaseUrl);
  const log = {
    info: (line: string) => void lines.push(line),
    debug: () => {},
  };
  const common = { apiBaseUrl, accountId, connections, requestTimeout: 10_000, maxRetries: 3 };
  const client = new Client({ ...common, apiToken, clock: systemClock, log });
  try {
    const state = await client.verifyToken(new AbortController().signal);
    return {
      state,
      lines,
      messages: [...client.requests.messages.values()],
      decidingAnswer: client.requests.decidingAnswer,
    };
  } finally {
    connections.destroy();
  }
}

const asked = () => simulator.requests.map(({ path }) => path.replace('/client/v4', ''));
const ofAccount = () => `/accounts/${simulator.accountId}/tokens/verify`;
const OF_USER = '/user/tokens/verify';

describe('a token is verified', () => {
  it.each<['edit' | 'user' | 'account', () => string[]]>([
    ['account', () => [ofAccount()]],
    ['user', () => [OF_USER]],
    ['edit', () => [ofAccount(), OF_USER]],
  ])('(%s) where tokens of its form belong', async (name, paths) => {
    const { state, ...rest } = await verify(simulator.tokens[name]);
    expect(state).toEqual({ status: 'active' });
    // What the answer says besides is no message of this run, and it decides nothing.
    expect(rest).toEqual({ lines: [], messages: [], decidingAnswer: undefined });
    expect(asked()).toEqual(paths());
  });
});

const answer = (result: unknown): Answer => ({ status: 200, body: { success: true, errors: [], result } });

it.each([
  { status: 'active', expires_on: '2030-01-01T00:00:00Z' },
  { status: 'active', expires_on: null },
  { status: 'disabled' },
])('an answer of %j is a clear one', async (result) => {
  simulator.fault({ respond: answer({ id: ID, ...result }) });
  expect((await verify(simulator.tokens.user)).state).toEqual(result);
});

describe('another answer than a clear one says why the end is unknown:', () => {
  it.each<[string, Answer | 'reset']>([
    ['no result', answer(null)],
    ['no status', answer({ expires_on: '2030-01-01T00:00:00Z' })],
    ['an end that is no time', answer({ status: 'active', expires_on: 'soon' })],
    ['an end in another form', answer({ status: 'active', expires_on: 'Dec 1 2030' })],
    ['an end with a command in it', answer({ status: 'active', expires_on: 'Dec 1 2030 (\n::warning::x\n)' })],
    ['an end on no day', answer({ status: 'active', expires_on: '2030-02-31T25:00:00Z' })],
    ['a refusal', { status: 403, body: { success: false, errors: ['No'] } }],
    ['a refusal for the rate', { status: 429, body: { success: false, errors: ['No'] } }],
    ['a refusal of the token', { status: 401, body: { success: false, errors: ['No'] } }],
    ['a page', { status: 200, body: '<html>' }],
    ['a fault of the server', { status: 503, body: '' }],
    ['a fault of the connection', 'reset'],
  ])('%s', async (_, respond) => {
    simulator.fault({ times: Number.POSITIVE_INFINITY, respond });
    const { state, lines, messages } = await verify(simulator.tokens.user);
    expect([state, lines, messages]).toEqual([expect.stringMatching(/^HTTP 200, cf-ray|^Could not|^HTTP 401/), [], []]);
    // Nothing hangs on it, so it is asked for once.
    expect(asked()).toEqual([OF_USER]);
  });

  it('of two refusals', async () => {
    const { state } = await verify('x'.repeat(40));
    const ray = simulator.requests.at(-1)?.responseHeaders['cf-ray'];
    expect(state).toBe(`HTTP 401, cf-ray ${ray}`);
    expect(asked()).toEqual([ofAccount(), OF_USER]);
  });
});

it('a cancel ends it', async () => {
  simulator.fault({ respond: 'hang' });
  const cancel = new AbortController();
  const apiBaseUrl = new URL(simulator.apiBaseUrl);
  const connections = connectDirectly(apiBaseUrl);
  const log = { info: () => {}, debug: () => {} };
  const common = { apiBaseUrl, accountId: 'a', connections, requestTimeout: 10_000, maxRetries: 0 };
  const client = new Client({ ...common, apiToken: 'cfut_x', clock: systemClock, log });
  const state = client.verifyToken(cancel.signal);
  cancel.abort('cancelled');
  await expect(state).rejects.toBe('cancelled');
  connections.destroy();
});
