import Cloudflare from 'cloudflare';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { checkExchange, checkRequest, operationOf, operations } from '../simulator/description.ts';
import { listStyles } from '../simulator/listing.ts';
import type { RecordedRequest } from '../simulator/request.ts';
import { type Simulator, type SimulatorOptions, startSimulator } from '../simulator/simulator.ts';

const ID = 'a'.repeat(32);
const LIST = `/client/v4/accounts/${ID}/sso_connectors`;
const HEADERS = { authorization: 'Bearer x', 'content-type': 'application/json' };

/** Where what went over the line is not as described, a line each. */
function problemsOf({ requests }: Simulator): string[] {
  return requests.flatMap((request: RecordedRequest) => {
    if (request.answer === null) return [`${request.method} ${request.path}: no answer`];
    const where = `${request.method} ${request.path} ${request.body} -> ${request.answer.status}`;
    return checkExchange(request, request.answer).map((problem) => `${where}: ${problem}`);
  });
}

/** The operations that had a success, and those that were refused. */
function operationsOf({ requests }: Simulator, success: boolean): Set<string | undefined> {
  return new Set(requests.filter(({ status }) => (status ?? 500) < 400 === success).map(operationOf));
}

function call(simulator: Simulator, method: string, path: string, body?: string, token = simulator.tokens.edit) {
  const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' };
  return fetch(simulator.apiBaseUrl + path, { method, headers, ...(body !== undefined && { body }) });
}

describe('the description', () => {
  it('has the six operations of connectors and the two of tokens', () => {
    expect([...operations].sort()).toEqual([
      'DELETE /accounts/{account_id}/sso_connectors/{sso_connector_id}',
      'GET /accounts/{account_id}/sso_connectors',
      'GET /accounts/{account_id}/sso_connectors/{sso_connector_id}',
      'GET /accounts/{account_id}/tokens/verify',
      'GET /user/tokens/verify',
      'PATCH /accounts/{account_id}/sso_connectors/{sso_connector_id}',
      'POST /accounts/{account_id}/sso_connectors',
      'POST /accounts/{account_id}/sso_connectors/{sso_connector_id}/begin_verification',
    ]);
  });

  it.each([
    ['GET', LIST, '', []],
    ['GET', `${LIST}?page=2`, '', []],
    ['PATCH', `${LIST}/${ID}`, '', []],
    ['PATCH', `${LIST}/${ID}`, '{"enabled":true,"more":1}', []],
    ['PATCH', `${LIST}/${ID}`, '{"enabled":"true"}', ['body/enabled: must be boolean']],
    ['PATCH', `${LIST}/short`, '{}', ['path: must NOT have fewer than 32 characters']],
    ['PATCH', `${LIST}/${ID}`, '[]', ['body: must be object']],
    ['POST', LIST, '{"email_domain":"acme.example"}', []],
    ['POST', LIST, '{}', ["body: must have required property 'email_domain'"]],
    ['POST', LIST, '', ['body: there must be one']],
    ['POST', `${LIST}/${ID}/begin_verification`, '{}', ['body: there must be none']],
    ['PUT', LIST, '', [`no operation PUT ${LIST}`]],
    ['GET', '/user/tokens/verify', '', ['no operation GET /user/tokens/verify']],
  ])('of a request %s %s %s', (method, path, body, problems) => {
    expect(checkRequest({ method, path, body, headers: HEADERS })).toEqual(problems);
  });

  it('of a request has a bearer token, and JSON that is said to be JSON', () => {
    const request = { method: 'PATCH', path: `${LIST}/${ID}`, body: '{}', headers: {} };
    expect(checkRequest(request)).toEqual(['header: no bearer token', 'header: not application/json']);
  });

  const envelope = { success: true, errors: [], messages: [] };
  const connector = { id: ID, email_domain: 'acme.example', enabled: true };
  const failure = { success: false, errors: [{ code: 1001, message: 'no' }], messages: [], result: null };

  it.each([
    ['a connector', 200, { ...envelope, result: connector }, []],
    ['an empty connector', 200, { ...envelope, result: {} }, []],
    ['no result', 200, envelope, []],
    ['a list', 200, { ...envelope, result: [connector] }, ['answer/result: must be object']],
    ['null', 200, { ...envelope, result: null }, ['answer/result: must be object']],
    ['no lists', 200, { success: true }, [expect.stringMatching(/'errors'$/), expect.stringMatching(/'messages'$/)]],
    [
      'a success that is none',
      200,
      { ...failure, result: {} },
      ['answer/success: must be equal to one of the allowed values'],
    ],
    [
      'an unknown status',
      200,
      { ...envelope, result: { ...connector, verification: { status: 'in_review' } } },
      ['answer/result/verification/status: must be equal to one of the allowed values'],
    ],
    [
      'a day',
      200,
      { ...envelope, result: { created_on: '2026-01-01' } },
      ['answer/result/created_on: must match format "date-time"'],
    ],
    [
      'a code below 1000',
      403,
      { ...failure, errors: [{ code: 0, message: 'no' }] },
      ['answer/errors/0/code: must be >= 1000'],
    ],
    ['a refusal', 403, failure, []],
    [
      'a refusal without an error',
      403,
      { ...failure, errors: [] },
      ['answer/errors: must NOT have fewer than 1 items'],
    ],
    [
      'a refusal with a result',
      403,
      { ...failure, result: {} },
      ['answer/result: must be equal to one of the allowed values'],
    ],
    ['text', 200, '<html>', ['answer: must be object']],
    ['a redirect', 302, undefined, ['answer: HTTP 302 is not described']],
    ['an outage', 502, failure, ['answer: HTTP 502 is not described']],
  ])('of an answer: %s', (_, status, body, problems) => {
    const request = { method: 'GET', path: `${LIST}/${ID}`, body: '', headers: HEADERS };
    const found = checkExchange(request, { status, body });
    expect(new Set(found)).toEqual(new Set(problems));
  });

  it('of an exchange holds an accepted request to it, and not a refused one', () => {
    const request = { method: 'PATCH', path: `${LIST}/${ID}`, body: '{"enabled":1}', headers: HEADERS };
    expect(checkExchange(request, { status: 200, body: envelope })).toEqual(['request: body/enabled: must be boolean']);
    expect(checkExchange(request, { status: 400, body: failure })).toEqual([]);
  });
});

describe('the simulator', () => {
  it("is as described when the vendor's SDK uses it, every operation with success and refused", async () => {
    await using simulator = await startSimulator();
    const account = { account_id: simulator.accountId };
    const client = (apiToken: string) => new Cloudflare({ apiToken, baseURL: simulator.apiBaseUrl, maxRetries: 0 });
    const { sso } = client(simulator.tokens.edit).iam;
    const created = await sso.create({ ...account, email_domain: 'acme.example' });
    const id = created.id ?? '';
    simulator.publishTxt('acme.example');
    await sso.get(id, account);
    await sso.update(id, { ...account, enabled: true });
    await sso.beginVerification(id, account);
    await sso.list(account);
    await sso.delete(id, account);
    await client(simulator.tokens.user).user.tokens.verify();
    await client(simulator.tokens.account).accounts.tokens.verify(account);
    expect([...operationsOf(simulator, true)].sort()).toEqual([...operations].sort());

    const refused = client(simulator.tokens.none);
    const attempts = [
      refused.iam.sso.create({ ...account, email_domain: 'acme.example' }),
      refused.iam.sso.get(id, account),
      refused.iam.sso.update(id, account),
      refused.iam.sso.beginVerification(id, account),
      refused.iam.sso.list(account),
      refused.iam.sso.delete(id, account),
      client(simulator.tokens.account).user.tokens.verify(),
      refused.accounts.tokens.verify(account),
    ];
    const ends = await Promise.allSettled(attempts);
    expect(new Set(ends.map(({ status }) => status))).toEqual(new Set(['rejected']));
    expect([...operationsOf(simulator, false)].sort()).toEqual([...operations].sort());
    expect(problemsOf(simulator)).toEqual([]);
  });

  it.each(listStyles)('is as described with a list of the style %s', async (listStyle) => {
    await using simulator = await startSimulator({ listStyle, listPageSize: 2 });
    for (let n = 0; n < 3; n++) simulator.addConnector();
    for (const query of ['', '?page=2', '?page=9']) {
      await call(simulator, 'GET', `/accounts/${simulator.accountId}/sso_connectors${query}`);
    }
    expect(problemsOf(simulator)).toEqual([]);
  });

  const options: fc.Arbitrary<SimulatorOptions> = fc.record({
    hideVerification: fc.boolean(),
    refuseBeginWhilePending: fc.boolean(),
    deleteAnswersNull: fc.boolean(),
    verifyAfterLooks: fc.integer({ min: 1, max: 4 }),
  });
  const fields = fc.dictionary(
    fc.constantFrom('enabled', 'use_fedramp_language', 'begin_verification', 'email_domain', 'more', '__proto__'),
    fc.constantFrom<unknown>(true, false, null, 'true', 1, 'acme.example', 'acme.edu', 'gmail.com', ['a'], {}),
  );
  const request = fc.record({
    method: fc.constantFrom('GET', 'GET', 'PATCH', 'PATCH', 'POST', 'POST', 'DELETE', 'PUT'),
    path: fc.constantFrom(
      '/LIST',
      '/LIST/ID',
      '/LIST/ID',
      '/LIST/ID/begin_verification',
      '/LIST/none',
      '/user/tokens/verify',
      '/x',
      '/ACCOUNT/tokens/verify',
    ),
    body: fc.oneof(
      { weight: 8, arbitrary: fields.map((value) => JSON.stringify(value)) },
      fc.constantFrom(undefined, '', '[]', '{', 'null'),
    ),
    token: fc.constantFrom<keyof Simulator['tokens'] | 'unknown'>(
      'edit',
      'edit',
      'edit',
      'read',
      'none',
      'user',
      'account',
      'unknown',
    ),
  });

  it('is as described whatever it is asked, in whatever order', async () => {
    await fc.assert(
      fc.asyncProperty(options, fc.array(request, { minLength: 1, maxLength: 12 }), async (rules, requests) => {
        await using simulator = await startSimulator(rules);
        for (const status of ['awaiting', 'verified']) simulator.addConnector({ verification: { status } });
        simulator.addConnector({ email_domain: 'acme.example', verification: null });
        for (const [n, { method, path, body, token }] of requests.entries()) {
          const all = simulator.connectors;
          const place = path
            .replace('LIST', `accounts/${simulator.accountId}/sso_connectors`)
            .replace('ACCOUNT', `accounts/${simulator.accountId}`)
            .replace('ID', all[n % Math.max(all.length, 1)]?.id ?? ID);
          // Neither a GET nor a DELETE has a body, and beginning has none either.
          const sent =
            method === 'GET' || method === 'DELETE' || path.endsWith('begin_verification') ? undefined : body;
          await call(simulator, method, place, sent, token === 'unknown' ? 'x'.repeat(40) : simulator.tokens[token]);
        }
        expect(problemsOf(simulator)).toEqual([]);
      }),
      { numRuns: 30 },
    );
  });
});
