import { distance } from 'fastest-levenshtein';

/** The inputs of action.yml, in its order (a test holds the two together). */
export const INPUTS = [
  'api_token',
  'account_id',
  'sso_connector_id',
  'email_domain',
  'connectors',
  'connectors_file',
  'mode',
  'enabled',
  'use_fedramp_language',
  'require_verified',
  'begin_verification',
  'wait_for_verification',
  'poll_interval',
  'unlisted',
  'token_expiry_warning',
  'request_timeout',
  'max_retries',
  'api_base_url',
  'report_issue',
  'issue_key',
  'github_token',
] as const;
export type InputName = (typeof INPUTS)[number];

/** The inputs of a single connector, which are the keys of an entry of a list. */
export const KEYS = ['sso_connector_id', 'email_domain', 'enabled', 'use_fedramp_language'] as const;

/** Names that are not there but have a plain meaning, and what to use for them. */
const MEANINGS: ReadonlyMap<string, string> = new Map([
  ...['dry_run', 'dryrun', 'plan', 'check', 'check_only', 'simulate', 'confirm', 'preview'].map(useFor('mode: plan')),
  ...['disable', 'enable', 'disabled', 'active', 'state', 'status', 'enforce', 'sso'].map(
    useFor('enabled: true or false'),
  ),
  ...['apply', 'sync'].map(useFor('mode: reconcile')),
]);

function useFor(instead: string): (name: string) => [string, string] {
  return (name) => [name, `Use ${instead}.`];
}

/**
 * What to use for a name that is none of these: the same in another spelling, what it plainly means, or the nearest
 * one if at most half of it differs.
 */
export function hintFor(given: string, names: readonly string[]): string | undefined {
  const name = given.toLowerCase().replace(/[^a-z0-9]+/g, '_');
  const meaning = names.includes(name) ? undefined : MEANINGS.get(name);
  if (meaning !== undefined) return meaning;
  const [nearest] = names
    .map((other) => ({ other, differs: distance(name, other) / Math.max(name.length, other.length) }))
    .sort((one, other) => one.differs - other.differs);
  return nearest && nearest.differs <= 0.5 ? `Did you mean ${nearest.other}?` : undefined;
}

/**
 * The `INPUT_*` variables, in any case, of inputs that action.yml does not declare. The runner only warns of them, and
 * passes on any variable of that name: https://github.com/actions/runner/blob/main/src/Runner.Worker/ActionRunner.cs
 */
export function findUndeclared(env: NodeJS.ProcessEnv): string[] {
  const declared: readonly string[] = INPUTS;
  return Object.keys(env).filter((variable) => {
    const [, name] = /^INPUT_(.+)$/is.exec(variable) ?? [];
    return name !== undefined && !declared.includes(name.toLowerCase());
  });
}
