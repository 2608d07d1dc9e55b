import { afterEach, beforeEach, describe, expect, it, test } from 'vitest';
import { VERSION } from '../../src/version.ts';
import { answerTo, runStep, sent } from '../kit/connector-step.ts';
import { type DnsServer, startDnsServer } from '../network/dns-server.ts';
import type { Envelope } from '../simulator/envelope.ts';
import { type Simulator, startSimulator } from '../simulator/simulator.ts';

let simulator: Simulator;
beforeEach(async () => {
  simulator = await startSimulator();
});
afterEach(() => simulator.close());

/** Changes the connector of an answer. */
const withResult = (change: (result: object) => unknown) => (envelope: Envelope) => ({
  ...envelope,
  result: change(envelope.result as object),
});

describe('update sends exactly one PATCH', () => {
  test.each([
    [{ enabled: 'False' }, { enabled: false }],
    [{ use_fedramp_language: 'TRUE' }, { use_fedramp_language: true }],
    [{ enabled: '', use_fedramp_language: 'false' }, { use_fedramp_language: false }],
    [
      { enabled: 'false', use_fedramp_language: 'true' },
      { enabled: false, use_fedramp_language: true },
    ],
  ])('with just the fields that were given: %j', async (inputs, body) => {
    const { id } = simulator.addConnector({ enabled: true });
    const step = await runStep(simulator, { sso_connector_id: id, ...inputs });
    expect(step.errors).toEqual([]);
    expect(step.exitCode).toBe(0);
    expect(sent(simulator)).toEqual([`PATCH /${id} ${JSON.stringify(body)}`]);
    expect(simulator.connector(id)).toMatchObject({ enabled: true, use_fedramp_language: false, ...body });
  });

  it('with the token, the version of the action and JSON in its header, and no other credentials', async () => {
    const { id } = simulator.addConnector();
    await runStep(simulator, { sso_connector_id: id, enabled: 'true' });
    expect(simulator.requests.map(({ headers }) => headers)).toEqual([
      {
        authorization: `Bearer ${simulator.tokens.edit}`,
        'user-agent': `cloudflare-sso-connector/${VERSION}`,
        'content-type': 'application/json',
        'content-length': '16',
        accept: 'application/json',
        'accept-encoding': 'gzip',
        connection: 'keep-alive',
        host: new URL(simulator.apiBaseUrl).host,
      },
    ]);
  });

  it('of {} with a notice where no field is given', async () => {
    const { id } = simulator.addConnector({ email_domain: 'acme.example' });
    const step = await runStep(simulator, { sso_connector_id: id });
    expect(step).toMatchObject({ exitCode: 0, errors: [], warnings: [] });
    expect(step.notices).toEqual([
      `Neither enabled nor use_fedramp_language is given: the update of connector ${id} asks for no change.`,
    ]);
    expect(sent(simulator)).toEqual([`PATCH /${id} {}`]);
  });

  it('without a notice where a field is given', async () => {
    const { id } = simulator.addConnector();
    expect((await runStep(simulator, { sso_connector_id: id, enabled: 'false' })).notices).toEqual([]);
  });

  it('and says in the log what it is about and what came of it', async () => {
    const { id } = simulator.addConnector({ email_domain: 'acme.example' });
    const step = await runStep(simulator, { sso_connector_id: id, enabled: 'true' });
    expect(step.lines).toEqual([
      `::add-mask::${simulator.tokens.edit}`,
      `Mode update, account ${simulator.accountId}: connector ${id}, enabled=true`,
      `acme.example (connector ${id}): enabled=true, use_fedramp_language=false, verification verified; as asked for`,
    ]);
  });
});

describe('the result of an update', () => {
  test.each([
    ['an object', (result: object) => result],
    ['a list of one', (result: object) => [result]],
  ])('may be %s', async (_, change) => {
    const { id } = simulator.addConnector({ email_domain: 'acme.example' });
    simulator.fault({ method: 'PATCH', transform: withResult(change) });
    const step = await runStep(simulator, { sso_connector_id: id, enabled: 'true' });
    expect(step).toMatchObject({ exitCode: 0, errors: [], outputs: { email_domain: 'acme.example', enabled: 'true' } });
    expect(sent(simulator)).toEqual([`PATCH /${id} {"enabled":true}`]);
  });

  test.each([
    ['absent', () => undefined],
    ['an empty list', () => []],
  ])('may be %s, and is then read back with one GET', async (_, change) => {
    const { id } = simulator.addConnector({ email_domain: 'acme.example' });
    simulator.fault({ method: 'PATCH', transform: withResult(change) });
    const step = await runStep(simulator, { sso_connector_id: id, enabled: 'true' });
    expect(step).toMatchObject({ exitCode: 0, errors: [], outputs: { email_domain: 'acme.example', enabled: 'true' } });
    expect(sent(simulator)).toEqual([`PATCH /${id} {"enabled":true}`, `GET /${id}`]);
  });

  it('that is missing, and of which the GET shows another state, fails the step', async () => {
    const { id } = simulator.addConnector({ enabled: true });
    simulator.fault({ method: 'PATCH', respond: { status: 200, body: { success: true } } });
    const step = await runStep(simulator, { sso_connector_id: id, enabled: 'false' });
    expect(step).toMatchObject({ exitCode: 1, outputs: { enabled: 'true', in_sync: 'false' } });
    expect(step.errors).toEqual([
      `Cloudflare accepted to set enabled=false of connector ${id}, but answered with enabled=true. Look at the connector in the dashboard, then run this again.`,
    ]);
  });

  it('that is missing, and cannot be read back, fails the step, which says so', async () => {
    const { id } = simulator.addConnector();
    simulator.fault({ method: 'PATCH', transform: withResult(() => null) });
    simulator.fault({ method: 'GET', respond: { status: 403, body: { success: false, errors: ['No'] } } });
    const step = await runStep(simulator, { sso_connector_id: id, enabled: 'true' });
    expect(step.exitCode).toBe(1);
    expect(step.errors).toEqual([
      `Could not read connector ${id}: Cloudflare error "No" (${answerTo(simulator, 1)}). Does the token have the permission "SSO Connector: Edit" ("Read" for mode check) on this very account? Cloudflare accepted to set enabled=true of connector ${id}, but what the connector is now is not known.`,
    ]);
    expect(sent(simulator)).toEqual([`PATCH /${id} {"enabled":true}`, `GET /${id}`]);
  });

  test.each([
    ['another id', { id: 'f'.repeat(32) }, `connector "${'f'.repeat(32)}"`],
    ['no id', { id: null }, 'connector without an id'],
  ])('of %s fails the step', async (_, fields, named) => {
    const { id } = simulator.addConnector();
    simulator.fault({ method: 'PATCH', transform: withResult((result) => ({ ...result, ...fields })) });
    const step = await runStep(simulator, { sso_connector_id: id, enabled: 'true' });
    expect(step.exitCode).toBe(1);
    expect(step.errors).toEqual([
      `Cloudflare was asked to set enabled=true of connector ${id}, and answered with ${named}. Look at connector ${id} in the dashboard: what it is now is not known.`,
    ]);
    expect(step.outputs).not.toHaveProperty('enabled');
    expect(sent(simulator)).toHaveLength(1);
  });

  test.each([
    ['did not take', { enabled: false }, 'enabled=false'],
    ['is null', { enabled: null }, 'no enabled'],
    ['is left out', { enabled: undefined }, 'no enabled'],
    [
      'did not take, like its neighbour',
      { enabled: false, use_fedramp_language: false },
      'enabled=false, use_fedramp_language=false',
    ],
  ])(
    'in which a field that was sent %s fails the step, with what was sent and what came back',
    async (_, fields, came) => {
      const { id } = simulator.addConnector();
      simulator.fault({ method: 'PATCH', transform: withResult((result) => ({ ...result, ...fields })) });
      const inputs = { sso_connector_id: id, enabled: 'true', use_fedramp_language: 'true' };
      const step = await runStep(simulator, inputs);
      expect(step.exitCode).toBe(1);
      expect(step.errors).toEqual([
        `Cloudflare accepted to set enabled=true, use_fedramp_language=true of connector ${id}, but answered with ${came}. Look at the connector in the dashboard, then run this again.`,
      ]);
    },
  );

  it('may differ in a field that was not sent', async () => {
    const { id } = simulator.addConnector({ use_fedramp_language: true });
    expect((await runStep(simulator, { sso_connector_id: id, enabled: 'true' })).errors).toEqual([]);
  });

  test.each([
    ['a list of two', (result: object) => [result, result], 'answered with 2 connectors instead of one'],
    ['a text', () => 'done', 'answered with something that is no connector: it is "done", not Object'],
  ])('that is %s fails the step', async (_, change, came) => {
    const { id } = simulator.addConnector();
    simulator.fault({ method: 'PATCH', transform: withResult(change) });
    const step = await runStep(simulator, { sso_connector_id: id, enabled: 'true' });
    expect(step).toMatchObject({
      exitCode: 1,
      errors: [`Cloudflare was asked to set enabled=true of connector ${id}, and ${came}.`],
    });
  });
});

describe('a refused enable', () => {
  let dns: DnsServer;
  beforeEach(async () => {
    dns = await startDnsServer();
  });
  afterEach(() => dns.close());

  const enable = (id: string, inputs = {}) =>
    runStep(simulator, { sso_connector_id: id, enabled: 'true', ...inputs }, { dns: dns.address });
  const refused = (id: string) =>
    `Could not set enabled=true of connector ${id}: Cloudflare error 1010 "The SSO connector cannot be enabled before its email domain is verified" (${answerTo(simulator, 0)}). See https://developers.cloudflare.com/fundamentals/manage-members/dashboard-sso/.`;
  const begin =
    'Once it is there, have Cloudflare look for it: mode update or reconcile with begin_verification: true.';

  test.each([
    ['awaiting', begin],
    ['failed', begin],
    ['pending', 'Cloudflare looks for it for two days from when the verification began.'],
    ['paused', 'Look at the connector in the dashboard.'],
  ])('is followed by one GET, and the error says the status %s and the TXT record to add', async (status, next) => {
    const { id, verification } = simulator.addConnector({ email_domain: 'acme.example', verification: { status } });
    const step = await enable(id);
    expect(step).toMatchObject({ exitCode: 1, outputs: { verification_status: status, enabled: 'false' } });
    expect(step.errors).toEqual([
      `${refused(id)} The domain acme.example is not verified (status ${status}). It needs the TXT record ${verification?.code}; public DNS does not have it: there is no TXT record at all. ${next}`,
    ]);
    expect(sent(simulator)).toEqual([`PATCH /${id} {"enabled":true}`, `GET /${id}`]);
    expect(dns.queries).toEqual([{ domain: 'acme.example', type: 'TXT' }]);
  });

  it('for a connector without a verification says that there is nothing to add', async () => {
    const { id } = simulator.addConnector({ email_domain: 'acme.example', verification: null });
    expect((await enable(id)).errors).toEqual([
      `${refused(id)} The domain acme.example is not verified (the API gives no status), and the API gives no TXT record to add. Look at the connector in the dashboard.`,
    ]);
  });

  it('though the domain is verified says what else it may be', async () => {
    const { id } = simulator.addConnector({ email_domain: 'acme.example' });
    simulator.addConnector({ email_domain: 'acme.example', enabled: true }, simulator.otherAccountId);
    const step = await enable(id);
    expect(step.errors).toEqual([
      `Could not set enabled=true of connector ${id}: Cloudflare error 1011 "The email domain is enabled on an SSO connector of another account" (${answerTo(simulator, 0)}). See https://developers.cloudflare.com/fundamentals/manage-members/dashboard-sso/. The domain is verified. If SSO is enabled for it in another account, it must be disabled there first.`,
    ]);
    expect(sent(simulator)).toEqual([`PATCH /${id} {"enabled":true}`, `GET /${id}`]);
    expect(dns.queries).toEqual([]);
  });

  it('stands alone where the GET fails, which is best effort', async () => {
    const { id } = simulator.addConnector({ verification: { status: 'awaiting' } });
    simulator.fault({ method: 'GET', respond: { status: 403, body: { success: false, errors: ['No'] } } });
    const step = await enable(id);
    expect(step).toMatchObject({ exitCode: 1, errors: [refused(id)] });
    expect(sent(simulator)).toEqual([`PATCH /${id} {"enabled":true}`, `GET /${id}`]);
  });

  it('may come with HTTP 200 and without any error', async () => {
    const { id } = simulator.addConnector({ verification: { status: 'pending' } });
    simulator.fault({ method: 'PATCH', respond: { status: 200, body: { success: false, errors: null } } });
    const step = await enable(id);
    expect(step.errors).toHaveLength(1);
    expect(step.errors[0]).toMatch(
      /^Could not set enabled=true .*: the answer has "success": false and names no error \(HTTP 200, .*\)\. The domain .* is not verified/,
    );
    expect(sent(simulator)).toEqual([`PATCH /${id} {"enabled":true}`, `GET /${id}`]);
  });

  it('that brings several errors has the explanation behind the last of them', async () => {
    const { id } = simulator.addConnector();
    simulator.fault({ method: 'PATCH', respond: { status: 400, body: { success: false, errors: ['One', 'Two'] } } });
    const named = (message: string) =>
      `Could not set enabled=true of connector ${id}: Cloudflare error "${message}" (${answerTo(simulator, 0)}).`;
    expect((await enable(id)).errors).toEqual([
      named('One'),
      `${named('Two')} The domain is verified. If SSO is enabled for it in another account, it must be disabled there first.`,
    ]);
  });

  it('shows in the gate only once', async () => {
    const { id } = simulator.addConnector({ verification: { status: 'awaiting' } });
    const step = await enable(id, { require_verified: 'true' });
    expect(step.errors).toHaveLength(1);
    expect(dns.queries).toHaveLength(1);
  });
});

describe('no GET follows', () => {
  test.each([
    ['an enable for want of permission', 'read', { enabled: 'true' }, 10000],
    ['an enable with a token that is not known', 'unknown', { enabled: 'true' }, 9109],
  ] as const)('%s', async (_, token, fields, code) => {
    const { id } = simulator.addConnector({ verification: { status: 'awaiting' } });
    const api_token = token === 'unknown' ? 'x'.repeat(40) : simulator.tokens[token];
    const step = await runStep(simulator, { sso_connector_id: id, api_token, ...fields });
    expect(step.exitCode).toBe(1);
    expect(step.errors).toHaveLength(1);
    expect(step.errors[0]).toContain(`Cloudflare error ${code} `);
    expect(sent(simulator)).toEqual([`PATCH /${id} {"enabled":true}`]);
  });

  test.each([
    ['a refused disable', { enabled: 'false' }],
    ['a refused change of the language', { use_fedramp_language: 'true' }],
  ])('%s', async (_, fields) => {
    const { id } = simulator.addConnector({ verification: { status: 'awaiting' } });
    simulator.fault({ method: 'PATCH', respond: { status: 400, body: { success: false, errors: ['No'] } } });
    const step = await runStep(simulator, { sso_connector_id: id, ...fields });
    expect(step).toMatchObject({ exitCode: 1 });
    expect(step.errors).toHaveLength(1);
    expect(sent(simulator)).toHaveLength(1);
  });

  it('an enable of a connector that there is not', async () => {
    const id = '0'.repeat(32);
    const step = await runStep(simulator, { sso_connector_id: id, enabled: 'true' });
    expect(step.errors).toEqual([
      `Could not set enabled=true of connector ${id}: Cloudflare error 1003 "SSO connector not found" (${answerTo(simulator, 0)}). There is no such thing for this token: are account_id and sso_connector_id right?`,
    ]);
    expect(sent(simulator)).toHaveLength(1);
  });

  it('an enable that an edge page answers', async () => {
    const { id } = simulator.addConnector();
    simulator.fault({ method: 'PATCH', respond: { status: 403, body: '<html>Blocked</html>' } });
    await runStep(simulator, { sso_connector_id: id, enabled: 'true' });
    expect(sent(simulator)).toHaveLength(1);
  });
});

describe('a disable', () => {
  test.each(['awaiting', 'verified', 'unheard-of'])(
    'needs no verification and is preceded by nothing: %s',
    async (status) => {
      const { id } = simulator.addConnector({ enabled: true, verification: { status } });
      const step = await runStep(simulator, { sso_connector_id: id, enabled: 'false' });
      expect(step).toMatchObject({ exitCode: 0, errors: [], outputs: { enabled: 'false' } });
      expect(sent(simulator)).toEqual([`PATCH /${id} {"enabled":false}`]);
    },
  );

  it('goes through though nothing can be read, as when all else is broken', async () => {
    const { id } = simulator.addConnector({ enabled: true, verification: null });
    simulator.fault({ method: 'GET', times: Infinity, respond: 'reset' });
    const step = await runStep(simulator, { sso_connector_id: id, enabled: 'false' });
    expect(step).toMatchObject({ exitCode: 0, errors: [] });
    expect(simulator.connector(id)?.enabled).toBe(false);
  });

  it('goes first also where the inputs would have a verification begun and waited for, and the gate holds', async () => {
    await using dns = await startDnsServer();
    const { id } = simulator.addConnector({ enabled: true, verification: { status: 'failed' } });
    const inputs = { begin_verification: 'true', wait_for_verification: '1s', require_verified: 'true' };
    const step = await runStep(simulator, { sso_connector_id: id, enabled: 'false', ...inputs }, { dns: dns.address });
    expect(step.exitCode).toBe(1);
    expect(sent(simulator).slice(0, 2)).toEqual([`PATCH /${id} {"enabled":false}`, `POST /${id}/begin_verification`]);
    expect(simulator.connector(id)?.enabled).toBe(false);
  });
});
