import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Cancelled } from '../../src/failure.ts';
import { failuresOf, inputsFor, listById, listOf } from '../kit/connector-step.ts';
import { runQuick } from '../kit/quick-run.ts';
import { type RunningAction, type RunOptions, runAction, type StepResult, startAction } from '../kit/runner.ts';
import { type DnsServer, startDnsServer } from '../network/dns-server.ts';
import { NOBODY } from '../network/loopback.ts';
import { type Simulator, type SimulatorOptions, startSimulator } from '../simulator/simulator.ts';

const ENABLE = { mode: 'reconcile', enabled: 'true' };
const NOTHING_LEFT = 'Nothing else was to be done.';

let dns: DnsServer;
beforeAll(async () => {
  dns = await startDnsServer({ faults: { 'silent.example': 'silent' } });
});
afterAll(() => dns.close());

/** A simulator with one connector of this status, and the step on it. */
async function start(status: string, inputs: Record<string, string>, options: SimulatorOptions = {}) {
  const simulator = await startSimulator(options);
  const connector = simulator.addConnector({ email_domain: 'acme.example', verification: { status } });
  const optionsWith = (more: Record<string, string> = {}): RunOptions => ({
    inputs: inputsFor(simulator, { request_timeout: '10m', sso_connector_id: connector.id, ...inputs, ...more }),
    dns: dns.address,
  });
  const begin = (more: Record<string, string> = {}) => startAction(optionsWith(more));
  return { simulator, connector, begin, optionsWith, [Symbol.asyncDispose]: () => simulator.close() };
}

/** Resolves when the simulator has read the n-th request. */
function nthRequest(simulator: Simulator, wanted: number): Promise<void> {
  return new Promise((resolve) => {
    simulator.on('request', (_, n) => n === wanted && resolve());
  });
}

/** The step has a second, and hangs for longer than any test in these tests: a busy machine cannot confuse the two. */
const LIMIT_MS = 30_000;

/** Cancels the step and sees that it ends at once, as a failure. */
async function cancel(action: RunningAction, signal: NodeJS.Signals): Promise<StepResult> {
  const sent = performance.now();
  action.kill(signal);
  const result = await action.result;
  expect(performance.now() - sent).toBeLessThan(LIMIT_MS);
  expect({ exitCode: result.exitCode, signal: result.signal, stderr: result.stderr }).toEqual({
    exitCode: 1,
    signal: null,
    stderr: '',
  });
  return result;
}

/** The record of the cancelled run, the last of its failures. */
function told(step: StepResult) {
  expect(step.summary).toContain('cancelled');
  return failuresOf(step).at(-1);
}

describe.concurrent.each<NodeJS.Signals>(['SIGINT', 'SIGTERM'])('%s ends the run at once', (signal) => {
  it('while it waits, and says what was done', async () => {
    const waiting = { begin_verification: 'true', wait_for_verification: '1h', poll_interval: '1h' };
    await using step = await start('awaiting', { ...ENABLE, ...waiting });
    await using action = await step.begin();
    await action.waitForLine('Waiting for');
    const result = await cancel(action, signal);
    const { connector } = step;
    expect(told(result)).toEqual({
      kind: 'cancelled',
      sso_connector_id: null,
      email_domain: null,
      title: 'The run was cancelled',
      message: `The run was cancelled (${signal}). Done: verification of acme.example begun. Not done: enabled=true for acme.example.`,
      action: 'Run this again if SSO is to be on.',
      may_have_taken_effect: false,
      documentation_url: null,
    });
    expect(result.outputs).toMatchObject({
      ...{ sso_connector_id: connector.id, verification_status: 'pending', enabled: 'false' },
      ...{ changed: 'true', in_sync: 'false', http_status: '200' },
    });
  });

  it('while a GET hangs', async () => {
    await using step = await start('verified', ENABLE);
    step.simulator.fault({ respond: 'hang' });
    const read = nthRequest(step.simulator, 1);
    await using action = await step.begin();
    await read;
    const result = await cancel(action, signal);
    expect(told(result)?.message).toBe(
      `The run was cancelled (${signal}). Done: nothing. Not done: enabled=true for connector ${step.connector.id}.`,
    );
    expect(result.outputs).toMatchObject({ drift: '[]', errors: '[]', messages: '[]' });
    expect(result.outputs['changed']).toBe('false');
    for (const name of ['in_sync', 'enabled']) expect(result.outputs).not.toHaveProperty(name);
  });

  it('while a PATCH hangs, whose effect is unknown', async () => {
    await using step = await start('verified', ENABLE);
    step.simulator.fault({ method: 'PATCH', respond: 'hang' });
    const patched = nthRequest(step.simulator, 2);
    await using action = await step.begin();
    await patched;
    const result = await cancel(action, signal);
    expect(told(result)).toMatchObject({
      message: `The run was cancelled (${signal}). Done: nothing. Sent, but its effect is unknown: set enabled=true for acme.example. ${NOTHING_LEFT}`,
      may_have_taken_effect: true,
    });
    for (const name of ['changed', 'in_sync']) expect(result.outputs).not.toHaveProperty(name);
    expect(result.outputs).not.toHaveProperty('enabled');
    expect(result.outputs['sso_connector_id']).toBe(step.connector.id);
  });
});

describe.concurrent('a cancelled run says what is known of a change', () => {
  const inDoubt = (id: string) =>
    `The run was cancelled (SIGINT). Done: nothing. Sent, but its effect is unknown: set enabled=true for connector ${id}. ${NOTHING_LEFT}`;
  const undone = (id: string) =>
    `The run was cancelled (SIGINT). Done: nothing. Not done: enabled=true for connector ${id}.`;

  it.each([
    ['lost its answer', 'apply-then-reset', inDoubt],
    ['was answered with HTTP 503', { status: 503, headers: { 'retry-after': '60' } }, inDoubt],
    [
      'was refused for the rate',
      { status: 429, headers: { 'retry-after': '60' }, body: { success: false, errors: ['Slow down'] } },
      undone,
    ],
  ] as const)('that %s, in the pause before its retry', async (_, respond, sentence) => {
    await using step = await start('verified', { enabled: 'true', max_retries: '10' });
    const { simulator, connector } = step;
    simulator.fault({ times: Infinity, respond });
    await using action = await step.begin();
    // The second pause of a lost answer is at least half a second; the others are the 60 s that were asked for.
    await action.waitForLine(respond === 'apply-then-reset' ? /Retry 5 of 10/ : /Retry 1 of 10 in 1 min/);
    const result = await cancel(action, 'SIGINT');
    expect(told(result)?.message).toBe(sentence(connector.id));
    const what = sentence === inDoubt ? 'sent, effect unknown' : 'not done';
    expect(result.log).toMatch(new RegExp(`^❔ unknown  connector ${connector.id}  ${what}$`, 'm'));
  });

  it('that was never sent, since the connection was refused', async () => {
    await using step = await start('verified', { enabled: 'true', max_retries: '10', api_base_url: NOBODY });
    await using action = await step.begin();
    await action.waitForLine(/\(ECONNREFUSED\).* Retry 3 of 10/);
    expect(told(await cancel(action, 'SIGINT'))?.message).toBe(undone(step.connector.id));
  });

  it('that the rate limit held back', async () => {
    await using step = await start('verified', ENABLE, { quota: { limit: 1, windowMs: 200_000 } });
    await using action = await step.begin();
    await action.waitForLine("Cloudflare's rate limit leaves no request");
    expect(step.simulator.requestsTo('PATCH')).toEqual([]);
    expect(told(await cancel(action, 'SIGINT'))?.message).toBe(
      'The run was cancelled (SIGINT). Done: nothing. Not done: enabled=true for acme.example.',
    );
  });
});

describe.concurrent('a cancelled run ends', () => {
  it('while public DNS does not answer', async () => {
    await using step = await start('pending', { mode: 'check', require_verified: 'true' });
    step.simulator.changeConnector(step.connector.id, { email_domain: 'silent.example' });
    await using action = await step.begin();
    const query = () => dns.queries.some(({ domain }) => domain === 'silent.example');
    await expect.poll(query, { interval: 10, timeout: 60_000 }).toBe(true);
    expect(told(await cancel(action, 'SIGINT'))?.message).toBe(
      'The run was cancelled (SIGINT). Done: nothing. Not done: the rest of the check.',
    );
  });

  it('while public DNS is to explain a refusal, which is told all the same', async () => {
    await using step = await start('pending', { enabled: 'true' });
    dns.fail('mute.example', 'silent');
    step.simulator.changeConnector(step.connector.id, { email_domain: 'mute.example' });
    await using action = await step.begin();
    const query = () => dns.queries.some(({ domain }) => domain === 'mute.example');
    await expect.poll(query, { interval: 10, timeout: 60_000 }).toBe(true);
    const result = await cancel(action, 'SIGINT');
    expect(failuresOf(result).map(({ kind }) => kind)).toEqual(['not_verified', 'cancelled']);
    expect(JSON.parse(result.outputs['errors'] ?? '')).toHaveLength(1);
  });

  it('before the begin of a verification, which is then not done', async () => {
    await using step = await start('awaiting', { mode: 'reconcile', begin_verification: 'true' });
    const headers = { 'retry-after': '20' };
    const body = { success: false, errors: [] };
    step.simulator.fault({ method: 'POST', respond: { status: 429, headers, body } });
    await using action = await step.begin({ max_retries: '3' });
    await action.waitForLine('Retry 1 of 3');
    expect(told(await cancel(action, 'SIGINT'))?.message).toBe(
      'The run was cancelled (SIGINT). Done: nothing. Not done: begin the verification of acme.example.',
    );
  });

  it.each(['check', 'plan'])('with mode %s not at its end', async (mode) => {
    await using step = await start('verified', { mode, enabled: 'true' });
    step.simulator.fault({ respond: 'hang' });
    const read = nthRequest(step.simulator, 1);
    await using action = await step.begin();
    await read;
    expect(told(await cancel(action, 'SIGTERM'))?.message).toBe(
      `The run was cancelled (SIGTERM). Done: nothing. Not done: the rest of the ${mode}.`,
    );
  });

  it('while the end of the API token is asked for', async () => {
    await using step = await start('verified', { ...ENABLE, token_expiry_warning: '30d' });
    step.simulator.fault({ path: /tokens\/verify/, respond: 'hang' });
    const asked = nthRequest(step.simulator, 3);
    await using action = await step.begin();
    await asked;
    expect(told(await cancel(action, 'SIGTERM'))?.message).toBe(
      'The run was cancelled (SIGTERM). Done: set enabled=true for acme.example. Not done: the check when the API token expires.',
    );
  });

  it('while GitHub does not answer', async () => {
    await using step = await start('verified', { mode: 'check', enabled: 'true', report_issue: 'true' });
    const { simulator } = step;
    simulator.fault({ path: /^\/api\/v3\//, times: Infinity, respond: 'hang' });
    const asked = nthRequest(simulator, 2);
    const env = { GITHUB_API_URL: simulator.githubApiUrl };
    const options = step.optionsWith({ github_token: simulator.githubToken });
    await using action = await startAction({ ...options, env });
    await asked;
    const { errors, warnings } = await cancel(action, 'SIGTERM');
    expect(errors).toHaveLength(1);
    expect(warnings).toEqual([
      'The run was cancelled while it kept the GitHub issue, which may be out of date. The result of this step stays as it is.',
    ]);
  });

  it('by the first of two signals', async () => {
    await using step = await start('pending', { ...ENABLE, wait_for_verification: '1h', poll_interval: '1h' });
    await using action = await step.begin();
    await action.waitForLine('Waiting for');
    action.kill('SIGINT');
    const result = await cancel(action, 'SIGTERM');
    expect(failuresOf(result).map(({ kind }) => kind)).toEqual(['cancelled']);
  });

  it('with a fleet half done, telling the three apart', async () => {
    await using simulator = await startSimulator();
    const connectors = Array.from({ length: 20 }, () => simulator.addConnector());
    // Six get through; eight hang; six wait for their turn.
    const hanging = new Set(connectors.slice(6, 14).map(({ id }) => id));
    simulator.fault({
      method: 'PATCH',
      times: Infinity,
      respond: ({ path }) => (hanging.has(path.split('/').at(-1) ?? '') ? 'hang' : undefined),
    });
    const allHang = nthRequest(simulator, 1 + 6 + 8);
    const inputs = { mode: 'reconcile', connectors: listById(connectors, 'enabled: true') };
    await using action = await startAction({ inputs: inputsFor(simulator, { request_timeout: '10m', ...inputs }) });
    await allHang;
    const result = await cancel(action, 'SIGINT');
    const change = (n: number) => `set enabled=true for domain-${n}.example`;
    const five = (from: number) => Array.from({ length: 5 }, (_, n) => change(from + n)).join(', ');
    expect(told(result)?.message).toBe(
      [
        'The run was cancelled (SIGINT).',
        `Done: ${five(1)} and 1 more.`,
        `Sent, but its effect is unknown: ${five(7)} and 3 more.`,
        `Not done: ${five(15).replaceAll('set ', '')} and 1 more.`,
      ].join(' '),
    );
    expect(listOf(result, 'result')).toEqual(
      connectors.map(({ id }, n) => expect.objectContaining({ id, enabled: n < 6 })),
    );
    expect(result.outputs).toMatchObject({ changed: 'true', in_sync: 'false' });
  });
});

describe.concurrent('a cancel on the way', () => {
  it.each<[string, string, Record<string, string>, number, string[], string]>([
    [
      'while the list is read is the end of it',
      'verified',
      { mode: 'check', sso_connector_id: '', email_domain: 'acme.example' },
      1,
      [],
      'Done: nothing. Not done: the rest of the check.',
    ],
    [
      'while a change without a result is read back leaves it done',
      'verified',
      { mode: 'update', enabled: 'false' },
      2,
      [],
      `Done: set enabled=false for connector ID. ${NOTHING_LEFT}`,
    ],
    [
      'while a refused enable is explained leaves it refused',
      'awaiting',
      { mode: 'update', enabled: 'true' },
      2,
      ['refused'],
      'Done: nothing. Not done: enabled=true for connector ID.',
    ],
    [
      'while a refused begin is explained leaves it refused',
      'awaiting',
      { mode: 'reconcile', begin_verification: 'true' },
      3,
      ['refused'],
      'Done: nothing. Not done: begin the verification of acme.example.',
    ],
    [
      'during the read after a begin leaves that done',
      'failed',
      { mode: 'update', enabled: 'true', begin_verification: 'true' },
      3,
      [],
      'Done: verification of acme.example begun. Not done: enabled=true for acme.example.',
    ],
    [
      'during a check of the wait is the end of it',
      'pending',
      { ...ENABLE, wait_for_verification: '1h' },
      3,
      [],
      'Done: nothing. Not done: enabled=true for acme.example.',
    ],
  ])('%s', async (_, status, inputs, request, kinds, told) => {
    await using step = await start(status, {});
    const { simulator, connector } = step;
    const cancel = new AbortController();
    simulator.on('request', (_, n) => n === request && cancel.abort(new Cancelled('SIGINT')));
    simulator.fault({ method: 'PATCH', transform: (envelope) => ({ ...envelope, result: null }) });
    const refusal = { status: 400, body: { success: false } };
    if (status === 'awaiting') simulator.fault({ method: 'POST', respond: refusal });
    const result = await runQuick(simulator, { sso_connector_id: connector.id, ...inputs }, { signal: cancel.signal });
    expect(result.failures.map(({ kind }) => kind)).toEqual([...kinds, 'cancelled']);
    expect(result.errors.at(-1)).toBe(`The run was cancelled (SIGINT). ${told.replace('ID', connector.id)}`);
    expect(simulator.requests).toHaveLength(request);
  });
});

it('a file system that hangs does not hold up a cancel', async () => {
  const module = `import fs from 'node:fs/promises'; import { syncBuiltinESMExports } from 'node:module';
    fs.realpath = () => { console.log('reading'); setInterval(() => {}, 1000); return new Promise(() => {}); };
    syncBuiltinESMExports();
    const start = setTimeout;
    globalThis.setTimeout = (run, ms, ...more) => { console.log('timer of ' + ms + ' ms'); return start(run, ms, ...more); };`;
  const env = { NODE_OPTIONS: `--import=data:text/javascript,${encodeURIComponent(module)}` };
  await using step = await start('verified', { ...ENABLE });
  const { enabled: _, sso_connector_id: __, ...inputs } = step.optionsWith().inputs ?? {};
  await using action = await startAction({ inputs: { ...inputs, connectors_file: 'sso.yml' }, env });
  await action.waitForLine('reading');
  const { log } = await cancel(action, 'SIGTERM');
  expect(step.simulator.requests).toEqual([]);
  // The runner gives a process 7.5 seconds, and what it says then has to be out.
  const [limit] = [...log.matchAll(/^timer of (\d+) ms$/gm)].map(([, ms]) => Number(ms));
  expect(limit).toBeLessThanOrEqual(1000);
});

describe.skipIf(process.platform === 'win32')('the look-up of a host name that hangs', () => {
  const folder = mkdtempSync(join(tmpdir(), 'look-up-'));
  afterAll(() => rmSync(folder, { recursive: true }));

  // As the system's resolver does, opening a FIFO that nobody writes to holds up a thread that nothing can call off.
  const fifo = join(folder, 'fifo');
  execFileSync('mkfifo', [fifo]);
  const module = `import dns from 'node:dns'; import { open } from 'node:fs'; dns.lookup = () => { console.log('looking up'); open(${JSON.stringify(fifo)}, 'r', () => {}); };`;
  const hanging = {
    NODE_OPTIONS: `--import=data:text/javascript,${encodeURIComponent(module)}`,
  };
  const inputsBy = ({ inputs }: RunOptions, name: string) => ({
    ...inputs,
    api_base_url: (inputs?.['api_base_url'] ?? '').replace('127.0.0.1', name),
  });

  it('does not hold up a cancel', async () => {
    await using step = await start('verified', { ...ENABLE, request_timeout: '1h' });
    await using action = await startAction({ inputs: inputsBy(step.optionsWith(), 'localhost'), env: hanging });
    await action.waitForLine('looking up');
    const result = await cancel(action, 'SIGTERM');
    expect(told(result)?.message).toBe(
      `The run was cancelled (SIGTERM). Done: nothing. Not done: enabled=true for connector ${step.connector.id}.`,
    );
    expect(step.simulator.requests).toEqual([]);
  });

  it('does not hold up the end of a step that failed for it', async () => {
    await using step = await start('verified', { ...ENABLE, request_timeout: '1s', max_retries: '0' });
    const result = await runAction({ inputs: inputsBy(step.optionsWith(), 'localhost'), env: hanging });
    expect(result).toMatchObject({ exitCode: 1, signal: null, stderr: '' });
    expect(failuresOf(result)).toMatchObject([{ kind: 'unavailable', may_have_taken_effect: false }]);
  });
});
