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
 * The names that a misspelt one may stand for, the nearest first: those within two letters (three, for names of more
 * than nine), and those that have all of its words, as `domain` for `email_domain`. Empty where it resembles none.
 */
export function findResembling<T extends string>(misspelt: string, names: readonly T[]): T[] {
  const given = words(misspelt);
  const letters = given.join('');
  const limit = letters.length > 9 ? 3 : 2;
  return names
    .map((name) => ({ name, away: distance(letters, name.replaceAll('_', '')) }))
    .filter(({ name, away }) => (away <= limit && away < letters.length / 2) || hasAll(name, given))
    .sort((one, other) => one.away - other.away)
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

function hasAll(name: string, given: readonly string[]): boolean {
  const own = name.split('_');
  return given.length > 0 && given.every((word) => own.includes(word));
}
