import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { FailureKind } from '../../src/failure.ts';
import { CONNECTOR, failuresOf, ID, inputsFor, runReadably, toldBy } from '../kit/fault-world.ts';
import { runQuick } from '../kit/quick-run.ts';
import { startAction } from '../kit/runner.ts';
import { NOBODY } from '../network/loopback.ts';
import { startRawServer } from '../network/raw-server.ts';
import type { Answer } from '../simulator/answer.ts';
import { faultOf, playNamed } from '../simulator/elsewhere.ts';
import { type Simulator, startSimulator } from '../simulator/simulator.ts';

let simulator: Simulator;
beforeEach(async () => {
  simulator = await startSimulator();
  simulator.addConnector({ ...CONNECTOR, enabled: false });
});
afterEach(() => simulator.close());

function run(more: Record<string, string> = {}) {
  const { accountId, apiBaseUrl, tokens } = simulator;
  const inputs = { account_id: accountId, api_token: tokens.edit, request_timeout: '60s', ...more };
  return runReadably({ inputs: inputsFor(apiBaseUrl, inputs) });
}

const MAY_HAVE = 'The change may have taken effect. Running this again does no harm, and mode: check shows the state.';
const METHODS = { update: ['PATCH', 'PATCH'], reconcile: ['GET', 'PATCH', 'PATCH'] } as const;

describe.each(['update', 'reconcile'] as const)('in mode %s, a PATCH that was applied', (mode) => {
  it.each(['apply-then-reset', 'reset-after-headers', 'truncate'] as const)(
    'and whose answer was lost (%s) ends as a success with the right outputs',
    async (respond) => {
      simulator.fault({ method: 'PATCH', respond });
      const result = await run({ mode });
      expect([result.exitCode, failuresOf(result), simulator.connector(ID)?.enabled]).toEqual([0, [], true]);
      expect(simulator.requests.map(({ method }) => method)).toEqual(METHODS[mode]);
      expect(result.outputs).toMatchObject({
        http_status: '200',
        cf_ray: simulator.requests.at(-1)?.responseHeaders?.['cf-ray'],
        enabled: 'true',
        in_sync: 'true',
      });
      expect(result.outputs['changed']).toBe(mode === 'reconcile' ? 'true' : undefined);
    },
  );
});

describe('without a whole answer to the end', () => {
  it.each([
    ['apply-then-reset', '0', ''],
    ['truncate', '0', ''],
    ['apply-then-reset', '1', ' 1 retry did not help.'],
  ] as const)(
    '(%s, max_retries %s) the failure says that the change may have taken effect',
    async (respond, max_retries, tried) => {
      simulator.fault({ method: 'PATCH', times: Infinity, respond });
      const result = await run({ mode: 'reconcile', max_retries });
      const what =
        respond === 'truncate'
          ? 'the connection was closed before the answer was whole (ECONNRESET)'
          : 'the connection was reset (ECONNRESET)';
      expect(toldBy(result)).toEqual([
        `Could not set enabled=true for acme.example: ${what}, at ${new URL(simulator.origin).host}.${tried} -> ${MAY_HAVE} Check the network of this runner and api_base_url, then run this again.`,
      ]);
      expect([result.exitCode, simulator.connector(ID)?.enabled]).toEqual([1, true]);
      expect(result.outputs).not.toHaveProperty('changed');
      expect(result.outputs).not.toHaveProperty('in_sync');
      // Of the answer to the GET, or of an attempt before, the outcome was not decided.
      expect(result.outputs).not.toHaveProperty('http_status');
    },
  );

  it('a time-out after a 503 leaves no answer that decided', async () => {
    simulator.fault(faultOf(playNamed('error-500')));
    simulator.fault({ respond: 'hang' });
    const result = await run({ max_retries: '1', request_timeout: '5s' });
    expect(failuresOf(result)).toMatchObject([{ kind: 'unavailable', may_have_taken_effect: true }]);
    expect(result.outputs).not.toHaveProperty('http_status');
    expect(result.outputs).not.toHaveProperty('cf_ray');
  });

  it('nothing of the kind is said of a request that only reads', async () => {
    simulator.fault({ times: Infinity, respond: 'truncate' });
    const result = await run({ mode: 'check', max_retries: '0' });
    expect(toldBy(result)).toEqual([
      `Could not read connector ${ID}: the connection was closed before the answer was whole (ECONNRESET), at ${new URL(simulator.origin).host}. -> Check the network of this runner and api_base_url, then run this again.`,
    ]);
  });

  it('a refusal on the second attempt leaves the first one in doubt', async () => {
    simulator.fault({ method: 'PATCH', respond: 'apply-then-reset' });
    simulator.fault(faultOf(playNamed('error-9109-token'), { method: 'PATCH' }));
    const result = await run({ mode: 'reconcile' });
    const ray = simulator.requests.at(-1)?.responseHeaders?.['cf-ray'];
    expect(toldBy(result)).toEqual([
      `Could not set enabled=true for acme.example: Cloudflare error 9109 "Invalid access token" (HTTP 403, cf-ray ${ray}). 1 retry did not help. -> ${MAY_HAVE} The token may have expired or been revoked. Create a new one and update the secret.`,
    ]);
    expect(result.outputs).not.toHaveProperty('changed');
  });
});

/** An envelope that says no, by its status. */
const no = (status: number): Answer => ({ status, body: { success: false, errors: [{ code: 1999, message: 'No' }] } });

describe('a change that is answered by', () => {
  it.each<[string, Answer, FailureKind]>([
    ['a page of success', { status: 200, body: '<html>' }, 'unexpected'],
    ['an empty body', { status: 200, body: '' }, 'unexpected'],
    ['JSON that is no envelope', { status: 200, body: [] }, 'unexpected'],
    ['no word of success', { status: 200, body: { result: CONNECTOR } }, 'unexpected'],
    ['errors without a word of success', { status: 403, body: { errors: ['No'] } }, 'refused'],
    [
      'a success with an error',
      { status: 200, body: { success: true, errors: ['odd'], result: CONNECTOR } },
      'unexpected',
    ],
    ['a success of another status', { status: 403, body: { success: true, result: CONNECTOR } }, 'unexpected'],
    ['a refusal that contradicts itself', { status: 403, body: '{"success":true,"success":false}' }, 'unexpected'],
    ['no connector', { status: 200, body: { success: true, result: 'done' } }, 'unexpected'],
    ['two connectors', { status: 200, body: { success: true, result: [CONNECTOR, CONNECTOR] } }, 'unexpected'],
    ['a redirect', { status: 307, headers: { location: '/login' }, body: '' }, 'blocked'],
    ["a proxy's page", { status: 403, body: '<html>' }, 'blocked'],
    ["a gateway's JSON", { status: 404, body: { message: 'Blocked by policy 17' } }, 'blocked'],
    ['a bare code and error', { status: 400, body: { code: 1001, error: 'Not allowed' } }, 'blocked'],
    ['408', no(408), 'unavailable'],
    ['500', no(500), 'unavailable'],
    ['503', no(503), 'unavailable'],
    ['a redirect with a refusal', no(302), 'refused'],
  ])('%s may have taken effect', async (_, respond, kind) => {
    // Not an enable, which a read would explain.
    simulator.changeConnector(ID, { enabled: true });
    simulator.fault({ method: 'PATCH', respond });
    const result = await runQuick(simulator, { mode: 'reconcile', sso_connector_id: ID, enabled: 'false' });
    const [failure] = result.failures;
    expect(failure).toMatchObject({ kind, may_have_taken_effect: true });
    expect([result.exitCode, result.outputs['changed'], result.outputs['in_sync']]).toEqual([1, undefined, undefined]);
    expect(failure?.action).toMatch(
      /^The change may have taken effect\. Running this again does no harm, and mode: check shows the state\./,
    );
  });

  it.each<[string, Answer, FailureKind]>([
    ['200', no(200), 'refused'],
    ['400', no(400), 'refused'],
    ['401', no(401), 'access'],
    ['404', no(404), 'not_found'],
    ['429', no(429), 'rate_limited'],
  ])('an envelope with success: false and HTTP %s did not', async (status, respond, kind) => {
    simulator.changeConnector(ID, { enabled: true });
    simulator.fault({ method: 'PATCH', respond });
    const result = await runQuick(simulator, { mode: 'reconcile', sso_connector_id: ID, enabled: 'false' });
    expect(result.failures).toMatchObject([{ kind, may_have_taken_effect: false }]);
    // What is gone is nothing to compare with.
    const inSync = status === '404' ? undefined : 'false';
    const { changed, in_sync, verified } = result.outputs;
    expect([result.exitCode, changed, in_sync, verified]).toEqual([1, 'false', inSync, String(status !== '404')]);
  });

  it('503 may have, of which a refusal for the rate then says nothing', async () => {
    simulator.changeConnector(ID, { enabled: true });
    simulator.fault({ method: 'PATCH', respond: no(503) });
    simulator.fault({ method: 'PATCH', respond: no(429) });
    const result = await runQuick(simulator, { sso_connector_id: ID, enabled: 'false', max_retries: '1' });
    expect(result.failures).toMatchObject([{ kind: 'rate_limited', may_have_taken_effect: true }]);
    expect(result.failures[0]?.action).toMatch(
      /^The change may have taken effect\. Cloudflare allows .* Run this again after \S+Z\.$/,
    );
  });

  it('503 may have, and may be sent again if a refusal for the rate then names no time', async () => {
    simulator.changeConnector(ID, { enabled: true });
    simulator.fault({ method: 'PATCH', respond: no(503) });
    simulator.fault({ method: 'PATCH', respond: { ...no(429), headers: { 'retry-after': '0' } } });
    const result = await runQuick(simulator, { sso_connector_id: ID, enabled: 'false', max_retries: '1' });
    expect(result.failures[0]?.action).toMatch(
      /^The change may have taken effect\. Running this again does no harm, and mode: check shows the state\. Cloudflare/,
    );
  });

  it('an envelope that knows no such connector leaves unknown what was in sync before', async () => {
    simulator.changeConnector(ID, { enabled: true });
    simulator.fault({ method: 'PATCH', respond: no(404) });
    const result = await runQuick(simulator, { email_domain: 'acme.example', enabled: 'true' });
    expect(result.failures).toMatchObject([{ kind: 'not_found' }]);
    expect([result.outputs['changed'], result.outputs['in_sync']]).toEqual(['false', undefined]);
  });

  it('nothing, since it cannot have left, did not', async () => {
    const result = await runReadably({ inputs: inputsFor(NOBODY, { max_retries: '1' }) });
    expect(failuresOf(result)).toMatchObject([{ kind: 'unavailable', may_have_taken_effect: false }]);
  });
});

it('a change that is cancelled before there is a connection did not take effect', async () => {
  const connected = Promise.withResolvers<void>();
  await using server = await startRawServer(async (connection) => {
    connected.resolve();
    await connection.hang();
  });
  // TLS, which that server never speaks.
  const inputs = inputsFor(server.origin.replace('http:', 'https:'));
  await using action = await startAction({ inputs });
  await connected.promise;
  action.kill('SIGTERM');
  const result = await action.result;
  expect(failuresOf(result)).toMatchObject([{ kind: 'cancelled', may_have_taken_effect: false }]);
  expect(result.exitCode).toBe(1);
});

it('a success without a result, whose reading back fails, was accepted all the same', async () => {
  simulator.fault(faultOf(playNamed('no-result'), { method: 'PATCH' }));
  simulator.fault({ method: 'GET', after: 1, respond: no(404) });
  const result = await run({ mode: 'reconcile' });
  const ray = simulator.requests.at(-1)?.responseHeaders?.['cf-ray'];
  expect(failuresOf(result)).toMatchObject([{ kind: 'not_found', may_have_taken_effect: true }]);
  expect(failuresOf(result)[0]?.message).toBe(
    `Cloudflare was asked to set enabled=true for acme.example and said that this was done, but the connector could not be read afterwards. Could not read acme.example: Cloudflare error 1999 "No" (HTTP 404, cf-ray ${ray}).`,
  );
  expect(failuresOf(result)[0]?.action).toBe(
    'Running this again does no harm, and mode: check shows the state. It was there earlier in this run: was it deleted meanwhile? Then create it again, or remove it from your workflow.',
  );
  expect(result.outputs).not.toHaveProperty('changed');
});
