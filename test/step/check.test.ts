import { afterEach, beforeEach, describe, expect, it, test } from 'vitest';
import { answerTo, runStep, sent } from '../kit/connector-step.ts';
import { type DnsServer, startDnsServer } from '../network/dns-server.ts';
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

const check = (inputs: Record<string, string>) =>
  runStep(simulator, { mode: 'check', api_token: simulator.tokens.read, ...inputs }, { dns: dns.address });

describe('check', () => {
  it('passes with one GET and a token that only reads, where the connector is as expected', async () => {
    const { id } = simulator.addConnector({ email_domain: 'acme.example', enabled: true });
    const inputs = { sso_connector_id: id, enabled: 'true', use_fedramp_language: 'false', require_verified: 'true' };
    const step = await check(inputs);
    expect(step).toMatchObject({ exitCode: 0, errors: [], warnings: [], notices: [] });
    expect(sent(simulator)).toEqual([`GET /${id}`]);
    expect(simulator.requests[0]?.headers).not.toHaveProperty('content-type');
    expect(step.log.split('\n')).toEqual([
      `Mode check, account ${simulator.accountId}: connector ${id}, enabled=true, use_fedramp_language=false`,
      `acme.example (connector ${id}): enabled=true, use_fedramp_language=false, verification verified; as asked for`,
    ]);
  });

  it('passes by the domain with one GET of the list', async () => {
    simulator.addConnector({ email_domain: 'acme.example' });
    expect(await check({ email_domain: 'acme.example', enabled: 'false' })).toMatchObject({ exitCode: 0, errors: [] });
    expect(sent(simulator)).toEqual(['GET']);
  });

  it('fails on drift, with each field, what there is and what was expected, and never writes', async () => {
    const { id } = simulator.addConnector({ email_domain: 'acme.example', use_fedramp_language: true });
    const step = await check({
      sso_connector_id: id,
      api_token: simulator.tokens.edit,
      enabled: 'true',
      use_fedramp_language: 'false',
    });
    expect(step.exitCode).toBe(1);
    expect(step.errors).toEqual([
      `Drift: acme.example (connector ${id}) differs from what was asked for: enabled is false, expected true; use_fedramp_language is true, expected false. Mode check changes nothing; mode reconcile would.`,
    ]);
    expect(sent(simulator)).toEqual([`GET /${id}`]);
  });

  it('names only the field that differs', async () => {
    const { id } = simulator.addConnector({ email_domain: 'acme.example', enabled: true });
    const step = await check({ sso_connector_id: id, enabled: 'false', use_fedramp_language: 'false' });
    expect(step.errors).toEqual([
      `Drift: acme.example (connector ${id}) differs from what was asked for: enabled is true, expected false. Mode check changes nothing; mode reconcile would.`,
    ]);
  });

  it.each(['true', 'false'])('fails where a field expected to be %s is left out', async (enabled) => {
    const { id } = simulator.addConnector({ email_domain: 'acme.example' });
    simulator.fault({ transform: (envelope) => ({ ...envelope, result: { id, email_domain: 'acme.example' } }) });
    const step = await check({ sso_connector_id: id, enabled });
    expect(step.exitCode).toBe(1);
    expect(step.errors).toEqual([
      `Drift: acme.example (connector ${id}) differs from what was asked for: enabled is not told, expected ${enabled}. Mode check changes nothing; mode reconcile would.`,
    ]);
  });

  it('fails for a connector that there is not', async () => {
    const id = '0'.repeat(32);
    const step = await check({ sso_connector_id: id, enabled: 'true' });
    expect(step.exitCode).toBe(1);
    expect(step.errors).toEqual([
      `Could not read connector ${id}: Cloudflare error 1003 "SSO connector not found" (${answerTo(simulator, 0)}). There is no such thing for this token: are account_id and sso_connector_id right?`,
    ]);
  });

  it('fails where the answer is another connector', async () => {
    const [asked, other] = [simulator.addConnector(), simulator.addConnector()];
    simulator.fault({ respond: { status: 200, body: { success: true, result: other } } });
    const step = await check({ sso_connector_id: asked.id, enabled: 'false', require_verified: 'true' });
    expect(step).toMatchObject({
      exitCode: 1,
      errors: [`Could not read connector ${asked.id}: Cloudflare answered with connector "${other.id}".`],
    });
  });

  it('fails for a success without a result', async () => {
    const { id } = simulator.addConnector();
    simulator.fault({ respond: { status: 200, body: { success: true, result: null } } });
    expect(await check({ sso_connector_id: id, require_verified: 'true' })).toMatchObject({
      exitCode: 1,
      errors: [`Cloudflare was asked to read connector ${id}, and answered with a success without a result.`],
    });
  });

  it('warns where it has nothing to check', async () => {
    const { id } = simulator.addConnector({ verification: { status: 'failed' } });
    const step = await check({ sso_connector_id: id });
    expect(step).toMatchObject({ exitCode: 0, errors: [] });
    expect(step.warnings).toEqual([
      'Mode check has nothing to check: give enabled, use_fedramp_language or require_verified. As it is, it passes for every connector that exists.',
    ]);
  });

  it.each([
    { enabled: 'false' },
    { use_fedramp_language: 'false' },
    { require_verified: 'true' },
    { wait_for_verification: '1s' },
  ])('does not warn where it has %j to check', async (inputs) => {
    const { id } = simulator.addConnector();
    expect(await check({ sso_connector_id: id, ...inputs })).toMatchObject({ exitCode: 0, warnings: [] });
  });
});

describe('require_verified', () => {
  const begin =
    'Once it is there, have Cloudflare look for it: mode update or reconcile with begin_verification: true.';
  const look = 'Look at the connector in the dashboard.';

  it('passes for the status verified', async () => {
    const { id } = simulator.addConnector({ verification: { status: 'verified' } });
    expect(await check({ sso_connector_id: id, require_verified: 'true' })).toMatchObject({ exitCode: 0, errors: [] });
    expect(dns.queries).toEqual([]);
  });

  test.each([
    ['awaiting', begin],
    ['failed', begin],
    ['pending', 'Cloudflare looks for it for two days from when the verification began.'],
    ['Verified', look],
    ['unheard-of', look],
  ])('holds for the status %s, and says what to do', async (status, next) => {
    const { id, verification } = simulator.addConnector({ email_domain: 'acme.example', verification: { status } });
    const step = await check({ sso_connector_id: id, require_verified: 'true' });
    expect(step.exitCode).toBe(1);
    expect(step.errors).toEqual([
      `require_verified holds for acme.example (connector ${id}). The domain acme.example is not verified (status ${status}). It needs the TXT record ${verification?.code}; public DNS does not have it: there is no TXT record at all. ${next}`,
    ]);
    expect(step.outputs).toMatchObject({ verified: 'false', verification_status: status, in_sync: 'false' });
    expect(sent(simulator)).toEqual([`GET /${id}`]);
  });

  test.each([
    ['verification is absent', {}, 'acme.example'],
    ['verification is null', { verification: null }, 'acme.example'],
    ['verification is empty', { verification: {} }, 'acme.example'],
    ['the status is null', { verification: { status: null } }, 'acme.example'],
  ])('holds where %s', async (_, fields, domain) => {
    const { id } = simulator.addConnector();
    const result = { id, email_domain: domain, enabled: true, ...fields };
    simulator.fault({ respond: { status: 200, body: { success: true, result } } });
    const step = await check({ sso_connector_id: id, require_verified: 'true' });
    expect(step.exitCode).toBe(1);
    expect(step.errors).toEqual([
      `require_verified holds for acme.example (connector ${id}). The domain acme.example is not verified (the API gives no status), and the API gives no TXT record to add. Look at the connector in the dashboard.`,
    ]);
    expect(step.outputs).toMatchObject({ verified: 'false', in_sync: 'false' });
    expect(step.outputs).not.toHaveProperty('verification_status');
  });

  it('holds where the status is absent beside a TXT value, which is told', async () => {
    const { id } = simulator.addConnector();
    const result = { id, email_domain: 'acme.example', verification: { code: 'cloudflare_dashboard_sso=1' } };
    simulator.fault({ respond: { status: 200, body: { success: true, result } } });
    expect((await check({ sso_connector_id: id, require_verified: 'true' })).errors).toEqual([
      `require_verified holds for acme.example (connector ${id}). The domain acme.example is not verified (the API gives no status). It needs the TXT record cloudflare_dashboard_sso=1; public DNS does not have it: there is no TXT record at all. ${look}`,
    ]);
  });

  it('holds where every field but the id is absent', async () => {
    const { id } = simulator.addConnector();
    simulator.fault({ respond: { status: 200, body: { success: true, result: { id } } } });
    expect(await check({ sso_connector_id: id, require_verified: 'true' })).toMatchObject({
      exitCode: 1,
      errors: [
        `require_verified holds for connector ${id}. The domain is not verified (the API gives no status), and the API gives no TXT record to add. Look at the connector in the dashboard.`,
      ],
    });
  });

  it('holds beside a drift, which is told too', async () => {
    const { id } = simulator.addConnector({ verification: { status: 'pending' } });
    const step = await check({ sso_connector_id: id, require_verified: 'true', enabled: 'true' });
    expect(step.errors.map((error) => error.split(' ')[0])).toEqual(['Drift:', 'require_verified']);
  });

  it.each(['update', 'reconcile'])('is judged last in mode %s, after the change was made', async (mode) => {
    const { id } = simulator.addConnector({ enabled: true, verification: { status: 'pending' } });
    const token = { api_token: simulator.tokens.edit };
    const step = await check({ ...token, mode, sso_connector_id: id, enabled: 'false', require_verified: 'true' });
    expect(step).toMatchObject({ exitCode: 1, outputs: { enabled: 'false', in_sync: 'false' } });
    expect(step.errors).toHaveLength(1);
    expect(step.errors[0]).toMatch(/^require_verified holds for /);
    expect(simulator.connector(id)?.enabled).toBe(false);
  });

  it('is judged on the final state, as the PATCH answered', async () => {
    const { id } = simulator.addConnector();
    simulator.fault({
      method: 'PATCH',
      transform: (envelope) => ({
        ...envelope,
        result: { ...(envelope.result as object), verification: { status: 'failed' } },
      }),
    });
    const inputs = { mode: 'reconcile', api_token: simulator.tokens.edit, enabled: 'true', require_verified: 'true' };
    expect(await check({ ...inputs, sso_connector_id: id })).toMatchObject({
      exitCode: 1,
      outputs: { verified: 'false' },
    });
  });

  it('says nothing more of a connector that was never seen', async () => {
    const step = await check({ sso_connector_id: '0'.repeat(32), require_verified: 'true' });
    expect(step.exitCode).toBe(1);
    expect(step.errors).toHaveLength(1);
    expect(step.errors[0]).toMatch(/^Could not read connector /);
  });
});
