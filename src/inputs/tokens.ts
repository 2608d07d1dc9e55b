import { strip } from './invisible.ts';
import type { Wrong } from './problem.ts';

/** Tokens have 40 characters and more; a short one would be found within words. */
export const LEAST_LENGTH = 16;

/** The variables that have tokens, and what these are for people. */
export const SECRETS: ReadonlyMap<string, string> = new Map([
  ['INPUT_API_TOKEN', 'the API token'],
  ['CLOUDFLARE_API_TOKEN', 'the API token'],
  ['INPUT_GITHUB_TOKEN', 'the GitHub token'],
]);

/**
 * What is known for a token by its prefix, whatever secret it is from, and what has it of right.
 * https://developers.cloudflare.com/fundamentals/api/get-started/token-formats/
 * https://docs.github.com/en/authentication/keeping-your-account-and-data-secure/about-authentication-to-github#githubs-token-formats
 */
const PREFIXED = [
  { pattern: /cf(?:ut|at|k)_\w{16}/i, token: 'a Cloudflare token', owner: 'the API token' },
  { pattern: /(?:gh[oprsu]|github_pat)_\w{16}/i, token: 'a GitHub token', owner: 'the GitHub token' },
];

/** What may stand before and behind a token that was pasted with too much. */
const AROUND = /^(?:Bearer\s+|\w+=)?["'`]?|["'`]$/gi;

/** Stands for a value that has a token in it, so that no report shows it and no request has it in its path. */
export const STARS = '***';

/** Says of a text, or of the value of a variable, that a token is in it that does not belong there, in whatever case. */
export type FindToken = (text: string, variable?: string) => Wrong | undefined;

/** Returns a function that finds the tokens of this environment. */
export function tokenFinder(env: NodeJS.ProcessEnv): FindToken {
  const tokens = [...SECRETS, ['CF_API_TOKEN', 'the API token'] as const]
    .map(([variable, token]) => ({ token, value: strip(env[variable] ?? '').replace(AROUND, '') }))
    .concat({ token: 'the API token', value: swappedToken(env) })
    .filter(({ value }) => value.length >= LEAST_LENGTH);
  return (text, variable = '') => {
    // No token, and most inputs are so short.
    if (text.length < LEAST_LENGTH) return undefined;
    const [lower, own] = [text.toLowerCase(), SECRETS.get(variable)];
    const found = tokens.find(({ token, value }) => token !== own && lower.includes(value.toLowerCase()));
    if (found) return wrongWith(found.token, 'each of the two');
    const other = PREFIXED.find(({ pattern, owner }) => owner !== own && pattern.test(text));
    return other && wrongWith(other.token, 'it');
  };
}

function wrongWith(token: string, which: string): Wrong {
  return { must: `must not contain ${token}`, action: `Check which secret ${which} is set to.` };
}

/** The token that was given as the account if the token given has the form of an account's id; else empty. */
function swappedToken(env: NodeJS.ProcessEnv): string {
  const given = (name: string) => strip(env[`INPUT_${name}`] || env[`CLOUDFLARE_${name}`] || '');
  const account = given('ACCOUNT_ID');
  return /^[\da-f]{32}$/i.test(given('API_TOKEN')) && account.length >= 40 ? account : '';
}
