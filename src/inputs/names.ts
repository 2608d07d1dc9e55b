import { distance } from 'fastest-levenshtein';

/** The inputs of action.yml (a test holds the two together). */
export const INPUTS = [
  'api_token',
  'account_id',
  'sso_connector_id',
  'email_domain',
  'connectors',
  'mode',
  'enabled',
  'use_fedramp_language',
  'require_verified',
  'begin_verification',
  'wait_for_verification',
  'poll_interval',
  'request_timeout',
  'max_retries',
  'api_base_url',
  'report_issue',
  'github_token',
] as const;
export type InputName = (typeof INPUTS)[number];

/**
 * The inputs that the runner passed on though action.yml does not declare them, in lower case.
 * The runner only warns of them: https://github.com/actions/runner/blob/main/src/Runner.Worker/ActionRunner.cs
 */
export function findUndeclared(env: NodeJS.ProcessEnv): string[] {
  const declared: readonly string[] = INPUTS;
  return Object.keys(env)
    .filter((name) => name.toUpperCase().startsWith('INPUT_'))
    .map((name) => name.slice('INPUT_'.length).toLowerCase())
    .filter((name) => name !== '' && !declared.includes(name));
}

/**
 * The names that a misspelt one may stand for, the nearest first: those that share words with it, as
 * `require_verification` does with `require_verified`, and those within two letters (three, for names of more than
 * seven). Empty where it resembles none.
 */
function findResembling<T extends string>(misspelt: string, names: readonly T[]): T[] {
  const given = words(misspelt);
  const letters = given.join('');
  const limit = letters.length > 7 ? 3 : 2;
  return names
    .map((name) => ({ name, away: distance(letters, name.replaceAll('_', '')), shared: countShared(given, name) }))
    .filter(({ away, shared }) => (away <= limit && away < letters.length / 2) || shared > 0)
    .sort((one, other) => other.shared - one.shared || one.away - other.away)
    .map(({ name }) => name);
}

/** A question to put behind an unknown name: ` Did you mean email_domain?`, or nothing. */
export function didYouMean(misspelt: string, names: readonly string[]): string {
  const [nearest] = findResembling(misspelt, names);
  return nearest ? ` Did you mean ${nearest}?` : '';
}

function words(name: string): string[] {
  return name
    .toLowerCase()
    .split(/[^a-z0-9]+/)
    .filter((word) => word !== '');
}

/** How many of the words a name has. Words of up to four letters alone are not enough, unless it has all there are. */
function countShared(given: readonly string[], name: string): number {
  const own = name.split('_');
  const shared = given.filter((word) => own.some((other) => isAkin(word, other)));
  return shared.length === given.length || shared.some((word) => word.length > 4) ? shared.length : 0;
}

/** Whether two words begin with the same stem, of 4 letters and two thirds of the shorter: `verify` and `verified`. */
function isAkin(one: string, other: string): boolean {
  if (one === other) return true;
  const shorter = Math.min(one.length, other.length);
  const stem = Math.max(4, Math.ceil((shorter * 2) / 3));
  return stem <= shorter && one.slice(0, stem) === other.slice(0, stem);
}
