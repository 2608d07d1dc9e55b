import { describe, expect, it, test } from 'vitest';
import type { Result } from '../../src/job/result.ts';
import { answerTo, failuresOf, listOf, runStep, sent } from '../kit/connector-step.ts';
import { runQuick } from '../kit/quick-run.ts';
import { renderPage } from '../kit/results.ts';
import { startForEachTest } from '../kit/servers.ts';
import type { DnsServer } from '../network/dns-server.ts';
import type { Simulator } from '../simulator/simulator.ts';

let simulator: Simulator;
let dns: DnsServer;
startForEachTest((...own) => {
  [simulator, dns] = own;
});

const check = (inputs: Record<string, string>) =>
  runStep(simulator, { mode: 'check', api_token: simulator.tokens.read, ...inputs }, { dns: dns.address });

/** The same within the test, for the rows of tables. */
const quick = (inputs: Record<string, string>) =>
  runQuick(
    simulator,
    { mode: 'check', api_token: simulator.tokens.read, ...inputs },
    { lookUpTxt: async () => ({ noDomain: true }) },
  );

const UPDATED = '2026-07-30T03:04:05Z';
const RECONCILE = 'Run mode: reconcile to change it, or change what is expected.';
const AUDIT_LOG = 'The audit log of the Cloudflare dashboard says who changed it.';
const REMEDY = `${RECONCILE} ${AUDIT_LOG}`;
const IF_OFF = `If SSO is off on purpose, leave it. Otherwise run${REMEDY.slice(3)}`;

/** Whether the page has a link to the audit log, which the public API alone has. */
function linksAuditLog({ settings, ...rest }: Result): boolean {
  if (!settings) throw new Error('no settings');
  const apiBaseUrl = new URL('https://api.cloudflare.com/client/v4');
  return renderPage({ ...rest, settings: { ...settings, apiBaseUrl } }, 60_000).includes('[Audit log](');
}

describe('check', () => {
  it('passes with one GET and a token that only reads, if the connector is as expected', async () => {
    const { id } = simulator.addConnector({ email_domain: 'acme.example', enabled: true });
    const inputs = { sso_connector_id: id, enabled: 'true', use_fedramp_language: 'false', require_verified: 'true' };
    const step = await check(inputs);
    expect(step).toMatchObject({ exitCode: 0, errors: [], warnings: [], notices: [] });
    expect(step.outputs).toMatchObject({ changed: 'false', in_sync: 'true', drift: '[]', failures: '[]' });
    expect(sent(simulator)).toEqual([`GET /${id}`]);
    expect(simulator.requests[0]?.headers).not.toHaveProperty('content-type');
    expect(step.log.split('\n')[0]).toBe(
      `Mode check, account ${simulator.accountId}: connector ${id}, enabled=true, use_fedramp_language=false`,
    );
  });

  it('passes by the domain with one GET of the list', async () => {
    simulator.addConnector({ email_domain: 'acme.example' });
    expect(await check({ email_domain: 'acme.example', enabled: 'false' })).toMatchObject({ exitCode: 0, errors: [] });
    expect(sent(simulator)).toEqual(['GET']);
  });

  it('fails on drift, with each field, what it is and must be, since when and what to do, and never writes', async () => {
    const fields = { email_domain: 'acme.example', use_fedramp_language: true, updated_on: UPDATED };
    const { id } = simulator.addConnector(fields);
    const api_token = simulator.tokens.edit;
    const step = await check({ sso_connector_id: id, api_token, enabled: 'true', use_fedramp_language: 'false' });
    expect(step).toMatchObject({ exitCode: 1, outputs: { changed: 'false', in_sync: 'false' } });
    expect(failuresOf(step)).toEqual([
      {
        kind: 'drift',
        sso_connector_id: id,
        email_domain: 'acme.example',
        title: 'acme.example: enabled is false, must be true; use_fedramp_language is true, mus…',
        message:
          'acme.example is not in sync: enabled is false, must be true; use_fedramp_language is true, must be false. The connector was last changed on 2026-07-30T03:04:05Z.',
        action: IF_OFF,
        may_have_taken_effect: false,
        documentation_url: null,
      },
    ]);
    const of = { sso_connector_id: id, email_domain: 'acme.example' };
    expect(listOf(step, 'drift')).toEqual([
      { ...of, field: 'enabled', expected: true, actual: false },
      { ...of, field: 'use_fedramp_language', expected: false, actual: true },
    ]);
    expect(sent(simulator)).toEqual([`GET /${id}`]);
  });

  it('asks whether SSO is off on purpose only if it is off', async () => {
    const { id } = simulator.addConnector({ email_domain: 'acme.example', enabled: true });
    const step = await check({ sso_connector_id: id, enabled: 'true', use_fedramp_language: 'true' });
    expect(failuresOf(step).map(({ action }) => action)).toEqual([
      'Run mode: reconcile to change it, or change what is expected. The audit log of the Cloudflare dashboard says who changed it.',
    ]);
  });

  it('names only the field that differs', async () => {
    const { id } = simulator.addConnector({ email_domain: 'acme.example', enabled: true, updated_on: UPDATED });
    const step = await check({ sso_connector_id: id, enabled: 'false', use_fedramp_language: 'false' });
    expect(failuresOf(step)).toMatchObject([
      {
        title: 'acme.example: enabled is true, must be false',
        message:
          'acme.example is not in sync: enabled is true, must be false. The connector was last changed on 2026-07-30T03:04:05Z.',
      },
    ]);
  });

  it.each([
    ['true', 'verified', IF_OFF],
    ['false', 'pending', REMEDY],
    ['true', 'pending', 'Verify the domain first: until then Cloudflare refuses to enable SSO.'],
  ])('says what helps against enabled not being %s for a domain that is %s', async (enabled, status, action) => {
    const fields = { enabled: enabled !== 'true', verification: { status } };
    const { id } = simulator.addConnector(fields);
    const step = await quick({ sso_connector_id: id, enabled });
    expect(failuresOf(step)).toMatchObject([{ kind: 'drift', action }]);
    expect(linksAuditLog(step.result)).toBe(action.endsWith(AUDIT_LOG));
  });

  it.each(['true', 'false'])('fails if a field that must be %s is left out', async (enabled) => {
    const { id } = simulator.addConnector({ email_domain: 'acme.example' });
    simulator.fault({ transform: (envelope) => ({ ...envelope, result: { id, email_domain: 'acme.example' } }) });
    const step = await quick({ sso_connector_id: id, enabled });
    expect(step.exitCode).toBe(1);
    expect(linksAuditLog(step.result)).toBe(false);
    expect(failuresOf(step)).toMatchObject([
      {
        title: `acme.example: enabled is unknown, must be ${enabled}`,
        message: `acme.example is not in sync: enabled is unknown, must be ${enabled}.`,
        action: RECONCILE,
      },
    ]);
  });

  it('says who changed it only if every field that differs is known', async () => {
    const { id } = simulator.addConnector({ email_domain: 'acme.example' });
    const result = { id, email_domain: 'acme.example', use_fedramp_language: true, updated_on: UPDATED };
    simulator.fault({ transform: (envelope) => ({ ...envelope, result }) });
    const step = await quick({ sso_connector_id: id, enabled: 'false', use_fedramp_language: 'false' });
    expect(failuresOf(step)).toMatchObject([
      {
        message:
          'acme.example is not in sync: enabled is unknown, must be false; use_fedramp_language is true, must be false. The connector was last changed on 2026-07-30T03:04:05Z.',
        action: RECONCILE,
      },
    ]);
    // The tables of the summary have all of it.
    expect(step.outputs['summary']).not.toContain('full message');
  });

  it('fails for a connector that there is not', async () => {
    const id = '0'.repeat(32);
    const step = await check({ sso_connector_id: id, enabled: 'true' });
    expect(step.exitCode).toBe(1);
    expect(failuresOf(step)).toMatchObject([{ kind: 'not_found', sso_connector_id: id }]);
    expect(failuresOf(step)[0]?.message).toBe(
      `Could not read connector ${id}: Cloudflare error 1003 "SSO connector not found" (${answerTo(simulator, 0)}).`,
    );
  });

  it('fails if the answer is another connector', async () => {
    const [asked, other] = [simulator.addConnector(), simulator.addConnector()];
    simulator.fault({ respond: { status: 200, body: { success: true, result: other } } });
    const step = await check({ sso_connector_id: asked.id, enabled: 'false', require_verified: 'true' });
    expect(step.exitCode).toBe(1);
    expect(failuresOf(step)).toMatchObject([
      {
        kind: 'unexpected',
        message: `Could not read connector ${asked.id}: Cloudflare answered with a connector "${other.id}".`,
        may_have_taken_effect: false,
      },
    ]);
  });

  it('fails for a success without a result', async () => {
    const { id } = simulator.addConnector();
    simulator.fault({ respond: { status: 200, body: { success: true, result: null } } });
    const step = await check({ sso_connector_id: id, require_verified: 'true' });
    expect(step.exitCode).toBe(1);
    expect(failuresOf(step)).toMatchObject([{ kind: 'unexpected', may_have_taken_effect: false }]);
  });
});

describe('a check of nothing', () => {
  const WARNING =
    'Give enabled, use_fedramp_language or require_verified. Without them, every connector that exists passes.';

  it('passes with a warning', async () => {
    const { id } = simulator.addConnector({ verification: { status: 'failed' } });
    const step = await check({ sso_connector_id: id });
    expect(step).toMatchObject({ exitCode: 0, errors: [], warnings: [`There is nothing to check. ${WARNING}`] });
  });

  it('is none with unlisted: fail, which is checked', async () => {
    const { id } = simulator.addConnector();
    const step = await quick({ connectors: `- sso_connector_id: ${id}`, unlisted: 'fail' });
    expect(step).toMatchObject({ exitCode: 0, warnings: [] });
  });

  it.each([
    ['- {sso_connector_id: ID1}\n- {sso_connector_id: ID2}', ''],
    ['- {sso_connector_id: ID1}\n- {sso_connector_id: ID2, enabled: false}', ' for line 1 of the list'],
  ])('is one warning for the entries of a list: %s', async (list, where) => {
    const [one, two] = [simulator.addConnector(), simulator.addConnector()];
    const step = await quick({ connectors: list.replace('ID1', one.id).replace('ID2', two.id) });
    expect(step).toMatchObject({ exitCode: 0, warnings: [`There is nothing to check${where}. ${WARNING}`] });
  });

  it.each([
    { enabled: 'false' },
    { use_fedramp_language: 'false' },
    { require_verified: 'true' },
    { wait_for_verification: '1s' },
  ])('is none with %j', async (inputs) => {
    const { id } = simulator.addConnector();
    expect(await quick({ sso_connector_id: id, ...inputs })).toMatchObject({ exitCode: 0, warnings: [] });
  });
});

describe('require_verified', () => {
  const CHECK =
    'Is the domain right and registered? Add the TXT record. Run this again to read the connector once more.';
  const BEGIN =
    'Is the domain right and registered? Add the TXT record. Then run mode: update or mode: reconcile with begin_verification: true and wait_for_verification.';

  it('passes for the status verified', async () => {
    const { id } = simulator.addConnector();
    const step = await check({ sso_connector_id: id, require_verified: 'true' });
    expect(step).toMatchObject({ exitCode: 0, errors: [], outputs: { verified: 'true', in_sync: 'true' } });
    expect(dns.queries).toEqual([]);
  });

  test.each([
    ['awaiting', BEGIN],
    ['failed', BEGIN],
    [
      'pending',
      'Is the domain right and registered? Add the TXT record. Cloudflare checks DNS for two days after the verification began. Run this again later, or use wait_for_verification.',
    ],
    ['Verified', CHECK],
    ['unheard-of', CHECK],
  ])('fails for the status %s, and says what to do', async (status, action) => {
    const { id, verification } = simulator.addConnector({ email_domain: 'acme.example', verification: { status } });
    const step = await quick({ sso_connector_id: id, require_verified: 'true' });
    expect(step.exitCode).toBe(1);
    expect(failuresOf(step)).toEqual([
      {
        kind: 'not_verified',
        sso_connector_id: id,
        email_domain: 'acme.example',
        title: `acme.example: not verified (${status})`,
        message: `acme.example is not verified (${status}), and require_verified is true. The TXT record at acme.example must be ${verification?.code}; the domain does not exist in public DNS.`,
        action,
        may_have_taken_effect: false,
        documentation_url: null,
      },
    ]);
    expect(step.outputs).toMatchObject({ verified: 'false', verification_status: status, in_sync: 'false' });
    expect(sent(simulator)).toEqual([`GET /${id}`]);
  });

  const NO_RECORD = 'Cloudflare gives no TXT record to add.';
  const UNKNOWN = 'acme.example is not verified (status unknown), and require_verified is true.';

  test.each([
    ['verification is absent', { email_domain: 'acme.example' }, `${UNKNOWN} ${NO_RECORD}`],
    ['verification is null', { email_domain: 'acme.example', verification: null }, `${UNKNOWN} ${NO_RECORD}`],
    ['verification is empty', { email_domain: 'acme.example', verification: {} }, `${UNKNOWN} ${NO_RECORD}`],
    ['the status is null', { email_domain: 'acme.example', verification: { status: null } }, `${UNKNOWN} ${NO_RECORD}`],
    ['the status is empty', { email_domain: 'acme.example', verification: { status: '' } }, `${UNKNOWN} ${NO_RECORD}`],
    [
      'the status is absent beside a TXT value',
      { email_domain: 'acme.example', verification: { code: 'cloudflare_dashboard_sso=1' } },
      `${UNKNOWN} The TXT record at acme.example must be cloudflare_dashboard_sso=1; the domain does not exist in public DNS.`,
    ],
    [
      'every field but the id is absent',
      {},
      `The domain of connector ID is not verified (status unknown), and require_verified is true. ${NO_RECORD}`,
    ],
    [
      'the domain is empty',
      { email_domain: '', verification: { status: 'pending', code: 'x' } },
      `The domain of connector ID is not verified (pending), and require_verified is true. ${NO_RECORD}`,
    ],
    [
      'the domain is invisible',
      { email_domain: ' \u200b', verification: { status: 'pending', code: 'x' } },
      `The domain of connector ID is not verified (pending), and require_verified is true. ${NO_RECORD}`,
    ],
  ])('fails if %s', async (_, fields, message) => {
    const { id } = simulator.addConnector();
    simulator.fault({ respond: { status: 200, body: { success: true, result: { id, enabled: true, ...fields } } } });
    const step = await quick({ sso_connector_id: id, require_verified: 'true' });
    expect(step).toMatchObject({ exitCode: 1, outputs: { verified: 'false', in_sync: 'false' } });
    expect(failuresOf(step)).toMatchObject([{ kind: 'not_verified', message: message.replace('ID', id) }]);
  });

  it('fails beside a drift, which is told too', async () => {
    const { id } = simulator.addConnector({ verification: { status: 'pending' } });
    const step = await check({ sso_connector_id: id, require_verified: 'true', enabled: 'true' });
    expect(failuresOf(step).map(({ kind }) => kind)).toEqual(['drift', 'not_verified']);
  });

  it.each(['update', 'reconcile'])('is judged last in mode %s, after the change was made', async (mode) => {
    const { id } = simulator.addConnector({ enabled: true, verification: { status: 'pending' } });
    const token = { api_token: simulator.tokens.edit };
    const step = await check({ ...token, mode, sso_connector_id: id, enabled: 'false', require_verified: 'true' });
    expect(step).toMatchObject({ exitCode: 1, outputs: { enabled: 'false', in_sync: 'false' } });
    expect(failuresOf(step)).toMatchObject([{ title: 'domain-1.example: not verified (pending)' }]);
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
    expect(await quick({ ...inputs, sso_connector_id: id })).toMatchObject({
      exitCode: 1,
      outputs: { verified: 'false' },
    });
  });

  it('says nothing more of a connector that was never seen', async () => {
    const step = await quick({ sso_connector_id: '0'.repeat(32), require_verified: 'true' });
    expect(step.exitCode).toBe(1);
    expect(failuresOf(step)).toMatchObject([{ kind: 'not_found' }]);
  });
});
