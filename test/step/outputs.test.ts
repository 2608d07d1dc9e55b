import { execFileSync } from 'node:child_process';
import { mkdtemp, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, test } from 'vitest';
import { prose } from '../../src/report/markdown.ts';
import { runStep } from '../kit/connector-step.ts';
import { onlyIssue, report } from '../kit/issue-step.ts';
import { runQuick } from '../kit/quick-run.ts';
import { runAction, startAction } from '../kit/runner.ts';
import { startForEachTest } from '../kit/servers.ts';
import type { DnsServer } from '../network/dns-server.ts';
import type { Connector } from '../simulator/connectors.ts';
import type { Simulator } from '../simulator/simulator.ts';

let simulator: Simulator;
let dns: DnsServer;
startForEachTest((...own) => {
  [simulator, dns] = own;
});

const allOutputsOf = async (inputs: Record<string, string>) => (await runQuick(simulator, inputs)).outputs;

/** The outputs but `failures` and `summary`, which have tests of their own, and are always set. */
function withoutTexts({ failures, summary, ...outputs }: Record<string, string>): Record<string, string> {
  expect(JSON.parse(failures ?? '')).toBeInstanceOf(Array);
  expect(summary).toMatch(/^### /);
  return outputs;
}

/** Those that a run has for the runner. */
const outputsOf = async (inputs: Record<string, string>) => withoutTexts(await allOutputsOf(inputs));

/** Those that the runner has of a step. */
const outputsOfStep = async (inputs: Record<string, string>) =>
  withoutTexts((await runStep(simulator, { max_retries: '0', ...inputs }, { dns: dns.address })).outputs);

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

/** The outputs that name an answer. */
function answer(n: number) {
  const request = simulator.requests.at(n);
  return { http_status: String(request?.status), cf_ray: request?.responseHeaders['cf-ray'] };
}
const lastAnswer = () => answer(-1);

const now = (id: string) => {
  const connector = simulator.connector(id);
  if (!connector) throw new Error(`no connector ${id}`);
  return connector;
};
const nothing = { drift: '[]', messages: '[]', errors: '[]', unlisted: '[]' };

describe('on success', () => {
  it('update by id sets all but `changed`, for nothing was looked at first', async () => {
    const { id } = simulator.addConnector({ email_domain: 'acme.example' });
    const outputs = await outputsOfStep({ sso_connector_id: id, enabled: 'true' });
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
    expect(await outputsOfStep(inputs)).toEqual({
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
    expect(await outputsOfStep({ mode: 'check', sso_connector_id: id, enabled: 'false' })).toEqual({
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
  it('a refused enable has the connector as it was read, the errors, and the answer that refused it', async () => {
    const { id } = simulator.addConnector({ verification: { status: 'awaiting' } });
    const errors = [
      {
        code: 1010,
        message: 'The SSO connector cannot be enabled before its email domain is verified',
        documentation_url: 'https://developers.cloudflare.com/fundamentals/manage-members/dashboard-sso/',
      },
    ];
    expect(await outputsOfStep({ sso_connector_id: id, enabled: 'true' })).toEqual({
      ...fieldsOf(now(id)),
      ...answer(0),
      ...nothing,
      errors: JSON.stringify(errors),
      changed: 'false',
      in_sync: 'false',
    });
    expect(answer(0).http_status).toBe('400');
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
    expect(await outputsOfStep({ sso_connector_id: id, enabled: 'false' })).toEqual({
      ...lastAnswer(),
      ...nothing,
      messages: '["Hello"]',
      errors: JSON.stringify(body.errors),
      changed: 'false',
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
    expect(await outputsOfStep({ mode: 'check', sso_connector_id: id, enabled: 'true' })).toEqual({
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
    expect(await outputsOf({ email_domain: 'acme.example', enabled: 'true' })).toEqual({
      ...lastAnswer(),
      ...nothing,
      changed: 'false',
    });
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

describe('the lists are always set', () => {
  it('after an input problem', async () => {
    const { id } = simulator.addConnector();
    expect(await outputsOf({ sso_connector_id: id, enabled: 'perhaps' })).toEqual({ ...nothing, changed: 'false' });
    const { outputs } = await runAction();
    expect(outputs).toMatchObject(nothing);
    const kinds = JSON.parse(outputs['failures'] ?? '').map(({ kind }: { kind: string }) => kind);
    expect(new Set(kinds)).toEqual(new Set(['input']));
  });

  it('when the run is cancelled', async () => {
    const { id, email_domain } = simulator.addConnector({ verification: { status: 'pending' } });
    const { apiBaseUrl, accountId, tokens } = simulator;
    const common = { api_base_url: apiBaseUrl, account_id: accountId, api_token: tokens.edit };
    const inputs = { ...common, sso_connector_id: id, mode: 'reconcile', wait_for_verification: '1h' };
    await using action = await startAction({ inputs, dns: dns.address });
    await action.waitForLine('Waiting for');
    action.kill('SIGTERM');
    const { outputs } = await action.result;
    expect(outputs).toMatchObject({ ...nothing, email_domain, changed: 'false', summary: expect.any(String) });
    expect(JSON.parse(outputs['failures'] ?? '')).toMatchObject([
      { kind: 'cancelled', title: 'The run was cancelled' },
    ]);
  });
});

describe('failures', () => {
  it('has a record for each, as contract and action.yml have it', async () => {
    const { id, email_domain } = simulator.addConnector();
    const { failures } = await allOutputsOf({ mode: 'check', sso_connector_id: id, enabled: 'true' });
    expect(JSON.parse(failures ?? '')).toEqual([
      {
        kind: 'drift',
        sso_connector_id: id,
        email_domain,
        title: `${email_domain}: enabled is false, must be true`,
        message: expect.any(String),
        action: expect.any(String),
        may_have_taken_effect: false,
        documentation_url: null,
      },
    ]);
  });
});

describe('of many connectors', () => {
  const list = (...domains: string[]) =>
    JSON.stringify(domains.map((email_domain) => ({ email_domain, enabled: true })));

  it('the fields of a single one are not set, nor the answer, since there are many', async () => {
    simulator.addConnector({ email_domain: 'a.example', enabled: true });
    simulator.addConnector({ email_domain: 'b.example', enabled: true });
    const outputs = await outputsOf({ mode: 'check', connectors: list('a.example', 'b.example') });
    const result = JSON.stringify(simulator.connectors);
    expect(outputs).toEqual({ ...nothing, changed: 'false', in_sync: 'true', verified: 'true', result });
  });

  it.each([
    ['one is not verified', 'b.example', 'pending'],
    ['one was never seen', 'missing.example', 'verified'],
  ])('verified is false if %s', async (_, domain, status) => {
    simulator.addConnector({ email_domain: 'a.example', enabled: true });
    simulator.addConnector({ email_domain: 'b.example', enabled: true, verification: { status } });
    const outputs = await outputsOf({ mode: 'check', connectors: list('a.example', domain) });
    expect(outputs).toMatchObject({ verified: 'false' });
  });

  it('summary is the job summary, and it fits into a comment', async () => {
    const domains = Array.from({ length: 800 }, (_, n) => `department-${n}.acme.example`);
    for (const email_domain of domains) simulator.addConnector({ email_domain });
    const step = await runStep(simulator, { mode: 'plan', connectors: list(...domains) });
    expect(step.outputs['summary']?.length).toBeLessThanOrEqual(60_000);
    expect(step.outputs['summary']).toContain('connectors are left out here; the outputs of the step have them.');
    expect(step.summary.length).toBeGreaterThan(60_000);
    const few = await runStep(simulator, { mode: 'plan', email_domain: 'department-1.acme.example', enabled: 'true' });
    expect(`${few.outputs['summary']}\n`).toBe(few.summary);
  });
});

it('outputs are commands in the log if it is run by hand, without a runner', async () => {
  const { id } = simulator.addConnector();
  const env = { GITHUB_OUTPUT: undefined, GITHUB_ACTIONS: undefined };
  const step = await runStep(simulator, { sso_connector_id: id, enabled: 'true' }, { env });
  const set = step.commands.filter(({ command }) => command === 'set-output');
  expect(step).toMatchObject({ exitCode: 0, errors: [] });
  expect(set.map(({ properties, message }) => [properties['name'], message])).toContainEqual(['sso_connector_id', id]);
});

describe.skipIf(process.platform === 'win32')('outputs that cannot be handed over', () => {
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'outputs-'));
    execFileSync('mkfifo', [join(folder, 'pipe')]);
    await symlink('/dev/full', join(folder, 'full'));
  });
  afterEach(() => rm(folder, { recursive: true }));

  it.each([
    ['missing', 'the file of GITHUB_OUTPUT does not exist'],
    ['.', 'GITHUB_OUTPUT is a folder'],
    ['pipe', 'GITHUB_OUTPUT is a pipe, which may have no reader'],
    ['full', 'ENOSPC: no space left on device, write'],
    [undefined, 'GITHUB_OUTPUT is not set'],
  ])('fail the step, which says what was done, with summary and issue: %s', async (name, reason) => {
    const { id } = simulator.addConnector({ email_domain: 'acme.example', enabled: true });
    const file = name === undefined ? undefined : join(folder, name);
    const step = await report(simulator, { sso_connector_id: id, enabled: 'false' }, { GITHUB_OUTPUT: file });
    const message = `The outputs could not be written: ${reason}. Done before that: set enabled=false for acme.example.`;
    const action =
      'Later steps have no outputs of this one. Check the runner: GITHUB_OUTPUT must name a file that can be written, and the disk needs free space.';
    const annotation = { title: 'Outputs: not handed over' };
    expect(step).toMatchObject({ exitCode: 1, errors: [`${message} ${action}`] });
    expect(step.commands.find(({ command }) => command === 'error')?.properties).toEqual(annotation);
    expect(now(id).enabled).toBe(false);
    const row = `| Outputs | not handed over | ${prose(action)} |`;
    for (const page of [step.summary, onlyIssue(simulator).body]) {
      expect(page).toContain('Cloudflare SSO is now off for acme.example, but the outputs could not be handed over');
      expect(page).toContain(row);
    }
  });

  it('after an input problem say that nothing was sent', async () => {
    const { errors } = await runAction({ env: { GITHUB_OUTPUT: folder } });
    expect(errors[0]).toMatch(
      /^The outputs could not be written: GITHUB_OUTPUT is a folder\. Nothing was sent to Cloudflare\. /,
    );
  });

  it('in a mode that only reads say that nothing was changed', async () => {
    const { id } = simulator.addConnector();
    const step = await runStep(
      simulator,
      { sso_connector_id: id, mode: 'check', enabled: 'false' },
      { env: { GITHUB_OUTPUT: folder } },
    );
    expect(step.errors[0]).toMatch(
      /^The outputs could not be written: GITHUB_OUTPUT is a folder\. Nothing was changed\. /,
    );
  });
});
