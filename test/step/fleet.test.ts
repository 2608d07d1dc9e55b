import { setTimeout } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { failuresOf, listById, listOf, runStep, sent } from '../kit/connector-step.ts';
import { runQuick } from '../kit/quick-run.ts';
import type { RunOptions, StepResult } from '../kit/runner.ts';
import { startDnsServer } from '../network/dns-server.ts';
import type { Connector, ConnectorFields } from '../simulator/connectors.ts';
import type { Fault } from '../simulator/faults.ts';
import { type Simulator, type SimulatorOptions, startSimulator } from '../simulator/simulator.ts';

/** A simulator with these connectors, and steps on them by id, in the order of their creation. */
async function start(fields: readonly ConnectorFields[], options: SimulatorOptions = {}) {
  const simulator = await startSimulator(options);
  const connectors = fields.map((each) => simulator.addConnector(each));
  const connectorsInput = listById(connectors, 'enabled: true');
  return {
    simulator,
    connectors,
    run: (inputs: Record<string, string>, more: RunOptions = {}) =>
      runStep(simulator, { connectors: connectorsInput, ...inputs }, more),
    quick: (inputs: Record<string, string>) => runQuick(simulator, { connectors: connectorsInput, ...inputs }),
    [Symbol.asyncDispose]: () => simulator.close(),
  };
}

const fleet = (count: number, fields: ConnectorFields = {}) => Array.from({ length: count }, () => fields);
const drifted = ({ id, email_domain }: Connector) => ({
  ...{ sso_connector_id: id, email_domain, field: 'enabled', expected: true, actual: false },
});

describe.concurrent('mode reconcile over many connectors', () => {
  it('sends 1 request for 40 in sync', async () => {
    await using step = await start(fleet(40, { enabled: true }));
    const { exitCode, outputs } = await step.run({ mode: 'reconcile' });
    expect(sent(step.simulator)).toEqual(['GET']);
    expect(outputs).toMatchObject({ changed: 'false', in_sync: 'true', drift: '[]', errors: '[]', failures: '[]' });
    expect(outputs['result']).toBe(JSON.stringify(step.connectors));
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
    const result = await step.run({ mode: 'reconcile' });
    const differing = step.connectors.slice(20);
    expect(sent(step.simulator).toSorted()).toEqual(
      ['GET', ...differing.map(({ id }) => `PATCH /${id} {"enabled":true}`)].toSorted(),
    );
    expect(most).toBe(8);
    expect(step.simulator.connectors.every(({ enabled }) => enabled)).toBe(true);
    expect(result.outputs).toMatchObject({ changed: 'true', in_sync: 'true', errors: '[]' });
    expect(result.outputs['result']).toBe(JSON.stringify(step.simulator.connectors));
    expect(listOf(result, 'drift')).toEqual(differing.map(drifted));
    expect(result.exitCode).toBe(0);
  });

  it('finds them by id or by domain, in one request, and tells of them in the given order', async () => {
    await using step = await start(fleet(3));
    const [one, two, three] = step.connectors;
    const list = `
      - {email_domain: ${three?.email_domain.toUpperCase()}., use_fedramp_language: true}
      - {sso_connector_id: ${one?.id}, email_domain: ${one?.email_domain}}
      - {email_domain: missing.test, enabled: false}
      - {sso_connector_id: ${two?.id}, enabled: true}`;
    const result = await step.run({ mode: 'reconcile', connectors: list });
    expect(sent(step.simulator).toSorted()).toEqual(
      ['GET', `PATCH /${three?.id} {"use_fedramp_language":true}`, `PATCH /${two?.id} {"enabled":true}`].toSorted(),
    );
    expect(failuresOf(result)).toMatchObject([
      {
        kind: 'not_found',
        email_domain: 'missing.test',
        title: 'missing.test: not in this account',
        message: `Account ${step.simulator.accountId} has no connector for missing.test.`,
        action: 'Check email_domain and account_id, or create the connector first: this action does not.',
      },
    ]);
    expect(listOf(result, 'result').map((connector) => (connector as Connector | null)?.id ?? null)).toEqual([
      ...[three?.id, one?.id, null, two?.id],
    ]);
    expect(result.outputs).toMatchObject({ changed: 'true', in_sync: 'false' });
  });

  it('names the domains that there are once, however many entries miss', async () => {
    await using step = await start(fleet(2));
    const list = ['a.test', 'b.test', 'c.test'].map((domain) => `- {email_domain: ${domain}}`).join('\n');
    const result = await step.quick({ mode: 'reconcile', connectors: `${list}\n- {email_domain: domain-1.example}` });
    expect(result.lines).toEqual([
      `Mode reconcile, account ${step.simulator.accountId}: 4 connectors`,
      'The account has connectors for: domain-1.example and domain-2.example.',
    ]);
    expect(failuresOf(result).map(({ title }) => title)).toEqual([
      'a.test: not in this account',
      'b.test: not in this account',
      'c.test: not in this account',
    ]);
  });

  it('names no domains if all are found, though one fails', async () => {
    await using step = await start(fleet(2));
    const [one] = step.simulator.connectors;
    const connectors = `- {sso_connector_id: ${one?.id}, email_domain: other.example}\n- email_domain: domain-2.example`;
    const { lines, failures } = await step.quick({ mode: 'plan', connectors });
    expect(failures).toMatchObject([{ kind: 'wrong_domain' }]);
    expect(lines.filter((line) => line.startsWith('The account has connectors'))).toEqual([]);
  });

  it('names their ids too if an id misses: a connector that was made anew has another', async () => {
    await using step = await start(fleet(2));
    const [one, two] = step.simulator.connectors;
    const connectors = `- sso_connector_id: ${'f'.repeat(32)}\n- email_domain: domain-1.example`;
    const { lines } = await step.quick({ mode: 'plan', connectors });
    expect(lines[1]).toBe(
      `The account has connectors for: domain-1.example (${one?.id}) and domain-2.example (${two?.id}).`,
    );
  });

  it('goes on when one fails, and names every failure with its domain', async () => {
    await using step = await start([...fleet(3), { verification: { status: 'failed' } }, ...fleet(3)]);
    const { simulator, connectors } = step;
    const [, refused, , unverified] = connectors;
    const errors = [{ code: 1234, message: 'no' }];
    simulator.fault({
      method: 'PATCH',
      path: new RegExp(refused?.id ?? ''),
      respond: { status: 400, headers: { 'cf-ray': 'abc-FRA' }, body: { success: false, errors } },
    });
    await using dns = await startDnsServer();
    const result = await step.run({ mode: 'reconcile' }, { dns: dns.address });
    expect(failuresOf(result)).toMatchObject([
      {
        kind: 'refused',
        sso_connector_id: refused?.id,
        email_domain: 'domain-2.example',
        title: 'domain-2.example: Cloudflare refused: no',
        message:
          'Could not set enabled=true for domain-2.example: Cloudflare error 1234 "no" (HTTP 400, cf-ray abc-FRA).',
        action: expect.stringMatching(/^The domain is verified\. /),
      },
      {
        kind: 'not_verified',
        sso_connector_id: unverified?.id,
        email_domain: 'domain-4.example',
        title: 'domain-4.example: not verified (failed), so not enabled',
      },
    ]);
    expect(simulator.connectors.map(({ enabled }) => enabled)).toEqual([true, false, true, false, true, true, true]);
    expect(result.outputs).toMatchObject({ changed: 'true', in_sync: 'false', errors: JSON.stringify(errors) });
    expect(result.exitCode).toBe(1);
  });

  it.each([
    ['is refused', { status: 403, body: { success: false, errors: [{ code: 10001, message: 'no' }] } }],
    ['is no list', { status: 200, body: { success: true, result: {} } }],
  ])('fails once for all if the list %s', async (_, respond) => {
    await using step = await start(fleet(5));
    step.simulator.fault({ times: Infinity, respond });
    const result = await step.run({ mode: 'reconcile' });
    expect(step.simulator.requestsTo('PATCH')).toEqual([]);
    expect(failuresOf(result)).toMatchObject([{ sso_connector_id: null, email_domain: null }]);
    expect(failuresOf(result)[0]?.title).toMatch(/^5 connectors: /);
    expect(failuresOf(result)[0]?.message).toContain(
      `Could not list the connectors of account ${step.simulator.accountId}: `,
    );
    expect(result.outputs).toMatchObject({
      result: '[null,null,null,null,null]',
      in_sync: 'false',
      drift: '[]',
      changed: 'false',
    });
    expect(result.exitCode).toBe(1);
  });

  it('finds ids that an incomplete list leaves out by a GET of their own, and looks for no domain in it', async () => {
    await using step = await start(fleet(5), { listPageSize: 2, listStyle: 'repeating' });
    const { simulator, connectors } = step;
    const [one, , , four] = connectors;
    const list = `${listById(connectors.slice(0, 4), 'enabled: true')}\n- {email_domain: domain-1.example}`;
    const result = await step.quick({ mode: 'reconcile', connectors: list });
    const ownGets = simulator.requestsTo('GET').filter(({ path }) => !/sso_connectors(\?|$)/.test(path));
    expect(ownGets.map(({ path }) => path.split('/').at(-1)).toSorted()).toEqual(
      connectors
        .slice(2, 4)
        .map(({ id }) => id)
        .toSorted(),
    );
    expect(simulator.connectors.map(({ enabled }) => enabled)).toEqual([true, true, true, true, false]);
    expect(failuresOf(result)).toMatchObject([
      {
        kind: 'ambiguous',
        title: 'domain-1.example: incomplete list of connectors',
        message: expect.stringMatching(
          new RegExp(
            `^Cloudflare's list of the connectors of account ${simulator.accountId} is incomplete: .*\\. No domain can be found in it for sure\\. It has [0-9a-f]{32} for [\\w-]+\\.example\\.$`,
          ),
        ),
        action: 'Give sso_connector_id, or run this again.',
      },
    ]);
    expect([one?.id, four?.id].every((id) => result.outputs['result']?.includes(id ?? '-'))).toBe(true);
  });

  it.each([
    ['has no id, and is passed over', {}, 'ID', []],
    ['has no id, and may be the one that is not there', {}, 'f'.repeat(32), ['unexpected']],
    ['has the same id', { id: 'ID' }, 'ID', ['unexpected']],
    ['has another id', { id: 'f'.repeat(32) }, 'ID', []],
  ])('finds by its id one beside an item that cannot be read and %s', async (_, item, wanted, kinds) => {
    await using step = await start([{ enabled: true }]);
    const { id } = step.connectors[0] as Connector;
    step.simulator.fault({
      transform: (envelope) => {
        const odd = { ...item, ...('id' in item && { id: item.id?.replace('ID', id) }), enabled: 'yes' };
        const result = [odd, ...(envelope.result as object[])];
        return { ...envelope, result, result_info: { count: 2, total_count: 2 } };
      },
    });
    const connectors = listById([{ id: wanted.replace('ID', id) }], 'enabled: false');
    const result = await step.quick({ mode: 'reconcile', connectors });
    expect(failuresOf(result).map(({ kind }) => kind)).toEqual(kinds);
    expect(step.simulator.connector(id)?.enabled).toBe(kinds.length > 0);
    // Which domains there are helps only if one was not found.
    expect(result.lines.join()).not.toContain('The account has connectors for');
  });

  it('refuses a connector that is given twice, by one record', async () => {
    await using step = await start(fleet(2));
    const [one, two] = step.connectors;
    const list = [
      `- {sso_connector_id: ${one?.id}, enabled: true}`,
      '- {email_domain: domain-1.example, enabled: false}',
      `- {sso_connector_id: ${two?.id}, enabled: true}`,
    ];
    const result = await step.quick({ mode: 'update', connectors: list.join('\n') });
    expect(failuresOf(result)).toMatchObject([
      {
        kind: 'ambiguous',
        sso_connector_id: one?.id,
        email_domain: 'domain-1.example',
        title: 'domain-1.example: twice in the list (lines 1 and 2)',
        message: `Lines 1 and 2 of the list name the same connector, ${one?.id}. Nothing was changed for it.`,
        action: 'Remove one of these entries.',
      },
    ]);
    expect(sent(step.simulator)).toEqual(['GET', `PATCH /${two?.id} {"enabled":true}`]);
  });

  it.each(['enabled: false', 'use_fedramp_language: true', 'enabled: false, use_fedramp_language: true'])(
    'sends a disable that an entry of a connector asks for, beside another entry with %s',
    async (other) => {
      await using step = await start([{ enabled: true }]);
      const [{ id } = { id: '' }] = step.connectors;
      const list = [`- {sso_connector_id: ${id}, enabled: false}`, `- {email_domain: domain-1.example, ${other}}`];
      const result = await step.quick({ mode: 'update', connectors: list.join('\n') });
      expect(failuresOf(result)).toEqual([]);
      expect(result.warnings).toEqual([
        `Lines 1 and 2 of the list name the same connector, ${id}. Remove one of these entries.`,
      ]);
      const isFedramp = other.includes('fedramp');
      expect(step.simulator.connector(id)).toMatchObject({ enabled: false, use_fedramp_language: isFedramp });
      expect(result.outputs['summary']).toMatch(/(both|of 2) entries/);
      const [first, second] = result.result.outcomes;
      expect([first?.twins.length, second?.twins.length]).toEqual([1, 1]);
      expect(first?.twins[0]).toBe(second);
      expect(second?.twins[0]).toBe(first);
    },
  );

  it('refuses the second of two entries that contradict each other, and not the disable by id', async () => {
    await using step = await start([{ enabled: true }]);
    const [{ id } = { id: '' }] = step.connectors;
    const list = [`- {email_domain: domain-1.example, enabled: true}`, `- {sso_connector_id: ${id}, enabled: false}`];
    const result = await step.quick({ mode: 'update', connectors: list.join('\n') });
    expect(failuresOf(result)).toMatchObject([
      {
        title: 'domain-1.example: twice in the list (lines 1 and 2)',
        message: `Lines 1 and 2 of the list name the same connector, ${id}.`,
      },
    ]);
    expect(sent(step.simulator)).toEqual([`PATCH /${id} {"enabled":false}`, 'GET']);
  });

  it.each<[string, Fault, string]>([
    [
      'Cloudflare refuses',
      { respond: { status: 400, body: { success: false, errors: ['No'] } } },
      ' Nothing was changed for it.',
    ],
    ['is lost', { respond: { status: 503 } }, ''],
  ])('refuses the second also if the disable by id %s', async (_, fault, rest) => {
    await using step = await start([{ enabled: true }]);
    const [{ id } = { id: '' }] = step.connectors;
    step.simulator.fault({ method: 'PATCH', ...fault });
    const list = [`- {email_domain: domain-1.example, enabled: true}`, `- {sso_connector_id: ${id}, enabled: false}`];
    const result = await step.quick({ mode: 'update', connectors: list.join('\n'), max_retries: '0' });
    expect(failuresOf(result).filter(({ kind }) => kind === 'ambiguous')).toMatchObject([
      { message: `Lines 1 and 2 of the list name the same connector, ${id}.${rest}` },
    ]);
    expect(step.simulator.requestsTo('PATCH')).toHaveLength(1);
  });

  it('carries out an entry that another names by mistake, whose guard stops it', async () => {
    await using step = await start([{ enabled: true }, { enabled: true }]);
    const [one, two] = step.connectors;
    const list = [
      `- {sso_connector_id: ${two?.id}, email_domain: ${one?.email_domain}, enabled: true}`,
      `- {email_domain: ${two?.email_domain}, enabled: false}`,
    ];
    const result = await step.quick({ mode: 'reconcile', connectors: list.join('\n') });
    expect(failuresOf(result).map(({ kind, title }) => [kind, title])).toEqual([
      ['wrong_domain', 'domain-1.example: another domain'],
    ]);
    expect(sent(step.simulator)).toEqual(['GET', `PATCH /${two?.id} {"enabled":false}`]);
  });

  it.each<[string, Fault]>([
    ['refuses for the rate', { respond: { status: 429, headers: { 'retry-after': '250' }, body: {} } }],
    ['fails', { respond: { status: 503, headers: { 'retry-after': '60' } } }],
    ['something blocks', { respond: { status: 403, body: '<title>Blocked' } }],
    ['is no envelope', { respond: { status: 200, body: 'x' } }],
    ['has no list in it', { transform: (envelope) => ({ ...envelope, result: 5 }) }],
  ])('disables by id before it reads a list for others, which %s', async (_, fault) => {
    await using step = await start([{ enabled: true }, { enabled: true }]);
    const [one, two] = step.connectors;
    step.simulator.fault({ method: 'GET', times: Infinity, ...fault });
    const list = [
      `- {email_domain: ${two?.email_domain}, enabled: false}`,
      '- {email_domain: other.example, enabled: true}',
      `- {sso_connector_id: ${one?.id}, enabled: false}`,
    ];
    const inputs = { mode: 'update', connectors: list.join('\n'), max_retries: '0' };
    const result = await step.quick(inputs);
    expect(sent(step.simulator)).toEqual([`PATCH /${one?.id} {"enabled":false}`, 'GET']);
    expect(result.exitCode).toBe(1);
    const shortcut = /(^|[.?] )With sso_connector_id alone, nothing is read before SSO is switched off\.$/;
    const { kind, action } = failuresOf(result)[0] ?? {};
    expect(shortcut.test(action ?? '')).toBe(kind !== 'rate_limited');
  });

  it.each([
    ['update', 'true'],
    ['check', 'false'],
    ['reconcile', 'false'],
  ])(
    'says nothing of a way past the list to who does not switch off by update: %s, enabled %s',
    async (mode, enabled) => {
      await using step = await start(fleet(1));
      step.simulator.fault({ method: 'GET', times: Infinity, respond: { status: 503 } });
      const connectors = `- {email_domain: domain-1.example, enabled: ${enabled}}`;
      const result = await step.quick({ mode, connectors, max_retries: '0' });
      expect(failuresOf(result).map(({ kind, action }) => [kind, action?.includes('sso_connector_id')])).toEqual([
        ['unavailable', false],
      ]);
    },
  );

  it.each([
    ['enabled: true, use_fedramp_language: false', 'enabled: true, use_fedramp_language: true'],
    ['enabled: true', 'enabled: true'],
    ['enabled: true', 'use_fedramp_language: true'],
  ])('refuses two entries of one connector, the one with %s and the other with %s', async (one, other) => {
    await using step = await start([{ enabled: true }]);
    const [{ id } = { id: '' }] = step.connectors;
    const list = [`- {sso_connector_id: ${id}, ${one}}`, `- {email_domain: domain-1.example, ${other}}`];
    const result = await step.quick({ mode: 'update', connectors: list.join('\n') });
    expect(failuresOf(result).map(({ title }) => title)).toEqual([
      'domain-1.example: twice in the list (lines 1 and 2)',
    ]);
    expect(sent(step.simulator)).toEqual(['GET']);
  });

  it('names the ids too if one of the misses is by id', async () => {
    await using step = await start(fleet(1));
    const list = [`- {sso_connector_id: ${'0'.repeat(32)}}`, '- {email_domain: gone.example}'];
    const { lines } = await step.quick({ mode: 'plan', connectors: list.join('\n') });
    expect(lines).toContain(`The account has connectors for: domain-1.example (${step.connectors[0]?.id}).`);
  });

  it('names the account if the list may lack some', async () => {
    await using step = await start(fleet(2));
    step.simulator.fault({
      transform: (envelope) => ({ ...envelope, result_info: { total_count: 5 } }),
      times: Infinity,
    });
    const list = step.connectors.map(({ id }) => `- {sso_connector_id: ${id}}`);
    const result = await step.run({ mode: 'check', connectors: list.join('\n'), unlisted: 'fail' });
    const account = `Account ${step.simulator.accountId}`;
    expect(result.log).toMatch(new RegExp(`❌ failed +${account} +incomplete list of connectors`));
    expect(result.summary).toContain(`| ${account.replace(/ (.*)/, ' `$1`')} | incomplete list of connectors |`);
  });

  it('takes two connectors without an id for two', async () => {
    await using step = await start(fleet(2));
    step.simulator.fault({
      transform: (envelope) => ({
        ...envelope,
        result: (envelope.result as object[]).map((it) => ({ ...it, id: null })),
      }),
    });
    const list = step.connectors.map(({ email_domain }) => `- {email_domain: ${email_domain}, enabled: false}`);
    const result = await step.quick({ mode: 'check', connectors: list.join('\n') });
    expect(failuresOf(result)).toEqual([]);
    expect(listOf(result, 'result')).toMatchObject([
      { email_domain: 'domain-1.example' },
      { email_domain: 'domain-2.example' },
    ]);
  });

  it('says nothing more of a connector that the guard or a second entry stopped', async () => {
    await using step = await start([{ verification: { status: 'pending' } }, { verification: { status: 'pending' } }]);
    const [one, two] = step.connectors;
    const list = [
      `- {sso_connector_id: ${one?.id}, enabled: true}`,
      `- {email_domain: ${one?.email_domain}, enabled: true}`,
      `- {sso_connector_id: ${two?.id}, email_domain: wrong.example, enabled: true}`,
      '- {email_domain: missing.example, enabled: true}',
    ];
    const inputs = { connectors: list.join('\n'), wait_for_verification: '10m' };
    const result = await step.quick({ mode: 'check', ...inputs });
    expect(failuresOf(result).map(({ title }) => title)).toEqual([
      'domain-1.example: twice in the list (lines 1 and 2)',
      'wrong.example: another domain',
      'missing.example: not in this account',
    ]);
    expect(result.clock.pauses).toEqual([]);
    expect(listOf(result, 'result').slice(2)).toEqual([null, null]);
  });

  it('tells of a connector that is all of the list, twice, as one', async () => {
    await using step = await start(fleet(1));
    const list = [`- {sso_connector_id: ${step.connectors[0]?.id}}`, '- {email_domain: domain-1.example}'];
    const result = await step.run({ mode: 'update', connectors: list.join('\n') });
    expect(result.commands.flatMap(({ properties }) => properties['title'] ?? [])).toEqual([
      'domain-1.example: twice in the list (lines 1 and 2)',
    ]);
  });
});

describe.concurrent('mode check over many connectors', () => {
  it('sends 1 request, and fails for each that differs', async () => {
    await using step = await start([{ enabled: true }, {}, {}]);
    const result = await step.run({ mode: 'check' });
    expect(sent(step.simulator)).toEqual(['GET']);
    expect(failuresOf(result).map(({ kind, title }) => [kind, title])).toEqual([
      ['drift', 'domain-2.example: enabled is false, must be true'],
      ['drift', 'domain-3.example: enabled is false, must be true'],
    ]);
    expect(result.outputs).toMatchObject({ changed: 'false', in_sync: 'false' });
    expect(listOf(result, 'drift')).toEqual(step.connectors.slice(1).map(drifted));
    expect(result.exitCode).toBe(1);
  });

  it('gates all of them with one request', async () => {
    await using step = await start([{ enabled: true }, { enabled: true, verification: { status: 'pending' } }]);
    await using dns = await startDnsServer();
    const result = await step.run({ mode: 'check', require_verified: 'true' }, { dns: dns.address });
    expect(sent(step.simulator)).toEqual(['GET']);
    expect(failuresOf(result)).toMatchObject([
      { kind: 'not_verified', title: 'domain-2.example: not verified (pending)' },
    ]);
    expect(result.outputs).toMatchObject({ changed: 'false', in_sync: 'false' });
  });
});

describe.concurrent('mode update over many connectors', () => {
  it('by id alone reads nothing first, so that nothing stands in the way of a disable', async () => {
    await using step = await start(fleet(10, { enabled: true }));
    step.simulator.fault({ method: 'GET', times: Infinity, respond: { status: 500 } });
    const connectors = listById(step.connectors, 'enabled: false');
    const { exitCode, outputs } = await step.run({ mode: 'update', connectors });
    expect(sent(step.simulator).toSorted()).toEqual(
      step.connectors.map(({ id }) => `PATCH /${id} {"enabled":false}`).toSorted(),
    );
    expect(outputs).toMatchObject({ in_sync: 'true', drift: '[]', errors: '[]' });
    expect(outputs).not.toHaveProperty('changed');
    expect(outputs['result']).toBe(JSON.stringify(step.simulator.connectors));
    expect(exitCode).toBe(0);
  });

  it('disables by id even if the list, which others need, cannot be read', async () => {
    await using step = await start(fleet(2, { enabled: true }));
    const [one, two] = step.connectors;
    step.simulator.fault({ method: 'GET', times: Infinity, respond: { status: 400, body: { success: false } } });
    const list = `[{email_domain: ${one?.email_domain}, enabled: false}, {sso_connector_id: ${two?.id}, enabled: false}]`;
    const result = await step.run({ mode: 'update', connectors: list });
    expect(step.simulator.connectors.map(({ enabled }) => enabled)).toEqual([true, false]);
    expect(failuresOf(result)).toMatchObject([{ email_domain: 'domain-1.example' }]);
    expect(result.exitCode).toBe(1);
  });

  it('knows from a list that others need what changed, and the domain of a failure', async () => {
    await using step = await start([{ enabled: true }, {}, { use_fedramp_language: true }]);
    const { simulator } = step;
    const [one, two, three] = step.connectors;
    simulator.fault({
      method: 'PATCH',
      path: new RegExp(two?.id ?? ''),
      respond: { status: 400, body: { success: false, errors: ['No'] } },
    });
    const list = [
      `- {email_domain: ${one?.email_domain}, enabled: false}`,
      listById(
        [two, three].flatMap((each) => each ?? []),
        'use_fedramp_language: true',
      ),
    ];
    const result = await step.quick({ mode: 'update', connectors: list.join('\n') });
    expect(failuresOf(result)).toMatchObject([
      {
        title: 'domain-2.example: Cloudflare refused: No',
        sso_connector_id: two?.id,
        email_domain: 'domain-2.example',
      },
    ]);
    expect(result.outputs).toMatchObject({ changed: 'true', in_sync: 'false' });
    expect(listOf(result, 'drift')).toHaveLength(2);
  });

  it('changes by id what a list that others need does not have', async () => {
    await using step = await start([{ enabled: true }, {}]);
    const [one, two] = step.connectors;
    step.simulator.fault({
      method: 'GET',
      transform: (envelope) => ({
        ...envelope,
        result: (envelope.result as Connector[]).filter(({ id }) => id === one?.id),
        result_info: null,
      }),
    });
    const list = [
      `- {email_domain: ${one?.email_domain}, enabled: false}`,
      `- {sso_connector_id: ${two?.id}, use_fedramp_language: true}`,
    ];
    const result = await step.quick({ mode: 'update', connectors: list.join('\n') });
    expect(failuresOf(result)).toEqual([]);
    expect(step.simulator.connector(two?.id ?? '')).toMatchObject({ use_fedramp_language: true });
  });

  it('leaves unknown what came of a lost disable, whatever a list that others need says', async () => {
    await using step = await start(fleet(2, { enabled: true }));
    const [one, two] = step.connectors;
    step.simulator.fault({ method: 'PATCH', path: new RegExp(one?.id ?? ''), respond: { status: 503 } });
    const list = [
      `- {sso_connector_id: ${one?.id}, enabled: false}`,
      `- {email_domain: ${two?.email_domain}, enabled: false}`,
    ];
    const result = await step.quick({ mode: 'update', connectors: list.join('\n'), max_retries: '0' });
    expect(failuresOf(result)).toMatchObject([{ sso_connector_id: one?.id, may_have_taken_effect: true }]);
    expect(result.outputs['summary']).toMatch(
      /^### ❌ Cloudflare SSO is now off for 1 of 2 connectors, and unknown for 1\n/,
    );
    expect(listOf(result, 'result')[0]).toBeNull();
  });

  it('names the domain of a failure by id that an answer gives', async () => {
    await using step = await start([{ verification: { status: 'awaiting' } }, {}]);
    await using dns = await startDnsServer();
    const result = await step.run({ mode: 'update' }, { dns: dns.address });
    expect(failuresOf(result)).toMatchObject([{ title: 'domain-1.example: not verified (awaiting), so not enabled' }]);
  });
});

describe.concurrent('one failure of all', () => {
  const annotations = ({ commands }: StepResult) =>
    commands.filter(({ command }) => command === 'error').map(({ properties }) => properties['title']);
  const countRays = ({ requests }: Simulator) =>
    new Set(requests.map((request) => request.responseHeaders['cf-ray'])).size;

  it('is told once, as the first has it: a firewall, whose answers have a Ray ID each', async () => {
    await using step = await start(fleet(3));
    step.simulator.play('firewall-page', { method: 'PATCH', times: Infinity });
    const result = await step.run({ mode: 'update', max_retries: '0' });
    expect(countRays(step.simulator)).toBe(3);
    expect(annotations(result)).toEqual(["3 connectors: blocked by Cloudflare's edge (HTTP 403)"]);
    expect(result.log).toContain("failed  3 connectors  blocked by Cloudflare's edge (HTTP 403)");
    expect(result.log).toContain('Whether SSO is now on for all 3 connectors is unknown.');
    const [first = '', ...others] = failuresOf(result).map(({ message }) => /cf-ray ([\w-]+)/.exec(message)?.[1] ?? '');
    expect(result.summary).toContain(
      '| The change may have taken effect. Running this again does no harm, and `mode: check` shows the state. Run this from another network. Give the cf-ray to Cloudflare support. |',
    );
    expect(result.summary).toContain(`cf-ray \`${first}\``);
    expect(others.filter((other) => result.summary.includes(other))).toEqual([]);
  });

  it('is told once: a token that Cloudflare refuses with two errors', async () => {
    await using step = await start(fleet(3));
    const errors = [
      { code: 9109, message: 'Invalid access token' },
      { code: 10000, message: 'Authentication error' },
    ];
    step.simulator.fault({
      method: 'PATCH',
      times: Infinity,
      respond: { status: 403, body: { success: false, errors } },
    });
    const result = await step.run({ mode: 'update' });
    expect(annotations(result)).toEqual(['3 connectors: token not accepted', '3 connectors: token not accepted']);
    expect(result.log).toContain('SSO was switched on for none of the 3 connectors, all for the same reasons.');
  });

  it('is told for each if one of them has another one too', async () => {
    await using step = await start(fleet(2));
    const entry = { code: 9109, message: 'Invalid access token' };
    const refuse = (errors: object[]) =>
      step.simulator.fault({ method: 'PATCH', respond: { status: 403, body: { success: false, errors } } });
    refuse([entry]);
    refuse([entry, { code: 1, message: 'More' }]);
    const result = await step.run({ mode: 'update' });
    expect(annotations(result)).toHaveLength(3);
    expect(result.log).toContain('SSO was not switched on for either connector.');
  });

  it('is told once: an error of the edge, whose advice has a Ray ID too', async () => {
    await using step = await start(fleet(3));
    step.simulator.play('edge-1020', { method: 'PATCH', times: Infinity });
    const result = await step.run({ mode: 'update', max_retries: '0' });
    expect(annotations(result)).toEqual(["3 connectors: blocked by Cloudflare's edge (1020)"]);
  });

  it('is told once: a rate limit, though each refusal names another time', async () => {
    await using step = await start(fleet(12));
    let seconds = 400;
    const body = { success: false, errors: [{ code: 971, message: 'Slow down' }] };
    step.simulator.fault({
      ...{ method: 'PATCH', times: Infinity },
      respond: () => {
        seconds += 10;
        return { status: 429, headers: { 'retry-after': `${seconds}` }, body };
      },
    });
    const result = await step.run({ mode: 'update', max_retries: '0' });
    expect(new Set(failuresOf(result).map(({ action }) => action)).size).toBeGreaterThan(1);
    expect(annotations(result)).toEqual(['12 connectors: rate limit reached']);
  });
});

describe.concurrent('verification over many connectors', () => {
  it('is begun for each that needs it, then waited for with one request a check', async () => {
    const status = (name: string) => ({ verification: { status: name } });
    await using step = await start(
      [status('awaiting'), status('verified'), status('failed'), status('pending'), ...fleet(6, { enabled: true })],
      { verifyAfterLooks: 3 },
    );
    const [awaiting, verified, failed, pending] = step.connectors;
    const result = await step.run({
      ...{ mode: 'reconcile', begin_verification: 'true', wait_for_verification: '1m', require_verified: 'true' },
    });
    expect(failuresOf(result)).toEqual([]);
    const requests = sent(step.simulator);
    expect(requests.slice(0, 3).toSorted()).toEqual(
      ['GET', `POST /${awaiting?.id}/begin_verification`, `POST /${failed?.id}/begin_verification`].toSorted(),
    );
    expect(requests.slice(3, 6)).toEqual(['GET', 'GET', 'GET']);
    expect(requests.slice(6).toSorted()).toEqual(
      [awaiting, verified, failed, pending].map((each) => `PATCH /${each?.id} {"enabled":true}`).toSorted(),
    );
    expect(result.log.match(/^Waiting .*: [^,]*/gm)).toEqual([
      'Waiting for 3 domains to be verified: 3 pending',
      'Waiting for 2 domains to be verified: 2 pending',
    ]);
    expect(result.log.match(/^>>> .*/gm)).toEqual([
      '>>> domain-4.example: verification pending -> verified',
      '>>> domain-1.example: verification pending -> verified',
      '>>> domain-3.example: verification pending -> verified',
    ]);
    expect(result).toMatchObject({ exitCode: 0, outputs: { changed: 'true', in_sync: 'true' } });
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
    const result = await step.run({ mode: 'reconcile', wait_for_verification: '1m' }, { dns: dns.address });
    expect(failuresOf(result)).toMatchObject([{ title: 'domain-1.example: not verified (failed)' }]);
    expect(sent(simulator).slice(0, 3)).toEqual(['GET', 'GET', 'GET']);
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
    const { exitCode } = await step.run({ mode: 'update', connectors: list, wait_for_verification: '1m' });
    expect(sent(simulator)).toEqual([
      `PATCH /${one?.id} {"enabled":false}`,
      'GET',
      'GET',
      `PATCH /${two?.id} {"enabled":true}`,
    ]);
    expect(exitCode).toBe(0);
  });
});
