import { oneLine } from '../untrusted.ts';
import { hintFor, INPUTS, type InputName, KEYS } from './names.ts';
import type { Reader } from './reader.ts';
import type { Mode, Settings } from './settings.ts';
import { isLoopback } from './values.ts';

/** Refuses inputs that make no sense together; `mode` is undefined if it is wrong itself. */
export function refuseCombinations(read: Reader, settings: Settings, mode: Mode | undefined): void {
  const { many, targets, beginVerification, reportIssue } = settings;
  const refuse = (name: InputName, must: string, action: string) => read.problem(name, { must, action });
  if (many) {
    const list = read.isGiven('connectors') ? 'connectors' : 'connectors_file';
    const together = `must not be given together with ${list}`;
    if (list === 'connectors' && read.isGiven('connectors_file')) {
      refuse('connectors_file', together, 'Remove one of the two.');
    }
    for (const name of KEYS) {
      if (read.isGiven(name)) refuse(name, together, 'Put it into the entries of the list.');
    }
  }
  if ((mode === 'check' || mode === 'plan') && beginVerification) {
    refuse(
      'begin_verification',
      `must be false with mode: ${mode}, which never writes`,
      'Use mode: update or reconcile.',
    );
  }
  const waits = settings.waitForVerification !== undefined;
  if (mode === 'plan' && waits) {
    const must = 'must not be given with mode: plan, which never waits';
    refuse('wait_for_verification', must, 'Use mode: check to wait without a change.');
  }
  if (settings.unlisted === 'fail') {
    const looks = waits || beginVerification;
    const lists = targets.some(
      ({ email_domain: domain, desired }) => domain !== undefined || (looks && desired.enabled === true),
    );
    if (!many) {
      const must = 'must be ignore or report for a single connector, not fail';
      refuse('unlisted', must, 'Use connectors or connectors_file, even for a list of one.');
    } else if (mode === 'update' && targets.length > 0 && !lists && !hasFaults(read)) {
      // A disable is not looked at first, whatever comes after it.
      const must = 'must be ignore or report with mode: update if no entry has email_domain, not fail';
      refuse('unlisted', must, 'Use mode: check or reconcile, which read the list of the account.');
    }
  }
  if (mode === 'update' && settings.tokenExpiryWarning !== undefined) {
    refuse('token_expiry_warning', 'must not be given with mode: update', 'Use mode: check, plan or reconcile.');
  }
  if (mode === 'plan' && reportIssue) {
    const must = 'must be false with mode: plan, which never writes';
    refuse('report_issue', must, 'Show the plan by its summary or by the output drift.');
  }
  if (reportIssue && !read.isGiven('github_token')) {
    refuse('github_token', 'must not be empty with report_issue: true', 'Remove it to use the token of the job.');
  }
}

/** Whether entries are left out of the targets, since something is wrong with them. */
function hasFaults(read: Reader): boolean {
  return read.hasProblem('connectors') || read.hasProblem('connectors_file');
}

/**
 * Refuses to send the token to another machine whose certificate is not checked.
 * https://nodejs.org/api/cli.html#node_tls_reject_unauthorizedvalue
 */
export function refuseUntrustedTls(read: Reader, env: NodeJS.ProcessEnv, url: URL): void {
  if (env['NODE_TLS_REJECT_UNAUTHORIZED'] !== '0' || isLoopback(url)) return;
  const must = 'must not be 0, or whoever answers gets the token';
  const action = 'Remove it. If a proxy has a certificate of its own, set NODE_EXTRA_CA_CERTS to the file of its CA.';
  read.problem('api_base_url', { must, action }, 'Environment variable NODE_TLS_REJECT_UNAUTHORIZED');
}

/**
 * Refuses inputs that action.yml does not declare: a gate that is misspelt must not be passed over. The runner only warns:
 * https://github.com/actions/runner/blob/main/src/Runner.Worker/ActionRunner.cs
 */
export function refuseUndeclared(read: Reader, env: NodeJS.ProcessEnv): void {
  const declared: readonly string[] = INPUTS;
  for (const variable of Object.keys(env)) {
    const name = variable.toLowerCase().replace(/^input_/, '');
    if (name === '' || name.length === variable.length || declared.includes(name)) continue;
    const source = `It may come from the environment variable ${oneLine(variable, 80)}.`;
    const action = `${hintFor(name, INPUTS) ?? 'Remove it.'} ${source}`;
    read.problem(undefined, { must: 'is not an input of this action', action }, `Input ${oneLine(name, 80)}`);
  }
}
