import { setTimeout } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { type RunOptions, runAction } from '../kit/runner.ts';
import { asked, explanation, inputsFor, nameOf } from '../kit/wait-step.ts';
import { startDnsServer } from '../network/dns-server.ts';
import type { Connector, ConnectorFields } from '../simulator/connectors.ts';
import { type Simulator, type SimulatorOptions, startSimulator } from '../simulator/simulator.ts';

/** A simulator with these connectors, and steps on them by id, in the order of their creation. */
async function start(fields: readonly ConnectorFields[], options: SimulatorOptions = {}) {
  const simulator = await startSimulator(options);
  const connectors = fields.map((each) => simulator.addConnector(each));
  return {
    simulator,
    connectors,
    run: (inputs: Record<string, string>, more: RunOptions = {}) =>
      runAction({ inputs: inputsFor(simulator, { connectors: listOf(connectors), ...inputs }), ...more }),
    [Symbol.asyncDispose]: () => simulator.close(),
  };
}

function listOf(connectors: readonly Connector[], desired = 'enabled: true'): string {
  return connectors.map(({ id }) => `- {sso_connector_id: ${id}, ${desired}}`).join('\n');
}

const fleet = (count: number, fields: ConnectorFields = {}) => Array.from({ length: count }, () => fields);
const drifted = ({ id, email_domain }: Connector) => ({
  ...{ sso_connector_id: id, email_domain, field: 'enabled', expected: true, actual: false },
});

/** The requests one after another, those under way at once in the order of the connectors. */
function sorted(simulator: Simulator): string[] {
  return asked(simulator).toSorted();
}

describe.concurrent('mode reconcile over many connectors', () => {
  it('sends 1 request for 40 in sync', async () => {
    await using step = await start(fleet(40, { enabled: true }));
    const { exitCode, outputs } = await step.run({ mode: 'reconcile' });
    expect(asked(step.simulator)).toEqual(['GET']);
    expect(outputs).toEqual({
      ...{ changed: 'false', in_sync: 'true', drift: '[]', errors: '[]', messages: '[]' },
      result: JSON.stringify(step.connectors),
    });
    expect(exitCode).toBe(0);
  });

  it('sends 1 request and one for each that differs, 8 at once at most', async () => {
    await using step = await start([...fleet(20, { enabled: true }), ...fleet(20)]);
    // The first eight are answered when they are all there, and a ninth had time to come.
    const eight = Promise.withResolvers<void>();
    let underWay = 0;
    let most = 0;
    step.simulator.fault({
      ...{ method: 'PATCH', times: Infinity },
      respond: async () => {
        underWay += 1;
        most = Math.max(most, underWay);
        if (underWay === 8) eight.resolve();
        await eight.promise.then(() => setTimeout(30));
        underWay -= 1;
        return undefined;
      },
    });
    const { exitCode, outputs, log } = await step.run({ mode: 'reconcile' });
    const differing = step.connectors.slice(20);
    expect(sorted(step.simulator)).toEqual(
      ['GET', ...differing.map(({ id }) => `PATCH /${id} {"enabled":true}`)].toSorted(),
    );
    expect(most).toBe(8);
    expect(step.simulator.connectors.every(({ enabled }) => enabled)).toBe(true);
    expect(outputs).toEqual({
      ...{ changed: 'true', in_sync: 'true', errors: '[]', messages: '[]' },
      drift: JSON.stringify(differing.map(drifted)),
      result: JSON.stringify(step.simulator.connectors),
    });
    expect(log.split('\n').at(-1)).toBe('40 connectors: 20 changed, 40 as asked for, 0 failed.');
    expect(exitCode).toBe(0);
  });

  it('finds them by id or by domain, in one request, and tells of them in the given order', async () => {
    await using step = await start(fleet(3));
    const [one, two, three] = step.connectors;
    const list = `
      - {email_domain: ${three?.email_domain.toUpperCase()}., use_fedramp_language: true}
      - {sso_connector_id: ${one?.id}, email_domain: ${one?.email_domain}}
      - {email_domain: missing.example, enabled: false}
      - {sso_connector_id: ${two?.id}, enabled: true}`;
    const { errors, outputs } = await step.run({ mode: 'reconcile', connectors: list });
    expect(sorted(step.simulator)).toEqual(
      ['GET', `PATCH /${three?.id} {"use_fedramp_language":true}`, `PATCH /${two?.id} {"enabled":true}`].toSorted(),
    );
    expect(errors).toEqual([
      `Account ${step.simulator.accountId} has no connector of the domain missing.example. The domains there are: domain-1.example, domain-2.example, domain-3.example.`,
    ]);
    const ids = JSON.parse(outputs['result'] ?? '').map((connector: Connector | null) => connector?.id ?? null);
    expect(ids).toEqual([three?.id, one?.id, null, two?.id]);
    expect(outputs).toMatchObject({ changed: 'true', in_sync: 'false' });
  });

  it('goes on when one fails, and names every failure', async () => {
    await using step = await start([...fleet(3), { verification: { status: 'failed' } }, ...fleet(3)]);
    const { simulator, connectors } = step;
    const [refused, unverified, last] = [connectors[1], connectors[3], connectors[6]];
    if (!refused || !unverified || !last) throw new Error('too few connectors');
    const errors = [{ code: 1234, message: 'no' }];
    simulator.fault({
      method: 'PATCH',
      path: new RegExp(refused.id),
      respond: { status: 400, headers: { 'cf-ray': 'abc-FRA' }, body: { success: false, errors } },
    });
    await using dns = await startDnsServer();
    const result = await step.run({ mode: 'reconcile' }, { dns: dns.address });
    expect(result.errors).toEqual([
      `Could not set enabled=true of connector ${refused.id}: Cloudflare error 1234 "no" (HTTP 400, cf-ray abc-FRA). The domain is verified. If SSO is enabled for it in another account, it must be disabled there first.`,
      `Did not enable ${nameOf(unverified)}, since Cloudflare would refuse it. ${explanation(unverified, 'failed')}`,
    ]);
    expect(simulator.connectors.map(({ enabled }) => enabled)).toEqual([true, false, true, false, true, true, true]);
    expect(result.outputs).toMatchObject({ changed: 'true', in_sync: 'false', errors: JSON.stringify(errors) });
    const state = 'use_fedramp_language=false, verification';
    expect(result.log.split('\n').slice(-3)).toEqual([
      `${nameOf(connectors[5] ?? last)}: enabled=true, ${state} verified; changed enabled false -> true; as asked for`,
      `${nameOf(last)}: enabled=true, ${state} verified; changed enabled false -> true; as asked for`,
      '7 connectors: 5 changed, 5 as asked for, 2 failed.',
    ]);
    expect(result.log).toContain(`\n${nameOf(unverified)}: enabled=false, ${state} failed; FAILED\n`);
    expect(result.exitCode).toBe(1);
  });

  it('has 200 connectors in a line each, a closing count, and no more than 10 error annotations', async () => {
    await using step = await start([
      ...fleet(180, { enabled: true }),
      ...fleet(20, { verification: { status: 'new' } }),
    ]);
    await using dns = await startDnsServer();
    const { log, errors, outputs } = await step.run({ mode: 'reconcile' }, { dns: dns.address });
    const lines = log.split('\n');
    const failure = (connector: Connector) =>
      `Did not enable ${nameOf(connector)}, since Cloudflare would refuse it. ${explanation(connector, 'new')}`;
    const failing = step.connectors.slice(180);
    expect(lines).toHaveLength(1 + 200 + 1 + 11);
    expect(lines[0]).toBe(`Mode reconcile, account ${step.simulator.accountId}: 200 connectors`);
    expect(lines.slice(1, 201)).toEqual(
      step.connectors.map((connector, n) => {
        const state = n < 180 ? 'enabled=true' : 'enabled=false';
        const end = n < 180 ? 'verified; as asked for' : 'new; FAILED';
        return `${nameOf(connector)}: ${state}, use_fedramp_language=false, verification ${end}`;
      }),
    );
    expect(lines[201]).toBe('200 connectors: 0 changed, 180 as asked for, 20 failed.');
    expect(lines.slice(202)).toEqual(failing.slice(9).map((connector) => `Error: ${failure(connector)}`));
    expect(errors).toEqual([...failing.slice(0, 9).map(failure), '11 more errors: see the log of this step.']);
    expect(JSON.parse(outputs['result'] ?? '')).toHaveLength(200);
  });

  it.each([
    [
      'is refused',
      { status: 403, body: { success: false, errors: [{ code: 10001, message: 'no' }] } },
      'Cloudflare error 10001 "no"',
    ],
    ['is no list', { status: 200, body: { success: true, result: {} } }, "Cloudflare's answer has no list of them."],
  ])('fails with one error where the list %s', async (_, respond, what) => {
    await using step = await start(fleet(5));
    step.simulator.fault({ respond });
    const { exitCode, errors, outputs, log } = await step.run({ mode: 'reconcile' });
    expect(asked(step.simulator)).toEqual(['GET']);
    expect(errors).toHaveLength(1);
    expect(errors[0]).toContain(`Could not list the connectors of account ${step.simulator.accountId}: ${what}`);
    expect(outputs).toMatchObject({ result: '[null,null,null,null,null]', in_sync: 'false', drift: '[]' });
    expect(outputs).not.toHaveProperty('changed');
    expect(log.split('\n').at(-1)).toBe('5 connectors: 0 changed, 0 as asked for, 5 failed.');
    expect(exitCode).toBe(1);
  });

  it('changes nothing where the list is incomplete', async () => {
    await using step = await start(fleet(5), { listPageSize: 2 });
    const { errors } = await step.run({ mode: 'reconcile' });
    expect(errors).toEqual([
      `Cloudflare's list of the connectors of account ${step.simulator.accountId} is incomplete: it has 2 of 5. The domains there are: domain-1.example, domain-2.example. Work on each by its sso_connector_id, in a step of its own.`,
    ]);
    expect(asked(step.simulator)).toEqual(['GET']);
  });
});

describe.concurrent('mode check over many connectors', () => {
  it('sends 1 request, and fails for each that differs', async () => {
    await using step = await start([{ enabled: true }, {}, {}]);
    const { exitCode, errors, outputs } = await step.run({ mode: 'check' });
    expect(asked(step.simulator)).toEqual(['GET']);
    const differing = step.connectors.slice(1);
    expect(errors).toEqual(
      differing.map(
        (connector) =>
          `Drift: ${nameOf(connector)} differs from what was asked for: enabled is false, expected true. Mode check changes nothing; mode reconcile would.`,
      ),
    );
    expect(outputs).toMatchObject({
      changed: 'false',
      in_sync: 'false',
      drift: JSON.stringify(differing.map(drifted)),
    });
    expect(exitCode).toBe(1);
  });

  it('gates all of them with one request', async () => {
    await using step = await start([{ enabled: true }, { enabled: true, verification: { status: 'pending' } }]);
    await using dns = await startDnsServer();
    const { errors, outputs } = await step.run({ mode: 'check', require_verified: 'true' }, { dns: dns.address });
    const [, pending] = step.connectors;
    expect(asked(step.simulator)).toEqual(['GET']);
    expect(errors).toEqual(
      pending && [`require_verified holds for ${nameOf(pending)}. ${explanation(pending, 'pending')}`],
    );
    expect(outputs).toMatchObject({ changed: 'false', in_sync: 'false' });
  });
});

describe.concurrent('mode update over many connectors', () => {
  it('by id alone looks at nothing first, so that nothing stands in the way of a disable', async () => {
    await using step = await start(fleet(10, { enabled: true }));
    step.simulator.fault({ method: 'GET', times: Infinity, respond: { status: 500 } });
    const connectors = listOf(step.connectors, 'enabled: false');
    const { exitCode, outputs } = await step.run({ mode: 'update', connectors });
    expect(sorted(step.simulator)).toEqual(
      step.connectors.map(({ id }) => `PATCH /${id} {"enabled":false}`).toSorted(),
    );
    expect(outputs).toEqual({
      ...{ in_sync: 'true', drift: '[]', errors: '[]', messages: '[]' },
      result: JSON.stringify(step.simulator.connectors),
    });
    expect(exitCode).toBe(0);
  });

  it('disables by id even where the list, which others need, cannot be read', async () => {
    await using step = await start(fleet(2, { enabled: true }));
    const [one, two] = step.connectors;
    step.simulator.fault({ method: 'GET', times: Infinity, respond: { status: 403 } });
    const list = `[{email_domain: ${one?.email_domain}, enabled: false}, {sso_connector_id: ${two?.id}, enabled: false}]`;
    const { exitCode, errors } = await step.run({ mode: 'update', connectors: list });
    expect(step.simulator.connectors.map(({ enabled }) => enabled)).toEqual([true, false]);
    expect(errors).toHaveLength(1);
    expect(exitCode).toBe(1);
  });
});

describe.concurrent('verification over many connectors', () => {
  it('is begun for each that needs it, then waited for with one request a look', async () => {
    const status = (name: string) => ({ verification: { status: name } });
    await using step = await start(
      [status('awaiting'), status('verified'), status('failed'), status('pending'), ...fleet(6, { enabled: true })],
      { verifyAfterLooks: 3 },
    );
    const [awaiting, verified, failed, pending] = step.connectors;
    const { exitCode, errors, log, outputs } = await step.run({
      ...{ mode: 'reconcile', begin_verification: 'true', wait_for_verification: '15s', require_verified: 'true' },
    });
    expect(errors).toEqual([]);
    const requests = asked(step.simulator);
    expect(requests.slice(0, 3).toSorted()).toEqual(
      ['GET', `POST /${awaiting?.id}/begin_verification`, `POST /${failed?.id}/begin_verification`].toSorted(),
    );
    expect(requests.slice(3, 6)).toEqual(['GET', 'GET', 'GET']);
    expect(requests.slice(6).toSorted()).toEqual(
      [awaiting, verified, failed, pending].map((each) => `PATCH /${each?.id} {"enabled":true}`).toSorted(),
    );
    expect(log.match(/^Waiting .*: [^,]*/gm)).toEqual([
      'Waiting for 3 domains to be verified: 3 pending',
      awaiting && failed && 'Waiting for 2 domains to be verified: 2 pending',
    ]);
    expect(log.match(/^>>> .*/gm)).toEqual(
      [pending, awaiting, failed].map((each) => each && `>>> ${nameOf(each)}: verification pending -> verified`),
    );
    expect(outputs).toMatchObject({ changed: 'true', in_sync: 'true' });
    expect(exitCode).toBe(0);
  });

  it('that fails for one does not keep the others waiting, or from being enabled', async () => {
    const pending = { verification: { status: 'pending' } };
    await using step = await start([pending, pending, {}]);
    const { simulator, connectors } = step;
    const [one, two] = connectors;
    if (!one || !two) throw new Error('too few connectors');
    simulator.on('read', (_, n) => {
      if (n === 2) simulator.failVerification(one.id);
      if (n === 3) simulator.changeConnector(two.id, { verification: { status: 'verified' } });
    });
    await using dns = await startDnsServer();
    const { errors } = await step.run({ mode: 'reconcile', wait_for_verification: '15s' }, { dns: dns.address });
    expect(errors).toEqual([`Cloudflare has given up looking for the TXT record. ${explanation(one, 'failed')}`]);
    expect(asked(simulator).slice(0, 3)).toEqual(['GET', 'GET', 'GET']);
    expect(simulator.connectors.map(({ enabled }) => enabled)).toEqual([false, true, true]);
  });

  it('is not waited for by what is to be disabled', async () => {
    await using step = await start([
      { enabled: true, verification: { status: 'pending' } },
      { verification: { status: 'pending' } },
    ]);
    const { simulator, connectors } = step;
    const [one, two] = connectors;
    const list = `[{sso_connector_id: ${two?.id}, enabled: true}, {sso_connector_id: ${one?.id}, enabled: false}]`;
    simulator.on('read', (_, n) => {
      if (n === 2)
        for (const { id } of connectors) simulator.changeConnector(id, { verification: { status: 'verified' } });
    });
    const { exitCode } = await step.run({ mode: 'update', connectors: list, wait_for_verification: '15s' });
    expect(asked(simulator)).toEqual([
      'GET',
      `PATCH /${one?.id} {"enabled":false}`,
      'GET',
      `PATCH /${two?.id} {"enabled":true}`,
    ]);
    expect(exitCode).toBe(0);
  });
});
