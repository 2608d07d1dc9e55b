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

/** Stands for a value that has a token in it, so that no report shows it and no request has it in its path. */
export const STARS = '***';

/** Says of a text, or of the value of a variable, that a token is in it that does not belong there, in whatever case. */
export type FindToken = (text: string, variable?: string) => Wrong | undefined;

/** Returns a function that finds the tokens of this environment. */
export function tokenFinder(env: NodeJS.ProcessEnv): FindToken {
  const tokens = [...SECRETS]
    .map(([variable, token]) => ({ token, value: strip(env[variable] ?? '').replace(/^Bearer\s+/i, '') }))
    .filter(({ value }) => value.length >= LEAST_LENGTH);
  return (text, variable = '') => {
    if (text.length < LEAST_LENGTH) return undefined;
    const lower = text.toLowerCase();
    const isIn = (value: string) => lower.includes(value.toLowerCase());
    const found = tokens.find(({ token, value }) => token !== SECRETS.get(variable) && isIn(value));
    return (
      found && { must: `must not contain ${found.token}`, action: 'Check which secret each of the two is set to.' }
    );
  };
}
