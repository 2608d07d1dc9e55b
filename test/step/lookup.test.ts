import { afterEach, beforeEach, describe, expect, it, test } from 'vitest';
import { failuresOf, runStep, sent } from '../kit/connector-step.ts';
import { runQuick } from '../kit/quick-run.ts';
import { type Simulator, startSimulator } from '../simulator/simulator.ts';

let simulator: Simulator;
beforeEach(async () => {
  simulator = await startSimulator();
});
afterEach(() => simulator.close());

const CHECK = 'Check email_domain and account_id, or create the connector first: this action does not.';

describe('by email_domain alone, the connector is found through one GET of the list', () => {
  test.each(['update', 'reconcile'])('and mode %s sends its PATCH then', async (mode) => {
    simulator.addConnector({ email_domain: 'other.example' });
    const { id } = simulator.addConnector({ email_domain: 'acme.example' });
    const step = await runStep(simulator, { email_domain: 'acme.example', mode, enabled: 'true' });
    expect(step).toMatchObject({ exitCode: 0, errors: [], outputs: { sso_connector_id: id, changed: 'true' } });
    expect(sent(simulator)).toEqual(['GET', `PATCH /${id} {"enabled":true}`]);
  });

  test.each(['check', 'plan', 'reconcile'])('and mode %s of nothing sends no more', async (mode) => {
    simulator.addConnector({ email_domain: 'acme.example', enabled: true });
    const step = await runQuick(simulator, { email_domain: 'acme.example', mode, enabled: 'true' });
    expect(step).toMatchObject({ exitCode: 0, errors: [] });
    expect(sent(simulator)).toEqual(['GET']);
  });

  test.each([
    ['ACME.Example', 'acme.example'],
    ['acme.example.', 'acme.example'],
    ['acme.example', 'Acme.EXAMPLE.'],
    ['bücher.example', 'xn--bcher-kva.example'],
    ['XN--BCHER-KVA.EXAMPLE.', 'Bücher.example'],
  ])('in any spelling: %s finds %s', async (given, email_domain) => {
    const { id } = simulator.addConnector({ email_domain });
    simulator.addConnector({ email_domain: 'other.example' });
    const step = await runQuick(simulator, { email_domain: given, mode: 'check', enabled: 'false' });
    expect(step).toMatchObject({ exitCode: 0, errors: [], outputs: { sso_connector_id: id, email_domain } });
  });
});

describe('the first line of the log says what is asked for', () => {
  const ID = '0123456789abcdef0123456789abcdef';

  test.each<[Record<string, string>, string]>([
    [{ email_domain: 'acme.example' }, 'domain acme.example'],
    [{ sso_connector_id: ID }, `connector ${ID}`],
    [
      { sso_connector_id: ID, email_domain: 'acme.example', use_fedramp_language: 'false', enabled: 'true' },
      `connector ${ID}, domain acme.example, enabled=true, use_fedramp_language=false`,
    ],
    [{ connectors: '- email_domain: a.example\n- email_domain: b.example\n  enabled: true' }, '2 connectors'],
  ])('of %j', async (inputs, said) => {
    const { lines } = await runQuick(simulator, { ...inputs, mode: 'plan' });
    expect(lines[0]).toBe(`Mode plan, account ${simulator.accountId}: ${said}`);
  });
});

describe('a failure before anything is changed is', () => {
  const find = (email_domain: string) => runQuick(simulator, { email_domain, enabled: 'true' });

  it('a domain that no connector has, with the domains that there are', async () => {
    simulator.addConnector({ email_domain: 'acme.example' });
    simulator.addConnector({ email_domain: 'xn--bcher-kva.example' });
    const step = await runStep(simulator, { email_domain: 'Straße.example', enabled: 'true' });
    expect(step).toMatchObject({ exitCode: 1, notices: [] });
    expect(failuresOf(step)).toEqual([
      {
        kind: 'not_found',
        sso_connector_id: null,
        email_domain: 'Straße.example',
        title: 'straße.example (xn--strae-oqa.example): not in this account',
        message: `Account ${simulator.accountId} has no connector for straße.example (xn--strae-oqa.example). The account has connectors for: acme.example and bücher.example (xn--bcher-kva.example).`,
        action: CHECK,
        may_have_taken_effect: false,
        documentation_url: null,
      },
    ]);
    expect(sent(simulator)).toEqual(['GET']);
  });

  it.each([
    ['acme.exmaple', 'Did you mean acme.example? If not, create the connector first: this action does not.'],
    ['acmee.example', 'Did you mean acme.example? If not, create the connector first: this action does not.'],
    [
      'bucher.example',
      'Did you mean bücher.example (xn--bcher-kva.example)? If not, create the connector first: this action does not.',
    ],
    ['globex.test', CHECK],
  ])('a domain that is misspelt: %s', async (domain, action) => {
    simulator.addConnector({ email_domain: 'acme.example' });
    simulator.addConnector({ email_domain: 'xn--bcher-kva.example' });
    simulator.addConnector({ email_domain: '' });
    expect(failuresOf(await find(domain))).toMatchObject([{ kind: 'not_found', action }]);
  });

  it('an account without connectors', async () => {
    simulator.addConnector({ email_domain: 'acme.example' }, simulator.otherAccountId);
    expect(failuresOf(await find('acme.example'))).toMatchObject([
      {
        kind: 'not_found',
        message: `Account ${simulator.accountId} has no connector for acme.example. The account has no connectors at all.`,
        action: CHECK,
      },
    ]);
  });

  it('told once of a single connector, in the failure', async () => {
    simulator.addConnector({ email_domain: 'acme.example' });
    simulator.addConnector({ email_domain: '' });
    const { errors, lines } = await find('globex.test');
    expect(errors).toEqual([
      `Account ${simulator.accountId} has no connector for globex.test. The account has connectors for: acme.example and no domain.`,
    ]);
    expect(lines).toEqual([`Mode update, account ${simulator.accountId}: domain globex.test, enabled=true`]);
  });

  it('a domain that two connectors have, which are named', async () => {
    const one = simulator.addConnector({ email_domain: 'acme.example', enabled: true });
    const other = simulator.addConnector({ email_domain: 'ACME.example' });
    simulator.addConnector({ email_domain: 'other.example' });
    const step = await find('acme.example');
    expect(step.exitCode).toBe(1);
    expect(failuresOf(step)).toMatchObject([
      {
        kind: 'ambiguous',
        title: 'acme.example: 2 connectors of this domain',
        message: `Account ${simulator.accountId} has 2 connectors for acme.example: "${one.id}" (SSO is on), "${other.id}" (SSO is off).`,
        action: 'Give sso_connector_id to say which.',
      },
    ]);
    expect(sent(simulator)).toEqual(['GET']);
  });

  it('a list that says it is incomplete, though it has the domain', async () => {
    await using cut = await startSimulator({ listPageSize: 2, listStyle: 'repeating' });
    for (const email_domain of ['a.example', 'b.example', 'c.example']) cut.addConnector({ email_domain });
    const step = await runStep(cut, { email_domain: 'a.example', enabled: 'true' });
    expect(step.exitCode).toBe(1);
    expect(failuresOf(step)).toMatchObject([
      {
        kind: 'ambiguous',
        title: 'a.example: incomplete list of connectors',
        message: expect.stringMatching(
          new RegExp(
            `^Cloudflare's list of the connectors of account ${cut.accountId} is incomplete: .*\\. No domain can be found in it for sure\\. It has [0-9a-f]{32} for [\\w-]+\\.example\\.$`,
          ),
        ),
        action: 'Give sso_connector_id, or run this again.',
      },
    ]);
    expect(cut.requestsTo('PATCH')).toEqual([]);
  });

  it('told without the domains of a list that is incomplete', async () => {
    await using cut = await startSimulator({ listPageSize: 2, listStyle: 'repeating' });
    for (const email_domain of ['a.example', 'b.example', 'c.example']) cut.addConnector({ email_domain });
    const connectors = `- {sso_connector_id: ${'0'.repeat(32)}, enabled: false}`;
    const step = await runQuick(cut, { mode: 'check', connectors });
    expect(step.failures).toMatchObject([{ kind: 'not_found' }]);
    expect(step.lines).toEqual([
      `Mode check, account ${cut.accountId}: 1 connector`,
      "Whether the account has unlisted connectors is unknown: Cloudflare's list is incomplete, page 2 repeats page 1.",
    ]);
    // With `fail`, the failure says so.
    const strict = await runQuick(cut, { mode: 'check', connectors, unlisted: 'fail' });
    expect(strict.failures.map(({ kind }) => kind)).toEqual(['not_found', 'ambiguous']);
    expect(strict.lines).toHaveLength(1);
  });

  it('told with the first twenty of very many domains', async () => {
    const names = Array.from({ length: 22 }, (_, n) => `domain-${n + 1}.example`);
    for (const _ of names) simulator.addConnector();
    expect(failuresOf(await find('acme.test'))).toMatchObject([
      {
        message: `Account ${simulator.accountId} has no connector for acme.test. The account has connectors for: ${names.slice(0, 20).join(', ')} and 2 more.`,
      },
    ]);
  });
});

describe('a token that may not list the connectors', () => {
  it.each([
    ['check', '"SSO Connector: Read" or "SSO Connector: Edit"'],
    ['plan', '"SSO Connector: Read" or "SSO Connector: Edit"'],
    ['update', '"SSO Connector: Edit"'],
    ['reconcile', '"SSO Connector: Edit"'],
  ])('must get the permission that mode %s needs in the end', async (mode, permission) => {
    const inputs = { api_token: simulator.tokens.none, email_domain: 'acme.example', enabled: 'true', mode };
    const { failures } = await runQuick(simulator, inputs);
    expect(failures).toMatchObject([{ kind: 'access' }]);
    expect(failures[0]?.action).toContain(`lack the permission ${permission}, be for another account`);
  });
});

describe('an item of a list that cannot be read', () => {
  const disable = () => runQuick(simulator, { email_domain: 'acme.example', enabled: 'false' });
  const spoil = (item: unknown) =>
    simulator.fault({
      transform: (envelope) => {
        const result = [...(envelope.result as unknown[]), item];
        return { ...envelope, result, result_info: { count: result.length, total_count: result.length } };
      },
    });

  it('of another domain does not stand in the way of a disable', async () => {
    const { id } = simulator.addConnector({ email_domain: 'acme.example', enabled: true });
    spoil({ id: 'x', email_domain: 'other.example', enabled: 'no' });
    expect(await disable()).toMatchObject({ exitCode: 0, errors: [] });
    expect(sent(simulator)).toEqual(['GET', `PATCH /${id} {"enabled":false}`]);
  });

  it.each([
    ['of the domain', { id: 'x', email_domain: 'ACME.example', enabled: 'no' }, 'its enabled is "no", not boolean'],
    ['of a domain that it does not tell', { id: 'x', enabled: 'no' }, 'its enabled is "no", not boolean'],
    ['that is no object', 'x', 'it is "x", not an object'],
  ])('may be a second one, and nothing is changed: %s', async (_, item, what) => {
    simulator.addConnector({ email_domain: 'acme.example', enabled: true });
    spoil(item);
    const step = await disable();
    expect(failuresOf(step)).toMatchObject([
      { kind: 'unexpected', email_domain: 'acme.example', may_have_taken_effect: false },
    ]);
    expect(failuresOf(step)[0]?.message).toContain(what);
    expect(sent(simulator)).toEqual(['GET']);
  });
});

describe('a list', () => {
  const find = () => runQuick(simulator, { email_domain: 'acme.example', enabled: 'true' });

  it('that does not say how many there are is complete', async () => {
    simulator.addConnector({ email_domain: 'acme.example' });
    simulator.fault({ method: 'GET', transform: ({ result_info, ...envelope }) => envelope });
    expect(await find()).toMatchObject({ exitCode: 0, errors: [] });
  });

  it('may have connectors without a domain, which are not the one', async () => {
    simulator.addConnector({ email_domain: '' });
    const { id } = simulator.addConnector({ email_domain: 'acme.example' });
    expect(await find()).toMatchObject({ exitCode: 0, errors: [], outputs: { sso_connector_id: id } });
  });

  it('that is refused is a failure that names the domain', async () => {
    const step = await runStep(simulator, { email_domain: 'acme.example', api_token: simulator.tokens.none });
    expect(failuresOf(step)).toMatchObject([{ kind: 'access', email_domain: 'acme.example' }]);
    expect(failuresOf(step)[0]?.message).toContain(`Could not list the connectors of account ${simulator.accountId}: `);
  });

  test.each(['../../../user/tokens', 'a/b', 'a?b', 'ä', '', null])(
    'with an id that is none never has it put into a path: %j',
    async (id) => {
      const body = { success: true, result: [{ id, email_domain: 'acme.example', enabled: false }] };
      simulator.fault({ method: 'GET', respond: { status: 200, body } });
      const step = await find();
      expect(step.exitCode).toBe(1);
      expect(failuresOf(step)).toMatchObject([
        {
          kind: 'unexpected',
          title: 'acme.example: no id to work with',
          message: 'Cloudflare gives no usable id for the connector of acme.example, so no request can name it.',
        },
      ]);
      expect(sent(simulator)).toEqual(['GET']);
    },
  );
});

describe('email_domain with sso_connector_id is a guard', () => {
  const modes = ['update', 'check', 'plan', 'reconcile'];

  test.each(modes)('that stops mode %s before anything is changed', async (mode) => {
    const { id } = simulator.addConnector({ email_domain: 'other.example', enabled: true });
    const inputs = { sso_connector_id: id, email_domain: 'acme.example', mode, enabled: 'false' };
    const step = await runQuick(simulator, inputs);
    expect(step.exitCode).toBe(1);
    expect(failuresOf(step)).toMatchObject([
      {
        kind: 'wrong_domain',
        sso_connector_id: id,
        title: 'acme.example: another domain',
        message: `Connector ${id} has the domain "other.example", not "acme.example" as given. Nothing was changed.`,
        action: 'Check which of sso_connector_id and email_domain is right.',
      },
    ]);
    expect(sent(simulator)).toEqual([`GET /${id}`]);
    expect(simulator.connector(id)?.enabled).toBe(true);
  });

  it('that stops at a connector of no domain', async () => {
    const { id } = simulator.addConnector({ email_domain: '' });
    const step = await runStep(simulator, { sso_connector_id: id, email_domain: 'acme.example', enabled: 'true' });
    expect(failuresOf(step)).toMatchObject([
      { message: `Connector ${id} has no domain, not "acme.example" as given. Nothing was changed.` },
    ]);
    expect(sent(simulator)).toEqual([`GET /${id}`]);
  });

  it('that says no longer that nothing was changed once something was', async () => {
    const { id } = simulator.addConnector({ email_domain: 'acme.example', verification: { status: 'awaiting' } });
    simulator.on('read', (_, n) => n === 2 && simulator.changeConnector(id, { email_domain: 'other.example' }));
    const inputs = { sso_connector_id: id, email_domain: 'acme.example', begin_verification: 'true' };
    const step = await runQuick(simulator, { mode: 'reconcile', ...inputs });
    expect(failuresOf(step)).toMatchObject([
      {
        message: `Cloudflare accepted the request to begin the verification, but what came of it is unknown. Connector ${id} has the domain "other.example", not "acme.example" as given.`,
        may_have_taken_effect: true,
      },
    ]);
  });

  test.each(modes)('that lets mode %s through for the domain in any spelling', async (mode) => {
    const isRead = mode === 'check' || mode === 'plan';
    const { id } = simulator.addConnector({ email_domain: 'xn--bcher-kva.example', enabled: isRead });
    const inputs = { sso_connector_id: id, email_domain: 'BÜCHER.example.', mode, enabled: 'true' };
    expect(await runQuick(simulator, inputs)).toMatchObject({ exitCode: 0, errors: [] });
    expect(sent(simulator)).toEqual([`GET /${id}`, ...(isRead ? [] : [`PATCH /${id} {"enabled":true}`])]);
  });

  it('that cannot be checked stops the change too', async () => {
    const { id } = simulator.addConnector({ email_domain: 'acme.example' });
    simulator.fault({ method: 'GET', respond: { status: 400, body: { success: false, errors: ['No'] } } });
    const step = await runStep(simulator, { sso_connector_id: id, email_domain: 'acme.example', enabled: 'true' });
    expect(step.exitCode).toBe(1);
    expect(failuresOf(step)).toMatchObject([{ kind: 'refused', email_domain: 'acme.example' }]);
    expect(sent(simulator)).toEqual([`GET /${id}`]);
  });
});
