import { describe, expect, it } from 'vitest';
import { Cancelled } from '../../src/failure.ts';
import { changesByOthers, changesByUs, describeConsequences } from '../../src/report/changes.ts';
import { FakeClock } from '../kit/clock.ts';
import { listById, sent } from '../kit/connector-step.ts';
import { runQuick } from '../kit/quick-run.ts';
import type { Connector } from '../simulator/connectors.ts';
import type { Fault, FaultResponse } from '../simulator/faults.ts';
import { startSimulator } from '../simulator/simulator.ts';

const WAIT = { mode: 'reconcile', enabled: 'true', wait_for_verification: '10m' };

async function start(...statuses: string[]) {
  const simulator = await startSimulator();
  const connectors = statuses.map((status) => simulator.addConnector({ verification: { status } }));
  const change = ({ id }: Connector, status: string) => simulator.changeConnector(id, { verification: { status } });
  const [first] = connectors;
  if (!first) throw new Error('a status is needed');
  return { simulator, connectors, first, change, [Symbol.asyncDispose]: () => simulator.close() };
}

/** Has the second answer with a list give this connector alone. */
const listOnly = ({ id: only }: Connector): Fault => ({
  ...{ method: 'GET', after: 1 },
  transform: (envelope) => ({
    ...envelope,
    result: (envelope.result as { id: string }[]).filter(({ id }) => id === only),
    result_info: null,
  }),
});

describe('the wait', () => {
  it('tells at each check the status, the time elapsed and the time left', async () => {
    await using step = await start('pending');
    const { simulator, first, change } = step;
    simulator.on('read', (_, n) => n === 6 && change(first, 'verified'));
    const { lines, clock } = await runQuick(simulator, { sso_connector_id: first.id, ...WAIT });
    expect(lines.slice(1)).toEqual([
      'Waiting for domain-1.example to be verified: pending, 0 s elapsed, 10 min left.',
      'Waiting for domain-1.example to be verified: pending, 15 s elapsed, 9 min 45 s left.',
      'Waiting for domain-1.example to be verified: pending, 30 s elapsed, 9 min 30 s left.',
      'Waiting for domain-1.example to be verified: pending, 45 s elapsed, 9 min 15 s left.',
      'Waiting for domain-1.example to be verified: pending, 1 min elapsed, 9 min left.',
      '>>> domain-1.example: verification pending -> verified',
    ]);
    expect(clock.pauses).toEqual(Array(5).fill(15_000));
  });

  it('counts many by their status, in one line a check', async () => {
    await using step = await start('pending', 'in_review', 'pending', 'verified');
    const { simulator, connectors, change } = step;
    const [one, two, three] = connectors;
    simulator.on('read', (_, n) => {
      if (n === 2 && one) change(one, 'verified');
      if (n === 3 && two && three) for (const each of [two, three]) change(each, 'verified');
    });
    const list = { connectors: listById(connectors, 'enabled: true'), mode: 'reconcile', wait_for_verification: '10m' };
    const { lines } = await runQuick(simulator, list);
    expect(lines.slice(1)).toEqual([
      'Waiting for 3 domains to be verified: 2 pending, 1 in_review, 0 s elapsed, 10 min left.',
      '>>> domain-1.example: verification pending -> verified',
      'Waiting for 2 domains to be verified: 1 in_review, 1 pending, 15 s elapsed, 9 min 45 s left.',
      '>>> domain-2.example: verification in_review -> verified',
      '>>> domain-3.example: verification pending -> verified',
    ]);
  });

  it('counts the time from its beginning, in milliseconds from half a second on', async () => {
    await using step = await start('failed', 'pending');
    const clock = new FakeClock();
    const list = {
      connectors: listById(step.connectors, 'enabled: true'),
      mode: 'check',
      wait_for_verification: '10s',
    };
    // The first fails before the first check, and DNS takes its time.
    const lookUpTxt = async () => {
      clock.advance(500);
      return { records: [] };
    };
    const { lines } = await runQuick(step.simulator, list, { clock, lookUpTxt });
    expect(lines[1]).toBe('Waiting for domain-2.example to be verified: pending, 500 ms elapsed, 10 s left.');
  });

  it('fails for a connector alone that is not there any more, and goes on for the others', async () => {
    await using step = await start('pending', 'pending');
    const { simulator, connectors, first, change } = step;
    const [, second] = connectors;
    simulator.fault({
      ...{ method: 'GET', after: 1, times: Infinity },
      transform: (envelope) => {
        const result = simulator.connectors.slice(1);
        return { ...envelope, result, result_info: { count: 1, total_count: 1 } };
      },
    });
    simulator.on('read', (_, n) => n === 3 && second && change(second, 'verified'));
    const list = { connectors: listById(connectors, 'enabled: true'), mode: 'reconcile', wait_for_verification: '10m' };
    const { failures } = await runQuick(simulator, list);
    expect(failures).toMatchObject([
      {
        kind: 'not_found',
        title: 'domain-1.example: no connector with this id',
        message: `Account ${simulator.accountId} has no connector with the id ${first.id}.`,
      },
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
  ])('is sent if the status is %s: %s', async (status, isSent) => {
    await using step = await start(status);
    const { simulator, first } = step;
    const inputs = { mode: 'reconcile', sso_connector_id: first.id, begin_verification: 'true' };
    const { failures, lines } = await runQuick(simulator, inputs);
    const read = `GET /${first.id}`;
    expect(sent(simulator)).toEqual(isSent ? [read, `POST /${first.id}/begin_verification`, read] : [read]);
    expect(lines.slice(1)).toEqual(isSent ? ['Asked Cloudflare to begin the verification of domain-1.example.'] : []);
    expect(failures).toEqual([]);
  });
});

describe('an unknown status', () => {
  it('does not end the wait, nor does one that is missing', async () => {
    await using step = await start('in_review');
    const { simulator, first, change } = step;
    simulator.on('read', (_, n) => n === 2 && simulator.changeConnector(first.id, { verification: null }));
    simulator.on('read', (_, n) => n === 3 && change(first, 'verified'));
    const { lines, failures } = await runQuick(simulator, { sso_connector_id: first.id, ...WAIT });
    expect(failures).toEqual([]);
    expect(lines.slice(1)).toEqual([
      'Waiting for domain-1.example to be verified: in_review, 0 s elapsed, 10 min left.',
      '>>> domain-1.example: verification in_review -> no status',
      'Waiting for domain-1.example to be verified: no status, 15 s elapsed, 9 min 45 s left.',
      '>>> domain-1.example: verification no status -> verified',
    ]);
  });
});

it.each(['update', 'reconcile'])('what mode %s has done is told before the wait', async (mode) => {
  await using step = await start('awaiting', 'pending');
  const { simulator, connectors, first, change } = step;
  for (const { id } of connectors) simulator.changeConnector(id, { enabled: true });
  simulator.on('read', (_, n) => {
    if (n < 2) return;
    for (const connector of connectors) change(connector, 'verified');
  });
  const list = `- {sso_connector_id: ${first.id}, enabled: false}\n- {sso_connector_id: ${connectors[1]?.id}}`;
  const { lines } = await runQuick(simulator, { mode, connectors: list, wait_for_verification: '1m' });
  expect(lines.slice(1, 3)).toEqual([
    'Done before the wait: set enabled=false for domain-1.example.',
    'Waiting for 2 domains to be verified: 1 awaiting, 1 pending, 0 s elapsed, 1 min left.',
  ]);
});

describe('the status failed', () => {
  const BEGUN = ' after this run began the verification';
  const failed = ({ verification }: Connector, context: string, next: string) => ({
    kind: 'not_verified',
    title: 'domain-1.example: not verified (failed)',
    message: `domain-1.example is not verified (failed)${context}. The TXT record at domain-1.example must be ${verification?.code}; public DNS has no TXT record there.`,
    action: `Add the TXT record. ${next}`,
  });

  it('ends the wait only 60 s after the begin that this run sent', async () => {
    await using step = await start('failed');
    const { simulator, first } = step;
    simulator.on('read', () => simulator.failVerification(first.id));
    const inputs = { sso_connector_id: first.id, begin_verification: 'true', ...WAIT };
    const { lines, failures, clock } = await runQuick(simulator, inputs);
    const read = `GET /${first.id}`;
    expect(sent(simulator)).toEqual([read, `POST /${first.id}/begin_verification`, read, read, read, read, read]);
    expect(clock.pauses).toEqual([15_000, 15_000, 15_000, 15_000]);
    expect(lines.at(-1)).toBe('Waiting for domain-1.example to be verified: failed, 45 s elapsed, 9 min 15 s left.');
    expect(failures).toMatchObject([failed(first, BEGUN, 'Then run this again.')]);
  });

  it('after a begin ends the wait as soon as the 60 s are over', async () => {
    await using step = await start('awaiting');
    const { simulator, first } = step;
    // Reads: the first, after the begin, then at 59 s and at 118 s.
    simulator.on('read', (_, n) => n === 3 && simulator.failVerification(first.id));
    const inputs = { sso_connector_id: first.id, begin_verification: 'true', poll_interval: '59s' };
    const { failures, clock } = await runQuick(simulator, { ...WAIT, ...inputs });
    expect(clock.pauses).toEqual([59_000, 59_000]);
    expect(failures).toMatchObject([failed(first, BEGUN, 'Then run this again.')]);
  });

  it('ends the wait at once if this run asked for no begin', async () => {
    await using step = await start('failed');
    const { simulator, first } = step;
    const { failures, clock } = await runQuick(simulator, { sso_connector_id: first.id, ...WAIT });
    expect(sent(simulator)).toEqual([`GET /${first.id}`]);
    expect(clock.pauses).toEqual([]);
    const polled = ': Cloudflare did not find the TXT record within two days';
    expect(failures).toMatchObject([failed(first, polled, 'Then run this again with begin_verification: true.')]);
  });
});

describe('a fault of one check', () => {
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
    simulator.fault({ after: 1, times: 2, respond });
    simulator.on('read', (_request, n) => n === 4 && change(first, 'verified'));
    // Long enough for the five minutes that two answers 429 are worth each.
    const inputs = { sso_connector_id: first.id, ...WAIT, wait_for_verification: '1h' };
    const { failures, lines } = await runQuick(simulator, inputs);
    expect(failures).toEqual([]);
    expect(simulator.requests.map(({ method }) => method)).toEqual(['GET', 'GET', 'GET', 'GET', 'PATCH']);
    expect(lines.filter((line) => /^Could not read domain-1\.example: .* Still waiting\.$/.test(line))).toHaveLength(2);
    expect(simulator.connectors[0]?.enabled).toBe(true);
  });

  it('that passes does not end the wait for one that an incomplete list leaves out', async () => {
    await using simulator = await startSimulator({ listPageSize: 1, listStyle: 'repeating' });
    // The list has the first alone, so that the second is read by its id.
    simulator.addConnector();
    const two = simulator.addConnector({ verification: { status: 'pending' } });
    simulator.fault({ path: new RegExp(two.id), after: 1, respond: 'reset' });
    const { failures, lines } = await runQuick(simulator, {
      ...{ mode: 'check', connectors: listById([two], 'enabled: false'), wait_for_verification: '60s' },
    });
    expect(lines.filter((line) => line.endsWith(' Still waiting.'))).toHaveLength(1);
    expect(failures).toMatchObject([{ title: 'domain-2.example: not verified (pending)' }]);
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
    const { failures } = await runQuick(simulator, { sso_connector_id: first.id, ...WAIT });
    expect(failures).toHaveLength(1);
    expect(failures[0]?.message).toMatch(/^Could not read domain-1\.example: /);
    expect(failures[0]?.email_domain).toBe('domain-1.example');
    expect(sent(simulator)).toEqual(Array(2).fill(`GET /${first.id}`));
  });

  it('is tried again within the check, as often as max_retries says', async () => {
    await using step = await start('pending');
    const { simulator, first, change } = step;
    simulator.fault({ after: 1, times: 3, respond: { status: 503 } });
    simulator.on('read', (_, n) => n === 5 && change(first, 'verified'));
    const { failures, clock } = await runQuick(simulator, { sso_connector_id: first.id, ...WAIT, max_retries: '3' });
    expect(failures).toEqual([]);
    expect(clock.pauses).toEqual([15_000, 375, 750, 1500]);
  });
});

describe('the time running out', () => {
  const late = (domain: string, code: string, span: string) => ({
    kind: 'not_verified',
    title: `${domain}: not verified (pending)`,
    message: `${domain} is not verified (pending) after a wait of ${span}. The TXT record at ${domain} must be ${code}; public DNS has no TXT record there.`,
    action:
      'Add the TXT record. Cloudflare checks DNS for two days after the verification began. Run this again later, or use a longer wait_for_verification.',
  });

  it.each([
    ['the interval is longer', '1h', [119_000, 1000]],
    ['the interval fits in', '50s', [50_000, 50_000, 19_000, 1000]],
  ])('fails the step, after a last check shortly before: %s', async (_, poll_interval, pauses) => {
    await using step = await start('pending');
    const { simulator, first } = step;
    const limits = { wait_for_verification: '2m', poll_interval };
    const { failures, clock } = await runQuick(simulator, { ...WAIT, ...limits, sso_connector_id: first.id });
    expect(clock.pauses).toEqual(pauses);
    expect(failures).toMatchObject([late('domain-1.example', first.verification?.code ?? '', '2 min')]);
    expect(simulator.requestsTo('PATCH')).toEqual([]);
  });

  it.each<[string, Fault, string]>([
    ['while a check hangs', { after: 1, respond: 'hang' }, '0'],
    ['while a check is tried again and again', { after: 1, times: Infinity, respond: { status: 503 } }, '10'],
  ])('ends a check that is under way: %s', async (_, fault, max_retries) => {
    await using step = await start('pending');
    const { simulator, first } = step;
    const clock = new FakeClock();
    simulator.fault(fault);
    // Time passes while the answer to a check is awaited.
    simulator.on('request', (_request, n) => n > 1 && clock.advance(60_000));
    const inputs = { ...WAIT, sso_connector_id: first.id, max_retries, wait_for_verification: '1m' };
    const { failures, outputs } = await runQuick(simulator, inputs, { clock });
    const unread = '1 min, and could not be read at the end: no valid answer in time';
    const told = late('domain-1.example', first.verification?.code ?? '', unread);
    const title = `${told.title}, then no valid answer in time`;
    const action = `The last reads failed. Run this again first. ${told.action}`;
    expect(failures).toMatchObject([{ ...told, title, action }]);
    expect(simulator.requestsTo('PATCH')).toEqual([]);
    expect(simulator.requests).toHaveLength(2);
    // The answer before decided.
    expect(outputs['http_status']).toBe('200');
  });

  it('says so of the last check, whatever came of the one before', async () => {
    await using step = await start('pending');
    const { simulator, first } = step;
    const clock = new FakeClock();
    simulator.fault({ after: 1, respond: 'reset' });
    simulator.fault({ after: 2, respond: 'hang' });
    simulator.on('request', (_request, n) => n > 3 && clock.advance(60_000));
    const inputs = { ...WAIT, sso_connector_id: first.id, max_retries: '0', wait_for_verification: '1m' };
    const { failures } = await runQuick(simulator, inputs, { clock });
    expect(failures.map(({ title }) => title)).toEqual([
      'domain-1.example: not verified (pending), then no valid answer in time',
    ]);
  });

  it('says that the state at the end is unknown if the last check failed', async () => {
    await using step = await start('pending');
    step.simulator.fault({ after: 1, times: Infinity, respond: 'reset' });
    const inputs = { ...WAIT, sso_connector_id: step.first.id, wait_for_verification: '1m' };
    const { failures } = await runQuick(step.simulator, inputs);
    expect(failures[0]?.message).toMatch(
      /^domain-1\.example is not verified \(pending\) after a wait of 1 min, and could not be read at the end: no answer \(ECONNRESET\)\. /,
    );
  });

  it('blames no one for a field that a look leaves out', async () => {
    await using step = await start('pending');
    const { simulator, first, change } = step;
    simulator.on('read', (_, n) => n === 1 && change(first, 'verified'));
    simulator.fault({
      method: 'GET',
      transform: (envelope) => ({ ...envelope, result: { ...(envelope.result as object), enabled: null } }),
    });
    const inputs = { mode: 'update', sso_connector_id: first.id, enabled: 'false', wait_for_verification: '10m' };
    const { failures } = await runQuick(simulator, inputs);
    expect(failures).toMatchObject([
      {
        kind: 'unexpected',
        message:
          'Cloudflare was asked to set enabled=false for domain-1.example, which is done. But enabled is unknown, must be false.',
        action: 'The last answer leaves this out. Run mode: check to see.',
      },
    ]);
  });

  it('is not enough if the domain is verified no more at the end', async () => {
    await using step = await start('verified');
    const { simulator, first } = step;
    simulator.fault({
      method: 'PATCH',
      transform: (envelope) => ({
        ...envelope,
        result: { ...(envelope.result as object), verification: { ...first.verification, status: 'pending' } },
      }),
    });
    const { failures, outputs } = await runQuick(simulator, { ...WAIT, mode: 'update', sso_connector_id: first.id });
    expect(failures).toMatchObject([{ kind: 'not_verified', title: 'domain-1.example: not verified (pending)' }]);
    expect(failures[0]?.message).toContain('not verified (pending), and wait_for_verification asks for that. ');
    expect(outputs).toMatchObject({ in_sync: 'false', enabled: 'true' });
  });

  it('leaves DNS half a second', async () => {
    await using step = await start('pending');
    const limits: (number | undefined)[] = [];
    await runQuick(
      step.simulator,
      { ...WAIT, sso_connector_id: step.first.id },
      { lookUpTxt: async (_domain, _signal, limit) => ({ unknown: String(limits.push(limit)) }) },
    );
    expect(limits).toEqual([500]);
  });

  it('ends no wait of which the last check sees it verified', async () => {
    await using step = await start('pending');
    const { simulator, first, change } = step;
    simulator.on('read', (_, n) => n === 2 && change(first, 'verified'));
    const limits = { wait_for_verification: '20s', poll_interval: '1h' };
    const { failures, clock } = await runQuick(simulator, { ...WAIT, sso_connector_id: first.id, ...limits });
    expect(failures).toEqual([]);
    expect(clock.pauses).toEqual([19_000]);
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
    const { failures } = await runQuick(simulator, { sso_connector_id: first.id, ...WAIT });
    expect(failures).toEqual([]);
    expect(simulator.requestsTo('PATCH').map(({ body }) => body)).toEqual(['{"enabled":true}']);
    expect(simulator.connector(first.id)?.enabled).toBe(true);
  });
});

describe('the read just after a begin', () => {
  it('that is refused fails the step at once, and says what was begun', async () => {
    await using step = await start('awaiting');
    const { simulator, first } = step;
    const errors = [{ code: 1234, message: 'no' }];
    simulator.fault({ method: 'GET', after: 1, respond: { status: 403, body: { success: false, errors } } });
    const inputs = { sso_connector_id: first.id, begin_verification: 'true', ...WAIT };
    const { failures, clock } = await runQuick(simulator, inputs);
    expect(failures).toHaveLength(1);
    expect(failures[0]?.message).toMatch(
      /^Cloudflare accepted the request to begin the verification, but what came of it is unknown\. Could not read domain-1\.example: /,
    );
    expect(failures[0]?.may_have_taken_effect).toBe(true);
    expect(simulator.requests).toHaveLength(3);
    expect(clock.pauses).toEqual([]);
  });
});

it.each(['awaiting', 'verified'])(
  'a connector that is gone from the list after a begin fails with what was begun, beside one that is %s',
  async (status) => {
    await using step = await start('awaiting', status);
    const { simulator, connectors, first } = step;
    const [, second] = connectors;
    if (second) simulator.fault(listOnly(second));
    const list = '- email_domain: domain-1.example\n- email_domain: domain-2.example';
    const { failures } = await runQuick(simulator, { mode: 'reconcile', connectors: list, begin_verification: 'true' });
    expect(failures).toMatchObject([{ kind: 'not_found', sso_connector_id: first.id, may_have_taken_effect: true }]);
    expect(failures[0]?.message).toMatch(
      /^Cloudflare accepted the request to begin the verification, but what came of it is unknown\. Account /,
    );
  },
);

describe('a check that reads some of them only', () => {
  /** Both are read one by one, since the list has neither; the second one cannot be read any more. */
  async function startHalfRead(status: string) {
    const step = await start(status, status);
    const { simulator, connectors } = step;
    const [one, two] = connectors.map(({ id }) => id);
    simulator.fault({
      ...{ method: 'GET', path: /sso_connectors$/, times: Infinity },
      transform: (envelope) => ({ ...envelope, result: [], result_info: { count: 0, per_page: 20, total_count: 2 } }),
    });
    const body = { success: false, errors: [{ code: 1, message: 'no' }] };
    simulator.fault({
      method: 'GET',
      path: new RegExp(`${two}`),
      after: 1,
      times: Infinity,
      respond: { status: 503, body },
    });
    return { ...step, one: one ?? '', two: two ?? '', connectors: listById(connectors, 'enabled: true') };
  }

  it('has one that is verified enabled', async () => {
    await using step = await startHalfRead('pending');
    const { simulator, one, change, first } = step;
    simulator.on('request', (_, n) => n > 4 && change(first, 'verified'));
    const inputs = { mode: 'reconcile', connectors: step.connectors, wait_for_verification: '1m' };
    const { failures, lines } = await runQuick(simulator, inputs);
    expect(failures.map(({ title }) => title)).toEqual([
      'domain-2.example: not verified (pending), then Cloudflare failed (HTTP 503)',
    ]);
    expect(failures[0]?.message).toContain(
      'after a wait of 1 min, and could not be read at the end: Cloudflare failed (',
    );
    expect(lines).toContain('>>> domain-1.example: verification pending -> verified');
    expect(simulator.connector(one)?.enabled).toBe(true);
    expect(simulator.requestsTo('PATCH')).toHaveLength(1);
  });

  it('ends with the run, if that is cancelled meanwhile', async () => {
    await using step = await startHalfRead('pending');
    const { simulator } = step;
    const cancel = new AbortController();
    simulator.on('request', (_, n) => n === 6 && cancel.abort(new Cancelled('SIGTERM')));
    const inputs = { mode: 'reconcile', connectors: step.connectors, wait_for_verification: '1m' };
    const { failures } = await runQuick(simulator, inputs, { signal: cancel.signal });
    expect(failures.map(({ kind }) => kind)).toEqual(['cancelled']);
  });

  it('ends the wait at once for one whose verification has failed', async () => {
    await using step = await startHalfRead('pending');
    const { simulator, change, first } = step;
    simulator.on('request', (_, n) => n > 4 && change(first, 'failed'));
    const inputs = { mode: 'reconcile', connectors: step.connectors, wait_for_verification: '1m' };
    const { failures, lines } = await runQuick(simulator, inputs);
    expect(failures[0]?.message).toMatch(
      /^domain-1\.example is not verified \(failed\): Cloudflare did not find the TXT record within two days\. /,
    );
    expect(lines.filter((line) => line.startsWith('Waiting for'))).toEqual([
      'Waiting for 2 domains to be verified: 2 pending, 0 s elapsed, 1 min left.',
      expect.stringMatching(/^Waiting for domain-2\.example to be verified: pending, 15 s elapsed/),
      ...Array(3).fill(expect.stringContaining('domain-2.example')),
    ]);
  });

  it('does not say of one that it read to the end that it could not be read', async () => {
    await using step = await startHalfRead('pending');
    const inputs = { mode: 'reconcile', connectors: step.connectors, wait_for_verification: '1m' };
    const { failures } = await runQuick(step.simulator, inputs);
    expect(failures.map(({ message }) => message.includes('could not be read at the end'))).toEqual([false, true]);
  });

  it('leaves open what came of a verification for the other one alone', async () => {
    await using step = await startHalfRead('awaiting');
    const list = listById(step.simulator.connectors, 'use_fedramp_language: false');
    const inputs = { mode: 'reconcile', connectors: list, begin_verification: 'true' };
    const { failures } = await runQuick(step.simulator, inputs);
    expect(failures).toMatchObject([{ email_domain: 'domain-2.example', may_have_taken_effect: true }]);
    expect(failures[0]?.message).toMatch(
      /^Cloudflare accepted the request to begin the verification, but what came of it is unknown\. /,
    );
  });
});

it('a list that a check reads tells of unlisted connectors too', async () => {
  await using step = await start('pending', 'verified');
  const { simulator, first, change } = step;
  simulator.on('done', () => change(first, 'verified'));
  const connectors = listById([first], 'enabled: true');
  simulator.changeConnector(first.id, { enabled: false });
  const inputs = { mode: 'update', connectors: connectors.replace('true', 'false'), wait_for_verification: '1m' };
  const { outputs } = await runQuick(simulator, inputs);
  expect(JSON.parse(outputs['unlisted'] ?? '')).toMatchObject([{ email_domain: 'domain-2.example' }]);
});

describe('a check that fails for good', () => {
  it('leaves nothing to the gate, which would judge an old state', async () => {
    await using step = await start('pending');
    const { simulator, first } = step;
    const respond = { status: 404, body: { success: false, errors: [{ code: 1, message: 'Not found' }] } };
    simulator.fault({ after: 1, respond });
    const inputs = { mode: 'check', enabled: 'true', wait_for_verification: '10m', require_verified: 'true' };
    const { failures, outputs } = await runQuick(simulator, { sso_connector_id: first.id, ...inputs });
    expect(failures).toMatchObject([
      {
        kind: 'not_found',
        action:
          'It was there earlier in this run: was it deleted meanwhile? Then create it again, or remove it from your workflow.',
      },
    ]);
    expect(outputs).not.toHaveProperty('in_sync');
    expect(outputs['summary']).toContain('domain-1.example needs attention');
  });

  it('says of a domain that has left the list that it was there', async () => {
    await using step = await start('pending', 'verified');
    const { simulator } = step;
    simulator.fault({
      ...{ method: 'GET', after: 1, times: Infinity },
      transform: (envelope) => ({ ...envelope, result: (envelope.result as object[]).slice(1), result_info: null }),
    });
    const connectors = '- {email_domain: domain-1.example, enabled: false}';
    const { failures } = await runQuick(simulator, { mode: 'check', connectors, wait_for_verification: '10m' });
    expect(failures).toMatchObject([
      {
        kind: 'not_found',
        action:
          'It was there earlier in this run: was it deleted meanwhile? Then create it again, or remove it from your workflow.',
      },
    ]);
  });
});

describe('a list that is read again', () => {
  const GATE = { mode: 'check', wait_for_verification: '10m' };

  it('tells of drift of those that need no wait, too', async () => {
    await using step = await start('pending', 'verified');
    const { simulator, connectors, first, change } = step;
    const [, second] = connectors;
    simulator.on('done', () => {
      change(first, 'verified');
      simulator.changeConnector(second?.id ?? '', { enabled: true });
    });
    const inputs = { ...GATE, connectors: listById(connectors, 'enabled: false') };
    const { failures, outputs } = await runQuick(simulator, inputs);
    expect(failures.map(({ title }) => title)).toEqual(['domain-2.example: enabled is true, must be false']);
    expect(outputs['in_sync']).toBe('false');
  });

  it('has the wait go on for one that is verified no more', async () => {
    await using step = await start('pending', 'verified');
    const { simulator, connectors, first, change } = step;
    const [, second] = connectors;
    simulator.on('read', (_, n) => {
      if (n === 2) change(first, 'verified');
      if (n === 2 && second) change(second, 'pending');
      if (n === 4 && second) change(second, 'verified');
    });
    const { failures, lines } = await runQuick(simulator, {
      ...GATE,
      connectors: listById(connectors, 'enabled: false'),
    });
    expect(failures).toEqual([]);
    expect(lines.filter((line) => line.startsWith('Waiting for domain-2.example'))).toHaveLength(2);
  });

  it('has mode reconcile heal what has drifted meanwhile', async () => {
    await using step = await start('awaiting', 'verified');
    const { simulator, connectors } = step;
    const [, second] = connectors;
    simulator.once('done', () => simulator.changeConnector(second?.id ?? '', { use_fedramp_language: true }));
    const list = listById(connectors, 'use_fedramp_language: false');
    const { failures } = await runQuick(simulator, { mode: 'reconcile', begin_verification: 'true', connectors: list });
    expect(failures).toEqual([]);
    expect(simulator.connector(second?.id ?? '')?.use_fedramp_language).toBe(false);
  });

  it('keeps how one was found that this run has changed before', async () => {
    await using step = await start('pending', 'verified');
    const { simulator, connectors, first, change } = step;
    const [, second] = connectors;
    simulator.on('read', (_, n) => n === 2 && change(first, 'verified'));
    const list = [
      `- { sso_connector_id: ${first.id}, enabled: false }`,
      `- { sso_connector_id: ${second?.id}, enabled: false, use_fedramp_language: true }`,
    ];
    const inputs = { mode: 'reconcile', wait_for_verification: '10m', connectors: list.join('\n') };
    const { failures, outputs } = await runQuick(simulator, inputs);
    expect([failures, outputs['changed']]).toEqual([[], 'true']);
    expect(JSON.parse(outputs['drift'] ?? '')).toMatchObject([{ field: 'use_fedramp_language', expected: true }]);
  });

  it('fails one that it has twice, one of them otherwise', async () => {
    await using step = await start('pending', 'verified');
    const { simulator, connectors, first, change } = step;
    const [, second] = connectors;
    simulator.on('read', (_, n) => n === 2 && change(first, 'verified'));
    simulator.fault({
      ...{ method: 'GET', after: 1 },
      transform: (envelope) => {
        const twice = (envelope.result as { id: string }[]).filter(({ id }) => id === second?.id);
        const others = twice.map((one) => ({ ...one, enabled: true }));
        return { ...envelope, result: [...(envelope.result as object[]), ...others], result_info: null };
      },
    });
    const { failures } = await runQuick(simulator, { ...GATE, connectors: listById(connectors, 'enabled: false') });
    expect(failures).toMatchObject([{ kind: 'ambiguous', title: 'domain-2.example: 2 connectors of this id' }]);
  });

  it('leaves unknown what came of a change of another that was lost', async () => {
    await using step = await start('pending', 'verified');
    const { simulator, connectors, first, change } = step;
    const [, second] = connectors;
    simulator.on('read', (_, n) => n === 2 && change(first, 'verified'));
    simulator.fault({ method: 'PATCH', path: new RegExp(`${second?.id}`), respond: { status: 503 } });
    const list = listById(connectors, 'use_fedramp_language: true');
    const { failures, result } = await runQuick(simulator, { ...GATE, mode: 'reconcile', connectors: list });
    expect(failures).toMatchObject([{ sso_connector_id: second?.id, may_have_taken_effect: true }]);
    expect(result.outcomes.map(({ isUncertain }) => isUncertain)).toEqual([false, true]);
  });

  it('has one that failed before, and that it does not have any more, fail no more than once', async () => {
    await using step = await start('pending', 'failed');
    const { simulator, connectors, first } = step;
    simulator.on('read', (_, n) => n === 2 && step.change(first, 'verified'));
    simulator.fault(listOnly(first));
    const { failures, outputs } = await runQuick(simulator, {
      ...GATE,
      connectors: listById(connectors, 'enabled: true'),
    });
    expect(failures.map(({ title }) => title)).toEqual([
      'domain-1.example: enabled is false, must be true',
      'domain-2.example: not verified (failed)',
    ]);
    expect(outputs['in_sync']).toBe('false');
  });

  it('says nothing of the drift of one that is gone while it is waited for', async () => {
    await using step = await start('pending', 'pending');
    const { simulator, connectors, first } = step;
    const [, second] = connectors;
    simulator.on('read', (_, n) => n === 2 && step.change(first, 'verified'));
    simulator.fault(listOnly(first));
    const { failures } = await runQuick(simulator, { ...GATE, connectors: listById(connectors, 'enabled: true') });
    expect(failures.map(({ kind, sso_connector_id }) => [kind, sso_connector_id])).toEqual([
      ['drift', first.id],
      ['not_found', second?.id],
    ]);
  });

  it('keeps the list that was whole to say which connectors nobody listed', async () => {
    await using step = await start('pending', 'pending', 'verified');
    const { simulator, connectors, first, change } = step;
    const [, second] = connectors;
    simulator.on('read', (_, n) => {
      for (const each of [first, second]) if (each && n === 2) change(each, 'verified');
    });
    simulator.fault({
      ...{ method: 'GET', after: 1 },
      transform: (envelope) => ({
        ...envelope,
        result: (envelope.result as object[]).slice(0, 2),
        result_info: { total_count: 3 },
      }),
    });
    const { outputs } = await runQuick(simulator, {
      ...GATE,
      connectors: listById(connectors.slice(0, 2), 'enabled: false'),
    });
    expect(JSON.parse(outputs['unlisted'] ?? '')).toMatchObject([{ email_domain: 'domain-3.example' }]);
  });

  it('has one that it gives in a form that cannot be read fail with what there is to do', async () => {
    await using step = await start('pending', 'pending');
    const { simulator, connectors, first } = step;
    simulator.on('read', (_, n) => n === 2 && step.change(first, 'verified'));
    simulator.fault({
      ...{ method: 'GET', after: 1, times: Infinity },
      transform: (envelope) => ({
        ...envelope,
        result: (envelope.result as { id: string }[]).map((one) =>
          one.id === first.id ? one : { ...one, enabled: 'yes' },
        ),
      }),
    });
    const { failures } = await runQuick(simulator, { ...GATE, connectors: listById(connectors, 'enabled: false') });
    expect(failures.map(({ kind, action }) => [kind, action])).toEqual([
      ['unexpected', 'Run this again. If that does not help, ask Cloudflare support.'],
    ]);
  });

  it.each(['check', 'reconcile'])('fails one that it does not have any more, in mode %s', async (mode) => {
    await using step = await start('pending', 'verified');
    const { simulator, connectors, first, change } = step;
    const [, second] = connectors;
    simulator.on('read', (_, n) => n === 2 && change(first, 'verified'));
    simulator.fault(listOnly(first));
    const list = listById(connectors, 'enabled: false');
    const { failures, lines, outputs } = await runQuick(simulator, { ...GATE, mode, connectors: list });
    expect(failures).toMatchObject([
      {
        title: 'domain-2.example: no connector with this id',
        message: `Account ${simulator.accountId} has no connector with the id ${second?.id}.`,
        action:
          'It was there earlier in this run: was it deleted meanwhile? Then create it again, or remove it from your workflow.',
      },
    ]);
    // It was verified, when it was last read.
    expect(outputs).toMatchObject({ in_sync: 'false', verified: 'false' });
    expect(lines.filter((line) => line.startsWith('Waiting for'))).toHaveLength(1);
  });

  it.each([
    ['by its domain', false],
    ['by its id and domain', true],
  ])('fails one given %s that is of another domain then, and changes nothing of it', async (_, hasId) => {
    await using step = await start('pending', 'verified');
    const { simulator, connectors, first, change } = step;
    const [, second] = connectors;
    simulator.changeConnector(second?.id ?? '', { enabled: true });
    simulator.on('read', (_, n) => {
      if (n === 2) {
        change(first, 'verified');
        simulator.changeConnector(second?.id ?? '', { email_domain: 'other.example', enabled: false });
      }
    });
    const id = hasId ? `sso_connector_id: ${second?.id}, ` : '';
    const list = `- { sso_connector_id: ${first.id} }\n- { ${id}email_domain: domain-2.example, enabled: true }`;
    const { failures } = await runQuick(simulator, { ...GATE, mode: 'reconcile', connectors: list });
    const what = hasId
      ? 'Check which of sso_connector_id and email_domain is right.'
      : 'Run this again: the domain may have another connector now.';
    const action = `It was of this domain earlier in this run. ${what}`;
    expect(failures).toMatchObject([{ kind: 'wrong_domain', action }]);
    expect(simulator.requestsTo('PATCH')).toEqual([]);
  });

  it.each([
    ['leaves one as it was that a look cannot read, and no wait is for', 1, []],
    ['fails it if the last look cannot', Infinity, [{ kind: 'unexpected', email_domain: 'domain-2.example' }]],
  ])('%s', async (_, times, failed) => {
    await using step = await start('pending', 'verified');
    const { simulator, connectors, first, change } = step;
    const [, second] = connectors;
    simulator.on('read', (_, n) => n === 4 && change(first, 'verified'));
    simulator.fault({
      ...{ method: 'GET', after: 1, times },
      transform: (envelope) => ({
        ...envelope,
        result: (envelope.result as { id: string }[]).map((one) =>
          one.id === second?.id ? { ...one, enabled: 'yes' } : one,
        ),
      }),
    });
    const list = listById(connectors, 'enabled: false');
    const { failures, outputs } = await runQuick(simulator, { ...GATE, connectors: list });
    expect(failures).toMatchObject(failed);
    expect(outputs).toMatchObject({ in_sync: String(times === 1) });
  });

  it('fails one that the list after a begin cannot read, also without a wait', async () => {
    await using step = await start('verified', 'awaiting');
    const { simulator, connectors, first } = step;
    simulator.fault({
      ...{ method: 'GET', after: 1, times: Infinity },
      transform: (envelope) => ({
        ...envelope,
        result: (envelope.result as { id: string }[]).map((one) =>
          one.id === first.id ? { ...one, enabled: 'yes' } : one,
        ),
      }),
    });
    const list = listById(connectors, 'enabled: false');
    const { failures } = await runQuick(simulator, { mode: 'reconcile', connectors: list, begin_verification: 'true' });
    expect(failures).toMatchObject([{ kind: 'unexpected', email_domain: 'domain-1.example' }]);
  });

  it('has mode reconcile heal what needs no wait, though the wait has failed', async () => {
    await using step = await start('pending');
    const { simulator, first } = step;
    simulator.on('read', (_, n) => n === 2 && simulator.changeConnector(first.id, { enabled: true }));
    const inputs = { mode: 'reconcile', sso_connector_id: first.id, enabled: 'false', wait_for_verification: '1m' };
    const { failures, result } = await runQuick(simulator, inputs);
    expect(failures).toMatchObject([{ kind: 'not_verified' }]);
    expect(sent(simulator).at(-1)).toBe(`PATCH /${first.id} {"enabled":false}`);
    expect(result.outcomes.flatMap(changesByUs)).toEqual([{ field: 'enabled', before: 'true', after: 'false' }]);
  });

  it('never enables after a wait that has failed', async () => {
    await using step = await start('pending');
    const { simulator, first } = step;
    await runQuick(simulator, { ...WAIT, sso_connector_id: first.id, wait_for_verification: '1m' });
    expect(simulator.requestsTo('PATCH')).toEqual([]);
  });

  it.each(['update', 'check'])('tells in mode %s what became of one that has failed before', async (mode) => {
    await using step = await start('failed', 'pending');
    const { simulator, connectors, first, change } = step;
    const [, second] = connectors;
    simulator.on('read', (_, n) => {
      if (n === 2) simulator.changeConnector(first.id, { enabled: true });
      if (n === 3 && second) change(second, 'verified');
    });
    const list = connectors.map(({ email_domain }) => `- { email_domain: ${email_domain}, enabled: false }`).join('\n');
    const { failures, result } = await runQuick(simulator, { ...GATE, mode, connectors: list });
    expect(failures.map(({ title }) => title)).toEqual([
      'domain-1.example: not verified (failed)',
      'domain-1.example: enabled is true, must be false',
    ]);
    expect(result.outcomes.flatMap(changesByOthers)).toEqual([{ field: 'enabled', before: 'false', after: 'true' }]);
    expect(describeConsequences(result)).toEqual([]);
  });

  it('says of one that is of another domain by now that it was of this one', async () => {
    await using step = await start('pending', 'verified');
    const { simulator, connectors, first, change } = step;
    const [, second] = connectors;
    simulator.on('read', (_, n) => {
      if (n === 2) {
        change(first, 'verified');
        simulator.changeConnector(second?.id ?? '', { email_domain: 'other.example' });
        simulator.addConnector({ email_domain: 'domain-2.example' });
      }
    });
    const list = '- { email_domain: domain-1.example }\n- { email_domain: domain-2.example }';
    const { failures, outputs } = await runQuick(simulator, { ...GATE, connectors: list });
    expect(failures).toMatchObject([
      {
        kind: 'wrong_domain',
        action: 'It was of this domain earlier in this run. Run this again: the domain may have another connector now.',
      },
    ]);
    // The entry still names its domain.
    expect(outputs['unlisted']).toBe('[]');
  });

  it('sees a connector that is new, and that no entry names', async () => {
    await using step = await start('pending', 'verified');
    const { simulator, connectors, first, change } = step;
    simulator.on('read', (_, n) => {
      if (n === 2) {
        change(first, 'verified');
        simulator.addConnector({ email_domain: 'rogue.example' });
      }
    });
    const inputs = { ...GATE, unlisted: 'fail', connectors: listById(connectors, 'enabled: false') };
    const { failures } = await runQuick(simulator, inputs);
    expect(failures).toMatchObject([{ kind: 'unlisted', email_domain: 'rogue.example' }]);
  });

  it('tells an enable that undoes what someone else did meanwhile, and that', async () => {
    await using step = await start('pending', 'verified');
    const { simulator, connectors, first, change } = step;
    const [, second] = connectors;
    simulator.changeConnector(second?.id ?? '', { enabled: true });
    simulator.on('read', (_, n) => {
      if (n === 2) {
        change(first, 'verified');
        simulator.changeConnector(second?.id ?? '', { enabled: false });
      }
    });
    const list = `- { sso_connector_id: ${first.id} }\n- { sso_connector_id: ${second?.id}, enabled: true }`;
    const { outputs, result } = await runQuick(simulator, { ...GATE, mode: 'reconcile', connectors: list });
    expect(outputs).toMatchObject({ changed: 'true', in_sync: 'true', drift: '[]' });
    expect(result.outcomes.flatMap(changesByOthers)).toEqual([{ field: 'enabled', before: 'true', after: 'false' }]);
    expect(result.outcomes.flatMap(changesByUs)).toEqual([{ field: 'enabled', before: 'false', after: 'true' }]);
    expect(describeConsequences(result).join()).toMatch(/^Every user of domain-2\.example must log in through SSO /);
  });

  it('says nothing of one without an id', async () => {
    await using step = await start('pending', 'verified');
    const { simulator, connectors, first, change } = step;
    simulator.on('read', (_, n) => n === 2 && change(first, 'verified'));
    simulator.fault({
      ...{ method: 'GET' },
      transform: (envelope) => {
        const [one, { id: _, ...other }] = envelope.result as [object, { id: string }];
        return { ...envelope, result: [one, other] };
      },
    });
    const list = connectors.map(({ email_domain: domain }) => `- { email_domain: ${domain}, enabled: false }`);
    const { failures, lines } = await runQuick(simulator, { ...GATE, connectors: list.join('\n') });
    expect(failures).toEqual([]);
    expect(lines.filter((line) => line.startsWith('Waiting for'))).toHaveLength(1);
  });
});
