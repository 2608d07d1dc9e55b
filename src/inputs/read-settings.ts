import { givenFields } from '../connector/connector.ts';
import { Failure } from '../failure.ts';
import { readLists } from './list-source.ts';
import { STARS } from './misplaced-tokens.ts';
import { hintFor, type InputName } from './names.ts';
import { parseToken } from './parse-token.ts';
import { USUAL_CAUSES } from './problem.ts';
import { readProxy } from './proxy.ts';
import { Reader } from './reader.ts';
import { refuseCombinations, refuseUndeclared, refuseUntrustedTls } from './rules.ts';
import { MODES, type Settings, type Target, UNLISTED } from './settings.ts';
import {
  parseAccountId,
  parseBaseUrl,
  parseBoolean,
  parseChoice,
  parseConnectorId,
  parseDays,
  parseDuration,
  parseEmailDomain,
  parseRetries,
  parseWait,
} from './values.ts';

const parseMode = parseChoice(MODES, (text) => hintFor(text, MODES));

/** Reads the runner's `INPUT_*` variables. Throws a Failure with every problem at once, in the order of action.yml. */
export async function readSettings(env: NodeJS.ProcessEnv, warn: (message: string) => void): Promise<Settings> {
  const read = new Reader(env, warn);
  read.refuseTokens();
  const mode = read.withDefault('mode', parseMode, 'update');
  const many = read.givesList;
  const apiBaseUrl = read.optional('api_base_url', parseBaseUrl) ?? new URL('https://api.cloudflare.com/client/v4');
  const settings: Settings = {
    // What is missing is a problem, and so never used.
    apiToken: read.required('api_token', parseToken) ?? '',
    accountId: read.required('account_id', parseAccountId) ?? '',
    mode: mode ?? 'update',
    targets: many ? await readLists(read, env) : [readSingle(read)],
    many,
    requireVerified: read.withDefault('require_verified', parseBoolean, 'false') ?? false,
    beginVerification: read.optional('begin_verification', parseBoolean) ?? false,
    waitForVerification: read.optional('wait_for_verification', parseWait),
    pollInterval: read.optional('poll_interval', parseDuration) ?? 15_000,
    unlisted: read.optional('unlisted', parseChoice(UNLISTED)) ?? 'report',
    tokenExpiryWarning: read.optional('token_expiry_warning', parseDays),
    requestTimeout: read.optional('request_timeout', parseDuration) ?? 30_000,
    maxRetries: read.optional('max_retries', parseRetries) ?? 3,
    apiBaseUrl,
    proxy: readProxy(read, env, apiBaseUrl),
    reportIssue: read.optional('report_issue', parseBoolean) ?? false,
  };
  // Checked only: the issue reads it by itself, since it tells of problems in the inputs too.
  read.optional('issue_key', (value) => ({ value }));
  refuseCombinations(read, settings, mode);
  refuseUntrustedTls(read, env, apiBaseUrl);
  refuseUndeclared(read, env);
  if (read.problems.length > 0) throw new Failure(read.problems);
  return settings;
}

/** Whether inputs that have problems ask for nothing for sure, but that their connectors are there. */
export async function givesNothing(env: NodeJS.ProcessEnv): Promise<boolean> {
  const read = new Reader(env);
  const isOff = (name: InputName) => ['false', undefined].includes(read.text(name));
  const isLeftOut = (['enabled', 'use_fedramp_language', 'wait_for_verification'] as const).every(
    (name) => !read.isGiven(name),
  );
  const asks =
    !isLeftOut || !isOff('require_verified') || !isOff('begin_verification') || read.text('unlisted') === 'fail';
  if (asks || !read.givesList) return !asks;
  const targets = await readLists(read, env);
  // What is left out of them, since something is wrong with it, may have a field.
  return read.problems.length === 0 && targets.every(({ desired }) => givenFields(desired).length === 0);
}

function readSingle(read: Reader): Target {
  if (!read.isGiven('sso_connector_id') && !read.isGiven('email_domain')) {
    const must = 'must not be empty, unless email_domain, connectors or connectors_file is given';
    read.problem('sso_connector_id', { must, action: `Name a connector. ${USUAL_CAUSES}` });
  }
  return {
    sso_connector_id: read.optional('sso_connector_id', parseConnectorId),
    email_domain: read.optional('email_domain', parseEmailDomain),
    desired: {
      enabled: read.optional('enabled', parseBoolean),
      use_fedramp_language: read.optional('use_fedramp_language', parseBoolean),
    },
  };
}

/**
 * The token for `report_issue`; undefined if that is off, in `mode: plan`, or if the API token is in its place. Apart, so
 * that a problem in the other inputs is reported too.
 */
export function readIssueToken(env: NodeJS.ProcessEnv): string | undefined {
  const read = new Reader(env);
  if (read.text('mode') === 'plan') return undefined;
  const token = read.text('github_token');
  return token !== STARS && read.optional('report_issue', parseBoolean) ? token : undefined;
}
