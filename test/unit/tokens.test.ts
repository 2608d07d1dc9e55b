import { expect, it, test } from 'vitest';
import { tokenFinder } from '../../src/inputs/tokens.ts';

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
  ['with white space around it', { INPUT_API_TOKEN: ` ${TOKEN}\n` }, TOKEN, API],
  ['with Bearer before it', { INPUT_API_TOKEN: `bearer \t${TOKEN}` }, TOKEN, API],
  ['with NAME= before it', { INPUT_API_TOKEN: `A_1=${TOKEN}` }, TOKEN, API],
  ['with NAME= before it, in quotes', { INPUT_API_TOKEN: `A_1="${TOKEN}"` }, TOKEN, API],
  ['in double quotes', { INPUT_API_TOKEN: `"${TOKEN}"` }, TOKEN, API],
  ['in single quotes', { INPUT_API_TOKEN: `'${TOKEN}'` }, TOKEN, API],
  ['in backticks', { INPUT_API_TOKEN: `\`${TOKEN}\`` }, TOKEN, API],
  ['with a word and = inside, of which a part is elsewhere', { INPUT_API_TOKEN: `${TOKEN} a=b` }, TOKEN, undefined],
  ['with quotes inside, of which a part is elsewhere', { INPUT_API_TOKEN: `${TOKEN}"b` }, `${TOKEN}b`, undefined],
  ['given as the account', { INPUT_API_TOKEN: ACCOUNT, INPUT_ACCOUNT_ID: TOKEN }, TOKEN, API],
  ['given as the account, by variables', { CLOUDFLARE_API_TOKEN: ACCOUNT, CLOUDFLARE_ACCOUNT_ID: TOKEN }, TOKEN, API],
  [
    'of the form of an id, and an account of 39 characters',
    { INPUT_API_TOKEN: ACCOUNT, INPUT_ACCOUNT_ID: TOKEN.slice(1) },
    TOKEN.slice(1),
    undefined,
  ],
  [
    'longer than an id, and a strange account',
    { INPUT_API_TOKEN: `${ACCOUNT}0`, INPUT_ACCOUNT_ID: TOKEN },
    TOKEN,
    undefined,
  ],
  [
    'with an id in it, and a strange account',
    { INPUT_API_TOKEN: `x${ACCOUNT}`, INPUT_ACCOUNT_ID: TOKEN },
    TOKEN,
    undefined,
  ],
  ['of no variable', {}, 'Stryker was here!', undefined],
])('a token %s', (_, env, text, must) => {
  expect(find(env, text)?.must).toBe(must);
  expect(find(env, text)?.action).toBe(must && 'Check which secret each of the two is set to.');
});

it('is not found in its own variable', () => {
  const env = { INPUT_API_TOKEN: TOKEN, CLOUDFLARE_API_TOKEN: TOKEN, INPUT_GITHUB_TOKEN: PLAIN };
  expect(find(env, TOKEN, 'CLOUDFLARE_API_TOKEN')?.must).toBe(GITHUB);
  expect(find(env, PLAIN, 'INPUT_GITHUB_TOKEN')).toBeUndefined();
  expect(find(env, TOKEN, 'INPUT_GITHUB_TOKEN')?.must).toBe(API);
});

test.each(['cfut_', 'cfat_', 'cfk_', 'CFUT_', 'gho_', 'ghp_', 'ghr_', 'ghs_', 'ghu_', 'github_pat_'])(
  'a token that begins with %s is known for one',
  (prefix) => {
    const isGitHub = prefix.startsWith('gh') || prefix.startsWith('github');
    const [must, own, other] = isGitHub
      ? ['must not contain a GitHub token', 'INPUT_GITHUB_TOKEN', 'INPUT_API_TOKEN']
      : ['must not contain a Cloudflare token', 'INPUT_API_TOKEN', 'INPUT_GITHUB_TOKEN'];
    const token = `${prefix}${PLAIN}`;
    expect(find({}, `x ${token}`)).toEqual({ must, action: 'Check which secret it is set to.' });
    expect(find({}, token, other)?.must).toBe(must);
    expect(find({}, token, own)).toBeUndefined();
    expect(find({}, `${token.slice(0, -1)} and more`)).toBeUndefined();
  },
);
