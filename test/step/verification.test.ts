import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runAction } from '../kit/runner.ts';
import { asked, explanation, inputsFor, nameOf } from '../kit/wait-step.ts';
import { type DnsServer, startDnsServer } from '../network/dns-server.ts';
import type { Connector } from '../simulator/connectors.ts';
import type { Fault } from '../simulator/faults.ts';
import { type Simulator, type SimulatorOptions, startSimulator } from '../simulator/simulator.ts';

const WAIT = { wait_for_verification: '15s' };
const BEGIN = { begin_verification: 'true' };
const ENABLE = { enabled: 'true' };

/** A busy machine can add to the second that the action may take, so that one slow run is no proof against it. */
const BOUNDED = { retry: 2 };

let dns: DnsServer;
beforeAll(async () => {
  dns = await startDnsServer();
});
afterAll(() => dns.close());

/** A simulator with one connector of this status. */
async function start(status: string, options: SimulatorOptions = {}) {
  const simulator = await startSimulator(options);
  const connector = simulator.addConnector({ verification: { status } });
  return {
    simulator,
    connector,
    run: (inputs: Record<string, string>) =>
      runAction({
        inputs: inputsFor(simulator, { sso_connector_id: connector.id, max_retries: '0', ...inputs }),
        dns: dns.address,
      }),
    [Symbol.asyncDispose]: () => simulator.close(),
  };
}

/** Has the n-th look of the run see this status. */
function changeAtLook(simulator: Simulator, { id }: Connector, look: number, status: string): void {
  simulator.on('read', (_, n) => {
    if (n === look) simulator.changeConnector(id, { verification: { status } });
  });
}

function withoutTimes(log: string): string[] {
  return log.replace(/\d+ m?s elapsed, \d+ m?s left/g, '… elapsed, … left').split('\n');
}

describe.concurrent('begin_verification', () => {
  it.each(['awaiting', 'failed'])('asks Cloudflare to look for the record when the status is %s', async (status) => {
    await using step = await start(status);
    const { exitCode, outputs } = await step.run({ mode: 'reconcile', ...BEGIN });
    const { id } = step.connector;
    expect(asked(step.simulator)).toEqual([`GET /${id}`, `POST /${id}/begin_verification`, `GET /${id}`]);
    expect(exitCode).toBe(0);
    expect(outputs).toMatchObject({ verification_status: 'pending', verified: 'false', changed: 'true' });
  });

  it('that is refused fails the step, and nothing is waited for or enabled', async () => {
    await using step = await start('awaiting');
    const errors = [{ code: 1010, message: 'not now' }];
    step.simulator.fault({ method: 'POST', respond: { status: 400, body: { success: false, errors } } });
    const result = await step.run({ mode: 'reconcile', ...BEGIN, ...WAIT, ...ENABLE });
    const { id } = step.connector;
    const ray = step.simulator.requests[1]?.responseHeaders['cf-ray'];
    expect(asked(step.simulator)).toEqual([`GET /${id}`, `POST /${id}/begin_verification`]);
    expect(result.errors).toEqual([
      `Could not begin the verification of connector ${id}: Cloudflare error 1010 "not now" (HTTP 400, cf-ray ${ray}).`,
    ]);
    expect(result.outputs['errors']).toBe(JSON.stringify(errors));
    expect(result.exitCode).toBe(1);
  });

  it('whose look fails in passing goes on to the wait, and fails the step where there is none', async () => {
    await using step = await start('awaiting');
    step.simulator.publishTxt(step.connector.email_domain);
    const fault: Fault = { method: 'GET', after: 1, respond: 'reset' };
    step.simulator.fault(fault);
    const { exitCode } = await step.run({ mode: 'reconcile', ...BEGIN, ...WAIT, ...ENABLE });
    expect(exitCode).toBe(0);
    expect(step.simulator.connectors[0]?.enabled).toBe(true);

    step.simulator.changeConnector(step.connector.id, { verification: { status: 'failed' } });
    step.simulator.fault(fault);
    const without = await step.run({ mode: 'reconcile', ...BEGIN });
    expect(without.exitCode).toBe(1);
    expect(without.errors).toHaveLength(1);
    expect(without.errors[0]).toMatch(/^Could not read connector \w+: the connection was reset \(ECONNRESET\)/);
  });
});

describe.concurrent('wait_for_verification', () => {
  it.each(['update', 'reconcile'])('has mode %s begin, wait and then enable, and tells of it', async (mode) => {
    await using step = await start('awaiting', { verifyAfterLooks: 3 });
    const { simulator, connector } = step;
    const { exitCode, log, outputs, errors } = await step.run({ mode, ...BEGIN, ...WAIT, ...ENABLE });
    const look = `GET /${connector.id}`;
    expect(asked(simulator)).toEqual([
      look,
      `POST /${connector.id}/begin_verification`,
      ...[look, look, look],
      `PATCH /${connector.id} {"enabled":true}`,
    ]);
    const name = nameOf(connector);
    const waiting = `Waiting for ${name} to be verified: pending, … elapsed, … left.`;
    expect(withoutTimes(log)).toEqual([
      `Mode ${mode}, account ${simulator.accountId}: connector ${connector.id}, enabled=true`,
      `Asked Cloudflare to begin the verification of ${name}.`,
      ...[waiting, waiting],
      `>>> ${name}: verification pending -> verified`,
      `${name}: enabled=true, use_fedramp_language=false, verification verified; changed enabled false -> true; as asked for`,
    ]);
    expect({ exitCode, errors }).toEqual({ exitCode: 0, errors: [] });
    expect(outputs).toMatchObject({ verified: 'true', enabled: 'true', changed: 'true', in_sync: 'true' });
  });

  it('has mode check wait with GET alone, and then gate', async () => {
    await using step = await start('pending');
    changeAtLook(step.simulator, step.connector, 3, 'verified');
    const { exitCode } = await step.run({ mode: 'check', ...WAIT, require_verified: 'true', enabled: 'false' });
    expect(asked(step.simulator)).toEqual(Array(3).fill(`GET /${step.connector.id}`));
    expect(exitCode).toBe(0);
  });

  it.each([
    ['check', []],
    ['reconcile', ['PATCH']],
    ['update', ['PATCH']],
  ])('does not wait at all where the domain is verified at first look: mode %s', async (mode, writes) => {
    await using step = await start('verified');
    const desired = mode === 'check' ? { require_verified: 'true' } : ENABLE;
    const { exitCode, log } = await step.run({ mode, ...WAIT, ...desired, poll_interval: '1h' });
    expect(step.simulator.requests.map(({ method }) => method)).toEqual(['GET', ...writes]);
    expect(log).not.toContain('Waiting');
    expect(exitCode).toBe(0);
  });

  it('ends at once, as a failure, where the status is failed', async () => {
    await using step = await start('pending');
    const { simulator, connector } = step;
    changeAtLook(simulator, connector, 2, 'failed');
    const { exitCode, errors, outputs, log } = await step.run({ mode: 'reconcile', ...WAIT, ...ENABLE });
    expect(errors).toEqual([`Cloudflare has given up looking for the TXT record. ${explanation(connector, 'failed')}`]);
    expect(asked(simulator)).toEqual(Array(2).fill(`GET /${connector.id}`));
    expect(log).toContain(`>>> ${nameOf(connector)}: verification pending -> failed`);
    expect(outputs).toMatchObject({ verification_status: 'failed', changed: 'false', in_sync: 'false' });
    expect(exitCode).toBe(1);
  });

  it('does not end at the status failed just after this run asked to begin', async () => {
    await using step = await start('failed');
    const { simulator, connector } = step;
    simulator.on('request', ({ method }, n) => {
      if (method === 'GET') simulator.failVerification(connector.id);
      if (n === 5) simulator.changeConnector(connector.id, { verification: { status: 'verified' } });
    });
    const { exitCode } = await step.run({ mode: 'reconcile', ...BEGIN, ...WAIT, ...ENABLE });
    expect(simulator.requests.map(({ method }) => method)).toEqual(['GET', 'POST', 'GET', 'GET', 'GET', 'PATCH']);
    expect(exitCode).toBe(0);
  });

  it('goes on after a passing fault of one look', async () => {
    await using step = await start('pending');
    const { simulator, connector } = step;
    simulator.fault({ after: 1, respond: 'reset' });
    changeAtLook(simulator, connector, 3, 'verified');
    const { exitCode, log } = await step.run({ mode: 'reconcile', ...WAIT, ...ENABLE });
    expect(simulator.requests.map(({ method }) => method)).toEqual(['GET', 'GET', 'GET', 'PATCH']);
    const [, , fault = ''] = log.split('\n');
    expect(fault).toBe(
      `Could not read connector ${connector.id}: the connection was reset (ECONNRESET), at ${new URL(simulator.origin).host}. Still waiting.`,
    );
    expect(exitCode).toBe(0);
  });

  it('ends at another refusal of a look', async () => {
    await using step = await start('pending');
    const { simulator, connector } = step;
    const errors = [{ code: 1234, message: 'no' }];
    simulator.fault({ after: 1, respond: { status: 403, body: { success: false, errors } } });
    const result = await step.run({ mode: 'reconcile', ...WAIT, ...ENABLE });
    expect(asked(simulator)).toEqual(Array(2).fill(`GET /${connector.id}`));
    expect(result.errors).toHaveLength(1);
    expect(result.errors[0]).toContain(
      `Could not read connector ${connector.id}: Cloudflare error 1234 "no" (HTTP 403`,
    );
    expect(result.exitCode).toBe(1);
  });

  it.each<[string, string, Fault | undefined]>([
    ['between two looks', '1h', undefined],
    ['while a look hangs', '1s', { after: 1, respond: 'hang' }],
    ['while a look is tried again and again', '1s', { after: 1, times: Infinity, respond: 'reset' }],
  ])('fails closed within a second of its limit: %s', BOUNDED, async (_, interval, fault) => {
    await using step = await start('pending');
    const { simulator, connector } = step;
    if (fault) simulator.fault(fault);
    let firstLook = 0;
    simulator.once('done', () => {
      firstLook = performance.now();
    });
    const limits = { wait_for_verification: '2s', poll_interval: interval, max_retries: '10' };
    const { exitCode, errors } = await step.run({ mode: 'update', ...ENABLE, ...limits });
    const waited = performance.now() - firstLook;
    expect(errors).toEqual([
      `Waited 2 s for ${nameOf(connector)} to be verified, in vain. ${explanation(connector, 'pending')}`,
    ]);
    expect(simulator.requestsTo('PATCH')).toEqual([]);
    expect(waited).toBeGreaterThan(1990);
    expect(waited).toBeLessThan(3000);
    expect(exitCode).toBe(1);
  });

  it('fails closed within a second of its limit: where DNS is silent', async () => {
    await using step = await start('pending');
    const connector = { ...step.connector, email_domain: 'silent.example' };
    step.simulator.changeConnector(connector.id, { email_domain: connector.email_domain });
    dns.fail(connector.email_domain, 'silent');
    const { errors } = await step.run({ mode: 'check', wait_for_verification: '1s' });
    const said = 'it could not be looked up in public DNS from here (no answer within 500 ms)';
    expect(errors).toEqual([
      `Waited 1 s for ${nameOf(connector)} to be verified, in vain. ${explanation(connector, 'pending', said)}`,
    ]);
  });

  it('has mode check tell of drift too where it fails, and nothing is in sync', async () => {
    await using step = await start('pending');
    const { errors, outputs } = await step.run({ mode: 'check', ...ENABLE, wait_for_verification: '1s' });
    expect(errors).toEqual([
      `Waited 1 s for ${nameOf(step.connector)} to be verified, in vain. ${explanation(step.connector, 'pending')}`,
      `Drift: ${nameOf(step.connector)} differs from what was asked for: enabled is false, expected true. Mode check changes nothing; mode reconcile would.`,
    ]);
    expect(outputs['in_sync']).toBe('false');
  });

  it('is part of what is asked for: without it nothing is in sync', async () => {
    await using step = await start('pending');
    const { exitCode, outputs } = await step.run({ mode: 'check', enabled: 'false', wait_for_verification: '1s' });
    expect([exitCode, outputs['in_sync'], outputs['drift']]).toEqual([1, 'false', '[]']);
  });

  it('sends what is no enable before any waiting, and does not undo it', async () => {
    await using step = await start('pending');
    const { simulator, connector } = step;
    const inputs = { enabled: 'false', use_fedramp_language: 'true', wait_for_verification: '1s' };
    const { exitCode, errors } = await step.run({ mode: 'update', ...inputs });
    expect(asked(simulator)[0]).toBe(`PATCH /${connector.id} {"enabled":false,"use_fedramp_language":true}`);
    expect(errors).toEqual([
      `Waited 1 s for ${nameOf(connector)} to be verified, in vain. ${explanation(connector, 'pending')}`,
    ]);
    expect(simulator.connectors[0]?.use_fedramp_language).toBe(true);
    expect(exitCode).toBe(1);
  });

  it('sends what is no enable first in mode reconcile, too', async () => {
    await using step = await start('failed');
    step.simulator.changeConnector(step.connector.id, { enabled: true });
    const { exitCode } = await step.run({
      mode: 'reconcile',
      enabled: 'false',
      ...BEGIN,
      wait_for_verification: '1s',
    });
    const { id } = step.connector;
    expect(asked(step.simulator).slice(0, 3)).toEqual([
      `GET /${id}`,
      `PATCH /${id} {"enabled":false}`,
      `POST /${id}/begin_verification`,
    ]);
    expect(exitCode).toBe(1);
  });
});

describe.concurrent('require_verified', () => {
  it('is judged last, on the final state, and only the status verified passes', async () => {
    await using step = await start('in_review');
    const { connector, simulator } = step;
    const inputs = { mode: 'update', use_fedramp_language: 'true', require_verified: 'true' };
    const { exitCode, errors, outputs } = await step.run(inputs);
    expect(asked(simulator)).toEqual([`PATCH /${connector.id} {"use_fedramp_language":true}`]);
    expect(errors).toEqual([`require_verified holds for ${nameOf(connector)}. ${explanation(connector, 'in_review')}`]);
    expect(outputs).toMatchObject({ verified: 'false', in_sync: 'false', use_fedramp_language: 'true' });
    expect(exitCode).toBe(1);
  });

  it('says once what is missing, where the wait has said so already', async () => {
    await using step = await start('pending');
    const inputs = { mode: 'check', wait_for_verification: '1s', require_verified: 'true' };
    const { errors } = await step.run(inputs);
    expect(errors).toEqual([
      `Waited 1 s for ${nameOf(step.connector)} to be verified, in vain. ${explanation(step.connector, 'pending')}`,
    ]);
  });

  it('in mode reconcile fails an enable without a PATCH, and says why', async () => {
    await using step = await start('awaiting');
    const { exitCode, errors } = await step.run({ mode: 'reconcile', ...ENABLE, require_verified: 'true' });
    expect(asked(step.simulator)).toEqual([`GET /${step.connector.id}`]);
    expect(errors).toEqual([
      `Did not enable ${nameOf(step.connector)}, since Cloudflare would refuse it. ${explanation(step.connector, 'awaiting')}`,
    ]);
    expect(exitCode).toBe(1);
  });
});
