import { describe, expect, it, test } from 'vitest';
import { failuresOf, listById, listOf, runStep, sent } from '../kit/connector-step.ts';
import { runQuick } from '../kit/quick-run.ts';
import { startForEachTest } from '../kit/servers.ts';
import type { DnsServer } from '../network/dns-server.ts';
import { type Simulator, startSimulator } from '../simulator/simulator.ts';

let simulator: Simulator;
let dns: DnsServer;
startForEachTest((...own) => {
  [simulator, dns] = own;
});

const reconcile = (inputs: Record<string, string>) =>
  runStep(simulator, { mode: 'reconcile', ...inputs }, { dns: dns.address });

describe('reconcile', () => {
  test.each([
    [{ enabled: 'true', use_fedramp_language: 'true' }],
    [{ enabled: 'true' }],
    [{ use_fedramp_language: 'true' }],
    [{}],
  ])('sends one GET and no PATCH if nothing differs from %j', async (fields) => {
    const { id } = simulator.addConnector({ enabled: true, use_fedramp_language: true });
    const step = await runQuick(simulator, { mode: 'reconcile', sso_connector_id: id, ...fields });
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
    const step = await runQuick(simulator, { mode: 'reconcile', sso_connector_id: id, ...fields });
    expect(step).toMatchObject({ exitCode: 0, errors: [], notices: [], outputs: { changed: 'true', in_sync: 'true' } });
    expect(sent(simulator)).toEqual([`GET /${id}`, `PATCH /${id} ${JSON.stringify(body)}`]);
    expect(simulator.connector(id)).toMatchObject(body);
  });

  it('counts a field that the API left out as differing', async () => {
    const { id } = simulator.addConnector({ email_domain: 'acme.example' });
    const verification = { status: 'verified' };
    const result = { id, email_domain: 'acme.example', enabled: null, use_fedramp_language: false, verification };
    simulator.fault({ method: 'GET', respond: { status: 200, body: { success: true, result } } });
    const step = await reconcile({ sso_connector_id: id, enabled: 'false', use_fedramp_language: 'false' });
    expect(step).toMatchObject({ exitCode: 0, errors: [], outputs: { in_sync: 'true' } });
    expect(step.outputs).not.toHaveProperty('changed');
    expect(sent(simulator)).toEqual([`GET /${id}`, `PATCH /${id} {"enabled":false}`]);
    expect(listOf(step, 'drift')).toEqual([
      { sso_connector_id: id, email_domain: 'acme.example', field: 'enabled', expected: false, actual: null },
    ]);
  });

  it('leaves changed unset if only one of the fields that were sent has come back', async () => {
    const { id } = simulator.addConnector();
    simulator.fault({
      method: 'PATCH',
      transform: (envelope) => ({
        ...envelope,
        result: { ...(envelope.result as object), use_fedramp_language: false },
      }),
    });
    const inputs = { sso_connector_id: id, enabled: 'true', use_fedramp_language: 'true' };
    const step = await runQuick(simulator, { mode: 'reconcile', ...inputs });
    expect(step).toMatchObject({ exitCode: 1, outputs: { enabled: 'true', use_fedramp_language: 'false' } });
    for (const name of ['changed', 'in_sync']) expect(step.outputs).not.toHaveProperty(name);
  });

  it('compares again afterwards: a field that was not sent and is lost meanwhile fails the step', async () => {
    const { id } = simulator.addConnector({ email_domain: 'acme.example', use_fedramp_language: true });
    simulator.once('done', () => simulator.changeConnector(id, { use_fedramp_language: false }));
    const step = await reconcile({ sso_connector_id: id, enabled: 'true', use_fedramp_language: 'true' });
    expect(step).toMatchObject({ exitCode: 1, outputs: { changed: 'true', in_sync: 'false' } });
    expect(failuresOf(step)).toMatchObject([
      {
        kind: 'unexpected',
        title: 'acme.example: use_fedramp_language is false, must be true',
        message:
          'Cloudflare was asked to set enabled=true for acme.example, which is done. But use_fedramp_language is false, must be true.',
        action:
          'Someone else may have changed it meanwhile: the audit log of the Cloudflare dashboard says who. Run this again if it is to be as you asked.',
        may_have_taken_effect: false,
      },
    ]);
  });

  it('says that SSO is off after a disable, though another field is changed by someone else meanwhile', async () => {
    const { id } = simulator.addConnector({ email_domain: 'acme.example', enabled: true });
    simulator.meanwhile('PATCH', id, { use_fedramp_language: true });
    const inputs = { sso_connector_id: id, enabled: 'false', use_fedramp_language: 'false' };
    const step = await runQuick(simulator, { mode: 'reconcile', ...inputs });
    expect(step).toMatchObject({ exitCode: 1, outputs: { changed: 'true', enabled: 'false' } });
    expect(step.outputs['summary']).toMatch(
      /^### ❌ Cloudflare SSO is now off for acme\.example, but something else needs attention/,
    );
    expect(step.outputs['summary']).toContain('log in with email and password from now on.');
    expect(sent(simulator)).toEqual([`GET /${id}`, `PATCH /${id} {"enabled":false}`]);
  });

  it.each(['reconcile', 'plan'])('warns if nothing is asked for: %s', async (mode) => {
    const { id } = simulator.addConnector();
    const warnings = async (inputs: object) => (await runQuick(simulator, { mode, ...inputs })).warnings;
    const WARNING =
      'There is nothing to keep in sync: neither enabled nor use_fedramp_language is given. If one of them is an expression, it had no value.';
    expect(await warnings({ sso_connector_id: id, enabled: '' })).toEqual([WARNING]);
    expect(await warnings({ connectors: `- sso_connector_id: ${id}` })).toEqual([WARNING]);
    expect(await warnings({ sso_connector_id: id, require_verified: 'true' })).toEqual([]);
    const other = simulator.addConnector({ enabled: true });
    const list = `- sso_connector_id: ${id}\n- {sso_connector_id: ${other.id}, enabled: true}`;
    expect(await warnings({ connectors: list })).toEqual([]);
    const { lines } = await runQuick(simulator, { mode, connectors: list });
    const line =
      'There is nothing to keep in sync for line 1 of the list: neither enabled nor use_fedramp_language is given.';
    expect(lines).toContain(line);
    expect((await runQuick(simulator, { mode, connectors: list, unlisted: 'fail' })).lines).not.toContain(line);
  });

  it('does not warn if it is the verification that is asked for', async () => {
    const { id } = simulator.addConnector();
    const inputs = { mode: 'reconcile', sso_connector_id: id, begin_verification: 'true' };
    expect((await runQuick(simulator, inputs)).warnings).toEqual([]);
  });

  it('fails, and sends no PATCH, if the connector cannot be read', async () => {
    const { id } = simulator.addConnector({ enabled: true });
    simulator.fault({ method: 'GET', respond: { status: 400, body: { success: false, errors: ['No'] } } });
    const step = await reconcile({ sso_connector_id: id, enabled: 'false' });
    expect(step.exitCode).toBe(1);
    expect(failuresOf(step)[0]?.message).toMatch(new RegExp(`^Could not read connector ${id}: Cloudflare error "No" `));
    expect(sent(simulator)).toEqual([`GET /${id}`]);
  });

  it('needs a token that may write only if something differs', async () => {
    const { id } = simulator.addConnector({ email_domain: 'acme.example' });
    const token = { api_token: simulator.tokens.read };
    expect(await reconcile({ ...token, sso_connector_id: id, enabled: 'false' })).toMatchObject({ exitCode: 0 });
    const step = await reconcile({ ...token, sso_connector_id: id, enabled: 'true' });
    expect(failuresOf(step)).toMatchObject([{ kind: 'access', email_domain: 'acme.example' }]);
    expect(failuresOf(step)[0]?.message).toMatch(/^Could not set enabled=true for acme\.example: /);
    expect(step.outputs).toMatchObject({ changed: 'false', in_sync: 'false', enabled: 'false' });
  });
});

describe("someone else's change between the GET and the PATCH", () => {
  const meanwhile = (id: string, fields: object) => simulator.once('done', () => simulator.changeConnector(id, fields));

  it('to a field that is not sent is not told as ours', async () => {
    const { id } = simulator.addConnector({ enabled: true });
    meanwhile(id, { use_fedramp_language: true });
    const step = await reconcile({ sso_connector_id: id, enabled: 'false' });
    expect(step).toMatchObject({ exitCode: 0, outputs: { changed: 'true', use_fedramp_language: 'true' } });
    expect(listOf(step, 'drift')).toMatchObject([{ field: 'enabled', expected: false, actual: true }]);
  });

  it('is all that changes if a look of the wait sees it', async () => {
    const { id } = simulator.addConnector({ enabled: true, verification: { status: 'pending' } });
    simulator.on('read', (_, n) => {
      if (n === 2) simulator.changeConnector(id, { use_fedramp_language: true, verification: { status: 'verified' } });
    });
    const step = await reconcile({ sso_connector_id: id, enabled: 'true', wait_for_verification: '15s' });
    expect(step).toMatchObject({ exitCode: 0, outputs: { changed: 'false', in_sync: 'true' } });
    expect(step.outputs['use_fedramp_language']).toBe('true');
    expect(simulator.requestsTo('PATCH')).toEqual([]);
  });
});

describe('an enable of a domain that is not verified', () => {
  const BEGIN =
    'Is the domain right and registered? Add the TXT record. Then run this again with begin_verification: true and wait_for_verification.';

  test.each([
    ['awaiting', BEGIN],
    ['failed', BEGIN],
    [
      'pending',
      'Is the domain right and registered? Add the TXT record. Cloudflare checks DNS for two days after the verification began. Run this again later, or use wait_for_verification.',
    ],
    [
      'unheard-of',
      'Is the domain right and registered? Add the TXT record. Run this again to read the connector once more.',
    ],
  ])('is never sent, and the failure names the TXT record: %s', async (status, action) => {
    const { id, verification } = simulator.addConnector({ email_domain: 'acme.example', verification: { status } });
    const step = await reconcile({ sso_connector_id: id, enabled: 'true' });
    expect(step.exitCode).toBe(1);
    expect(failuresOf(step)).toEqual([
      {
        kind: 'not_verified',
        sso_connector_id: id,
        email_domain: 'acme.example',
        title: `acme.example: not verified (${status}), so not enabled`,
        message: `acme.example is not verified (${status}), and Cloudflare enables SSO for verified domains only. The TXT record at acme.example must be ${verification?.code}; the domain does not exist in public DNS.`,
        action,
        may_have_taken_effect: false,
        documentation_url: null,
      },
    ]);
    expect(step.outputs).toMatchObject({ changed: 'false', in_sync: 'false', verified: 'false' });
    expect(sent(simulator)).toEqual([`GET /${id}`]);
  });

  it.each([
    ['null', null],
    ['without a status', { code: 'x', status: '' }],
  ])('is sent if the API gives a verification that is %s, and Cloudflare decides', async (_, verification) => {
    const { id } = simulator.addConnector({ email_domain: 'acme.example', verification });
    const step = await runQuick(simulator, { mode: 'reconcile', sso_connector_id: id, enabled: 'true' });
    expect(step.exitCode).toBe(1);
    expect(failuresOf(step)).toMatchObject([{ title: 'acme.example: not verified (status unknown), so not enabled' }]);
    expect(sent(simulator)).toEqual([`GET /${id}`, `PATCH /${id} {"enabled":true}`, `GET /${id}`]);
  });

  it('is sent, and succeeds, if Cloudflare knows of the verification that it hides', async () => {
    await using hiding = await startSimulator({ hideVerification: true });
    const { id } = hiding.addConnector();
    const step = await runStep(hiding, { mode: 'reconcile', sso_connector_id: id, enabled: 'true' });
    expect(step).toMatchObject({ exitCode: 0, outputs: { enabled: 'true', changed: 'true', verified: 'false' } });
    expect(sent(hiding)).toEqual([`GET /${id}`, `PATCH /${id} {"enabled":true}`]);
  });

  it('is not sent together with another change, and that change is not sent alone', async () => {
    const { id } = simulator.addConnector({ verification: { status: 'pending' } });
    const step = await reconcile({ sso_connector_id: id, enabled: 'true', use_fedramp_language: 'true' });
    expect(step.exitCode).toBe(1);
    expect(sent(simulator)).toEqual([`GET /${id}`]);
  });

  it('is nothing to refuse if it is enabled already', async () => {
    const { id } = simulator.addConnector({ enabled: true, verification: { status: 'pending' } });
    const step = await reconcile({ sso_connector_id: id, enabled: 'true', use_fedramp_language: 'true' });
    expect(step).toMatchObject({ exitCode: 0, errors: [] });
    expect(sent(simulator)).toEqual([`GET /${id}`, `PATCH /${id} {"use_fedramp_language":true}`]);
  });

  it('that became so only after the read is refused by Cloudflare, and explained after one more read', async () => {
    const { id, verification } = simulator.addConnector({ email_domain: 'acme.example' });
    simulator.once('done', () => simulator.failVerification(id));
    const step = await reconcile({ sso_connector_id: id, enabled: 'true' });
    expect(step.exitCode).toBe(1);
    expect(failuresOf(step)).toHaveLength(1);
    expect(failuresOf(step)[0]?.message).toContain(` The TXT record at acme.example must be ${verification?.code}; `);
    expect(sent(simulator)).toEqual([`GET /${id}`, `PATCH /${id} {"enabled":true}`, `GET /${id}`]);
  });

  it('shows in the gate only once', async () => {
    const { id } = simulator.addConnector({ verification: { status: 'awaiting' } });
    let lookUps = 0;
    const { failures } = await runQuick(
      simulator,
      { mode: 'reconcile', sso_connector_id: id, enabled: 'true', require_verified: 'true' },
      { lookUpTxt: async () => ({ unknown: `look-up ${++lookUps}` }) },
    );
    expect([failures.length, lookUps]).toEqual([1, 1]);
  });
});

describe('a change that may have taken effect', () => {
  const ends = [
    ['a lost answer', 'apply-then-reset'],
    ['an answer that is cut off', 'truncate'],
    ['HTTP 408', { status: 408, body: { success: false, errors: ['No'] } }],
    ['HTTP 500', { status: 500, body: { success: false, errors: ['No'] } }],
    ['a redirect', { status: 302, headers: { location: 'https://api.example' } }],
    ['a page', { status: 403, body: '<html>Blocked</html>' }],
    ['JSON that is no envelope', { status: 403, body: { message: 'Blocked by policy 17' } }],
  ] as const;

  it.each(ends)('leaves changed and in_sync unset: %s', async (_, respond) => {
    const { id } = simulator.addConnector({ email_domain: 'acme.example', enabled: true });
    simulator.fault({ method: 'PATCH', times: Infinity, respond });
    const step = await runQuick(simulator, {
      mode: 'reconcile',
      sso_connector_id: id,
      enabled: 'false',
      max_retries: '0',
    });
    expect(step.exitCode).toBe(1);
    expect(failuresOf(step)).toMatchObject([{ email_domain: 'acme.example', may_have_taken_effect: true }]);
    for (const name of ['changed', 'in_sync']) expect(step.outputs).not.toHaveProperty(name);
  });

  it.each(ends)('leaves changed of many unset, and in_sync false: %s', async (_, respond) => {
    const { id } = simulator.addConnector({ enabled: true });
    const { id: other } = simulator.addConnector();
    simulator.fault({ method: 'PATCH', times: Infinity, respond });
    const connectors = listById([{ id }, { id: other }], 'enabled: false');
    const { outputs } = await runQuick(simulator, { mode: 'reconcile', connectors, max_retries: '0' });
    expect(outputs).not.toHaveProperty('changed');
    expect(outputs['in_sync']).toBe('false');
  });

  it('is none if an envelope says that it was refused', async () => {
    const { id } = simulator.addConnector({ enabled: true });
    simulator.fault({ method: 'PATCH', respond: { status: 400, body: { success: false, errors: ['No'] } } });
    const step = await reconcile({ sso_connector_id: id, enabled: 'false' });
    expect(failuresOf(step)).toMatchObject([{ may_have_taken_effect: false }]);
    expect(step.outputs).toMatchObject({ changed: 'false', in_sync: 'false', http_status: '400' });
  });
});

describe('a disable', () => {
  test.each(['awaiting', 'pending', 'failed', 'unheard-of'])('is never held back: %s', async (status) => {
    const { id } = simulator.addConnector({ enabled: true, verification: { status } });
    const step = await runQuick(simulator, { mode: 'reconcile', sso_connector_id: id, enabled: 'false' });
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
