import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { CONNECTOR, ID, inputsFor, runReadably } from '../kit/fault-world.ts';
import { type Simulator, startSimulator } from '../simulator/simulator.ts';

let simulator: Simulator;
beforeEach(async () => {
  simulator = await startSimulator();
  simulator.addConnector({ ...CONNECTOR, enabled: false });
});
afterEach(() => simulator.close());

function run(more: Record<string, string> = {}) {
  const { accountId, apiBaseUrl, tokens } = simulator;
  const inputs = { account_id: accountId, api_token: tokens.edit, request_timeout: '2s', ...more };
  return runReadably({ inputs: inputsFor(apiBaseUrl, inputs) });
}

const NOT_KNOWN = 'Whether Cloudflare applied it is not known; it is safe to run it again.';
const METHODS = { update: ['PATCH', 'PATCH'], reconcile: ['GET', 'PATCH', 'PATCH'] } as const;

describe.each(['update', 'reconcile'] as const)('in mode %s, a PATCH that was applied', (mode) => {
  it.each(['apply-then-reset', 'reset-after-headers', 'truncate'] as const)(
    'and whose answer was lost (%s) ends as a success with the right outputs',
    async (respond) => {
      simulator.fault({ method: 'PATCH', respond });
      const { exitCode, errors, outputs } = await run({ mode });
      const connector = simulator.connector(ID);
      expect([exitCode, errors, connector?.enabled]).toEqual([0, [], true]);
      expect(simulator.requests.map(({ method }) => method)).toEqual(METHODS[mode]);
      expect(outputs).toEqual({
        http_status: '200',
        cf_ray: simulator.requests.at(-1)?.responseHeaders?.['cf-ray'],
        verification_status: 'verified',
        verified: 'true',
        verification_code: CONNECTOR.verification.code,
        sso_connector_id: ID,
        email_domain: CONNECTOR.email_domain,
        enabled: 'true',
        use_fedramp_language: 'false',
        created_on: connector?.created_on,
        updated_on: connector?.updated_on,
        in_sync: 'true',
        result: JSON.stringify(connector),
        messages: '[]',
        errors: '[]',
        drift:
          mode === 'update'
            ? '[]'
            : '[{"sso_connector_id":"023e105f4ecef8ad9ca31a8372d0c353","email_domain":"acme.example","field":"enabled","expected":true,"actual":false}]',
        ...(mode === 'reconcile' && { changed: 'true' }),
      });
    },
  );
});

describe('without a whole answer to the end', () => {
  it.each([
    ['apply-then-reset', '0', ''],
    ['truncate', '0', ''],
    ['apply-then-reset', '1', ' Also after 1 retry.'],
  ] as const)('(%s, max_retries %s) the error says that it is not known', async (respond, max_retries, tried) => {
    simulator.fault({ method: 'PATCH', times: Infinity, respond });
    const { exitCode, errors, outputs } = await run({ mode: 'reconcile', max_retries });
    const what =
      respond === 'truncate'
        ? 'the connection was closed before the answer was whole (ECONNRESET)'
        : 'the connection was reset (ECONNRESET)';
    const { host } = new URL(simulator.origin);
    expect(errors).toEqual([
      `Could not set enabled=true of connector ${ID}: ${what}, at ${host}.${tried} ${NOT_KNOWN}`,
    ]);
    expect(exitCode).toBe(1);
    // Whether this run changed something is not known either.
    expect(outputs).not.toHaveProperty('changed');
    expect(simulator.connector(ID)?.enabled).toBe(true);
  });

  it('nothing of the kind is said of a request that only reads', async () => {
    simulator.fault({ times: Infinity, respond: 'truncate' });
    const { errors } = await run({ mode: 'check', max_retries: '0' });
    const { host } = new URL(simulator.origin);
    expect(errors).toEqual([
      `Could not read connector ${ID}: the connection was closed before the answer was whole (ECONNRESET), at ${host}.`,
    ]);
  });

  it('a refusal on the second attempt leaves the first one in doubt', async () => {
    simulator.fault({ method: 'PATCH', respond: 'apply-then-reset' });
    simulator.fault({
      method: 'PATCH',
      respond: { status: 403, body: { success: false, errors: [{ code: 9109, message: 'Invalid' }] } },
    });
    const { errors, outputs } = await run({ mode: 'reconcile' });
    const ray = simulator.requests.at(-1)?.responseHeaders?.['cf-ray'];
    expect(errors).toEqual([
      `Could not set enabled=true of connector ${ID}: Cloudflare error 9109 "Invalid" (HTTP 403, cf-ray ${ray}). The token is not valid (any more), or its client IP address filter leaves this runner out. Also after 1 retry. ${NOT_KNOWN}`,
    ]);
    expect(outputs).not.toHaveProperty('changed');
  });
});

describe('an answer that says nothing of the connector leaves it open whether something was changed:', () => {
  const ASKED = `set enabled=true of connector ${ID}`;

  it.each<[string, unknown, (ray: unknown) => string]>([
    [
      'a page',
      '<html>',
      (ray) =>
        `Could not ${ASKED}: the answer is not JSON (HTTP 200, cf-ray ${ray}, content type "application/json"): "<html>". ${NOT_KNOWN}`,
    ],
    ['an empty body', '', (ray) => `Could not ${ASKED}: the answer is empty (HTTP 200, cf-ray ${ray}). ${NOT_KNOWN}`],
    [
      'JSON that is no envelope',
      [],
      (ray) =>
        `Could not ${ASKED}: the answer is JSON but no envelope of Cloudflare's (HTTP 200, cf-ray ${ray}): "[]". ${NOT_KNOWN}`,
    ],
    [
      'no word of success',
      {},
      (ray) =>
        `Could not ${ASKED}: the answer has no "success" and names no error (HTTP 200, cf-ray ${ray}). ${NOT_KNOWN}`,
    ],
    [
      'success and an error',
      { success: true, errors: ['odd'], result: CONNECTOR },
      (ray) => `Could not ${ASKED}: Cloudflare error "odd" (HTTP 200, cf-ray ${ray}). ${NOT_KNOWN}`,
    ],
    [
      'no connector',
      { success: true, result: 'done' },
      () =>
        `Cloudflare was asked to ${ASKED}, and answered with something that is no connector: it is "done", not Object.`,
    ],
    [
      'two connectors',
      { success: true, result: [CONNECTOR, CONNECTOR] },
      () => `Cloudflare was asked to ${ASKED}, and answered with 2 connectors instead of one.`,
    ],
    [
      'another connector',
      { success: true, result: { ...CONNECTOR, id: 'other' } },
      () =>
        `Cloudflare was asked to ${ASKED}, and answered with connector "other". Look at connector ${ID} in the dashboard: what it is now is not known.`,
    ],
  ])('%s', async (_, body, error) => {
    simulator.fault({ method: 'PATCH', respond: { status: 200, body } });
    const { exitCode, errors, outputs } = await run({ mode: 'reconcile' });
    expect(errors).toEqual([error(simulator.requestsTo('PATCH')[0]?.responseHeaders?.['cf-ray'])]);
    expect(exitCode).toBe(1);
    expect(outputs).not.toHaveProperty('changed');
  });

  it('but a refusal says that nothing was', async () => {
    simulator.fault({ method: 'PATCH', respond: { status: 200, body: { success: false, errors: ['no'] } } });
    const { errors, outputs } = await run({ mode: 'reconcile' });
    const ray = simulator.requestsTo('PATCH')[0]?.responseHeaders?.['cf-ray'];
    expect(errors).toEqual([
      `Could not ${ASKED}: Cloudflare error "no" (HTTP 200, cf-ray ${ray}). The domain is verified. If SSO is enabled for it in another account, it must be disabled there first.`,
    ]);
    expect(outputs['changed']).toBe('false');
  });

  it('a success without a result, whose reading back fails', async () => {
    simulator.fault({ method: 'PATCH', transform: ({ result: _, ...envelope }) => envelope });
    simulator.fault({ method: 'GET', after: 1, respond: { status: 404, body: { success: false, errors: [] } } });
    const { exitCode, errors, outputs } = await run({ mode: 'reconcile' });
    expect([exitCode, errors.length]).toEqual([1, 1]);
    expect(errors[0]).toMatch(
      / Cloudflare accepted to set enabled=true of connector \w+, but what the connector is now is not known\.$/,
    );
    expect(outputs).not.toHaveProperty('changed');
  });
});
