import { distance } from 'fastest-levenshtein';

/** As in action.yml (a test holds the two together). */
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

/** The inputs of a single connector, and the keys of an entry. */
export const KEYS = ['sso_connector_id', 'email_domain', 'enabled', 'use_fedramp_language'] as const;

/** What an entry of a list can have too. */
const IN_ENTRIES = 'enabled: true or false';

/** Unknown names that have a plain meaning. */
const MEANINGS: readonly (readonly [names: RegExp, instead: string])[] = [
  [/^(dry_?run|plan|check|check_only|simulate|confirm|preview)$/, 'mode: plan'],
  [
    /^((sso_?)?(disabled?|enabled?|on|off|active|state|status|enforced?)|(disable|enable|enforce|(switch|turn)_(on|off))(_?sso)?|sso)$/,
    IN_ENTRIES,
  ],
  [/^wait(_?for|_?timeout)?$/, 'wait_for_verification'],
  [/^(connector_?)?id$/, 'sso_connector_id'],
  [/^list$/, 'connectors'],
  [/^issue$/, 'report_issue'],
  [/^(apply|sync)$/, 'mode: reconcile'],
  [/^(validat(e|ion)|verif(y|ication)|gate|test|audit|assert|inspect|monitor|drift|read(_?only)?)$/, 'mode: check'],
  [/^(require|check|expect|assert)_?verification$/, 'require_verified: true'],
  [
    /^(require|assert|expect|check|verify|is)_?(sso|(sso_?)?(enabled?|on|active|enforced?))$/,
    'enabled: true with mode: check',
  ],
  [/^(require|assert|expect|check|verify|is)_?(sso_?)?(disabled?|off|inactive)$/, 'enabled: false with mode: check'],
];

/** Of words that mean something else as a mode than as an input. */
const OF_MODES: typeof MEANINGS = [
  [/^(state|status)$/, 'mode: check'],
  [/^(disable|off|(switch|turn)_off)(_?sso)?$/, 'mode: update with enabled: false'],
  [/^(enable|enforce|on|(switch|turn)_on)(_?sso)?$/, 'mode: update with enabled: true'],
];

/** Whoever meant to look must not be led to what writes, by a word that is no plain misspelling of it. */
const WRITES = /^(update|reconcile|enabled)$/;

/**
 * What to use for an unknown name: what it plainly means, or the nearest one if at most half of it differs. `place` says
 * where, of what an entry of a list cannot have.
 */
export function hintFor(given: string, names: readonly string[], place = ''): string | undefined {
  const name = given.toLowerCase().replace(/[^a-z0-9]+/g, '_');
  const ofMode = names.includes('check') ? OF_MODES.find(([pattern]) => pattern.test(name)) : undefined;
  if (ofMode) return `Use ${ofMode[1]}.`;
  const meaning = names.includes(name) ? undefined : MEANINGS.find(([pattern]) => pattern.test(name));
  if (meaning) return `Use ${meaning[1]}${meaning[1] === IN_ENTRIES || names.includes(meaning[1]) ? '' : place}.`;
  const nearest = names
    .map((other) => ({ other, differs: distance(name, other) / Math.max(name.length, other.length) }))
    .sort((one, other) => one.differs - other.differs)
    .find(({ other, differs }) => differs <= (WRITES.test(other) ? 1 / 3 : 1 / 2));
  return nearest && `Did you mean ${nearest.other}?`;
}
