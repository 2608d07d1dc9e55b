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
 * What is known for a token by its prefix, whatever secret it is from, and whose it is. Names of secrets, in which a
 * word is shorter, are none.
 * https://developers.cloudflare.com/fundamentals/api/get-started/token-formats/
 * https://docs.github.com/en/authentication/keeping-your-account-and-data-secure/about-authentication-to-github#githubs-token-formats
 */
const OF_CLOUDFLARE = /(?<![A-Za-z\d])cf(?:ut|at|k)_[A-Za-z\d]{16}/;
const OF_GITHUB = /(?<![A-Za-z\d])(?:gh[oprsu]|github_pat)_[A-Za-z\d]{16}/;
const PREFIXED = [
  { pattern: OF_CLOUDFLARE, token: 'a Cloudflare token', owner: 'the API token' },
  { pattern: OF_GITHUB, token: 'a GitHub token', owner: 'the GitHub token' },
];

/** Of a word in a text that has more in it than a token, such as `NAME=`, JSON or quotes: few names are as long. */
const LEAST_IN_A_WORD = 30;

/** An id of Cloudflare's, which may well be among the secrets too. */
const ID = /^[\da-f]{32}$/i;

/** Without a prefix, tokens have 40 characters, and global keys 37. Ids have 32, and UUIDs 36. */
const LONGER_THAN_IDS = 37;

/** Stands for a value that has a token in it, so that no report shows it and no request has it in its path. */
export const STARS = '***';

/** Says of a text, or of the value of a variable, that a token is in it that does not belong there, in whatever case. */
export type FindToken = (text: string, variable?: string) => Wrong | undefined;

/** Returns a function that finds the tokens of this environment. */
export function tokenFinder(env: NodeJS.ProcessEnv): FindToken {
  const tokens = [...SECRETS, ['CF_API_TOKEN', 'the API token'] as const]
    .map(([variable, token]) => ({ token, text: strip(env[variable] ?? '') }))
    .flatMap(({ token, text }) => [text, ...longWords(text)].map((value) => ({ token, value })))
    .concat(swappedTokens(env).map((value) => ({ token: 'the API token', value })))
    .filter(({ value }) => value.length >= LEAST_LENGTH);
  return (text, variable = '') => {
    // No token, and most inputs are so short.
    if (text.length < LEAST_LENGTH) return undefined;
    const [lower, own] = [text.toLowerCase(), SECRETS.get(variable)];
    const prefixed = PREFIXED.find(({ pattern }) => pattern.test(text));
    if (prefixed) return prefixed.owner === own ? undefined : wrongWith(prefixed.token, 'it');
    const found = tokens.find(({ token, value }) => token !== own && lower.includes(value.toLowerCase()));
    return found && wrongWith(found.token, 'each of the two');
  };
}

function longWords(text: string): string[] {
  return text.split(/[^\w-]/).filter((word) => word.length >= LEAST_IN_A_WORD && !ID.test(word));
}

function wrongWith(token: string, which: string): Wrong {
  return { must: `must not contain ${token}`, action: `Check which secret ${which} is set to.` };
}

/** What is probably the API token in a wrong place, since in its own is nothing, an id, or a token of GitHub's. */
function swappedTokens(env: NodeJS.ProcessEnv): string[] {
  const given = (name: string) => strip(env[`INPUT_${name}`] || env[`CLOUDFLARE_${name}`] || '');
  const [token, github] = [given('API_TOKEN'), given('GITHUB_TOKEN')];
  if (OF_GITHUB.test(token)) return OF_GITHUB.test(github) ? [] : [github];
  if (token !== '' && !ID.test(token.replaceAll(/["'`]/g, ''))) return [];
  return [given('ACCOUNT_ID'), given('SSO_CONNECTOR_ID')].filter((text) => text.length >= LONGER_THAN_IDS);
}
