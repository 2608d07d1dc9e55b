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

const reconcile = (inputs: Record<string, string>) =>
  runStep(simulator, { mode: 'reconcile', ...inputs }, { dns: dns.address });

describe('reconcile', () => {
  test.each([
    [{ enabled: 'true', use_fedramp_language: 'true' }],
    [{ enabled: 'true' }],
    [{ use_fedramp_language: 'true' }],
    [{}],
  ])('sends one GET and no PATCH where nothing differs from %j', async (fields) => {
    const { id } = simulator.addConnector({ enabled: true, use_fedramp_language: true });
    const step = await reconcile({ sso_connector_id: id, ...fields });
    expect(step).toMatchObject({
      exitCode: 0,
      errors: [],
      outputs: { changed: 'false', in_sync: 'true', drift: '[]' },
    });
    expect(sent(simulator)).toEqual([`GET /${id}`]);
  });

  test.each([
    [{ enabled: 'true', use_fedramp_language: 'false' }, { enabled: true }],
    [{ enabled: 'false', use_fedramp_language: 'true' }, { use_fedramp_language: true }],
    [
      { enabled: 'true', use_fedramp_language: 'true' },
      { enabled: true, use_fedramp_language: true },
    ],
  ])('asked for %j, sends a GET and a PATCH of what differs: %j', async (fields, body) => {
    const { id } = simulator.addConnector();
    const step = await reconcile({ sso_connector_id: id, ...fields });
    expect(step).toMatchObject({ exitCode: 0, errors: [], notices: [], outputs: { changed: 'true', in_sync: 'true' } });
    expect(sent(simulator)).toEqual([`GET /${id}`, `PATCH /${id} ${JSON.stringify(body)}`]);
    expect(simulator.connector(id)).toMatchObject(body);
  });

  it('says in the log what it changed', async () => {
    const { id } = simulator.addConnector({ email_domain: 'acme.example' });
    const step = await reconcile({ sso_connector_id: id, enabled: 'true', use_fedramp_language: 'false' });
    expect(step.log.split('\n')).toEqual([
      `Mode reconcile, account ${simulator.accountId}: connector ${id}, enabled=true, use_fedramp_language=false`,
      `acme.example (connector ${id}): enabled=true, use_fedramp_language=false, verification verified; changed enabled false -> true; as asked for`,
    ]);
  });

  it('counts a field that the API left out as differing', async () => {
    const { id } = simulator.addConnector({ email_domain: 'acme.example' });
    const verification = { status: 'verified' };
    const result = { id, email_domain: 'acme.example', enabled: null, use_fedramp_language: false, verification };
    simulator.fault({ method: 'GET', respond: { status: 200, body: { success: true, result } } });
    const step = await reconcile({ sso_connector_id: id, enabled: 'false', use_fedramp_language: 'false' });
    expect(step).toMatchObject({ exitCode: 0, errors: [] });
    expect(sent(simulator)).toEqual([`GET /${id}`, `PATCH /${id} {"enabled":false}`]);
    expect(JSON.parse(step.outputs['drift'] ?? '')).toEqual([
      { sso_connector_id: id, email_domain: 'acme.example', field: 'enabled', expected: false, actual: null },
    ]);
    expect(step.log).toContain('; changed enabled not told -> false; as asked for');
  });

  it('compares again afterwards: a field that was not sent and is lost meanwhile fails the step', async () => {
    const { id } = simulator.addConnector({ use_fedramp_language: true });
    simulator.on('read', () => simulator.changeConnector(id, {}));
    simulator.fault({
      method: 'PATCH',
      transform: (envelope) => ({
        ...envelope,
        result: { ...(envelope.result as object), use_fedramp_language: false },
      }),
    });
    const step = await reconcile({ sso_connector_id: id, enabled: 'true', use_fedramp_language: 'true' });
    expect(step).toMatchObject({ exitCode: 1, outputs: { in_sync: 'false' } });
    expect(step.errors).toEqual([
      `Cloudflare accepted to set enabled=true of connector ${id}, but answered with use_fedramp_language=false. Look at the connector in the dashboard, then run this again.`,
    ]);
  });

  it('fails, and sends no PATCH, where the connector cannot be read', async () => {
    const { id } = simulator.addConnector({ enabled: true });
    simulator.fault({ method: 'GET', respond: { status: 400, body: { success: false, errors: ['No'] } } });
    const step = await reconcile({ sso_connector_id: id, enabled: 'false' });
    expect(step.exitCode).toBe(1);
    expect(step.errors).toEqual([`Could not read connector ${id}: Cloudflare error "No" (${answerTo(simulator, 0)}).`]);
    expect(sent(simulator)).toEqual([`GET /${id}`]);
  });

  it('needs a token that may write only where something differs', async () => {
    const { id } = simulator.addConnector();
    const token = { api_token: simulator.tokens.read };
    expect(await reconcile({ ...token, sso_connector_id: id, enabled: 'false' })).toMatchObject({ exitCode: 0 });
    const step = await reconcile({ ...token, sso_connector_id: id, enabled: 'true' });
    expect(step.errors).toEqual([
      `Could not set enabled=true of connector ${id}: Cloudflare error 10000 "Authentication error" (${answerTo(simulator, 2)}). Does the token have the permission "SSO Connector: Edit" ("Read" for mode check) on this very account?`,
    ]);
  });
});

describe('an enable of a domain that is not verified', () => {
  test.each(['awaiting', 'pending', 'failed', 'unheard-of'])(
    'is never sent, and the error names the TXT record: %s',
    async (status) => {
      const { id, verification } = simulator.addConnector({ email_domain: 'acme.example', verification: { status } });
      const step = await reconcile({ sso_connector_id: id, enabled: 'true' });
      expect(step.exitCode).toBe(1);
      expect(step.errors).toHaveLength(1);
      expect(step.errors[0]).toContain(
        `Did not enable acme.example (connector ${id}), since Cloudflare would refuse it. The domain acme.example is not verified (status ${status}). It needs the TXT record ${verification?.code}; public DNS does not have it: there is no TXT record at all. `,
      );
      expect(step.outputs).toMatchObject({ changed: 'false', in_sync: 'false', verified: 'false' });
      expect(sent(simulator)).toEqual([`GET /${id}`]);
    },
  );

  it('is never sent either where there is no verification at all', async () => {
    const { id } = simulator.addConnector({ email_domain: 'acme.example', verification: null });
    const step = await reconcile({ sso_connector_id: id, enabled: 'true' });
    expect(step.errors).toEqual([
      `Did not enable acme.example (connector ${id}), since Cloudflare would refuse it. The domain acme.example is not verified (the API gives no status), and the API gives no TXT record to add. Look at the connector in the dashboard.`,
    ]);
    expect(sent(simulator)).toEqual([`GET /${id}`]);
  });

  it('is not sent together with another change, and that change is not sent alone', async () => {
    const { id } = simulator.addConnector({ verification: { status: 'pending' } });
    const step = await reconcile({ sso_connector_id: id, enabled: 'true', use_fedramp_language: 'true' });
    expect(step.exitCode).toBe(1);
    expect(sent(simulator)).toEqual([`GET /${id}`]);
  });

  it('is nothing to refuse where it is enabled already', async () => {
    const { id } = simulator.addConnector({ enabled: true, verification: { status: 'pending' } });
    const step = await reconcile({ sso_connector_id: id, enabled: 'true', use_fedramp_language: 'true' });
    expect(step).toMatchObject({ exitCode: 0, errors: [] });
    expect(sent(simulator)).toEqual([`GET /${id}`, `PATCH /${id} {"use_fedramp_language":true}`]);
  });

  it('that became so only after the look is refused by Cloudflare, and explained after one more look', async () => {
    const { id, verification } = simulator.addConnector({ email_domain: 'acme.example' });
    simulator.once('done', () => simulator.failVerification(id));
    const step = await reconcile({ sso_connector_id: id, enabled: 'true' });
    expect(step.exitCode).toBe(1);
    expect(step.errors).toHaveLength(1);
    expect(step.errors[0]).toContain(` It needs the TXT record ${verification?.code}; `);
    expect(sent(simulator)).toEqual([`GET /${id}`, `PATCH /${id} {"enabled":true}`, `GET /${id}`]);
  });

  it('shows in the gate only once', async () => {
    const { id } = simulator.addConnector({ verification: { status: 'awaiting' } });
    const step = await reconcile({ sso_connector_id: id, enabled: 'true', require_verified: 'true' });
    expect(step.errors).toHaveLength(1);
    expect(dns.queries).toHaveLength(1);
  });
});

describe('a disable', () => {
  test.each(['awaiting', 'pending', 'failed', 'unheard-of'])('is never held back: %s', async (status) => {
    const { id } = simulator.addConnector({ enabled: true, verification: { status } });
    const step = await reconcile({ sso_connector_id: id, enabled: 'false' });
    expect(step).toMatchObject({ exitCode: 0, errors: [], outputs: { enabled: 'false', changed: 'true' } });
    expect(sent(simulator)).toEqual([`GET /${id}`, `PATCH /${id} {"enabled":false}`]);
  });

  it('waits for no verification, and is done though that fails then', async () => {
    const { id } = simulator.addConnector({ enabled: true, verification: { status: 'failed' } });
    const step = await reconcile({ sso_connector_id: id, enabled: 'false', wait_for_verification: '1s' });
    expect(step.exitCode).toBe(1);
    expect(sent(simulator).slice(0, 2)).toEqual([`GET /${id}`, `PATCH /${id} {"enabled":false}`]);
    expect(simulator.connector(id)?.enabled).toBe(false);
  });
});
