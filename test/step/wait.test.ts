import { getServers, setServers } from 'node:dns';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Clock } from '../../src/clock.ts';
import type { Log } from '../../src/job/job.ts';
import { run } from '../../src/run.ts';
import { lookUpTxt } from '../../src/verification/dns.ts';
import { inputVariables } from '../kit/runner-environment.ts';
import { asked, explanation, inputsFor, nameOf } from '../kit/wait-step.ts';
import { type DnsServer, startDnsServer } from '../network/dns-server.ts';
import type { Connector } from '../simulator/connectors.ts';
import type { Fault, FaultResponse } from '../simulator/faults.ts';
import { type Simulator, startSimulator } from '../simulator/simulator.ts';

let dns: DnsServer;
const usualServers = getServers();
beforeAll(async () => {
  dns = await startDnsServer();
  setServers([dns.address]);
});
afterAll(async () => {
  setServers(usualServers);
  await dns.close();
});

/** A clock on which every pause is over at once, and that counts them. */
class SkippingClock implements Clock {
  time = 0;
  readonly pauses: number[] = [];
  now = () => this.time;
  random = () => 0.5;

  async sleep(milliseconds: number, signal: AbortSignal): Promise<void> {
    signal.throwIfAborted();
    this.pauses.push(milliseconds);
    this.time += milliseconds;
  }
}

/** Runs the job on the simulator, in no time. */
async function runFast(simulator: Simulator, given: Record<string, string>) {
  const clock = new SkippingClock();
  const lines: string[] = [];
  const note = (line: string) => void lines.push(line);
  const log: Log = { info: note, notice: note, warning: note, error: note, debug: () => {} };
  const inputs = inputsFor(simulator, { mode: 'reconcile', poll_interval: '15s', max_retries: '0', ...given });
  const { signal } = new AbortController();
  const env = inputVariables(inputs, '');
  const { failures } = await run({ env, clock, log, lookUpTxt, signal });
  return { lines, pauses: clock.pauses, problems: failures.flatMap((failure) => failure.problems) };
}

const WAIT = { enabled: 'true', wait_for_verification: '10m' };

async function start(...statuses: string[]) {
  const simulator = await startSimulator();
  const connectors = statuses.map((status) => simulator.addConnector({ verification: { status } }));
  const change = ({ id }: Connector, status: string) => simulator.changeConnector(id, { verification: { status } });
  const [first] = connectors;
  if (!first) throw new Error('a status is needed');
  return { simulator, connectors, first, change, [Symbol.asyncDispose]: () => simulator.close() };
}

describe('the wait', () => {
  it('tells at each look the status, the time elapsed and the time left', async () => {
    await using step = await start('pending');
    const { simulator, first, change } = step;
    simulator.on('read', (_, n) => n === 6 && change(first, 'verified'));
    const { lines, pauses } = await runFast(simulator, { sso_connector_id: first.id, ...WAIT });
    const name = nameOf(first);
    expect(lines.slice(1)).toEqual([
      `Waiting for ${name} to be verified: pending, 0 s elapsed, 10 min left.`,
      `Waiting for ${name} to be verified: pending, 15 s elapsed, 9 min 45 s left.`,
      `Waiting for ${name} to be verified: pending, 30 s elapsed, 9 min 30 s left.`,
      `Waiting for ${name} to be verified: pending, 45 s elapsed, 9 min 15 s left.`,
      `Waiting for ${name} to be verified: pending, 1 min elapsed, 9 min left.`,
      `>>> ${name}: verification pending -> verified`,
    ]);
    expect(pauses).toEqual(Array(5).fill(15_000));
  });

  it('counts many by their status, in one line a look', async () => {
    await using step = await start('pending', 'in_review', 'pending', 'verified');
    const { simulator, connectors, change } = step;
    const [one, two, three] = connectors;
    simulator.on('read', (_, n) => {
      if (n === 2 && one) change(one, 'verified');
      if (n === 3 && two && three) for (const each of [two, three]) change(each, 'verified');
    });
    const list = connectors.map(({ id }) => `- {sso_connector_id: ${id}, enabled: true}`).join('\n');
    const { lines } = await runFast(simulator, { connectors: list, wait_for_verification: '10m' });
    expect(lines.slice(1)).toEqual([
      'Waiting for 3 domains to be verified: 2 pending, 1 in_review, 0 s elapsed, 10 min left.',
      one && `>>> ${nameOf(one)}: verification pending -> verified`,
      'Waiting for 2 domains to be verified: 1 in_review, 1 pending, 15 s elapsed, 9 min 45 s left.',
      two && `>>> ${nameOf(two)}: verification in_review -> verified`,
      three && `>>> ${nameOf(three)}: verification pending -> verified`,
    ]);
  });

  it('fails for a connector alone that is not there any more, and goes on for the others', async () => {
    await using step = await start('pending', 'pending');
    const { simulator, connectors, first, change } = step;
    const [, second] = connectors;
    simulator.fault({
      ...{ method: 'GET', after: 1, times: Infinity },
      transform: (envelope) => {
        const result = simulator.connectors.slice(1);
        return { ...envelope, result, result_info: { ...envelope.result_info, total_count: 1 } };
      },
    });
    simulator.on('read', (_, n) => n === 3 && second && change(second, 'verified'));
    const list = connectors.map(({ id }) => `- {sso_connector_id: ${id}, enabled: true}`).join('\n');
    const { problems } = await runFast(simulator, { connectors: list, wait_for_verification: '10m' });
    expect(problems).toEqual([
      `Account ${simulator.accountId} has no connector with the id ${first.id}. The domains there are: domain-2.example.`,
    ]);
    expect(simulator.connectors.map(({ enabled }) => enabled)).toEqual([false, true]);
  });
});

describe('begin_verification', () => {
  it.each([
    ['awaiting', true],
    ['failed', true],
    ['pending', false],
    ['verified', false],
    ['in_review', false],
  ])('where the status is %s is sent: %s', async (status, isSent) => {
    await using step = await start(status);
    const { simulator, first } = step;
    const inputs = { sso_connector_id: first.id, begin_verification: 'true' };
    const { problems } = await runFast(simulator, inputs);
    const look = `GET /${first.id}`;
    expect(asked(simulator)).toEqual(isSent ? [look, `POST /${first.id}/begin_verification`, look] : [look]);
    expect(problems).toEqual([]);
  });
});

describe('an unknown status', () => {
  it('does not end the wait, nor does one that is missing', async () => {
    await using step = await start('in_review');
    const { simulator, first, change } = step;
    simulator.on('read', (_, n) => n === 2 && simulator.changeConnector(first.id, { verification: null }));
    simulator.on('read', (_, n) => n === 3 && change(first, 'verified'));
    const { lines, problems } = await runFast(simulator, { sso_connector_id: first.id, ...WAIT });
    const name = nameOf(first);
    expect(problems).toEqual([]);
    expect(lines.slice(1)).toEqual([
      `Waiting for ${name} to be verified: in_review, 0 s elapsed, 10 min left.`,
      `>>> ${name}: verification in_review -> no status`,
      `Waiting for ${name} to be verified: no status, 15 s elapsed, 9 min 45 s left.`,
      `>>> ${name}: verification no status -> verified`,
    ]);
  });
});

describe('the status failed', () => {
  it('ends the wait only 60 s after the begin that this run sent', async () => {
    await using step = await start('failed');
    const { simulator, first } = step;
    simulator.on('read', () => simulator.failVerification(first.id));
    const inputs = { sso_connector_id: first.id, begin_verification: 'true', ...WAIT };
    const { lines, problems, pauses } = await runFast(simulator, inputs);
    const look = `GET /${first.id}`;
    const begin = `POST /${first.id}/begin_verification`;
    expect(asked(simulator)).toEqual([look, begin, look, look, look, look, look]);
    expect(pauses).toEqual([15_000, 15_000, 15_000, 15_000]);
    expect(lines.at(-1)).toBe(`Waiting for ${nameOf(first)} to be verified: failed, 45 s elapsed, 9 min 15 s left.`);
    expect(problems).toEqual([`Cloudflare has given up looking for the TXT record. ${explanation(first, 'failed')}`]);
    expect(dns.queries).toEqual([{ domain: first.email_domain, type: 'TXT' }]);
  });

  it('after a begin ends the wait as soon as the 60 s are over', async () => {
    await using step = await start('awaiting');
    const { simulator, first } = step;
    // Looks: the first, after the begin, then at 59 s and at 118 s.
    simulator.on('read', (_, n) => n === 3 && simulator.failVerification(first.id));
    const inputs = { sso_connector_id: first.id, begin_verification: 'true', poll_interval: '59s', ...WAIT };
    const { problems, pauses } = await runFast(simulator, inputs);
    expect(pauses).toEqual([59_000, 59_000]);
    expect(problems).toHaveLength(1);
  });

  it('ends the wait at once where this run asked for no begin', async () => {
    await using step = await start('failed', 'awaiting');
    const { simulator, first } = step;
    const inputs = { sso_connector_id: first.id, ...WAIT };
    const { problems, pauses } = await runFast(simulator, inputs);
    expect(asked(simulator)).toEqual([`GET /${first.id}`]);
    expect(pauses).toEqual([]);
    expect(problems).toEqual([`Cloudflare has given up looking for the TXT record. ${explanation(first, 'failed')}`]);
  });
});

describe('a fault of one look', () => {
  const envelope = { success: false, errors: [{ code: 1234, message: 'no' }] };

  it.each<[string, FaultResponse]>([
    ...[408, 429, 500, 502, 503, 504, 520, 530].map((status): [string, FaultResponse] => [
      `HTTP ${status}`,
      { status, body: envelope },
    ]),
    ['HTTP 503 that asks to wait an hour', { status: 503, headers: { 'retry-after': '3600' }, body: envelope }],
    ['a connection that is reset', 'reset'],
    ['a connection that is reset after the answer', 'apply-then-reset'],
    ['an answer that is cut off', 'truncate'],
  ])('that passes does not end the wait: %s', async (_, respond) => {
    await using step = await start('pending');
    const { simulator, first, change } = step;
    const fault: Fault = { after: 1, times: 2, respond };
    simulator.fault(fault);
    simulator.on('read', (_request, n) => n === 4 && change(first, 'verified'));
    const { problems, lines } = await runFast(simulator, { sso_connector_id: first.id, ...WAIT });
    expect(problems).toEqual([]);
    expect(simulator.requests.map(({ method }) => method)).toEqual(['GET', 'GET', 'GET', 'GET', 'PATCH']);
    expect(lines.filter((line) => line.endsWith(' Still waiting.'))).toHaveLength(2);
    expect(simulator.connectors[0]?.enabled).toBe(true);
  });

  it.each<[string, FaultResponse]>([
    ...[400, 401, 403, 404, 409, 422, 301].map((status): [string, FaultResponse] => [
      `HTTP ${status}`,
      { status, body: envelope },
    ]),
    ['a success that is none', { status: 200, body: envelope }],
    ['a page', { status: 200, body: '<html>' }],
  ])('that does not pass ends it: %s', async (_, respond) => {
    await using step = await start('pending');
    const { simulator, first } = step;
    simulator.fault({ after: 1, respond });
    const { problems } = await runFast(simulator, { sso_connector_id: first.id, ...WAIT });
    expect(problems).toHaveLength(1);
    expect(problems[0]).toContain(`Could not read connector ${first.id}: `);
    expect(asked(simulator)).toEqual(Array(2).fill(`GET /${first.id}`));
  });

  it('is tried again within the look, as often as max_retries says', async () => {
    await using step = await start('pending');
    const { simulator, first, change } = step;
    simulator.fault({ after: 1, times: 3, respond: { status: 503 } });
    simulator.on('read', (_, n) => n === 5 && change(first, 'verified'));
    const inputs = { sso_connector_id: first.id, ...WAIT, max_retries: '3' };
    const { problems, pauses } = await runFast(simulator, inputs);
    expect(problems).toEqual([]);
    expect(pauses).toEqual([15_000, 375, 750, 1500]);
  });
});

describe('what changes during the wait', () => {
  it('is put right by mode reconcile, too', async () => {
    await using step = await start('pending');
    const { simulator, first } = step;
    simulator.changeConnector(first.id, { enabled: true });
    simulator.on('read', (_, n) => {
      if (n === 2) simulator.changeConnector(first.id, { enabled: false, verification: { status: 'verified' } });
    });
    const { problems } = await runFast(simulator, { sso_connector_id: first.id, ...WAIT });
    expect(problems).toEqual([]);
    expect(simulator.requestsTo('PATCH').map(({ body }) => body)).toEqual(['{"enabled":true}']);
    expect(simulator.connector(first.id)?.enabled).toBe(true);
  });
});

describe('an interval', () => {
  it('that is longer than the wait does not keep it from a last look', async () => {
    await using step = await start('pending');
    const { simulator, first, change } = step;
    simulator.on('read', (_, n) => n === 2 && change(first, 'verified'));
    const limits = { wait_for_verification: '20s', poll_interval: '1h' };
    const { problems, pauses } = await runFast(simulator, { sso_connector_id: first.id, enabled: 'true', ...limits });
    expect(problems).toEqual([]);
    expect(pauses).toEqual([19_000]);
  });
});

describe('the look just after a begin', () => {
  it('that is refused fails the step at once', async () => {
    await using step = await start('awaiting');
    const { simulator, first } = step;
    const errors = [{ code: 1234, message: 'no' }];
    simulator.fault({ method: 'GET', after: 1, respond: { status: 403, body: { success: false, errors } } });
    const inputs = { sso_connector_id: first.id, begin_verification: 'true', ...WAIT };
    const { problems, pauses } = await runFast(simulator, inputs);
    expect(problems).toHaveLength(1);
    expect(problems[0]).toContain(`Could not read connector ${first.id}: Cloudflare error 1234 "no"`);
    expect(simulator.requests).toHaveLength(3);
    expect(pauses).toEqual([]);
  });
});
