import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type RunningAction, type StepResult, startAction } from '../kit/runner.ts';
import { inputsFor, nameOf } from '../kit/wait-step.ts';
import { type DnsServer, startDnsServer } from '../network/dns-server.ts';
import { type Simulator, type SimulatorOptions, startSimulator } from '../simulator/simulator.ts';

const ENABLE = { mode: 'reconcile', enabled: 'true' };
const NOTHING_LEFT = 'Not done: nothing, no further change was to be made.';

let dns: DnsServer;
beforeAll(async () => {
  dns = await startDnsServer({ faults: { 'silent.example': 'silent' } });
});
afterAll(() => dns.close());

/** A simulator with one connector of this status, and the step on it. */
async function start(status: string, inputs: Record<string, string>, options: SimulatorOptions = {}) {
  const simulator = await startSimulator(options);
  const connector = simulator.addConnector({ verification: { status } });
  const begin = (more: Record<string, string> = {}) =>
    startAction({
      inputs: inputsFor(simulator, { sso_connector_id: connector.id, ...inputs, ...more }),
      dns: dns.address,
    });
  return { simulator, connector, begin, [Symbol.asyncDispose]: () => simulator.close() };
}

/** A busy machine can add to the second that the action may take, so that one slow run is no proof against it. */
const BOUNDED = { retry: 2 };

/** Resolves when the simulator has read the n-th request. */
function nthRequest(simulator: Simulator, wanted: number): Promise<void> {
  return new Promise((resolve) => {
    simulator.on('request', (_, n) => n === wanted && resolve());
  });
}

/** Cancels the step and sees that it ends within a second, as a failure. */
async function cancel(action: RunningAction, signal: NodeJS.Signals): Promise<StepResult> {
  const sent = performance.now();
  action.kill(signal);
  const result = await action.result;
  expect(performance.now() - sent).toBeLessThan(1000);
  expect({ exitCode: result.exitCode, signal: result.signal, stderr: result.stderr }).toEqual({
    exitCode: 1,
    signal: null,
    stderr: '',
  });
  expect(result.summary).toContain('cancelled');
  return result;
}

describe.concurrent.each<NodeJS.Signals>(['SIGINT', 'SIGTERM'])(
  '%s ends the run within a second',
  BOUNDED,
  (signal) => {
    it('while it waits, and says what was done', async () => {
      const waiting = { begin_verification: 'true', wait_for_verification: '1h', poll_interval: '1h' };
      await using step = await start('awaiting', { ...ENABLE, ...waiting });
      await using action = await step.begin();
      await action.waitForLine('Waiting for');
      const { errors, outputs } = await cancel(action, signal);
      const { connector } = step;
      expect(errors).toEqual([
        `The run was cancelled (${signal}). Done: begin the verification of connector ${connector.id}. ` +
          `Not done: enabled=true for ${nameOf(connector)}.`,
      ]);
      expect(outputs).toMatchObject({
        sso_connector_id: connector.id,
        verification_status: 'pending',
        enabled: 'false',
        changed: 'true',
        in_sync: 'false',
        http_status: '200',
      });
    });

    it('while a GET hangs', async () => {
      await using step = await start('verified', ENABLE);
      step.simulator.fault({ respond: 'hang' });
      const read = nthRequest(step.simulator, 1);
      await using action = await step.begin();
      await read;
      const { errors, outputs } = await cancel(action, signal);
      expect(errors).toEqual([
        `The run was cancelled (${signal}). Done: nothing. Not done: enabled=true for connector ${step.connector.id}.`,
      ]);
      expect(outputs).toEqual({ drift: '[]', errors: '[]', messages: '[]' });
    });

    it('while a PATCH hangs, of which it is not known whether it took effect', async () => {
      await using step = await start('verified', ENABLE);
      step.simulator.fault({ method: 'PATCH', respond: 'hang' });
      const patched = nthRequest(step.simulator, 2);
      await using action = await step.begin();
      await patched;
      const { errors, outputs } = await cancel(action, signal);
      expect(errors).toEqual([
        `The run was cancelled (${signal}). Done: nothing. ` +
          `Sent, and not known whether it took effect: set enabled=true of connector ${step.connector.id}. ${NOTHING_LEFT}`,
      ]);
      expect(outputs).not.toHaveProperty('changed');
      expect(outputs).not.toHaveProperty('in_sync');
      expect(outputs).toMatchObject({ sso_connector_id: step.connector.id, enabled: 'false', http_status: '200' });
    });
  },
);

describe.concurrent('a cancelled run says what is known of a change', BOUNDED, () => {
  const inDoubt = (id: string) =>
    `The run was cancelled (SIGINT). Done: nothing. Sent, and not known whether it took effect: set enabled=true of connector ${id}. ${NOTHING_LEFT}`;
  const undone = (id: string) =>
    `The run was cancelled (SIGINT). Done: nothing. Not done: enabled=true for connector ${id}.`;

  it.each([
    ['lost its answer', 'apply-then-reset', inDoubt],
    ['was answered with HTTP 503', { status: 503, headers: { 'retry-after': '60' } }, inDoubt],
    ['was refused for the rate', { status: 429, headers: { 'retry-after': '60' } }, undone],
  ] as const)('that %s, in the pause before its retry', async (_, respond, sentence) => {
    await using step = await start('verified', { enabled: 'true', max_retries: '10' });
    const { simulator, connector } = step;
    simulator.fault({ times: Infinity, respond });
    await using action = await step.begin();
    // The second pause of a lost answer is at least half a second; the others are the 60 s that were asked for.
    await action.waitForLine(respond === 'apply-then-reset' ? /Retry 3 of 10/ : /Retry 1 of 10 in 1 min/);
    expect((await cancel(action, 'SIGINT')).errors).toEqual([sentence(connector.id)]);
  });

  it('that was never sent, since the connection was refused', async () => {
    await using step = await start('verified', { enabled: 'true', max_retries: '10' });
    await step.simulator.close();
    await using action = await step.begin();
    await action.waitForLine(/\(ECONNREFUSED\).* Retry 3 of 10/);
    expect((await cancel(action, 'SIGINT')).errors).toEqual([undone(step.connector.id)]);
  });

  it('that the rate limit held back', async () => {
    await using step = await start('verified', ENABLE, { quota: { limit: 1, windowMs: 200_000 } });
    const { simulator, connector } = step;
    await using action = await step.begin();
    await action.waitForLine("Cloudflare's rate limit leaves no request");
    expect(simulator.requestsTo('PATCH')).toEqual([]);
    expect((await cancel(action, 'SIGINT')).errors).toEqual([
      `The run was cancelled (SIGINT). Done: nothing. Not done: enabled=true for ${nameOf(connector)}.`,
    ]);
  });
});

describe.concurrent('a cancelled run ends', BOUNDED, () => {
  it('while public DNS does not answer', async () => {
    await using step = await start('pending', { mode: 'check', require_verified: 'true' });
    step.simulator.changeConnector(step.connector.id, { email_domain: 'silent.example' });
    await using action = await step.begin();
    const query = () => dns.queries.some(({ domain }) => domain === 'silent.example');
    await expect.poll(query, { interval: 10, timeout: 10_000 }).toBe(true);
    const { errors } = await cancel(action, 'SIGINT');
    expect(errors).toEqual([`The run was cancelled (SIGINT). Done: nothing. ${NOTHING_LEFT}`]);
  });

  it('before the begin of a verification, which is then not done', async () => {
    await using step = await start('awaiting', { mode: 'reconcile', begin_verification: 'true' });
    const headers = { 'retry-after': '20' };
    const body = { success: false, errors: [] };
    step.simulator.fault({ method: 'POST', respond: { status: 429, headers, body } });
    await using action = await step.begin({ max_retries: '3' });
    await action.waitForLine('Retry 1 of 3');
    expect((await cancel(action, 'SIGINT')).errors).toEqual([
      `The run was cancelled (SIGINT). Done: nothing. Not done: the begin of the verification of ${nameOf(step.connector)}.`,
    ]);
  });

  it('with mode check having had nothing to change', async () => {
    await using step = await start('pending', { mode: 'check', enabled: 'true', wait_for_verification: '1h' });
    await using action = await step.begin({ poll_interval: '1h' });
    await action.waitForLine('Waiting for');
    const { errors } = await cancel(action, 'SIGTERM');
    expect(errors).toEqual([`The run was cancelled (SIGTERM). Done: nothing. ${NOTHING_LEFT}`]);
  });

  it('by the first of two signals', async () => {
    await using step = await start('pending', { ...ENABLE, wait_for_verification: '1h', poll_interval: '1h' });
    await using action = await step.begin();
    await action.waitForLine('Waiting for');
    action.kill('SIGINT');
    const { errors } = await cancel(action, 'SIGTERM');
    expect(errors).toHaveLength(1);
  });

  it('with a fleet half done, telling the three apart', async () => {
    await using simulator = await startSimulator();
    const connectors = Array.from({ length: 20 }, () => simulator.addConnector());
    const list = connectors.map(({ id }) => `- {sso_connector_id: ${id}, enabled: true}`).join('\n');
    // Six get through; eight hang; six wait for their turn.
    const hanging = new Set(connectors.slice(6, 14).map(({ id }) => id));
    simulator.fault({
      method: 'PATCH',
      times: Infinity,
      respond: ({ path }) => (hanging.has(path.split('/').at(-1) ?? '') ? 'hang' : undefined),
    });
    const allHang = nthRequest(simulator, 1 + 6 + 8);
    await using action = await startAction({ inputs: inputsFor(simulator, { mode: 'reconcile', connectors: list }) });
    await allHang;
    const { errors, outputs, log } = await cancel(action, 'SIGINT');
    const named = (from: number) => connectors.slice(from, from + 5);
    const change = ({ id }: { id: string }) => `set enabled=true of connector ${id}`;
    expect(errors).toEqual([
      [
        'The run was cancelled (SIGINT).',
        `Done: ${named(0).map(change).join(', ')} and 1 more.`,
        `Sent, and not known whether it took effect: ${named(6).map(change).join(', ')} and 3 more.`,
        `Not done: ${named(14)
          .map((connector) => `enabled=true for ${nameOf(connector)}`)
          .join(', ')} and 1 more.`,
      ].join(' '),
    ]);
    expect(log.split('\n').at(-1)).toBe(
      '20 connectors: 6 changed, 6 as asked for, 0 failed, 14 not as asked for or not seen.',
    );
    const result: unknown[] = JSON.parse(outputs['result'] ?? '');
    expect(result).toEqual(
      connectors.map((connector, n) => expect.objectContaining({ id: connector.id, enabled: n < 6 })),
    );
    expect(outputs).toMatchObject({ changed: 'true', in_sync: 'false' });
  });
});
