import type { Desired } from '../connector/connector.ts';
import { Failure } from '../failure.ts';
import { readJsonList } from './json-list.ts';
import { didYouMean, findUndeclared, INPUTS } from './names.ts';
import { Reader } from './reader.ts';
import { parseToken } from './token.ts';
import {
  parseBaseUrl,
  parseBoolean,
  parseChoice,
  parseDuration,
  parseEmailDomain,
  parseId,
  parseWholeNumber,
} from './values.ts';

export type Mode = 'update' | 'check' | 'plan' | 'reconcile';

/** One connector to work on: how to find it, and what it shall be. */
export interface Target {
  readonly sso_connector_id: string | undefined;
  readonly email_domain: string | undefined;
  readonly desired: Desired;
  /** Its line within the input `connectors`; undefined for the single inputs. */
  readonly line?: number;
}

/** All that the inputs say, checked. Times are in milliseconds. */
export interface Settings {
  readonly apiToken: string;
  readonly accountId: string;
  readonly mode: Mode;
  readonly targets: readonly Target[];
  /** Whether the targets came from a list, so that outputs are lists. */
  readonly many: boolean;
  /** What is done about connectors that no entry of the list names. */
  readonly unlisted: 'ignore' | 'report' | 'fail';
  /** Undefined: does not ask when the API token expires. */
  readonly tokenExpiryWarning: number | undefined;
  readonly requireVerified: boolean;
  readonly beginVerification: boolean;
  /** Undefined: does not wait. */
  readonly waitForVerification: number | undefined;
  readonly pollInterval: number;
  readonly requestTimeout: number;
  readonly maxRetries: number;
  readonly apiBaseUrl: URL;
}

const EMPTY_TOKEN_HELP =
  'Usual causes: the secret does not exist, it belongs to an environment that the job does not name, ' +
  'or the run comes from a fork or from Dependabot, which get no secrets.';

const SINGLE_INPUTS = ['sso_connector_id', 'email_domain', 'enabled', 'use_fedramp_language'] as const;

/**
 * Reads the settings from the runner's `INPUT_*` variables and says through `warn` what is odd but acceptable.
 * Throws a Failure with every problem of all inputs at once.
 */
export async function readSettings(env: NodeJS.ProcessEnv, warn: (message: string) => void): Promise<Settings> {
  const read = new Reader(env, warn);
  refuseMisspelt(read, env, warn);

  const apiToken = read.required('api_token', parseToken, EMPTY_TOKEN_HELP, 'CLOUDFLARE_API_TOKEN');
  const accountId = read.required('account_id', parseId, 'Give the id of the account.', 'CLOUDFLARE_ACCOUNT_ID');
  const mode = read.optional('mode', parseChoice<Mode>(['update', 'check', 'plan', 'reconcile'])) ?? 'update';
  const many = read.isGiven('connectors');
  const targets = many ? await readMany(read) : readSingle(read);
  const settings = {
    mode,
    targets,
    many,
    unlisted: 'report' as const,
    tokenExpiryWarning: undefined,
    requireVerified: read.optional('require_verified', parseBoolean) ?? false,
    beginVerification: read.optional('begin_verification', parseBoolean) ?? false,
    waitForVerification: read.optional('wait_for_verification', parseDuration),
    pollInterval: read.optional('poll_interval', parseDuration) ?? 15_000,
    requestTimeout: read.optional('request_timeout', parseDuration) ?? 30_000,
    maxRetries: read.optional('max_retries', parseWholeNumber(0, 10)) ?? 3,
  };
  const apiBaseUrl = read.optional('api_base_url', parseBaseUrl) ?? new URL('https://api.cloudflare.com/client/v4');
  if (mode === 'check' && settings.beginVerification) {
    read.problem('begin_verification', 'is true, which mode check never does; use mode update or reconcile for it');
  }
  if (read.optional('report_issue', parseBoolean) && !read.isGiven('github_token')) {
    read.problem('github_token', 'is empty, which report_issue needs; leave it out to have the token of the job');
  }

  if (read.problems.length > 0 || apiToken === undefined || accountId === undefined)
    throw new Failure(read.problems.map((message) => ({ kind: 'input', problem: 'wrong', message, about: 'Inputs' })));
  return { ...settings, apiToken, accountId, apiBaseUrl };
}

/** Whether the domain being verified is part of what is asked for, by the gate or by the wait. */
export function mustBeVerified({ requireVerified, waitForVerification }: Settings): boolean {
  return requireVerified || waitForVerification !== undefined;
}

/** A gate that is misspelt must not stay open, so an unknown input that resembles a known one is a problem. */
function refuseMisspelt(read: Reader, env: NodeJS.ProcessEnv, warn: (message: string) => void): void {
  for (const name of findUndeclared(env)) {
    const suggestion = didYouMean(name, INPUTS);
    if (suggestion) read.problem(name, `is not an input of this action.${suggestion}`);
    else warn(`Input ${name} is not an input of this action and does nothing.`);
  }
}

function readSingle(read: Reader): Target[] {
  const target = {
    sso_connector_id: read.optional('sso_connector_id', parseId),
    email_domain: read.optional('email_domain', parseEmailDomain),
    desired: {
      ...read.field('enabled', parseBoolean),
      ...read.field('use_fedramp_language', parseBoolean),
    },
  };
  if (!read.isGiven('sso_connector_id') && !read.isGiven('email_domain')) {
    read.problems.push(
      'No connector is named: give one of the inputs sso_connector_id, email_domain or connectors (a list of many).',
    );
  }
  return [target];
}

async function readMany(read: Reader): Promise<readonly Target[]> {
  for (const name of SINGLE_INPUTS.filter((name) => read.isGiven(name))) {
    read.problem(name, 'is given together with connectors; put it into the entries of that list');
  }
  const text = read.untrimmed('connectors');
  const targets = readJsonList(text);
  if (targets) return targets;
  const { readConnectors } = await import('./list.ts');
  const list = readConnectors(text);
  read.problems.push(...list.problems);
  for (const warning of list.warnings) read.warn(warning);
  return list.targets;
}

/**
 * The token to report in a GitHub issue with; undefined where `report_issue` is not true. Apart from the settings, so
 * that a problem in the other inputs can be reported too.
 */
export function readIssueToken(env: NodeJS.ProcessEnv): string | undefined {
  const read = new Reader(env, () => {});
  return read.optional('report_issue', parseBoolean) ? read.text('github_token') : undefined;
}
