import { oneLine } from '../untrusted.ts';
import { findUndeclared, hintFor, INPUTS, type InputName, KEYS } from './names.ts';
import { inputProblem } from './problem.ts';
import type { Reader } from './reader.ts';
import type { Mode, Settings } from './shape.ts';
import { isLoopback } from './values.ts';

/** Whether an input does not go with the others, what it must be instead, and what to do. */
type Rule = readonly [applies: boolean, name: InputName, must: string, action: string];

/** Refuses inputs that make no sense together; `mode` is undefined if that input itself is wrong. */
export function refuseCombinations(read: Reader, settings: Settings, mode: Mode | undefined): void {
  const rules = [...rulesOfLists(read), ...rulesOfIssues(read, settings), ...(mode ? rulesOfMode(settings) : [])];
  for (const [applies, name, must, action] of rules) {
    if (applies) read.problem(name, { must, action });
  }
}

function rulesOfLists(read: Reader): Rule[] {
  const isInline = read.isGiven('connectors');
  if (!isInline && !read.isGiven('connectors_file')) return [];
  const must = `must not be given together with ${isInline ? 'connectors' : 'connectors_file'}`;
  return [
    [isInline && read.isGiven('connectors_file'), 'connectors_file', must, 'Remove one of the two.'],
    ...KEYS.map((name): Rule => [read.isGiven(name), name, must, 'Put it into the entries of the list.']),
  ];
}

function rulesOfIssues(read: Reader, { mode, reportIssue }: Settings): Rule[] {
  const token = 'must not be empty with report_issue: true';
  const plan = 'must be false with mode: plan, which never writes';
  return [
    [reportIssue && mode === 'plan', 'report_issue', plan, 'Show the plan by its summary or by the output drift.'],
    [reportIssue && !read.isGiven('github_token'), 'github_token', token, 'Remove it to use the token of the job.'],
  ];
}

function rulesOfMode(settings: Settings): Rule[] {
  const { mode, many, targets, beginVerification, tokenExpiryWarning } = settings;
  const isPlan = mode === 'plan';
  const isFail = settings.unlisted === 'fail';
  const waits = settings.waitForVerification !== undefined;
  const isById = targets.length > 0 && targets.every(({ email_domain: domain }) => domain === undefined);
  const listsNothing = many && mode === 'update' && isById && !waits && !beginVerification;
  const begin = `must be false with mode: ${mode}, which never writes`;
  const wait = 'must not be given with mode: plan, which never waits';
  const single = 'must be ignore or report for a single connector, not fail';
  const byId = 'must be ignore or report with mode: update if no entry has email_domain, not fail';
  const expiry = 'must not be given with mode: update';
  return [
    [beginVerification && (isPlan || mode === 'check'), 'begin_verification', begin, 'Use mode: update or reconcile.'],
    [waits && isPlan, 'wait_for_verification', wait, 'Use mode: check to wait without a change.'],
    [isFail && !many, 'unlisted', single, 'Use connectors or connectors_file, even for a list of one.'],
    [isFail && listsNothing, 'unlisted', byId, 'Use mode: check or reconcile, which read the list of the account.'],
    [tokenExpiryWarning !== undefined && mode === 'update', 'token_expiry_warning', expiry, 'Use check or reconcile.'],
  ];
}

/**
 * Refuses to send the token where certificates are not checked, but to this machine itself.
 * https://nodejs.org/api/cli.html#node_tls_reject_unauthorizedvalue
 */
export function refuseUntrustedTls(read: Reader, env: NodeJS.ProcessEnv, { apiBaseUrl }: Settings): void {
  if (env['NODE_TLS_REJECT_UNAUTHORIZED'] !== '0' || isLoopback(apiBaseUrl)) return;
  const must = 'must not be 0, or whoever answers gets the API token';
  const action = 'Remove it. If a proxy has a certificate of its own, set NODE_EXTRA_CA_CERTS to the file of its CA.';
  read.add('api_base_url', inputProblem('Environment variable NODE_TLS_REJECT_UNAUTHORIZED', { must, action }));
}

/** Refuses every input that action.yml does not declare: a gate or a dry run that is misspelt must not be passed over. */
export function refuseUndeclared(read: Reader, env: NodeJS.ProcessEnv): void {
  for (const variable of findUndeclared(env)) {
    const name = variable.slice('INPUT_'.length).toLowerCase();
    const source = `It may come from the environment variable ${oneLine(variable, 80)}.`;
    const action = `${hintFor(name, INPUTS) ?? 'Remove it.'} ${source}`;
    read.add(undefined, inputProblem(`Input ${oneLine(name, 80)}`, { must: 'is not an input of this action', action }));
  }
}
