import { describe, expect, it } from 'vitest';
import type { Answer } from '../../src/cloudflare/answer.ts';
import { readEntry } from '../../src/cloudflare/api-errors.ts';
import type { Call } from '../../src/cloudflare/call.ts';
import { interpret } from '../../src/cloudflare/hints.ts';
import { TokenUse } from '../../src/cloudflare/token-use.ts';
import { runQuick } from '../kit/quick-run.ts';
import { startSimulator } from '../simulator/simulator.ts';

const ID = '0123456789abcdef0123456789abcdef';
const url = new URL('https://api.cloudflare.example/x');
const reading: Call = { method: 'GET', url, asked: 'read it', connectorId: 'id' };
const listing: Call = { method: 'GET', url, asked: 'list them' };
const writing: Call = { method: 'PATCH', url, asked: 'set it', connectorId: 'id' };
const readingOther: Call = { ...reading, connectorId: 'other' };
const writingOther: Call = { ...writing, connectorId: 'other' };

/** What an error means for a request, after others that the token was accepted for. */
function meaning(status: number, entry: unknown, call = reading, ...accepted: Call[]) {
  const answer: Answer = { status, headers: {}, body: new Uint8Array() };
  const use = new TokenUse();
  for (const one of accepted) use.accept(one);
  const { kind, problem, action } = interpret(readEntry(entry), answer, { call, use, now: 0 });
  return [kind, problem, action];
}

const INVALID = 'The token may have expired or been revoked. Create a new one and update the secret.';
const NOT_A_TOKEN =
  'The secret is not an API token. It may be a global API key, be in quotes, or be incomplete. Create an API token and put that alone into the secret.';
const NO_TOKEN =
  'The token did not arrive as it should. Check api_base_url and any gateway on the way, and that the secret contains only the token.';
const LOCATION =
  "The token's client IP address filter leaves this runner out. Change the filter, or use a runner with an address that it has.";
const OTHER_ADDRESS =
  "Cloudflare accepted the token earlier in this run. If this runner has several addresses, the token's client IP address filter needs all of them. The filter may also have changed meanwhile.";
const THERE_BEFORE =
  'It was there earlier in this run: was it deleted meanwhile? Then create it again, or remove it from your workflow.';
const LIMIT = 'Cloudflare allows a user or token 1,200 requests in 5 minutes, then refuses all for 5 minutes.';
const FAULT = "The fault is Cloudflare's own: see https://www.cloudflarestatus.com and run this again later.";
const fourCauses = (permission: string) =>
  `The token may have expired or been revoked, lack the permission ${permission}, be for another account (check account_id), or have a client IP address filter that leaves this runner out.`;
const TO_READ = '"SSO Connector: Read" or "SSO Connector: Edit"';
const TO_WRITE = '"SSO Connector: Edit"';
const ACCEPTED_BEFORE =
  'Cloudflare accepted the token earlier in this run. If it has expired or been revoked meanwhile, create a new one and update the secret.';
const ONLY_READ =
  'The token could read earlier in this run, but probably may not write. Give it the permission "SSO Connector: Edit" on this account, or use a token that has it.';
const SHOWN_BEFORE =
  'The token could do the same earlier in this run. Check whether its permissions have changed meanwhile.';

describe('an error of the token', () => {
  it.each([
    [403, 10000, 'Authentication error', 'token not accepted', fourCauses(TO_READ)],
    [401, 10000, 'Authentication error', 'token not accepted', fourCauses(TO_READ)],
    [400, 10001, 'Unable to authenticate request', 'token not accepted', fourCauses(TO_READ)],
    [200, 10000, 'Authentication error', 'token not accepted', fourCauses(TO_READ)],
    [401, 1234, 'No', 'token not accepted', fourCauses(TO_READ)],
    [401, undefined, 'No', 'token not accepted', fourCauses(TO_READ)],
    [400, 9106, 'Missing X-Auth-Key, X-Auth-Email or Authorization headers', 'token not accepted', NO_TOKEN],
    [403, 9106, 'Authentication failed (status: 400)', 'token not accepted', NO_TOKEN],
    [403, 9109, 'Invalid access token', 'token not accepted', INVALID],
    [400, 9109, '', 'token not accepted', INVALID],
    [403, 9109, 'Cannot use the access token from location: 203.0.113.7', 'token not accepted from here', LOCATION],
    [
      401,
      1000,
      'Invalid API Token',
      'token not accepted',
      `${INVALID} A token that an account owns is for that account alone.`,
    ],
    [400, 6003, 'Invalid request headers', 'token not accepted', NOT_A_TOKEN],
    [400, 6111, 'Invalid format for Authorization header', 'token not accepted', NOT_A_TOKEN],
    [400, 6103, 'Invalid format for X-Auth-Key header', 'token not accepted', NOT_A_TOKEN],
  ])('by HTTP %i, code %s and %j is of kind access: %s', (status, code, message, problem, action) => {
    expect(meaning(status, { code, message })).toEqual(['access', problem, action]);
    expect(meaning(status, { code: code && String(code), message })).toEqual(['access', problem, action]);
  });

  it.each([
    [403, 9109, 'Unauthorized to access requested resource'],
    [403, 9109, 'Unauthorized'],
    [403, 9109, 'unauthorised'],
    [403, 9109, 'Not this resource'],
    [403, 1234, 'You are not authorized'],
    [403, 1234, 'You are not authorised'],
    [403, 1234, 'Authentication error'],
    [403, 1234, 'This token may not'],
    [403, 1234, 'Access denied'],
    [403, 1234, 'Forbidden'],
    [403, 1234, 'You do not have permission to do this'],
    [403, 1234, ''],
    [403, undefined, ''],
  ])('by HTTP %i, code %s and %j is a lack of permission', (status, code, message) => {
    const lacks = (permission: string) =>
      `Give the token the permission ${permission} on this account, and check account_id.`;
    const entry = { code, message, error: undefined };
    if (code === undefined) expect(meaning(status, '')).toEqual(['access', 'no permission', lacks(TO_READ)]);
    else expect(meaning(status, entry)).toEqual(['access', 'no permission', lacks(TO_READ)]);
    if (code !== undefined)
      expect(meaning(status, entry, writing)).toEqual(['access', 'no permission', lacks(TO_WRITE)]);
  });

  it('may be told by its chain', () => {
    const error_chain = [
      { code: 1235, message: 'x' },
      { code: 6111, message: 'Invalid format' },
    ];
    expect(meaning(400, { code: 1234, message: 'No', error_chain })).toEqual([
      'access',
      'token not accepted',
      NOT_A_TOKEN,
    ]);
  });

  const denied = { code: 10000, message: 'Authentication error' };
  it.each<[string, Call, Call[], string, string]>([
    ['a read first of all', reading, [], 'token not accepted', fourCauses(TO_READ)],
    ['a change first of all', writing, [], 'token not accepted', fourCauses(TO_WRITE)],
    ['a read after a read', reading, [listing], 'token not accepted', ACCEPTED_BEFORE],
    ['a change after a change', writing, [writing], 'token not accepted', ACCEPTED_BEFORE],
    ['a read after a change', reading, [writing], 'token not accepted', ACCEPTED_BEFORE],
    ['a change after a read', writing, [reading], 'no permission', ONLY_READ],
    ['a change after both', writing, [reading, writing], 'token not accepted', ACCEPTED_BEFORE],
  ])('says nothing that cannot be true: of %s', (_, call, accepted, problem, action) => {
    expect(meaning(403, denied, call, ...accepted)).toEqual(['access', problem, action]);
  });

  it.each<[number, number, string, string, string]>([
    [401, 1000, 'Invalid API Token', 'token not accepted', ACCEPTED_BEFORE],
    [400, 9106, 'Missing Authorization headers', 'token not accepted', ACCEPTED_BEFORE],
    [400, 6111, 'Invalid format for Authorization header', 'token not accepted', ACCEPTED_BEFORE],
    [
      403,
      9109,
      'Cannot use the access token from location: 203.0.113.7',
      'token not accepted from here',
      OTHER_ADDRESS,
    ],
  ])(
    'says nothing that an earlier success rules out: HTTP %i, code %i and %j',
    (status, code, message, problem, action) => {
      for (const [call, accepted] of [
        [writing, listing],
        [writing, reading],
        [reading, readingOther],
      ] as const) {
        expect(meaning(status, { code, message }, call, accepted)).toEqual(['access', problem, action]);
      }
    },
  );

  const unauthorized = { code: 9109, message: 'Unauthorized to access requested resource' };
  it('says nothing of a permission that the token has shown', () => {
    expect(meaning(403, unauthorized, reading, listing)).toEqual(['access', 'no permission', SHOWN_BEFORE]);
    expect(meaning(403, unauthorized, writing, writingOther)).toEqual(['access', 'no permission', SHOWN_BEFORE]);
  });

  it.each([[unauthorized], [{ code: 1234, message: 'Forbidden' }]])(
    'says nothing of an account that the token could read: %j',
    (entry) => {
      const give = 'Give the token the permission "SSO Connector: Edit" on this account.';
      expect(meaning(403, entry, writing, listing)).toEqual(['access', 'no permission', give]);
    },
  );
});

describe('an error of something else', () => {
  it.each([
    [429, 971, 'Slow down', 'rate_limited', 'rate limit reached', LIMIT],
    [429, 10000, 'Authentication error', 'rate_limited', 'rate limit reached', LIMIT],
    [500, 10000, 'Internal authentication error', 'unavailable', 'Cloudflare failed (HTTP 500)', FAULT],
    [503, 9109, 'Invalid access token', 'unavailable', 'Cloudflare failed (HTTP 503)', FAULT],
    [408, 1234, 'Too slow', 'unavailable', 'no answer in time (HTTP 408)', 'Run this again later.'],
    [405, 10000, 'Method not allowed', 'refused', 'no such route in the API', 'Check api_base_url.'],
    [405, 10001, '', 'refused', 'no such route in the API', 'Check api_base_url.'],
    [404, 7000, 'No route for that URI', 'refused', 'no such route in the API', 'Check api_base_url.'],
    [404, 7001, 'Method not available', 'refused', 'no such route in the API', 'Check api_base_url.'],
    [405, 7001, 'Method not available', 'refused', 'no such route in the API', 'Check api_base_url.'],
    [404, 7003, 'Could not route', 'not_found', 'no connector with this id', 'Check sso_connector_id and account_id.'],
    [400, 7003, 'Could not route', 'not_found', 'no connector with this id', 'Check sso_connector_id and account_id.'],
    [404, 1234, 'Not found', 'not_found', 'no connector with this id', 'Check sso_connector_id and account_id.'],
    [400, 1234, 'No', 'refused', 'Cloudflare refused: No', null],
    [
      403,
      1234,
      'The domain must be verified first',
      'refused',
      'Cloudflare refused: The domain must be verified first',
      null,
    ],
    [400, 1000, 'Invalid value', 'refused', 'Cloudflare refused: Invalid value', null],
    [409, 1234, '', 'refused', 'Cloudflare refused: error 1234', null],
    [400, undefined, 'No', 'refused', 'Cloudflare refused: No', null],
  ])('by HTTP %i, code %s and %j is of kind %s: %s', (status, code, message, kind, problem, action) => {
    expect(meaning(status, { code, message })).toEqual([kind, problem, action]);
  });

  it.each([
    [404, 7003, 'Could not route'],
    [404, 1234, 'Not found'],
  ])('by HTTP %i and code %i is of the account if that was asked for', (status, code, message) => {
    expect(meaning(status, { code, message }, listing)).toEqual(['refused', 'no such account', 'Check account_id.']);
  });

  it('is of no route, though others have arrived', () => {
    expect(meaning(405, { code: 7001, message: 'Method not available' }, writing, reading)).toEqual([
      'refused',
      'no such route in the API',
      'Other requests of this run arrived. Does a proxy or gateway on the way refuse this one?',
    ]);
  });

  const NOT_THERE = { code: 7003, message: 'Could not route' };
  it.each<[string, Call, Call, string]>([
    ['after a read of it', writing, reading, THERE_BEFORE],
    ['after a change of it', reading, writing, THERE_BEFORE],
    ['after a change of another', writing, writingOther, 'Check sso_connector_id.'],
    ['after a read of another', reading, readingOther, 'Check sso_connector_id.'],
    ['after a list, which need not have had it', writing, listing, 'Check sso_connector_id.'],
  ])('is of a connector that is not there: %s', (_, call, accepted, action) => {
    expect(meaning(404, NOT_THERE, call, accepted)).toEqual(['not_found', 'no connector with this id', action]);
  });

  it('is of an account that is not there any more', () => {
    expect(meaning(404, NOT_THERE, listing, reading)).toEqual(['refused', 'not found', THERE_BEFORE]);
  });
});

describe('a connector that goes while the run is under way', () => {
  const respond = { status: 404, body: { success: false, errors: [{ code: 7003, message: 'Could not route' }] } };

  it.each([
    ['its domain', 'reconcile', { email_domain: 'acme.example' }, THERE_BEFORE],
    ['its domain', 'update', { email_domain: 'acme.example' }, THERE_BEFORE],
    ['its id', 'reconcile', { sso_connector_id: ID }, THERE_BEFORE],
    ['its id, not looked at first', 'update', { sso_connector_id: ID }, 'Check sso_connector_id and account_id.'],
  ])('is told so by %s in mode %s', async (_, mode, names, action) => {
    await using simulator = await startSimulator();
    simulator.addConnector({ id: ID, email_domain: 'acme.example', enabled: true });
    simulator.fault({ method: 'PATCH', respond });
    const { failures } = await runQuick(simulator, { mode, ...names, enabled: 'false' });
    expect(failures).toMatchObject([{ kind: 'not_found', action }]);
  });
});

it('an id with the shape of a UUID is told for what it may be', () => {
  const call = { ...reading, connectorId: 'f174e90a-fafe-4643-bbbc-4a0ed4fc8415' };
  expect(meaning(404, { code: 1234, message: 'Not found' }, call)).toEqual([
    'not_found',
    'no connector with this id',
    'Check sso_connector_id and account_id. The id looks like that of an Access application.',
  ]);
});
