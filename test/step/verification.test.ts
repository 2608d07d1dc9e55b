import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { failuresOf, runStep, sent } from '../kit/connector-step.ts';
import { runQuick } from '../kit/quick-run.ts';
import { type DnsServer, startDnsServer } from '../network/dns-server.ts';
import type { Connector } from '../simulator/connectors.ts';
import type { Fault } from '../simulator/faults.ts';
import { type Simulator, type SimulatorOptions, startSimulator } from '../simulator/simulator.ts';

/** Longer than any wait that ends early takes, whatever the machine is busy with. */
const WAIT = { wait_for_verification: '2m' };
const BEGIN = { begin_verification: 'true' };
const ENABLE = { enabled: 'true' };

let dns: DnsServer;
beforeAll(async () => {
  dns = await startDnsServer();
});
afterAll(() => dns.close());

/** A simulator with one connector of this status. */
async function start(status: string, options: SimulatorOptions = {}) {
  const simulator = await startSimulator(options);
  const connector = simulator.addConnector({ email_domain: 'acme.example', verification: { status } });
  return {
    simulator,
    connector,
    run: (inputs: Record<string, string>) =>
      runStep(simulator, { sso_connector_id: connector.id, max_retries: '0', ...inputs }, { dns: dns.address }),
    quick: (inputs: Record<string, string>) => runQuick(simulator, { sso_connector_id: connector.id, ...inputs }),
    [Symbol.asyncDispose]: () => simulator.close(),
  };
}

/** Has the n-th read of the run see this status. */
function changeAtRead(simulator: Simulator, { id }: Connector, read: number, status: string): void {
  simulator.on('read', (_, n) => {
    if (n === read) simulator.changeConnector(id, { verification: { status } });
  });
}

/** What fails once the time of a wait has run out. */
function late({ verification }: Connector, span: string, fault = '') {
  return {
    kind: 'not_verified',
    title: `acme.example: not verified (pending)${fault && `, then ${fault}`}`,
    // What DNS says within half a second hangs on the machine; wait.test.ts has it on a fake clock.
    message: expect.stringContaining(
      `acme.example is not verified (pending) after a wait of ${span}. The TXT record at acme.example must be ${verification?.code}; `,
    ),
  };
}

describe.concurrent('begin_verification', () => {
  it.each(['awaiting', 'failed'])('asks Cloudflare to check for the record if the status is %s', async (status) => {
    await using step = await start(status);
    const { exitCode, outputs, log } = await step.run({ mode: 'reconcile', ...BEGIN });
    const { id } = step.connector;
    expect(sent(step.simulator)).toEqual([`GET /${id}`, `POST /${id}/begin_verification`, `GET /${id}`]);
    expect(log).toContain('Asked Cloudflare to begin the verification of acme.example.');
    expect(exitCode).toBe(0);
    expect(outputs).toMatchObject({ verification_status: 'pending', verified: 'false', changed: 'true' });
  });

  it('that is refused is explained by one GET and fails the step; nothing is waited for or enabled', async () => {
    await using step = await start('awaiting');
    const errors = [{ code: 1234, message: 'not now' }];
    step.simulator.fault({ method: 'POST', respond: { status: 400, body: { success: false, errors } } });
    const result = await step.run({ mode: 'reconcile', ...BEGIN, ...WAIT, ...ENABLE });
    const { id } = step.connector;
    expect(sent(step.simulator)).toEqual([`GET /${id}`, `POST /${id}/begin_verification`, `GET /${id}`]);
    expect(failuresOf(result)).toMatchObject([
      { kind: 'refused', title: 'acme.example: Cloudflare refused: not now', may_have_taken_effect: false },
    ]);
    const message = new RegExp(
      `^Could not begin the verification of acme\\.example: Cloudflare error 1234 "not now" \\(HTTP 400, cf-ray \\S+\\)\\. acme\\.example is not verified \\(awaiting\\)\\. The TXT record at acme\\.example must be ${step.connector.verification?.code}; `,
    );
    expect(failuresOf(result)).toMatchObject([
      { message: expect.stringMatching(message), action: expect.stringMatching(/Then run this again\.$/) },
    ]);
    expect(result.outputs['summary']).toContain(`\`${step.connector.verification?.code}\``);
    expect(result.outputs['errors']).toBe(JSON.stringify(errors));
    expect(result).toMatchObject({ exitCode: 1, outputs: { http_status: '400', changed: 'false' } });
  });

  it.each([
    ['pending', ['GET', 'POST', 'GET', 'GET', 'PATCH'], 'The verification of acme.example is under way already.'],
    ['verified', ['GET', 'POST', 'GET', 'PATCH'], 'acme.example is verified already.'],
  ])('that is refused because it is %s by now goes on', async (status, methods, line) => {
    await using step = await start('awaiting');
    const { simulator, connector } = step;
    const errors = [{ code: 1234, message: 'under way' }];
    simulator.fault({ method: 'POST', respond: { status: 409, body: { success: false, errors } } });
    changeAtRead(simulator, connector, 2, status);
    changeAtRead(simulator, connector, 3, 'verified');
    const result = await step.quick({ mode: 'reconcile', ...BEGIN, ...WAIT, ...ENABLE });
    expect(failuresOf(result)).toEqual([]);
    expect(simulator.requests.map(({ method }) => method)).toEqual(methods);
    expect(result.lines).toContain(line);
    expect(result).toMatchObject({ exitCode: 0, outputs: { enabled: 'true', errors: '[]' } });
  });

  it('that is refused is followed by a GET with retries, since the wait hangs on it', async () => {
    await using step = await start('awaiting');
    const { simulator, connector } = step;
    const refuse = (method: string, status: number, after = 0) =>
      simulator.fault({ method, after, respond: { status, body: { success: false, errors: ['Not now'] } } });
    refuse('POST', 409);
    refuse('GET', 503, 1);
    changeAtRead(simulator, connector, 2, 'verified');
    const { failures } = await step.quick({ mode: 'reconcile', max_retries: '1', ...BEGIN, ...WAIT, ...ENABLE });
    expect(failures).toEqual([]);
    expect(simulator.requests.map(({ method }) => method)).toEqual(['GET', 'POST', 'GET', 'GET', 'PATCH']);
  });

  it('that is refused stands alone if the GET fails, which is best effort', async () => {
    await using step = await start('failed');
    const errors = [{ code: 1234, message: 'not now' }];
    step.simulator.fault({ after: 1, times: 2, respond: { status: 400, body: { success: false, errors } } });
    const { failures } = await step.quick({ mode: 'reconcile', ...BEGIN, ...WAIT });
    expect(failures).toMatchObject([{ kind: 'refused', title: 'acme.example: Cloudflare refused: not now' }]);
    // The TXT record may be another by now.
    expect(failures[0]?.message).not.toContain('TXT');
    expect(step.simulator.requests.map(({ method }) => method)).toEqual(['GET', 'POST', 'GET']);
  });

  it('that is refused with advice of its own gets no other', async () => {
    await using step = await start('awaiting');
    const errors = [{ code: 7001, message: 'Method not available' }];
    step.simulator.fault({ method: 'POST', respond: { status: 400, body: { success: false, errors } } });
    const { failures, outputs } = await step.quick({ mode: 'reconcile', enabled: 'false', ...BEGIN });
    expect(failures).toMatchObject([{ kind: 'refused', action: expect.stringMatching(/^Other requests of this run/) }]);
    expect(outputs).toMatchObject({ in_sync: 'true' });
    expect(failures[0]?.message).not.toContain('TXT');
  });

  it.each(['true', 'false'])('that finds the connector gone leaves open whether it has enabled=%s', async (enabled) => {
    await using step = await start('awaiting');
    const errors = [{ code: 7003, message: 'Could not route' }];
    step.simulator.fault({ method: 'POST', respond: { status: 404, body: { success: false, errors } } });
    const inputs = { mode: 'reconcile', enabled, require_verified: 'true', ...BEGIN };
    const { failures, outputs } = await step.quick(inputs);
    expect(failures).toMatchObject([{ kind: 'not_found' }]);
    expect(outputs).not.toHaveProperty('in_sync');
  });

  it('is for what is found alone', async () => {
    await using step = await start('verified');
    const { failures } = await step.quick({ sso_connector_id: '0'.repeat(32), mode: 'reconcile', ...BEGIN, ...WAIT });
    expect(failures).toMatchObject([{ kind: 'not_found' }]);
    expect(step.simulator.requests).toHaveLength(1);
  });

  it.each([
    ['a lost answer', 'apply-then-reset'],
    ['HTTP 500', { status: 500, body: { success: false, errors: ['No'] } }],
  ] as const)('whose effect is unknown fails the step without a GET: %s', async (_, respond) => {
    await using step = await start('awaiting');
    step.simulator.fault({ method: 'POST', respond });
    const result = await step.quick({ mode: 'reconcile', ...BEGIN });
    expect(step.simulator.requests.map(({ method }) => method)).toEqual(['GET', 'POST']);
    expect(failuresOf(result)).toMatchObject([{ email_domain: 'acme.example', may_have_taken_effect: true }]);
    for (const name of ['changed', 'in_sync']) expect(result.outputs).not.toHaveProperty(name);
  });

  it('whose read fails in passing goes on to the wait', async () => {
    await using step = await start('awaiting');
    step.simulator.publishTxt(step.connector.email_domain);
    step.simulator.fault({ method: 'GET', after: 1, respond: 'reset' });
    const { exitCode, lines } = await step.quick({ mode: 'reconcile', ...BEGIN, ...WAIT, ...ENABLE });
    expect(lines.slice(2, 4)).toEqual([
      expect.stringMatching(/^Could not read acme\.example: .* Still waiting\.$/),
      'Waiting for acme.example to be verified: awaiting, 0 s elapsed, 2 min left.',
    ]);
    expect(exitCode).toBe(0);
    expect(step.simulator.connectors[0]?.enabled).toBe(true);
  });

  it('whose read fails fails the step if there is no wait', async () => {
    await using step = await start('failed');
    step.simulator.fault({ method: 'GET', after: 1, respond: 'reset' });
    const result = await step.quick({ mode: 'reconcile', ...BEGIN });
    expect(result).toMatchObject({ exitCode: 1, outputs: { changed: 'true' } });
    expect(result.outputs).not.toHaveProperty('in_sync');
    expect(failuresOf(result)).toMatchObject([{ kind: 'unavailable', may_have_taken_effect: true }]);
    expect(failuresOf(result)[0]?.message).toMatch(
      /^Cloudflare accepted the request to begin the verification, but what came of it is unknown\. Could not read acme\.example: /,
    );
  });
});

describe.concurrent('wait_for_verification', () => {
  it.each(['update', 'reconcile'])('has mode %s begin, wait and then enable, and tells of it', async (mode) => {
    await using step = await start('awaiting', { verifyAfterLooks: 3 });
    const { simulator, connector } = step;
    const { exitCode, log, outputs, errors } = await step.run({ mode, ...BEGIN, ...WAIT, ...ENABLE });
    const read = `GET /${connector.id}`;
    expect(sent(simulator)).toEqual([
      read,
      `POST /${connector.id}/begin_verification`,
      ...[read, read, read],
      `PATCH /${connector.id} {"enabled":true}`,
    ]);
    const waiting = 'Waiting for acme.example to be verified: pending, … elapsed, … left.';
    expect(
      log
        .replace(/, .* elapsed, .* left/g, ', … elapsed, … left')
        .split('\n')
        .slice(0, 5),
    ).toEqual([
      `Mode ${mode}, account ${simulator.accountId}: connector ${connector.id}, enabled=true`,
      'Asked Cloudflare to begin the verification of acme.example.',
      ...[waiting, waiting],
      '>>> acme.example: verification pending -> verified',
    ]);
    expect({ exitCode, errors }).toEqual({ exitCode: 0, errors: [] });
    expect(outputs).toMatchObject({ verified: 'true', enabled: 'true', changed: 'true', in_sync: 'true' });
  });

  it('has mode check wait with GET alone, and then gate', async () => {
    await using step = await start('pending');
    changeAtRead(step.simulator, step.connector, 3, 'verified');
    const { exitCode } = await step.run({ mode: 'check', ...WAIT, require_verified: 'true', enabled: 'false' });
    expect(sent(step.simulator)).toEqual(Array(3).fill(`GET /${step.connector.id}`));
    expect(exitCode).toBe(0);
  });

  it.each([
    ['check', []],
    ['reconcile', ['PATCH']],
    ['update', ['PATCH']],
  ])('does not wait at all if the domain is verified at first: mode %s', async (mode, writes) => {
    await using step = await start('verified');
    const desired = mode === 'check' ? { require_verified: 'true' } : ENABLE;
    const { exitCode, lines, clock } = await step.quick({ mode, ...WAIT, ...desired });
    expect(step.simulator.requests.map(({ method }) => method)).toEqual(['GET', ...writes]);
    expect([lines.slice(1), clock.pauses]).toEqual([[], []]);
    expect(exitCode).toBe(0);
  });

  it('ends at once, as a failure, if the status is failed', async () => {
    await using step = await start('pending');
    const { simulator, connector } = step;
    changeAtRead(simulator, connector, 2, 'failed');
    const result = await step.run({ mode: 'reconcile', ...WAIT, ...ENABLE });
    expect(failuresOf(result)).toMatchObject([
      {
        kind: 'not_verified',
        title: 'acme.example: not verified (failed)',
        message: `acme.example is not verified (failed): Cloudflare did not find the TXT record within two days. The TXT record at acme.example must be ${connector.verification?.code}; the domain does not exist in public DNS.`,
      },
    ]);
    expect(sent(simulator)).toEqual(Array(2).fill(`GET /${connector.id}`));
    expect(result.log).toContain('>>> acme.example: verification pending -> failed');
    expect(result.outputs).toMatchObject({ verification_status: 'failed', changed: 'false', in_sync: 'false' });
    expect(result.exitCode).toBe(1);
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

  it('goes on after a passing fault of one check', async () => {
    await using step = await start('pending');
    const { simulator, connector } = step;
    simulator.fault({ after: 1, respond: 'reset' });
    changeAtRead(simulator, connector, 3, 'verified');
    const { exitCode, log } = await step.run({ mode: 'reconcile', ...WAIT, ...ENABLE });
    expect(simulator.requests.map(({ method }) => method)).toEqual(['GET', 'GET', 'GET', 'PATCH']);
    expect(log).toMatch(/^Could not read acme\.example: .* Still waiting\.$/m);
    expect(exitCode).toBe(0);
  });

  it('ends at a refusal of a check', async () => {
    await using step = await start('pending');
    const { simulator, connector } = step;
    const errors = [{ code: 1234, message: 'no' }];
    simulator.fault({ after: 1, respond: { status: 403, body: { success: false, errors } } });
    const result = await step.run({ mode: 'reconcile', ...WAIT, ...ENABLE });
    expect(sent(simulator)).toEqual(Array(2).fill(`GET /${connector.id}`));
    expect(failuresOf(result).map(({ email_domain }) => email_domain)).toEqual(['acme.example']);
    expect(result.exitCode).toBe(1);
  });

  it.each<[string, string, Fault | undefined]>([
    ['between two checks', '1h', undefined],
    ['while a check hangs', '1s', { after: 1, respond: 'hang' }],
    ['while a check is tried again and again', '1s', { after: 1, times: Infinity, respond: 'reset' }],
  ])('fails closed when its time is over: %s', async (_, interval, fault) => {
    await using step = await start('pending');
    const { simulator, connector } = step;
    if (fault) simulator.fault(fault);
    const limits = { wait_for_verification: '2s', poll_interval: interval, max_retries: '10' };
    const result = await step.run({ mode: 'update', ...ENABLE, ...limits });
    const reason = fault?.respond === 'reset' ? 'no answer (ECONNRESET)' : 'no valid answer in time';
    const expected = fault
      ? late(connector, `2 s, and could not be read at the end: ${reason}`, reason)
      : late(connector, '2 s');
    expect(failuresOf(result)).toMatchObject([expected]);
    expect(simulator.requestsTo('PATCH')).toEqual([]);
    expect(result.exitCode).toBe(1);
  });

  it('has mode check tell of drift too if it fails, and nothing is in sync', async () => {
    await using step = await start('pending');
    const result = await step.run({ mode: 'check', ...ENABLE, wait_for_verification: '1s' });
    expect(failuresOf(result)).toMatchObject([
      late(step.connector, '1 s'),
      { kind: 'drift', title: 'acme.example: enabled is false, must be true' },
    ]);
    expect(result.outputs['in_sync']).toBe('false');
  });

  it('is part of what is asked for: without it nothing is in sync', async () => {
    await using step = await start('pending');
    const { exitCode, outputs } = await step.run({ mode: 'check', enabled: 'false', wait_for_verification: '1s' });
    expect([exitCode, outputs['in_sync'], outputs['drift']]).toEqual([1, 'false', '[]']);
  });

  it('sends what is no enable before any waiting, and does not undo it', async () => {
    await using step = await start('pending');
    const { simulator, connector } = step;
    const result = await step.quick({ mode: 'update', enabled: 'false', use_fedramp_language: 'true', ...WAIT });
    const [first, ...others] = sent(simulator);
    expect(first).toBe(`PATCH /${connector.id} {"enabled":false,"use_fedramp_language":true}`);
    expect(new Set(others)).toEqual(new Set([`GET /${connector.id}`]));
    expect(failuresOf(result)).toMatchObject([late(connector, '2 min')]);
    expect(simulator.connectors[0]?.use_fedramp_language).toBe(true);
    expect(result.exitCode).toBe(1);
  });

  it('fails if someone else undoes meanwhile what was sent before it', async () => {
    await using step = await start('pending');
    const { simulator, connector } = step;
    simulator.on('read', () => {
      simulator.changeConnector(connector.id, { enabled: true, verification: { status: 'verified' } });
    });
    const result = await step.quick({ mode: 'update', enabled: 'false', ...WAIT });
    expect(failuresOf(result)).toMatchObject([
      {
        kind: 'unexpected',
        title: 'acme.example: enabled is true, must be false',
        message:
          'Cloudflare was asked to set enabled=false for acme.example, which is done. But enabled is true, must be false.',
        action:
          'Someone else may have changed it meanwhile: the audit log of the Cloudflare dashboard says who. Run this again if it is to be as you asked.',
        may_have_taken_effect: false,
      },
    ]);
    expect(result.outputs).toMatchObject({ enabled: 'true', in_sync: 'false' });
    expect(result.outputs['summary']).toContain('SSO is on again for acme.example');
    expect(sent(simulator).filter((request) => request.startsWith('PATCH'))).toHaveLength(1);
  });

  it.each([
    ['its own change', true, /#### Changed\n[^#]*`enabled` \| true \| \*\*false\*\*/],
    ['nothing as its own, if it changed nothing', false, /^(?!.*#### Changed\n)/s],
  ])('tells what someone else changes meanwhile as theirs, and %s', async (_, enabled, own) => {
    await using step = await start('pending');
    const { simulator, connector } = step;
    simulator.changeConnector(connector.id, { enabled });
    simulator.on('read', (_, n) => {
      if (n === 2) simulator.changeConnector(connector.id, { enabled: true, verification: { status: 'verified' } });
    });
    const guard = { email_domain: connector.email_domain ?? '' };
    const { outputs } = await step.quick({ mode: 'update', enabled: 'false', ...guard, ...WAIT });
    expect(outputs).toMatchObject({ changed: String(enabled), enabled: 'true', in_sync: 'false' });
    const theirs = /#### Changed by someone else meanwhile\n[^#]*`enabled` \| false \| \*\*true\*\*/;
    expect(outputs['summary']).toMatch(own);
    expect(outputs['summary']).toMatch(theirs);
    expect(outputs['summary']).toContain('SSO is on again for acme.example');
    expect(outputs['summary']).not.toContain('must log in through SSO');
  });

  it('says that it is unknown whether someone did, if the last read leaves it out', async () => {
    await using step = await start('pending');
    const { simulator } = step;
    simulator.fault({
      method: 'GET',
      transform: (envelope) => ({
        ...envelope,
        result: { ...(envelope.result as object), enabled: null, verification: { status: 'verified' } },
      }),
    });
    const result = await step.quick({ mode: 'update', enabled: 'false', ...WAIT });
    expect(failuresOf(result).map(({ title }) => title)).toEqual(['acme.example: enabled is unknown, must be false']);
    expect(result.outputs['summary']).toContain('whether SSO is now off for acme.example is unknown');
  });

  it('tells of that also if the wait has failed', async () => {
    await using step = await start('pending');
    const { simulator, connector } = step;
    simulator.on('read', () => simulator.changeConnector(connector.id, { enabled: true }));
    const result = await step.quick({ mode: 'update', enabled: 'false', ...WAIT });
    expect(failuresOf(result).map(({ title }) => title)).toEqual([
      'acme.example: not verified (pending)',
      'acme.example: enabled is true, must be false',
    ]);
  });

  it('sends what is no enable first in mode reconcile, too', async () => {
    await using step = await start('failed');
    step.simulator.changeConnector(step.connector.id, { enabled: true });
    const { exitCode } = await step.quick({ mode: 'reconcile', enabled: 'false', ...WAIT, ...BEGIN });
    const { id } = step.connector;
    expect(sent(step.simulator).slice(0, 3)).toEqual([
      `GET /${id}`,
      `PATCH /${id} {"enabled":false}`,
      `POST /${id}/begin_verification`,
    ]);
    expect(exitCode).toBe(1);
  });
});

describe.concurrent('require_verified', () => {
  it('says once what is missing, if the wait has said so already', async () => {
    await using step = await start('pending');
    const inputs = { mode: 'check', wait_for_verification: '1s', require_verified: 'true' };
    expect(failuresOf(await step.run(inputs))).toMatchObject([late(step.connector, '1 s')]);
  });

  it('is judged on what the PATCH of an update answers', async () => {
    await using step = await start('in_review');
    const { connector, simulator } = step;
    const inputs = { mode: 'update', use_fedramp_language: 'true', require_verified: 'true' };
    const result = await step.run(inputs);
    expect(sent(simulator)).toEqual([`PATCH /${connector.id} {"use_fedramp_language":true}`]);
    expect(failuresOf(result)).toMatchObject([
      { kind: 'not_verified', title: 'acme.example: not verified (in_review)' },
    ]);
    expect(result.outputs).toMatchObject({ verified: 'false', in_sync: 'false', use_fedramp_language: 'true' });
    expect(result.exitCode).toBe(1);
  });
});
