import { expect, it, test } from 'vitest';
import { tokenFinder } from '../../src/inputs/misplaced-tokens.ts';

const TOKEN = 'Bqp4kTHiQWig_seQflW9A3UGITRcuAGe4WrY0wVf';
const PLAIN = TOKEN.slice(0, 16);
const ACCOUNT = '0123456789abcdef'.repeat(2);
const API = 'must not contain the API token';
const GITHUB = 'must not contain the GitHub token';

const find = (env: NodeJS.ProcessEnv, text: string, variable?: string) => tokenFinder(env)(text, variable);

test.each<[string, NodeJS.ProcessEnv, string, string | undefined]>([
  ['of api_token', { INPUT_API_TOKEN: TOKEN }, `x${TOKEN}x`, API],
  ['of api_token in another case', { INPUT_API_TOKEN: TOKEN }, TOKEN.toUpperCase(), API],
  ['of CLOUDFLARE_API_TOKEN', { CLOUDFLARE_API_TOKEN: TOKEN }, TOKEN, API],
  ['of CF_API_TOKEN', { CF_API_TOKEN: TOKEN }, TOKEN, API],
  ['of github_token', { INPUT_GITHUB_TOKEN: TOKEN }, TOKEN, GITHUB],
  ['of 16 characters', { INPUT_API_TOKEN: PLAIN }, PLAIN, API],
  ['of 15 characters', { INPUT_API_TOKEN: PLAIN.slice(1) }, PLAIN, undefined],
  ['with white space around it', { INPUT_API_TOKEN: ` ${PLAIN}\n` }, PLAIN, API],
  ['with signs inside', { INPUT_API_TOKEN: 'a.b.c.d.e.f.g.h.i' }, 'a.b.c.d.e.f.g.h.i', API],
  ['with Bearer before it', { INPUT_API_TOKEN: `bearer ${TOKEN}` }, TOKEN, API],
  ['with NAME= before it', { INPUT_API_TOKEN: `CLOUDFLARE_API_TOKEN=${TOKEN}` }, TOKEN, API],
  ['in quotes', { INPUT_API_TOKEN: `"${TOKEN}"` }, TOKEN, API],
  ['in JSON', { INPUT_API_TOKEN: `{"a":"b","token":"${TOKEN}"}` }, TOKEN, API],
  ['behind another, on a line of its own', { INPUT_API_TOKEN: `${ACCOUNT}\n${TOKEN}` }, TOKEN, API],
  ['of a word of 30 characters', { INPUT_API_TOKEN: `"${TOKEN.slice(0, 30)}"` }, TOKEN, API],
  ['of a word of 29 characters', { INPUT_API_TOKEN: `"${TOKEN.slice(0, 29)}"` }, TOKEN, undefined],
  ['in JSON beside an id', { INPUT_API_TOKEN: `{"id":"${ACCOUNT}","token":"${TOKEN}"}` }, ACCOUNT, undefined],
  ['of no variable', {}, 'Stryker was here!', undefined],
])('a token %s', (_, env, text, must) => {
  expect(find(env, text)?.must).toBe(must);
  expect(find(env, text)?.action).toBe(must && 'Check which secret each of the two is set to.');
});

const [GHP, GHS] = ['ghp_0123456789abcDEF', 'ghs_0123456789abcDEF'];
const KEY = TOKEN.slice(0, 37);
test.each<[string, NodeJS.ProcessEnv, string, string | undefined]>([
  ['as the account', { INPUT_API_TOKEN: ACCOUNT, INPUT_ACCOUNT_ID: TOKEN }, TOKEN, API],
  ['as the account, by variables', { CLOUDFLARE_API_TOKEN: ACCOUNT, CLOUDFLARE_ACCOUNT_ID: TOKEN }, TOKEN, API],
  [
    'as the account, of which the id is in quotes',
    { INPUT_API_TOKEN: `'${ACCOUNT}'`, INPUT_ACCOUNT_ID: KEY },
    KEY,
    API,
  ],
  ['as the account, and no token', { INPUT_ACCOUNT_ID: KEY }, KEY, API],
  ['as the connector', { INPUT_API_TOKEN: ACCOUNT, INPUT_SSO_CONNECTOR_ID: KEY }, KEY, API],
  ['nowhere: an account of 36 characters', { INPUT_ACCOUNT_ID: KEY.slice(1) }, KEY.slice(1), undefined],
  ['nowhere: a token of 33', { INPUT_API_TOKEN: `${ACCOUNT}0`, INPUT_ACCOUNT_ID: TOKEN }, TOKEN, undefined],
  [
    'nowhere: a token that ends as an id',
    { INPUT_API_TOKEN: `g${ACCOUNT}`, INPUT_ACCOUNT_ID: TOKEN },
    TOKEN,
    undefined,
  ],
  ['nowhere: two tokens of GitHub', { INPUT_API_TOKEN: GHP, INPUT_GITHUB_TOKEN: GHS }, `x.ghs.${TOKEN}`, undefined],
])('the API token given %s', (_, env, text, must) => {
  expect(find(env, text)?.must).toBe(must);
});

it('is the API token that is given for GitHub if a token of GitHub is given for it', () => {
  const swapped = { INPUT_API_TOKEN: GHP, INPUT_GITHUB_TOKEN: TOKEN };
  expect(find(swapped, TOKEN, 'INPUT_GITHUB_TOKEN')?.must).toBe(API);
});

it('is not found in its own variable', () => {
  const env = { INPUT_API_TOKEN: TOKEN, CLOUDFLARE_API_TOKEN: TOKEN, INPUT_GITHUB_TOKEN: PLAIN };
  expect(find(env, TOKEN, 'CLOUDFLARE_API_TOKEN')?.must).toBe(GITHUB);
  expect(find(env, PLAIN, 'INPUT_GITHUB_TOKEN')).toBeUndefined();
  expect(find(env, TOKEN, 'INPUT_GITHUB_TOKEN')?.must).toBe(API);
});

test.each(['cfut_', 'cfat_', 'cfk_', 'gho_', 'ghp_', 'ghr_', 'ghs_', 'ghu_', 'github_pat_'])(
  'a token that begins with %s is known for one, whatever is in the variables',
  (prefix) => {
    const [must, own, other] = prefix.startsWith('g')
      ? ['must not contain a GitHub token', 'INPUT_GITHUB_TOKEN', 'INPUT_API_TOKEN']
      : ['must not contain a Cloudflare token', 'INPUT_API_TOKEN', 'INPUT_GITHUB_TOKEN'];
    const token = `${prefix}0123456789abcDEF`;
    for (const env of [{}, { [own]: token, [other]: token }]) {
      expect(find(env, `x_${token}`)).toEqual({ must, action: 'Check which secret it is set to.' });
      expect(find(env, token, other)?.must).toBe(must);
      expect(find(env, token, own)).toBeUndefined();
    }
    expect(find({}, `${token.slice(0, -1)} and more`)).toBeUndefined();
    expect(find({}, `lau${token}`)).toBeUndefined();
    expect(find({}, `${prefix}sso_connector_of_production`)).toBeUndefined();
    expect(find({}, `secrets.${prefix.toUpperCase()}SSOCONNECTOROFPRODUCTION`)).toBeUndefined();
  },
);
