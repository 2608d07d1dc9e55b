import { afterEach, beforeEach, describe, expect, it, test } from 'vitest';
import { answerTo, runStep, sent } from '../kit/connector-step.ts';
import { type Simulator, startSimulator } from '../simulator/simulator.ts';

let simulator: Simulator;
beforeEach(async () => {
  simulator = await startSimulator();
});
afterEach(() => simulator.close());

describe('by email_domain alone, the connector is found through one GET of the list', () => {
  test.each([
    ['update', ['GET', 'PATCH /id {"enabled":true}']],
    ['reconcile', ['GET', 'PATCH /id {"enabled":true}']],
  ])('and mode %s sends its PATCH then', async (mode, requests) => {
    simulator.addConnector({ email_domain: 'other.example' });
    const { id } = simulator.addConnector({ email_domain: 'acme.example' });
    const step = await runStep(simulator, { email_domain: 'acme.example', mode, enabled: 'true' });
    expect(step).toMatchObject({ exitCode: 0, errors: [], outputs: { sso_connector_id: id, changed: 'true' } });
    expect(sent(simulator)).toEqual(requests.map((request) => request.replace('id', id)));
  });

  it('and mode check and a reconcile of nothing send no more', async () => {
    simulator.addConnector({ email_domain: 'acme.example', enabled: true });
    for (const mode of ['check', 'reconcile']) {
      const step = await runStep(simulator, { email_domain: 'acme.example', mode, enabled: 'true' });
      expect(step).toMatchObject({ exitCode: 0, errors: [] });
    }
    expect(sent(simulator)).toEqual(['GET', 'GET']);
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
    const step = await runStep(simulator, { email_domain: given, mode: 'check', enabled: 'false' });
    expect(step).toMatchObject({ exitCode: 0, errors: [], outputs: { sso_connector_id: id, email_domain } });
  });
});

describe('an error that names the domains there are, before anything is changed, is', () => {
  const find = (email_domain: string) => runStep(simulator, { email_domain, enabled: 'true' });

  it('a domain that no connector has', async () => {
    simulator.addConnector({ email_domain: 'acme.example' });
    simulator.addConnector({ email_domain: 'xn--bcher-kva.example' });
    const step = await find('Straße.example');
    expect(step).toMatchObject({ exitCode: 1, notices: [] });
    expect(step.errors).toEqual([
      `Account ${simulator.accountId} has no connector of the domain straße.example (xn--strae-oqa.example). The domains there are: acme.example, bücher.example (xn--bcher-kva.example).`,
    ]);
    expect(sent(simulator)).toEqual(['GET']);
  });

  it('an account without connectors', async () => {
    simulator.addConnector({ email_domain: 'acme.example' }, simulator.otherAccountId);
    expect((await find('acme.example')).errors).toEqual([
      `Account ${simulator.accountId} has no connector of the domain acme.example. The account has no connectors at all.`,
    ]);
  });

  it('a domain that two connectors have, which are named', async () => {
    const one = simulator.addConnector({ email_domain: 'acme.example' });
    const other = simulator.addConnector({ email_domain: 'ACME.example' });
    simulator.addConnector({ email_domain: 'other.example' });
    const step = await find('acme.example');
    expect(step.exitCode).toBe(1);
    expect(step.errors).toEqual([
      `Account ${simulator.accountId} has 2 connectors of the domain acme.example: "${one.id}", "${other.id}". Give sso_connector_id to say which. The domains there are: acme.example, acme.example, other.example.`,
    ]);
    expect(sent(simulator)).toEqual(['GET']);
  });

  it('a list that says it is incomplete, though it has the domain', async () => {
    await using paged = await startSimulator({ listPageSize: 2 });
    for (const email_domain of ['a.example', 'b.example', 'c.example']) paged.addConnector({ email_domain });
    const step = await runStep(paged, { email_domain: 'a.example', enabled: 'true' });
    expect(step.exitCode).toBe(1);
    expect(step.errors).toEqual([
      `Cloudflare's list of the connectors of account ${paged.accountId} is incomplete: it has 2 of 3. The domains there are: a.example, b.example. Give sso_connector_id instead.`,
    ]);
    expect(sent(paged)).toEqual(['GET']);
  });

  it('a list that does not say how many there are, though it tries', async () => {
    simulator.addConnector({ email_domain: 'acme.example' });
    simulator.fault({ transform: (envelope) => ({ ...envelope, result_info: { total_count: 'many' } }) });
    expect((await find('acme.example')).errors).toEqual([
      `Cloudflare's list of the connectors of account ${simulator.accountId} is incomplete: it has 1 of an unknown number. The domains there are: acme.example. Give sso_connector_id instead.`,
    ]);
  });

  it('of the first twenty of very many domains', async () => {
    const names = Array.from({ length: 22 }, (_, n) => `domain-${n + 1}.example`);
    for (const _ of names) simulator.addConnector();
    expect((await find('acme.example')).errors).toEqual([
      `Account ${simulator.accountId} has no connector of the domain acme.example. The domains there are: ${names.slice(0, 20).join(', ')} and 2 more.`,
    ]);
  });
});

describe('an item of a list that cannot be read', () => {
  const disable = () => runStep(simulator, { email_domain: 'acme.example', enabled: 'false' });
  const spoil = (item: unknown) =>
    simulator.fault({ transform: (envelope) => ({ ...envelope, result: [...(envelope.result as unknown[]), item] }) });

  it('of another domain does not stand in the way of a disable', async () => {
    const { id } = simulator.addConnector({ email_domain: 'acme.example', enabled: true });
    spoil({ id: 'x', email_domain: 'other.example', enabled: 'no' });
    expect(await disable()).toMatchObject({ exitCode: 0, errors: [] });
    expect(sent(simulator)).toEqual(['GET', `PATCH /${id} {"enabled":false}`]);
  });

  it.each([
    ['of the domain', { id: 'x', email_domain: 'ACME.example', enabled: 'no' }, 'its enabled is "no", not boolean'],
    ['of a domain that it does not tell', { id: 'x', enabled: 'no' }, 'its enabled is "no", not boolean'],
    ['that is no object', 'x', 'it is "x", not Object'],
  ])('may be a second one, and nothing is changed: %s', async (_, item, what) => {
    simulator.addConnector({ email_domain: 'acme.example', enabled: true });
    spoil(item);
    expect((await disable()).errors).toEqual([
      `Cloudflare was asked to list the connectors of account ${simulator.accountId}, and answered with something that is no connector: ${what}.`,
    ]);
    expect(sent(simulator)).toEqual(['GET']);
  });
});

describe('a list', () => {
  const find = () => runStep(simulator, { email_domain: 'acme.example', enabled: 'true' });

  it('that does not say how many there are is complete', async () => {
    simulator.addConnector({ email_domain: 'acme.example' });
    simulator.fault({ method: 'GET', transform: ({ result_info, ...envelope }) => envelope });
    expect(await find()).toMatchObject({ exitCode: 0, errors: [] });
  });

  test.each([
    ['is none', { id: 'x' }, "Cloudflare's answer has no list of them."],
    ['is missing', null, "Cloudflare's answer has no list of them."],
  ])('that %s is an error', async (_, result, what) => {
    simulator.fault({ method: 'GET', respond: { status: 200, body: { success: true, result } } });
    const step = await find();
    expect(step).toMatchObject({
      exitCode: 1,
      errors: [`Could not list the connectors of account ${simulator.accountId}: ${what}`],
    });
    expect(sent(simulator)).toEqual(['GET']);
  });

  it('with something that is no connector is an error', async () => {
    simulator.fault({ method: 'GET', respond: { status: 200, body: { success: true, result: [{}, 'x'] } } });
    expect((await find()).errors).toEqual([
      `Cloudflare was asked to list the connectors of account ${simulator.accountId}, and answered with something that is no connector: it is "x", not Object.`,
    ]);
  });

  it('may have connectors without a domain, which are not the one', async () => {
    const { id } = simulator.addConnector({ email_domain: 'acme.example' });
    simulator.fault({
      method: 'GET',
      transform: (envelope) => ({ ...envelope, result: [{ id: 'x' }, ...(envelope.result as object[])] }),
    });
    expect(await find()).toMatchObject({ exitCode: 0, errors: [], outputs: { sso_connector_id: id } });
  });

  it('that is refused is an error', async () => {
    const step = await runStep(simulator, { email_domain: 'acme.example', api_token: simulator.tokens.none });
    expect(step.errors).toEqual([
      `Could not list the connectors of account ${simulator.accountId}: Cloudflare error 10000 "Authentication error" (${answerTo(simulator, 0)}). Does the token have the permission "SSO Connector: Edit" ("Read" for mode check) on this very account?`,
    ]);
  });

  it('without an id for the connector is an error', async () => {
    const body = { success: true, result: [{ email_domain: 'acme.example', enabled: false }] };
    simulator.fault({ method: 'GET', respond: { status: 200, body } });
    const step = await find();
    expect(step).toMatchObject({
      exitCode: 1,
      errors: ["Cloudflare's list gives no id for the connector of the domain acme.example."],
    });
    expect(sent(simulator)).toEqual(['GET']);
  });

  test.each(['../../../user/tokens', 'a/b', 'a?b', 'ä', ''])(
    'with an id that is none never has it put into a path: "%s"',
    async (id) => {
      const body = { success: true, result: [{ id, email_domain: 'acme.example', enabled: false }] };
      simulator.fault({ method: 'GET', respond: { status: 200, body } });
      const step = await find();
      expect(step.exitCode).toBe(1);
      expect(step.errors).toHaveLength(1);
      expect(step.errors[0]).toMatch(/that is no id of a connector\.$/);
      expect(sent(simulator)).toEqual(['GET']);
    },
  );
});

describe('email_domain with sso_connector_id is a guard', () => {
  const modes = ['update', 'check', 'reconcile'];

  test.each(modes)('that stops mode %s before anything is changed', async (mode) => {
    const { id } = simulator.addConnector({ email_domain: 'other.example', enabled: true });
    const step = await runStep(simulator, {
      sso_connector_id: id,
      email_domain: 'acme.example',
      mode,
      enabled: 'false',
    });
    expect(step.exitCode).toBe(1);
    expect(step.errors).toEqual([
      `Connector ${id} is of the domain "other.example", not of "acme.example" as given. Nothing was changed.`,
    ]);
    expect(sent(simulator)).toEqual([`GET /${id}`]);
    expect(simulator.connector(id)?.enabled).toBe(true);
  });

  it('that stops at a connector of no domain', async () => {
    const { id } = simulator.addConnector();
    const transform = ({ result, ...envelope }: object & { result?: unknown }) => ({
      ...envelope,
      result: { ...(result as object), email_domain: null },
    });
    simulator.fault({ method: 'GET', transform });
    const step = await runStep(simulator, { sso_connector_id: id, email_domain: 'acme.example', enabled: 'true' });
    expect(step.errors).toEqual([
      `Connector ${id} is of no domain, not of "acme.example" as given. Nothing was changed.`,
    ]);
    expect(sent(simulator)).toEqual([`GET /${id}`]);
  });

  test.each(modes)('that lets mode %s through for the domain in any spelling', async (mode) => {
    const { id } = simulator.addConnector({ email_domain: 'xn--bcher-kva.example', enabled: mode === 'check' });
    const inputs = { sso_connector_id: id, email_domain: 'BÜCHER.example.', mode, enabled: 'true' };
    expect(await runStep(simulator, inputs)).toMatchObject({ exitCode: 0, errors: [] });
    expect(sent(simulator)).toEqual([`GET /${id}`, ...(mode === 'check' ? [] : [`PATCH /${id} {"enabled":true}`])]);
  });

  it('that cannot be checked stops the change too', async () => {
    const { id } = simulator.addConnector({ email_domain: 'acme.example' });
    simulator.fault({ method: 'GET', respond: { status: 400, body: { success: false, errors: ['No'] } } });
    const step = await runStep(simulator, { sso_connector_id: id, email_domain: 'acme.example', enabled: 'true' });
    expect(step.errors).toEqual([`Could not read connector ${id}: Cloudflare error "No" (${answerTo(simulator, 0)}).`]);
    expect(sent(simulator)).toEqual([`GET /${id}`]);
  });
});
