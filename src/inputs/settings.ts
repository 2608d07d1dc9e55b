import { Failure } from '../failure.ts';
import { counted } from '../plural.ts';
import { oneLine } from '../untrusted.ts';
import { readListFile } from './list-file.ts';
import { hintFor } from './names.ts';
import { USUAL_CAUSES } from './problem.ts';
import { Reader } from './reader.ts';
import { refuseCombinations, refuseUndeclared, refuseUntrustedTls } from './rules.ts';
import { MODES, type Settings, type Target, UNLISTED } from './shape.ts';
import { parseToken } from './token.ts';
import {
  parseBaseUrl,
  parseBoolean,
  parseChoice,
  parseConnectorId,
  parseDays,
  parseDuration,
  parseEmailDomain,
  parseId,
  parseWholeNumber,
} from './values.ts';

export type { Mode, Settings, Target } from './shape.ts';

/**
 * Reads the settings from the runner's `INPUT_*` variables, and the file of `connectors_file`. Says through `warn` what is
 * odd but possible. Throws a Failure with every problem of all inputs at once, in the order of action.yml.
 */
export async function readSettings(env: NodeJS.ProcessEnv, warn: (message: string) => void): Promise<Settings> {
  const read = new Reader(env, warn);
  const apiToken = read.required('api_token', parseToken, 'CLOUDFLARE_API_TOKEN', 'CF_API_TOKEN');
  const accountId = read.required('account_id', parseId, 'CLOUDFLARE_ACCOUNT_ID', 'CF_ACCOUNT_ID');
  const many = read.isGiven('connectors') || read.isGiven('connectors_file');
  const targets = many ? await readMany(read, env) : readSingle(read);
  const mode = read.withDefault('mode', parseMode, 'update');
  const settings: Settings = {
    // What is missing is a problem, and so never used.
    apiToken: apiToken ?? '',
    accountId: accountId ?? '',
    mode: mode ?? 'update',
    targets,
    many,
    requireVerified: read.withDefault('require_verified', parseBoolean, 'false') ?? false,
    beginVerification: read.optional('begin_verification', parseBoolean) ?? false,
    waitForVerification: read.optional('wait_for_verification', parseDuration),
    pollInterval: read.optional('poll_interval', parseDuration) ?? 15_000,
    unlisted: read.optional('unlisted', parseChoice(UNLISTED)) ?? 'report',
    tokenExpiryWarning: read.optional('token_expiry_warning', parseDays),
    requestTimeout: read.optional('request_timeout', parseDuration) ?? 30_000,
    maxRetries: read.optional('max_retries', parseWholeNumber(0, 10)) ?? 3,
    apiBaseUrl: read.optional('api_base_url', parseBaseUrl) ?? new URL('https://api.cloudflare.com/client/v4'),
    reportIssue: read.optional('report_issue', parseBoolean) ?? false,
    issueKey: read.optional('issue_key', (value) => ({ value })) ?? '',
  };
  refuseCombinations(read, settings, mode);
  refuseUntrustedTls(read, env, settings);
  refuseUndeclared(read, env);
  if (read.problems.length > 0) throw new Failure(read.problems);
  return settings;
}

const parseMode = parseChoice(MODES, (text) => hintFor(text, MODES));

/** Whether the domain being verified is part of what is asked for, by the gate or by the wait. */
export function mustBeVerified({ requireVerified, waitForVerification }: Settings): boolean {
  return requireVerified || waitForVerification !== undefined;
}

function readSingle(read: Reader): Target[] {
  const target = {
    sso_connector_id: read.optional('sso_connector_id', parseConnectorId),
    email_domain: read.optional('email_domain', parseEmailDomain),
    desired: {
      ...read.field('enabled', parseBoolean),
      ...read.field('use_fedramp_language', parseBoolean),
    },
  };
  if (!read.isGiven('sso_connector_id') && !read.isGiven('email_domain')) {
    read.problem('sso_connector_id', {
      must: 'must not be empty, unless email_domain, connectors or connectors_file is given',
      action: `Name a connector. ${USUAL_CAUSES}`,
    });
  }
  return [target];
}

/** The runner shows 10 annotations of a type. */
const MOST_WARNINGS = 5;

async function readMany(read: Reader, env: NodeJS.ProcessEnv): Promise<readonly Target[]> {
  const { readConnectors } = await import('./list.ts');
  const targets: Target[] = [];
  const take = (name: 'connectors' | 'connectors_file', text: string, source: string) => {
    const list = readConnectors(text, source);
    targets.push(...list.targets);
    read.add(name, ...list.problems);
    for (const warning of list.warnings.slice(0, MOST_WARNINGS)) read.warn(warning);
    const more = list.warnings.length - MOST_WARNINGS;
    if (more > 0) read.warn(`${source}: ${counted(more, 'more id')} of an unusual length.`);
  };
  if (read.isGiven('connectors')) take('connectors', read.raw('connectors') ?? '', 'connectors');
  const path = read.optional('connectors_file', (value) => ({ value }));
  if (path !== undefined) {
    const file = await readListFile(path, env['GITHUB_WORKSPACE'] || '.');
    if ('must' in file) read.problem('connectors_file', file);
    else take('connectors_file', file.value, `connectors_file ${oneLine(path, 60)}`);
  }
  return targets;
}

/**
 * The token to report in a GitHub issue with; undefined if `report_issue` is not true, and with `mode: plan`, which never
 * writes. Apart from the settings, so that a problem in the other inputs can be reported too.
 */
export function readIssueToken(env: NodeJS.ProcessEnv): string | undefined {
  const read = new Reader(env, () => {});
  if (read.text('mode') === 'plan') return undefined;
  return read.optional('report_issue', parseBoolean) ? read.text('github_token') : undefined;
}
