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

/** That a token is within the value of a variable, or in a text, where it does not belong, in whatever case. */
export function findToken(env: NodeJS.ProcessEnv, text: string, variable = ''): Wrong | undefined {
  const lower = text.toLowerCase();
  for (const [name, token] of SECRETS) {
    const value = strip(env[name] ?? '').replace(/^Bearer\s+/i, '');
    const isOther = token !== SECRETS.get(variable) && value.length >= LEAST_LENGTH;
    if (isOther && lower.includes(value.toLowerCase())) {
      return { must: `must not contain ${token}`, action: 'Check which secret each of the two is set to.' };
    }
  }
  return undefined;
}
