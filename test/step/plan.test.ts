import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { plannedChanges } from '../../src/report/changes.ts';
import { failuresOf, listOf, runStep, sent } from '../kit/connector-step.ts';
import { runQuick } from '../kit/quick-run.ts';
import type { Connector, ConnectorFields } from '../simulator/connectors.ts';
import { type Simulator, startSimulator } from '../simulator/simulator.ts';

/** Every combination of one choice of each. */
function combinations<T>(choices: readonly (readonly T[])[]): T[][] {
  return choices.reduce<T[][]>((all, some) => all.flatMap((each) => some.map((one) => [...each, one])), [[]]);
}

describe('plan', () => {
  it('sends GET and nothing else, for every combination of inputs', async () => {
    await using simulator = await startSimulator();
    const [one, two] = [
      simulator.addConnector({ email_domain: 'acme.example' }),
      simulator.addConnector({ email_domain: 'globex.example', enabled: true, verification: { status: 'pending' } }),
    ];
    simulator.addConnector({ email_domain: 'other.example' });
    const single: Record<string, string>[] = [one, two].flatMap(({ id, email_domain }) => [
      { sso_connector_id: id },
      { email_domain },
      { sso_connector_id: id, email_domain },
    ]);
    const fields: Record<string, string>[] = combinations<Record<string, string>>([
      [{}, { enabled: 'true' }, { enabled: 'false' }],
      [{}, { use_fedramp_language: 'true' }],
    ]).map((some) => Object.assign({}, ...some));
    const entries = fields.map((some) => Object.entries(some).map(([name, value]) => `, ${name}: ${value}`));
    const lists: Record<string, string>[] = entries.map((some) => ({
      connectors: `[{sso_connector_id: ${one.id}${some}}, {email_domain: globex.example${some}}, {email_domain: no.test}]`,
    }));
    const common: Record<string, string>[][] = [
      [{}, { require_verified: 'true' }],
      [{}, { token_expiry_warning: '30d' }],
    ];
    const unlisted: Record<string, string>[] = [{}, { unlisted: 'ignore' }, { unlisted: 'fail' }];
    const all = [...combinations([single, fields, ...common]), ...combinations([lists, unlisted, ...common])];
    for (const some of all) await runQuick(simulator, Object.assign({ mode: 'plan' }, ...some));
    expect(all).toHaveLength(6 * 6 * 4 + 6 * 3 * 4);
    expect(simulator.requests.length).toBeGreaterThanOrEqual(all.length);
    expect(simulator.requests.filter(({ method }) => method !== 'GET')).toEqual([]);
  });

  it.each([
    ['begin_verification', 'true'],
    ['wait_for_verification', '10m'],
    ['report_issue', 'true'],
  ])('has no use for %s: an input error, before any request', async (name, value) => {
    await using simulator = await startSimulator();
    const { id } = simulator.addConnector();
    const inputs = { mode: 'plan', sso_connector_id: id, github_token: 'x', [name]: value };
    const step = await runStep(simulator, inputs);
    expect(step.exitCode).toBe(1);
    expect(failuresOf(step)).toMatchObject([{ kind: 'input' }]);
    expect(failuresOf(step)[0]?.message).toContain(name);
    expect(simulator.requests).toEqual([]);
  });

  it('is green with differences, and a token that only reads is enough', async () => {
    await using simulator = await startSimulator();
    const { id } = simulator.addConnector({ email_domain: 'acme.example', use_fedramp_language: true });
    simulator.addConnector({ email_domain: 'globex.example', enabled: true });
    const connectors = `
      - {email_domain: acme.example, enabled: true, use_fedramp_language: false}
      - {email_domain: globex.example, enabled: true}`;
    const step = await runStep(simulator, { mode: 'plan', connectors, api_token: simulator.tokens.read });
    expect(step).toMatchObject({ exitCode: 0, errors: [], warnings: [] });
    const of = { sso_connector_id: id, email_domain: 'acme.example' };
    expect(listOf(step, 'drift')).toEqual([
      { ...of, field: 'enabled', expected: true, actual: false },
      { ...of, field: 'use_fedramp_language', expected: false, actual: true },
    ]);
    expect(step.outputs).toMatchObject({ changed: 'false', in_sync: 'false', failures: '[]' });
    expect(sent(simulator)).toEqual(['GET']);
  });

  it('is green without differences', async () => {
    await using simulator = await startSimulator();
    const { id } = simulator.addConnector({ enabled: true });
    const step = await runStep(simulator, { mode: 'plan', sso_connector_id: id, enabled: 'true' });
    expect(step).toMatchObject({ exitCode: 0, outputs: { changed: 'false', in_sync: 'true', drift: '[]' } });
    expect(sent(simulator)).toEqual([`GET /${id}`]);
  });

  it.each<[string, ConnectorFields, Record<string, string>, object]>([
    [
      'an enable of a domain that is not verified',
      { verification: { status: 'pending', code: 'cloudflare_dashboard_sso=1' } },
      { email_domain: 'acme.example', enabled: 'true' },
      {
        kind: 'not_verified',
        title: 'acme.example: not verified (pending), so not enabled',
        message:
          'acme.example is not verified (pending), and Cloudflare enables SSO for verified domains only. The TXT record at acme.example must be cloudflare_dashboard_sso=1; public DNS has no TXT record there.',
      },
    ],
    ['no connector with this id', {}, { email_domain: 'acme.test', enabled: 'false' }, { kind: 'not_found' }],
    ['the guard', {}, { sso_connector_id: 'ID', email_domain: 'acme.test' }, { kind: 'wrong_domain' }],
    [
      'an id that is none',
      { id: 'a/b' },
      { email_domain: 'acme.example', enabled: 'true' },
      { kind: 'unexpected', title: 'acme.example: no id to work with' },
    ],
    ['no id', { id: '' }, { email_domain: 'acme.example', enabled: 'true' }, { kind: 'unexpected' }],
    [
      'the gate',
      { verification: { status: 'failed' } },
      { email_domain: 'acme.example', require_verified: 'true' },
      { kind: 'not_verified', title: 'acme.example: not verified (failed)' },
    ],
  ])('is red if reconcile is sure to fail: %s', async (_, fields, inputs, failure) => {
    await using simulator = await startSimulator();
    const { id } = simulator.addConnector({ email_domain: 'acme.example', ...fields });
    const named = Object.entries(inputs).map(([name, value]) => [name, value.replace('ID', id)]);
    const both = await Promise.all(
      ['plan', 'reconcile'].map((mode) => runQuick(simulator, { mode, ...Object.fromEntries(named) })),
    );
    for (const { failures } of both) expect(failures).toMatchObject([failure]);
    const withoutAction = both.map(({ failures }) => failures.map(({ action: _, ...rest }) => rest));
    expect(withoutAction[0]).toEqual(withoutAction[1]);
    expect(simulator.requestsTo('PATCH')).toEqual([]);
  });

  it.each([
    ['plan', 'Run this again later.'],
    ['reconcile', 'Run this again later, or use wait_for_verification.'],
  ])('never advises to wait in mode plan, which cannot: %s', async (mode, again) => {
    await using simulator = await startSimulator();
    simulator.addConnector({ email_domain: 'acme.example', verification: { status: 'pending' } });
    const { failures } = await runQuick(simulator, { mode, email_domain: 'acme.example', enabled: 'true' });
    expect(failures).toMatchObject([
      {
        action: `Add the TXT record. Cloudflare checks DNS for two days after the verification began. ${again}`,
      },
    ]);
  });

  it.each<[string, ConnectorFields, Record<string, string>]>([
    [
      'a disable of a domain that is not verified',
      { enabled: true, verification: { status: 'failed' } },
      { enabled: 'false' },
    ],
    ['an enable, if the API gives no verification', { verification: null }, { enabled: 'true' }],
    ['a connector without an id, to which nothing is to be sent', { id: '' }, { enabled: 'false' }],
  ])('is green for what may well succeed: %s', async (_, fields, inputs) => {
    await using simulator = await startSimulator();
    simulator.addConnector({ email_domain: 'acme.example', ...fields });
    const { failures } = await runQuick(simulator, { mode: 'plan', email_domain: 'acme.example', ...inputs });
    expect(failures).toEqual([]);
  });
});

const flag = fc.option(fc.boolean(), { nil: undefined });
const member = fc.record({
  enabled: fc.boolean(),
  use_fedramp_language: fc.boolean(),
  status: fc.constantFrom('verified', 'verified', 'pending', 'failed', 'odd', undefined),
  isListed: fc.boolean(),
  by: fc.constantFrom('id', 'domain', 'both', 'wrong domain', 'unknown id'),
  desired: fc.record({ enabled: flag, use_fedramp_language: flag }),
});
type Member = typeof member extends fc.Arbitrary<infer T> ? T : never;

/** Puts a fleet into the account, and gives the list of it; undefined if no entry names any. */
function found(simulator: Simulator, fleet: readonly Member[]): string | undefined {
  const entries = fleet.flatMap(({ status, isListed, by, desired, ...fields }) => {
    const verification = status === undefined ? null : { status };
    const { id, email_domain } = simulator.addConnector({ ...fields, verification });
    const given = Object.entries(desired).filter(([, value]) => value !== undefined);
    const names = {
      ...((by === 'id' || by === 'both' || by === 'wrong domain') && { sso_connector_id: id }),
      ...((by === 'domain' || by === 'both') && { email_domain }),
      ...(by === 'wrong domain' && { email_domain: `not-${email_domain}` }),
      ...(by === 'unknown id' && { sso_connector_id: id.split('').reverse().join('') }),
    };
    return isListed ? [{ ...names, ...Object.fromEntries(given) }] : [];
  });
  return entries.length === 0 ? undefined : JSON.stringify(entries);
}

describe('reconcile sends exactly what plan showed', () => {
  it('for any fleet', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(member, { minLength: 1, maxLength: 6 }), fc.boolean(), async (fleet, isGate) => {
        await using simulator = await startSimulator();
        const connectors = found(simulator, fleet);
        if (connectors === undefined) return;
        const inputs = { connectors, require_verified: String(isGate) };
        const plan = await runQuick(simulator, { mode: 'plan', ...inputs });
        expect(simulator.requests.every(({ method }) => method === 'GET')).toBe(true);
        const bodies = plan.result.outcomes.flatMap((outcome) => {
          const changes = plannedChanges(outcome).map(({ field, after }) => [field, after === 'true']);
          return changes.length > 0 ? [[outcome.id, Object.fromEntries(changes)]] : [];
        });

        const deed = await runQuick(simulator, { mode: 'reconcile', ...inputs });
        const patches = simulator
          .requestsTo('PATCH')
          .map(({ path, body }) => [path.split('/').at(-1), JSON.parse(body)] as const);
        expect(Object.fromEntries(patches)).toEqual(Object.fromEntries(bodies));
        expect(patches).toHaveLength(bodies.length);
        // What fails in the plan fails in the deed; beyond that, Cloudflare may refuse what nobody could foresee.
        const foreseen = plan.failures.map(({ kind, sso_connector_id, message }) =>
          // The gate may be foreseen for what Cloudflare then refuses for the same reason, in its words.
          expect.objectContaining(isGate ? { kind, sso_connector_id } : { kind, message }),
        );
        expect(deed.failures).toEqual(expect.arrayContaining(foreseen));
        const refused = deed.failures.filter(
          ({ message }) => !plan.failures.some((known) => known.message === message),
        );
        const unseen = fleet.filter(({ status }) => status === undefined).length;
        expect(refused.length).toBeLessThanOrEqual(unseen);
      }),
      { numRuns: 60 },
    );
  });

  it.each([
    [
      'a single one',
      { email_domain: 'acme.example', enabled: 'false' },
      'Cloudflare SSO would be switched off for acme.example, but the domain is not verified',
      '❌ failed  acme.example  not verified (failed); would change enabled true -> false',
    ],
    [
      'a list',
      { connectors: '- {email_domain: acme.example, enabled: false}\n- {email_domain: b.example, enabled: false}' },
      'Cloudflare SSO: 1 of 2 domains needs attention, and 2 in all would change',
      '❌ failed        acme.example  not verified (failed); would change enabled true -> false',
    ],
  ])('although the gate fails: %s', async (_, inputs, headline, row) => {
    await using simulator = await startSimulator();
    simulator.addConnector({ email_domain: 'acme.example', enabled: true, verification: { status: 'failed' } });
    if ('connectors' in inputs) simulator.addConnector({ email_domain: 'b.example', enabled: true });
    const gate = { ...inputs, require_verified: 'true' };
    const plan = await runStep(simulator, { ...gate, mode: 'plan' });
    const names = 'connectors' in inputs ? 'acme.example, b.example' : 'acme.example';
    expect(plan.summary).toContain(`### ❌ ${headline}\n`);
    expect(plan.summary).toContain(
      `#### Would change\n\n| Domain | Field | Now | After |\n| --- | --- | --- | --- |\n| ${names} | \`enabled\` | true | **false** |\n\n`,
    );
    expect(plan.lines).toContain(row);
    await runStep(simulator, { ...gate, mode: 'reconcile' });
    expect(simulator.requestsTo('PATCH')).toHaveLength(names.split(', ').length);
  });

  it('through the outputs of a step', async () => {
    await using simulator = await startSimulator();
    const fleet: Connector[] = [{}, { enabled: true }, { use_fedramp_language: true }, { enabled: true }].map(
      (fields) => simulator.addConnector(fields),
    );
    const connectors = fleet
      .map(({ id }, n) => `- {sso_connector_id: ${id}, enabled: ${n % 2 === 0}, use_fedramp_language: false}`)
      .join('\n');
    const plan = listOf(await runStep(simulator, { mode: 'plan', connectors }), 'drift') as {
      sso_connector_id: string;
      field: string;
      expected: boolean;
    }[];
    expect(simulator.requestsTo('PATCH')).toEqual([]);
    const step = await runStep(simulator, { mode: 'reconcile', connectors });
    expect(step).toMatchObject({ exitCode: 0, outputs: { changed: 'true', in_sync: 'true' } });
    const bodies = Map.groupBy(plan, ({ sso_connector_id: id }) => id);
    expect(
      sent(simulator)
        .filter((request) => request.startsWith('PATCH'))
        .toSorted(),
    ).toEqual(
      [...bodies]
        .map(([id, drift]) => {
          const body = Object.fromEntries(drift.map(({ field, expected }) => [field, expected]));
          return `PATCH /${id} ${JSON.stringify(body)}`;
        })
        .toSorted(),
    );
  });
});
