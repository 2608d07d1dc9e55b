import { afterEach, beforeEach, describe, expect, it, test } from 'vitest';
import { runStep } from '../kit/connector-step.ts';
import { runAction } from '../kit/runner.ts';
import { type DnsServer, startDnsServer } from '../network/dns-server.ts';
import type { Connector } from '../simulator/connectors.ts';
import { type Simulator, startSimulator } from '../simulator/simulator.ts';

let simulator: Simulator;
let dns: DnsServer;
beforeEach(async () => {
  simulator = await startSimulator();
  dns = await startDnsServer();
});
afterEach(async () => {
  await simulator.close();
  await dns.close();
});

const outputsOf = async (inputs: Record<string, string>) =>
  (await runStep(simulator, { max_retries: '0', ...inputs }, { dns: dns.address })).outputs;

/** The outputs that a connector has of itself. */
function fieldsOf(connector: Connector): Record<string, string> {
  return {
    verification_status: connector.verification?.status ?? '',
    verified: String(connector.verification?.status === 'verified'),
    verification_code: connector.verification?.code ?? '',
    sso_connector_id: connector.id,
    email_domain: connector.email_domain,
    enabled: String(connector.enabled),
    use_fedramp_language: String(connector.use_fedramp_language),
    created_on: connector.created_on,
    updated_on: connector.updated_on,
    result: JSON.stringify(connector),
  };
}

/** The outputs that name the last answer. */
function lastAnswer() {
  const last = simulator.requests.at(-1);
  return { http_status: String(last?.status), cf_ray: last?.responseHeaders['cf-ray'] };
}

const now = (id: string) => {
  const connector = simulator.connector(id);
  if (!connector) throw new Error(`no connector ${id}`);
  return connector;
};
const nothing = { drift: '[]', messages: '[]', errors: '[]' };

describe('on success', () => {
  it('update by id sets all but `changed`, for nothing was looked at first', async () => {
    const { id } = simulator.addConnector({ email_domain: 'acme.example' });
    const outputs = await outputsOf({ sso_connector_id: id, enabled: 'true' });
    expect(outputs).toEqual({ ...fieldsOf(now(id)), ...lastAnswer(), ...nothing, in_sync: 'true' });
    expect(outputs).toMatchObject({ enabled: 'true', verified: 'true', http_status: '200' });
  });

  it('update by email_domain knows what changed, and the drift as found', async () => {
    const { id } = simulator.addConnector({ email_domain: 'acme.example', enabled: true });
    const drift = [
      { sso_connector_id: id, email_domain: 'acme.example', field: 'enabled', expected: false, actual: true },
    ];
    expect(await outputsOf({ email_domain: 'acme.example', enabled: 'false' })).toEqual({
      ...fieldsOf(now(id)),
      ...lastAnswer(),
      ...nothing,
      drift: JSON.stringify(drift),
      changed: 'true',
      in_sync: 'true',
    });
    expect(await outputsOf({ email_domain: 'acme.example', enabled: 'false' })).toMatchObject({
      drift: '[]',
      changed: 'false',
      in_sync: 'true',
    });
  });

  it('reconcile has the drift as found, before it changed the fields', async () => {
    const { id } = simulator.addConnector({ email_domain: 'acme.example', use_fedramp_language: true });
    const common = { sso_connector_id: id, email_domain: 'acme.example' };
    const drift = [
      { ...common, field: 'enabled', expected: true, actual: false },
      { ...common, field: 'use_fedramp_language', expected: false, actual: true },
    ];
    const inputs = { mode: 'reconcile', sso_connector_id: id, enabled: 'true', use_fedramp_language: 'false' };
    expect(await outputsOf(inputs)).toEqual({
      ...fieldsOf(now(id)),
      ...lastAnswer(),
      ...nothing,
      drift: JSON.stringify(drift),
      changed: 'true',
      in_sync: 'true',
    });
    expect(now(id)).toMatchObject({ enabled: true, use_fedramp_language: false });
    expect(await outputsOf(inputs)).toEqual({
      ...fieldsOf(now(id)),
      ...lastAnswer(),
      ...nothing,
      changed: 'false',
      in_sync: 'true',
    });
  });

  it('check has never changed anything', async () => {
    const { id } = simulator.addConnector();
    expect(await outputsOf({ mode: 'check', sso_connector_id: id, enabled: 'false' })).toEqual({
      ...fieldsOf(now(id)),
      ...lastAnswer(),
      ...nothing,
      changed: 'false',
      in_sync: 'true',
    });
  });

  it('a verification that this run began is a change', async () => {
    const { id } = simulator.addConnector({ verification: { status: 'awaiting' } });
    const inputs = { mode: 'reconcile', sso_connector_id: id, begin_verification: 'true' };
    expect(await outputsOf(inputs)).toMatchObject({ changed: 'true', in_sync: 'true', verification_status: 'pending' });
  });

  it('messages has the entries of all answers, each once, as the API gave them', async () => {
    const { id } = simulator.addConnector({ email_domain: 'acme.example' });
    const hello = { code: 10000, message: 'Hello', extra: { a: 1 } };
    simulator.fault({ method: 'GET', transform: (envelope) => ({ ...envelope, messages: [hello] }) });
    simulator.fault({ method: 'PATCH', transform: (envelope) => ({ ...envelope, messages: [hello, 'Well'] }) });
    const outputs = await outputsOf({ email_domain: 'acme.example', enabled: 'true' });
    expect(outputs).toMatchObject({ messages: JSON.stringify([hello, 'Well']), errors: '[]', sso_connector_id: id });
  });

  it('result has also what nobody knows, and a field that is absent or null has no output', async () => {
    const { id } = simulator.addConnector();
    const result = { id, enabled: false, email_domain: null, created_on: null, some_day: { more: ['ü', null] } };
    simulator.fault({ respond: { status: 200, body: { success: true, result } } });
    expect(await outputsOf({ mode: 'check', sso_connector_id: id, enabled: 'false' })).toEqual({
      ...lastAnswer(),
      ...nothing,
      sso_connector_id: id,
      enabled: 'false',
      verified: 'false',
      changed: 'false',
      in_sync: 'true',
      result: JSON.stringify(result),
    });
  });

  it('an answer without a cf-ray leaves that output unset', async () => {
    const { id } = simulator.addConnector();
    simulator.fault({
      respond: { status: 201, headers: { 'cf-ray': null }, body: { success: true, result: now(id) } },
    });
    const outputs = await outputsOf({ sso_connector_id: id, enabled: 'false' });
    expect(outputs).toMatchObject({ http_status: '201', in_sync: 'true' });
    expect(outputs).not.toHaveProperty('cf_ray');
  });
});

describe('on failure, as far as known', () => {
  it('a refused enable has the connector as it was looked at, and the errors', async () => {
    const { id } = simulator.addConnector({ verification: { status: 'awaiting' } });
    const errors = [
      {
        code: 1010,
        message: 'The SSO connector cannot be enabled before its email domain is verified',
        documentation_url: 'https://developers.cloudflare.com/fundamentals/manage-members/dashboard-sso/',
      },
    ];
    expect(await outputsOf({ sso_connector_id: id, enabled: 'true' })).toEqual({
      ...fieldsOf(now(id)),
      ...lastAnswer(),
      ...nothing,
      errors: JSON.stringify(errors),
      in_sync: 'false',
    });
    expect(lastAnswer().http_status).toBe('200');
  });

  it('what someone else changed meanwhile is no change of this run', async () => {
    const { id } = simulator.addConnector({ email_domain: 'acme.example', verification: { status: 'awaiting' } });
    simulator.on('read', (_, n) => {
      if (n === 2) simulator.changeConnector(id, { use_fedramp_language: true });
    });
    const outputs = await outputsOf({ email_domain: 'acme.example', enabled: 'true' });
    expect(outputs).toMatchObject({ use_fedramp_language: 'true', changed: 'false', in_sync: 'false' });
  });

  it('a refused update has the answer and its entries alone', async () => {
    const { id } = simulator.addConnector();
    const body = { success: false, errors: [{ code: 1234, message: 'No', extra: 1 }, 'Two'], messages: ['Hello'] };
    simulator.fault({ respond: { status: 409, body } });
    expect(await outputsOf({ sso_connector_id: id, enabled: 'false' })).toEqual({
      ...lastAnswer(),
      drift: '[]',
      messages: '["Hello"]',
      errors: JSON.stringify(body.errors),
    });
    expect(lastAnswer().http_status).toBe('409');
  });

  it('a page of the edge has status and cf-ray', async () => {
    const { id } = simulator.addConnector();
    simulator.fault({ respond: { status: 502, headers: { 'content-type': 'text/html' }, body: '<html>' } });
    const outputs = await outputsOf({ sso_connector_id: id, enabled: 'false' });
    expect(outputs).toEqual({ ...lastAnswer(), ...nothing });
    expect(outputs['http_status']).toBe('502');
  });

  it('no answer at all leaves the lists, which are empty', async () => {
    const { id } = simulator.addConnector();
    simulator.fault({ respond: 'reset' });
    expect(await outputsOf({ sso_connector_id: id, enabled: 'false' })).toEqual(nothing);
  });

  it('a drift in check has the state and the drift', async () => {
    const { id, email_domain } = simulator.addConnector();
    const drift = [{ sso_connector_id: id, email_domain, field: 'enabled', expected: true, actual: false }];
    expect(await outputsOf({ mode: 'check', sso_connector_id: id, enabled: 'true' })).toEqual({
      ...fieldsOf(now(id)),
      ...lastAnswer(),
      ...nothing,
      drift: JSON.stringify(drift),
      changed: 'false',
      in_sync: 'false',
    });
  });

  it('an enable that reconcile did not send has the drift, and nothing changed', async () => {
    const { id, email_domain } = simulator.addConnector({ verification: { status: 'pending' } });
    const drift = [{ sso_connector_id: id, email_domain, field: 'enabled', expected: true, actual: false }];
    expect(await outputsOf({ mode: 'reconcile', sso_connector_id: id, enabled: 'true' })).toEqual({
      ...fieldsOf(now(id)),
      ...lastAnswer(),
      ...nothing,
      drift: JSON.stringify(drift),
      changed: 'false',
      in_sync: 'false',
    });
  });

  it('a closed gate is not in_sync, though all fields are as asked for', async () => {
    const { id } = simulator.addConnector({ verification: { status: 'pending' } });
    const inputs = { mode: 'check', sso_connector_id: id, enabled: 'false', require_verified: 'true' };
    expect(await outputsOf(inputs)).toMatchObject({ in_sync: 'false', verified: 'false', drift: '[]' });
  });

  it('a domain that no connector has leaves the answer of the list', async () => {
    simulator.addConnector();
    expect(await outputsOf({ email_domain: 'acme.example', enabled: 'true' })).toEqual({ ...lastAnswer(), ...nothing });
  });

  test.each([
    ['refused', { status: 400, body: { success: false, errors: ['No'] } }, { changed: 'false', in_sync: 'false' }],
    ['not answered, so that nobody knows', 'apply-then-reset' as const, {}],
    ['answered with a page of the edge, so that nobody knows', { status: 502, body: '<html>' }, {}],
    ['of another connector, so that nobody knows', { status: 200, body: { success: true, result: { id: 'x' } } }, {}],
  ])('a PATCH of reconcile that is %s', async (_, respond, expected) => {
    const { id } = simulator.addConnector({ enabled: true });
    simulator.fault({ method: 'PATCH', respond });
    const { changed, in_sync } = await outputsOf({ mode: 'reconcile', sso_connector_id: id, enabled: 'false' });
    expect({ changed, in_sync }).toEqual({ changed: undefined, in_sync: undefined, ...expected });
  });

  it('a PATCH of reconcile that was accepted and cannot be read back leaves `changed` and `in_sync` open', async () => {
    const { id } = simulator.addConnector({ enabled: true });
    simulator.fault({ method: 'PATCH', transform: (envelope) => ({ ...envelope, result: null }) });
    simulator.fault({ method: 'GET', after: 1, respond: { status: 404, body: { success: false, errors: ['Gone'] } } });
    const outputs = await outputsOf({ mode: 'reconcile', sso_connector_id: id, enabled: 'false' });
    expect(simulator.requests).toHaveLength(3);
    expect(outputs).not.toHaveProperty('changed');
    expect(outputs).not.toHaveProperty('in_sync');
    expect(outputs).toMatchObject({ sso_connector_id: id, errors: '["Gone"]', http_status: '404' });
  });
});

it('there are no outputs after an input problem', async () => {
  const { id } = simulator.addConnector();
  expect(await outputsOf({ sso_connector_id: id, enabled: 'perhaps' })).toEqual({});
  expect((await runAction()).outputs).toEqual({});
});

it('outputs are commands where no runner has given a file for them', async () => {
  await using simulator = await startSimulator();
  const { id } = simulator.addConnector();
  const step = await runStep(
    simulator,
    { sso_connector_id: id, enabled: 'true' },
    { env: { GITHUB_OUTPUT: undefined } },
  );
  const set = step.commands.filter(({ command }) => command === 'set-output');
  expect(step).toMatchObject({ exitCode: 0, errors: [] });
  expect(set.map(({ properties, message }) => [properties['name'], message])).toContainEqual(['sso_connector_id', id]);
});
