import Cloudflare from 'cloudflare';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Simulator, startSimulator } from '../simulator/simulator.ts';
import type { Token } from '../simulator/tokens.ts';

// The vendor's own SDK asks.
let simulator: Simulator;

beforeEach(async () => {
  simulator = await startSimulator();
});
afterEach(() => simulator.close());

type TokenName = keyof Simulator['tokens'];

function client(token: TokenName) {
  return new Cloudflare({ apiToken: simulator.tokens[token], baseURL: simulator.apiBaseUrl, maxRetries: 0 });
}

const ofUser = (token: TokenName) => client(token).user.tokens.verify();
const ofAccount = (token: TokenName, account_id = simulator.accountId) =>
  client(token).accounts.tokens.verify({ account_id });
const list = (token: TokenName) => client(token).iam.sso.list({ account_id: simulator.accountId });

const ID = expect.stringMatching(/^[0-9a-f]{32}$/);
const INVALID = { status: 401, errors: [{ code: 1000, message: 'Invalid API Token' }] };
const PAST = '2020-01-01T00:00:00Z';
const FUTURE = '2999-01-01T00:00:00Z';

describe('a token', () => {
  it('is of the new form for a user and for the account, and of the old form otherwise', () => {
    const { user, account, ...old } = simulator.tokens;
    expect(user).toMatch(/^cfut_[\w-]{48}$/);
    expect(account).toMatch(/^cfat_[\w-]{48}$/);
    for (const token of Object.values(old)) expect(token).toMatch(/^[\w-]{40}$/);
  });

  it.each<TokenName>(['edit', 'read', 'none', 'user'])('"%s" is verified as one of a user', async (token) => {
    expect(await ofUser(token)).toEqual({ id: ID, status: 'active' });
    await expect(ofAccount(token)).rejects.toMatchObject(INVALID);
  });

  it('"account" is verified as one of its account alone', async () => {
    expect(await ofAccount('account')).toEqual({ id: ID, status: 'active' });
    await expect(ofUser('account')).rejects.toMatchObject(INVALID);
    await expect(ofAccount('account', simulator.otherAccountId)).rejects.toMatchObject(INVALID);
  });

  it('that is unknown is not verified', async () => {
    const unknown = new Cloudflare({ apiToken: 'x'.repeat(40), baseURL: simulator.apiBaseUrl, maxRetries: 0 });
    await expect(unknown.user.tokens.verify()).rejects.toMatchObject(INVALID);
  });

  it('says from when and until when it is good', async () => {
    simulator.setToken(simulator.tokens.account, { not_before: PAST, expires_on: FUTURE });
    expect(await ofAccount('account')).toEqual({ id: ID, status: 'active', not_before: PAST, expires_on: FUTURE });
  });

  it('has a success whose message has code 10000', async () => {
    const headers = { authorization: `Bearer ${simulator.tokens.user}` };
    const answer = await fetch(`${simulator.apiBaseUrl}/user/tokens/verify`, { headers });
    expect(await answer.json()).toMatchObject({
      success: true,
      messages: [{ code: 10000, message: 'This API Token is valid and active' }],
    });
  });

  it.each<[string, Partial<Token>, string | undefined, object]>([
    ['expired', { expires_on: PAST }, 'expired', { status: 401, errors: [{ code: 10000 }] }],
    ['said to be expired', { status: 'expired' }, 'expired', { status: 401, errors: [{ code: 10000 }] }],
    ['disabled', { status: 'disabled' }, 'disabled', { status: 403, errors: [{ code: 9109 }] }],
    ['not yet good', { not_before: FUTURE }, 'active', { status: 401, errors: [{ code: 10000 }] }],
    [
      'filtered by its IP address',
      { refusedLocation: '203.0.113.7' },
      undefined,
      { status: 403, errors: [{ code: 9109, message: 'Cannot use the access token from location: 203.0.113.7' }] },
    ],
  ])('that is %s is refused, and verified as such', async (_, fields, status, refusal) => {
    simulator.setToken(simulator.tokens.user, fields);
    await expect(list('user')).rejects.toMatchObject(refusal);
    if (status === undefined) await expect(ofUser('user')).rejects.toMatchObject(refusal);
    else expect(await ofUser('user')).toMatchObject({ status });
  });

  it.each<TokenName>(['user', 'account'])('"%s" may all', async (token) => {
    const { id } = simulator.addConnector();
    expect((await list(token)).result).toHaveLength(1);
    const params = { account_id: simulator.accountId, enabled: true };
    expect(await client(token).iam.sso.update(id, params)).toMatchObject({ enabled: true });
  });

  it.each(['n'.repeat(40), 'My API Token'])('can be made: "%s"', async (token) => {
    simulator.setToken(token, { accountId: simulator.accountId, permissions: ['read'] });
    const made = new Cloudflare({ apiToken: token, baseURL: simulator.apiBaseUrl, maxRetries: 0 });
    expect((await made.iam.sso.list({ account_id: simulator.accountId })).result).toEqual([]);
  });
});
