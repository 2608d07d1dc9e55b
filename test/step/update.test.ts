import { afterEach, beforeEach, describe, expect, it, test } from 'vitest';
import { VERSION } from '../../src/version.ts';
import { answerTo, failuresOf, runStep, sent } from '../kit/connector-step.ts';
import { runQuick } from '../kit/quick-run.ts';
import { type DnsServer, startDnsServer } from '../network/dns-server.ts';
import { NOBODY } from '../network/loopback.ts';
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
        'accept-encoding': 'identity',
        connection: 'keep-alive',
        host: new URL(simulator.apiBaseUrl).host,
      },
    ]);
  });

  it('of {} with a notice if no field is given', async () => {
    const { id } = simulator.addConnector({ email_domain: 'acme.example' });
    const step = await runStep(simulator, { sso_connector_id: id });
    expect(step).toMatchObject({ exitCode: 0, errors: [], warnings: [] });
    expect(step.notices).toEqual([
      'There is nothing to change: neither enabled nor use_fedramp_language is given. If one of them is an expression, it had no value.',
    ]);
    expect(sent(simulator)).toEqual([`PATCH /${id} {}`]);
  });

  it.each([
    [
      [2],
      'There is nothing to change for line 2 of the list: neither enabled nor use_fedramp_language is given. If one of them is an expression, it had no value.',
    ],
    [
      [1, 3],
      'There is nothing to change for lines 1 and 3 of the list: neither enabled nor use_fedramp_language is given. If one of them is an expression, it had no value.',
    ],
    [
      [1, 2, 3, 4, 5, 7, 8],
      'There is nothing to change for lines 1, 2, 3, 4, 5 and 2 more of the list: neither enabled nor use_fedramp_language is given. If one of them is an expression, it had no value.',
    ],
  ])('of {} for the entries %j that have no field, with one notice', async (empty, notice) => {
    const entries = Array.from({ length: 8 }, (_, n) => {
      const { id } = simulator.addConnector();
      return `- {sso_connector_id: ${id}${empty.includes(n + 1) ? '' : ', enabled: false'}}`;
    });
    const { notices } = await runQuick(simulator, { connectors: entries.join('\n') });
    expect(notices).toEqual([notice]);
    expect(sent(simulator).filter((request) => request.endsWith(' {}'))).toHaveLength(empty.length);
  });

  it('without a notice if a field is given', async () => {
    const { id } = simulator.addConnector();
    expect((await runQuick(simulator, { sso_connector_id: id, enabled: 'false' })).notices).toEqual([]);
  });

  it('and says first in the log what it is about', async () => {
    const { id } = simulator.addConnector({ email_domain: 'acme.example' });
    const step = await runStep(simulator, { sso_connector_id: id, enabled: 'true' });
    expect(step.lines.slice(0, 2)).toEqual([
      `::add-mask::${simulator.tokens.edit}`,
      `Mode update, account ${simulator.accountId}: connector ${id}, enabled=true`,
    ]);
  });

  it('and shows requests and answers as debug lines', async () => {
    const { id } = simulator.addConnector({ email_domain: 'acme.example', verification: { status: 'verified' } });
    const inputs = { mode: 'reconcile', sso_connector_id: id, enabled: 'true' };
    const { debugs } = await runStep(simulator, inputs, { debug: true });
    const url = `${simulator.apiBaseUrl}/accounts/${simulator.accountId}/sso_connectors/${id}`;
    const answer = expect.stringMatching(/^HTTP 200, cf-ray \w+(-\w+)?: \{"success":true,/);
    expect(debugs).toEqual([`GET ${url}`, answer, `PATCH ${url} {"enabled":true}`, answer]);
  });

  it('and leaves unset what it cannot know, since nothing was read first', async () => {
    const { id } = simulator.addConnector({ email_domain: 'acme.example' });
    const { outputs } = await runStep(simulator, { sso_connector_id: id, enabled: 'true' });
    expect(outputs).toMatchObject({ enabled: 'true', in_sync: 'true', email_domain: 'acme.example' });
    expect(outputs).not.toHaveProperty('changed');
  });
});

describe('the result of an update', () => {
  test.each([
    ['an object', (result: object) => result],
    ['a list of one', (result: object) => [result]],
  ])('may be %s', async (_, change) => {
    const { id } = simulator.addConnector({ email_domain: 'acme.example' });
    simulator.fault({ method: 'PATCH', transform: withResult(change) });
    const step = await runQuick(simulator, { sso_connector_id: id, enabled: 'true' });
    expect(step).toMatchObject({ exitCode: 0, errors: [], outputs: { email_domain: 'acme.example', enabled: 'true' } });
    expect(sent(simulator)).toEqual([`PATCH /${id} {"enabled":true}`]);
  });

  test.each([
    ['absent', () => undefined],
    ['an empty list', () => []],
  ])('may be %s, and is then read back with one GET', async (_, change) => {
    const { id } = simulator.addConnector({ email_domain: 'acme.example' });
    simulator.fault({ method: 'PATCH', transform: withResult(change) });
    const step = await runQuick(simulator, { sso_connector_id: id, enabled: 'true' });
    expect(step).toMatchObject({ exitCode: 0, errors: [], outputs: { email_domain: 'acme.example', enabled: 'true' } });
    expect(sent(simulator)).toEqual([`PATCH /${id} {"enabled":true}`, `GET /${id}`]);
  });

  const CHECK = 'The change may have taken effect. Running this again does no harm, and mode: check shows the state.';

  it('that is missing, and of which the GET shows another state, fails the step', async () => {
    const { id } = simulator.addConnector({ email_domain: 'acme.example', enabled: true });
    simulator.fault({ method: 'PATCH', respond: { status: 200, body: { success: true } } });
    const step = await runStep(simulator, { sso_connector_id: id, enabled: 'false' });
    expect(step).toMatchObject({ exitCode: 1, outputs: { enabled: 'true' } });
    expect(step.outputs).not.toHaveProperty('in_sync');
    expect(failuresOf(step)).toEqual([
      {
        kind: 'unexpected',
        sso_connector_id: id,
        email_domain: 'acme.example',
        title: 'acme.example: a read afterwards has enabled=true',
        message:
          'Cloudflare was asked to set enabled=false for acme.example. It said that this was done, but a read afterwards has enabled=true.',
        action: CHECK,
        may_have_taken_effect: true,
        documentation_url: null,
      },
    ]);
  });

  it('that is missing, and cannot be read back, fails the step and leaves the state unknown', async () => {
    const { id } = simulator.addConnector();
    simulator.fault({ method: 'PATCH', transform: withResult(() => null) });
    simulator.fault({ method: 'GET', respond: { status: 403, body: { success: false, errors: ['No'] } } });
    const step = await runQuick(simulator, { sso_connector_id: id, enabled: 'true' });
    expect(step.exitCode).toBe(1);
    const action = 'Running this again does no harm, and mode: check shows the state.';
    expect(failuresOf(step)).toMatchObject([{ sso_connector_id: id, may_have_taken_effect: true, action }]);
    expect(failuresOf(step)[0]?.message).toBe(
      `Cloudflare was asked to set enabled=true for connector ${id} and said that this was done, but the connector could not be read afterwards. Could not read connector ${id}: Cloudflare error "No" (${answerTo(simulator, 1)}).`,
    );
    expect(Object.keys(step.outputs)).not.toEqual(expect.arrayContaining(['changed', 'in_sync']));
    expect(sent(simulator)).toEqual([`PATCH /${id} {"enabled":true}`, `GET /${id}`]);
  });

  test.each([
    ['another id', { id: 'f'.repeat(32) }, `a connector "${'f'.repeat(32)}"`],
    ['no id', { id: null }, 'a connector without an id'],
    ['an empty id', { id: '' }, 'a connector without an id'],
  ])('of %s fails the step and leaves the state unknown', async (_, fields, named) => {
    const { id } = simulator.addConnector();
    simulator.fault({ method: 'PATCH', transform: withResult((result) => ({ ...result, ...fields })) });
    const step = await runQuick(simulator, { sso_connector_id: id, enabled: 'true' });
    expect(step.exitCode).toBe(1);
    expect(failuresOf(step)).toMatchObject([
      {
        kind: 'unexpected',
        title: `connector ${id}: no answer about this connector`,
        message: `Cloudflare was asked to set enabled=true for connector ${id}, and answered with ${named}. The state of connector ${id} is unknown.`,
        action: CHECK,
        may_have_taken_effect: true,
      },
    ]);
    for (const name of ['enabled', 'changed', 'in_sync']) expect(step.outputs).not.toHaveProperty(name);
    expect(sent(simulator)).toHaveLength(1);
  });

  it('of the same domain is right, though it is none by our rules', async () => {
    const { id } = simulator.addConnector({ email_domain: '10.0.0.1', enabled: true });
    const step = await runQuick(simulator, { mode: 'reconcile', sso_connector_id: id, enabled: 'false' });
    expect([step.exitCode, step.outputs['changed'], simulator.connector(id)?.enabled]).toEqual([0, 'true', false]);
  });

  it('may leave out the domain', async () => {
    const { id } = simulator.addConnector({ email_domain: 'acme.example' });
    simulator.fault({ method: 'PATCH', transform: withResult((result) => ({ ...result, email_domain: null })) });
    const step = await runQuick(simulator, { email_domain: 'acme.example', enabled: 'true' });
    expect(step).toMatchObject({ exitCode: 0, errors: [], outputs: { sso_connector_id: id, changed: 'true' } });
  });

  it('of another domain than that of the target fails the step and leaves the state unknown', async () => {
    const { id } = simulator.addConnector({ email_domain: 'acme.example' });
    simulator.fault({ method: 'PATCH', transform: withResult((result) => ({ ...result, email_domain: 'b.example' })) });
    const step = await runQuick(simulator, { email_domain: 'acme.example', enabled: 'true' });
    expect(step.exitCode).toBe(1);
    expect(failuresOf(step)).toMatchObject([
      {
        kind: 'unexpected',
        sso_connector_id: id,
        title: 'acme.example: no answer about this connector',
        message: `Cloudflare was asked to set enabled=true for acme.example, and answered with a connector of the domain "b.example". The state of connector ${id} is unknown.`,
        may_have_taken_effect: true,
      },
    ]);
    for (const name of ['changed', 'in_sync']) expect(step.outputs).not.toHaveProperty(name);
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
      const { id } = simulator.addConnector({ email_domain: 'acme.example' });
      simulator.fault({ method: 'PATCH', transform: withResult((result) => ({ ...result, ...fields })) });
      const inputs = { sso_connector_id: id, enabled: 'true', use_fedramp_language: 'true' };
      const step = await runQuick(simulator, inputs);
      expect(step.exitCode).toBe(1);
      for (const name of ['changed', 'in_sync']) expect(step.outputs).not.toHaveProperty(name);
      expect(failuresOf(step)).toMatchObject([
        {
          kind: 'unexpected',
          title: `acme.example: Cloudflare answered with ${came}`,
          message: `Cloudflare was asked to set enabled=true, use_fedramp_language=true for acme.example. It said that this was done, but answered with ${came}.`,
          action: CHECK,
          may_have_taken_effect: true,
        },
      ]);
    },
  );

  it('in which one of two fields did not take still says what follows from the other', async () => {
    const { id } = simulator.addConnector({ email_domain: 'acme.example' });
    simulator.fault({
      method: 'PATCH',
      transform: withResult((result) => ({ ...result, use_fedramp_language: false })),
    });
    const inputs = { sso_connector_id: id, enabled: 'true', use_fedramp_language: 'true' };
    const { outputs } = await runQuick(simulator, { mode: 'reconcile', ...inputs });
    expect(outputs['summary']).toMatch(
      /^### ❌ Cloudflare SSO is now on for acme\.example, but something else needs attention/,
    );
    expect(outputs['summary']).toContain('Every user of acme.example must log in through SSO from now on');
    expect(outputs['summary']).toContain('| acme.example | `enabled` | false | **true** |');
  });

  it('may differ in a field that was not sent', async () => {
    const { id } = simulator.addConnector({ use_fedramp_language: true });
    expect((await runStep(simulator, { sso_connector_id: id, enabled: 'true' })).errors).toEqual([]);
  });

  test.each([
    ['a list of two', (result: object) => [result, result], 'answered with 2 connectors instead of one'],
    ['a text', () => 'done', 'answered with something that is no connector: it is "done", not an object'],
  ])('that is %s fails the step and leaves the state unknown', async (_, change, came) => {
    const { id } = simulator.addConnector();
    simulator.fault({ method: 'PATCH', transform: withResult(change) });
    const step = await runQuick(simulator, { sso_connector_id: id, enabled: 'true' });
    expect(step.exitCode).toBe(1);
    expect(failuresOf(step)).toMatchObject([{ kind: 'unexpected', may_have_taken_effect: true }]);
    expect(failuresOf(step)[0]?.message).toContain(
      `Cloudflare was asked to set enabled=true for connector ${id}, and ${came}.`,
    );
    for (const name of ['enabled', 'changed', 'in_sync']) expect(step.outputs).not.toHaveProperty(name);
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
  /** The same within the test. */
  const quick = (id: string, inputs = {}) =>
    runQuick(
      simulator,
      { sso_connector_id: id, enabled: 'true', ...inputs },
      { lookUpTxt: async () => ({ noDomain: true }) },
    );
  const refused = (id: string, error: string) =>
    `Could not set enabled=true for connector ${id}: Cloudflare error ${error} (${answerTo(simulator, 0)}).`;
  const UNVERIFIED = '1010 "The SSO connector cannot be enabled before its email domain is verified"';
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
      'paused',
      'Is the domain right and registered? Add the TXT record. Run this again to read the connector once more.',
    ],
  ])('is followed by one GET, and the failure says the status %s and the TXT record to add', async (status, action) => {
    const { id, verification } = simulator.addConnector({ email_domain: 'acme.example', verification: { status } });
    const step = await enable(id);
    expect(step).toMatchObject({ exitCode: 1, outputs: { verification_status: status, enabled: 'false' } });
    expect(failuresOf(step)).toMatchObject([
      {
        kind: 'not_verified',
        sso_connector_id: id,
        email_domain: 'acme.example',
        title: `acme.example: not verified (${status}), so not enabled`,
        action,
        may_have_taken_effect: false,
      },
    ]);
    expect(failuresOf(step)[0]?.message).toBe(
      `acme.example is not verified (${status}). The TXT record at acme.example must be ${verification?.code}; the domain does not exist in public DNS. ${refused(id, UNVERIFIED)}`,
    );
    expect(sent(simulator)).toEqual([`PATCH /${id} {"enabled":true}`, `GET /${id}`]);
    expect(dns.queries).toEqual([{ domain: 'acme.example', type: 'TXT' }]);
    // The GET only explains: the answer to the PATCH decided.
    expect(step.outputs['http_status']).toBe('400');
  });

  it('for a connector without a verification says that there is nothing to add', async () => {
    const { id } = simulator.addConnector({ email_domain: 'acme.example', verification: null });
    const step = await quick(id);
    const [failure] = failuresOf(step);
    expect(failure?.title).toBe('acme.example: not verified (status unknown), so not enabled');
    expect(failure?.message).toBe(
      `acme.example is not verified (status unknown). Cloudflare gives no TXT record to add. ${refused(id, UNVERIFIED)}`,
    );
    expect(failure?.action).toBe('Run this again to read the connector once more.');
    expect(step.failures[0]?.detail).toBe(`Cloudflare gives no TXT record to add. ${refused(id, UNVERIFIED)}`);
  });

  it.each([
    ['acme.edu', 'The domain is verified. An academic domain needs an approval by Cloudflare support. '],
    ['acme.ac.uk', 'The domain is verified. An academic domain needs an approval by Cloudflare support. '],
    ['acme.example', 'The domain is verified. '],
    ['acme.edu.example', 'The domain is verified. '],
  ])('though the domain is verified says what else it may be: %s', async (email_domain, action) => {
    const { id } = simulator.addConnector({ email_domain });
    simulator.addConnector({ email_domain, enabled: true }, simulator.otherAccountId);
    const step = await quick(id);
    expect(failuresOf(step)).toMatchObject([
      {
        kind: 'refused',
        title: expect.stringContaining(`${email_domain}: Cloudflare refused: The email domain is enabled on an SSO `),
        action: `${action}Is SSO enabled for it in another account? Disable it there first.`,
      },
    ]);
    expect(sent(simulator)).toEqual([`PATCH /${id} {"enabled":true}`, `GET /${id}`]);
    expect(step.failures[0]?.detail).toBe(step.errors[0]);
  });

  it('if the API gives no verification keeps the reason that Cloudflare gives', async () => {
    const { id } = simulator.addConnector({ email_domain: 'acme.example', verification: null });
    const errors = [{ code: 1001, message: 'Enabled in another account.' }];
    simulator.fault({ method: 'PATCH', respond: { status: 400, body: { success: false, errors } } });
    const step = await quick(id);
    expect(failuresOf(step)).toMatchObject([
      {
        kind: 'refused',
        title: 'acme.example: Cloudflare refused: Enabled in another account.',
        action:
          'Cloudflare does not say whether the domain is verified. Is SSO enabled for it in another account? Disable it there first.',
      },
    ]);
  });

  it.each([
    ['awaiting', { status: 'awaiting' }],
    ['status unknown', null],
  ])('with two errors is explained where Cloudflare speaks of the verification: %s', async (status, verification) => {
    const { id } = simulator.addConnector({ email_domain: 'verify.example', verification });
    const errors = [
      { code: 1010, message: 'The domain is not verified' },
      { code: 1011, message: 'The identity provider is missing' },
    ];
    simulator.fault({ method: 'PATCH', respond: { status: 400, body: { success: false, errors } } });
    const step = await quick(id);
    expect(failuresOf(step)).toMatchObject([
      { kind: 'not_verified', title: `verify.example: not verified (${status}), so not enabled` },
      { kind: 'refused', title: 'verify.example: Cloudflare refused: The identity provider is missing' },
    ]);
  });

  it('of a domain that was read as verified before needs no GET that succeeds', async () => {
    simulator.addConnector({ email_domain: 'acme.example' });
    const errors = [{ code: 1001, message: 'Enabled in another account.' }];
    simulator.fault({ method: 'PATCH', respond: { status: 400, body: { success: false, errors } } });
    simulator.fault({ method: 'GET', after: 1, respond: { status: 503 } });
    const step = await runQuick(simulator, { email_domain: 'acme.example', enabled: 'true' });
    expect(step.failures).toMatchObject([
      { action: 'The domain is verified. Is SSO enabled for it in another account? Disable it there first.' },
    ]);
  });

  it('though it is enabled by now says that nothing is left to do', async () => {
    const { id } = simulator.addConnector({ email_domain: 'acme.example', verification: { status: 'pending' } });
    simulator.on('read', () => simulator.changeConnector(id, { enabled: true }));
    const step = await quick(id);
    expect(step).toMatchObject({ exitCode: 1, outputs: { enabled: 'true', in_sync: 'true' } });
    expect(failuresOf(step)).toMatchObject([
      { kind: 'refused', action: 'acme.example is in sync all the same: nothing is left to do.' },
    ]);
  });

  it('stands alone if the GET fails, which is best effort', async () => {
    const { id } = simulator.addConnector({ verification: { status: 'awaiting' } });
    simulator.fault({ method: 'GET', respond: { status: 403, body: { success: false, errors: ['No'] } } });
    const step = await quick(id);
    expect(step).toMatchObject({ exitCode: 1, outputs: { http_status: '400' } });
    expect(failuresOf(step)).toMatchObject([
      { message: refused(id, UNVERIFIED), action: 'Run mode: check to see whether the domain is verified.' },
    ]);
    expect(sent(simulator)).toEqual([`PATCH /${id} {"enabled":true}`, `GET /${id}`]);
  });

  it('says nothing of the verification of a connector that is gone by now', async () => {
    const { id } = simulator.addConnector({ email_domain: 'acme.example' });
    const gone = { success: false, errors: [{ code: 7003, message: 'Not found' }] };
    simulator.fault({ method: 'GET', path: new RegExp(id), respond: { status: 404, body: gone } });
    const respond = { status: 410, body: { success: false, errors: [{ code: 1011, message: 'Deleted' }] } };
    simulator.fault({ method: 'PATCH', respond });
    const step = await runQuick(simulator, { email_domain: 'acme.example', enabled: 'true' });
    expect(step.failures).toMatchObject([{ action: 'Run mode: check to see whether the domain is verified.' }]);
  });

  it('is not explained if the rate limit leaves no request for that', async () => {
    const { id } = simulator.addConnector({ verification: { status: 'pending' } });
    const respond = {
      status: 400,
      headers: { ratelimit: '"default";r=0;t=20' },
      body: { success: false, errors: ['No'] },
    };
    simulator.fault({ method: 'PATCH', respond });
    const { clock } = await runQuick(simulator, { sso_connector_id: id, enabled: 'true' });
    expect([sent(simulator), clock.pauses]).toEqual([[`PATCH /${id} {"enabled":true}`], []]);
  });

  it('is explained by one GET, which is not tried again', async () => {
    const { id } = simulator.addConnector({ verification: { status: 'pending' } });
    simulator.fault({ method: 'GET', times: Infinity, respond: { status: 503, headers: { 'retry-after': '60' } } });
    const { clock } = await runQuick(simulator, { sso_connector_id: id, enabled: 'true', max_retries: '3' });
    expect(sent(simulator)).toEqual([`PATCH /${id} {"enabled":true}`, `GET /${id}`]);
    expect(clock.pauses).toEqual([]);
  });

  it('may come with HTTP 200 and without any error', async () => {
    const { id } = simulator.addConnector({ verification: { status: 'pending' } });
    simulator.fault({ method: 'PATCH', respond: { status: 200, body: { success: false, errors: null } } });
    const step = await enable(id);
    expect(failuresOf(step)).toMatchObject([{ kind: 'not_verified', may_have_taken_effect: false }]);
    expect(sent(simulator)).toEqual([`PATCH /${id} {"enabled":true}`, `GET /${id}`]);
  });

  it('that brings several errors has the explanation with the last of them', async () => {
    const { id, verification } = simulator.addConnector({
      email_domain: 'acme.example',
      verification: { status: 'pending' },
    });
    simulator.fault({ method: 'PATCH', respond: { status: 400, body: { success: false, errors: ['One', 'Two'] } } });
    const step = await quick(id);
    const [one = '', two = ''] = ['"One"', '"Two"'].map((error) => refused(id, error));
    const why = `acme.example is not verified (pending). The TXT record at acme.example must be ${verification?.code}; the domain does not exist in public DNS.`;
    expect(failuresOf(step)).toMatchObject([
      { kind: 'refused', message: one, action: 'Run this again. If that does not help, ask Cloudflare support.' },
      {
        kind: 'not_verified',
        message: `${why} ${two}`,
        action: expect.stringMatching(/^Is the domain right /),
      },
    ]);
    // The TXT record has a table of its own.
    expect(step.failures.map(({ detail }) => detail)).toEqual([one, two]);
  });

  it('of which one error has advice of its own is not explained', async () => {
    const { id } = simulator.addConnector({ verification: { status: 'pending' } });
    const errors = ['One', { code: 7003, message: 'No such account' }];
    simulator.fault({ method: 'PATCH', respond: { status: 400, body: { success: false, errors } } });
    expect(failuresOf(await quick(id)).map(({ kind }) => kind)).toEqual(['refused', 'not_found']);
    expect(sent(simulator)).toHaveLength(1);
  });

  it('shows in the gate only once', async () => {
    const { id } = simulator.addConnector({ verification: { status: 'awaiting' } });
    const step = await enable(id, { require_verified: 'true' });
    expect(failuresOf(step)).toHaveLength(1);
    expect(dns.queries).toHaveLength(1);
  });
});

describe('no GET follows', () => {
  const CHECK_NETWORK = 'Check the network of this runner and api_base_url, then run this again.';

  test.each([
    ['an enable for want of permission', 'read'],
    ['an enable with a token that is unknown', 'unknown'],
  ] as const)('%s', async (_, token) => {
    const { id } = simulator.addConnector({ verification: { status: 'awaiting' } });
    const api_token = token === 'unknown' ? 'x'.repeat(40) : simulator.tokens[token];
    const step = await runQuick(simulator, { sso_connector_id: id, api_token, enabled: 'true' });
    expect(step.exitCode).toBe(1);
    expect(failuresOf(step)).toMatchObject([{ kind: 'access', may_have_taken_effect: false }]);
    expect(sent(simulator)).toEqual([`PATCH /${id} {"enabled":true}`]);
  });

  test.each([
    ['a refused disable', { enabled: 'false' }],
    ['a refused change of the language', { use_fedramp_language: 'true' }],
  ])('%s', async (_, fields) => {
    const { id } = simulator.addConnector({ verification: { status: 'awaiting' } });
    simulator.fault({ method: 'PATCH', respond: { status: 400, body: { success: false, errors: ['No'] } } });
    const step = await runQuick(simulator, { sso_connector_id: id, ...fields });
    expect(step.exitCode).toBe(1);
    expect(failuresOf(step)).toMatchObject([{ kind: 'refused' }]);
    expect(sent(simulator)).toHaveLength(1);
  });

  it('an enable that cannot be sent', async () => {
    const { id } = simulator.addConnector();
    const step = await runQuick(simulator, { api_base_url: NOBODY, sso_connector_id: id, enabled: 'true' });
    expect(failuresOf(step)).toMatchObject([
      { kind: 'unavailable', action: CHECK_NETWORK, may_have_taken_effect: false },
    ]);
  });

  it('an enable of a connector that there is not', async () => {
    const id = '0'.repeat(32);
    const step = await runQuick(simulator, { sso_connector_id: id, enabled: 'true' });
    expect(failuresOf(step)).toMatchObject([{ kind: 'not_found', sso_connector_id: id, email_domain: null }]);
    expect(failuresOf(step)[0]?.message).toMatch(
      new RegExp(`^Could not set enabled=true for connector ${id}: Cloudflare error 1003 "SSO connector not found" `),
    );
    expect(sent(simulator)).toHaveLength(1);
  });

  it('an enable that something before the API answers', async () => {
    const { id } = simulator.addConnector();
    simulator.fault({ method: 'PATCH', respond: { status: 403, body: '<html>Blocked</html>' } });
    const step = await runStep(simulator, { sso_connector_id: id, enabled: 'true' });
    expect(step).toMatchObject({ exitCode: 1 });
    expect(failuresOf(step)).toMatchObject([{ may_have_taken_effect: true }]);
    for (const name of ['changed', 'in_sync']) expect(step.outputs).not.toHaveProperty(name);
    expect(sent(simulator)).toHaveLength(1);
  });
});

describe('a disable', () => {
  test.each(['awaiting', 'verified', 'unheard-of'])(
    'needs no verification and is preceded by nothing: %s',
    async (status) => {
      const { id } = simulator.addConnector({ enabled: true, verification: { status } });
      const step = await runQuick(simulator, { sso_connector_id: id, enabled: 'false' });
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

  it('goes first also if the inputs would have a verification begun and waited for, and the gate holds', async () => {
    await using dns = await startDnsServer();
    const { id } = simulator.addConnector({ enabled: true, verification: { status: 'failed' } });
    const inputs = { begin_verification: 'true', wait_for_verification: '1s', require_verified: 'true' };
    const step = await runStep(simulator, { sso_connector_id: id, enabled: 'false', ...inputs }, { dns: dns.address });
    expect(step.exitCode).toBe(1);
    expect(sent(simulator).slice(0, 2)).toEqual([`PATCH /${id} {"enabled":false}`, `POST /${id}/begin_verification`]);
    expect(simulator.connector(id)?.enabled).toBe(false);
  });
});
