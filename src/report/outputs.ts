import { rayId } from '../cloudflare/answer.ts';
import { isVerified } from '../connector/connector.ts';
import { Failure, type FailureRecord } from '../failure.ts';
import type { Outcome } from '../job/outcome.ts';
import { isInSync, type Result } from '../job/result.ts';
import { listed } from '../plural.ts';
import { issueCommand } from '../runner/commands.ts';
import { appendToRunnerFile, composeOutputs } from '../runner/files.ts';
import { renderPage } from './page.ts';
import { describeUnlisted } from './unlisted.ts';

/** The output `summary` has to fit into a comment, of 65,536 characters, with room for more text. */
const SUMMARY_LIMIT = 60_000;

/**
 * Sets the step's outputs, as far as known. Returns the failure that it is if they cannot be handed over. Run by hand,
 * without a runner, they are commands in the log.
 */
export function setOutputs(result: Result, env: NodeJS.ProcessEnv): FailureRecord[] {
  const all = Object.entries(collectOutputs(result));
  const outputs = Object.fromEntries(all.flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])));
  if (!env['GITHUB_OUTPUT'] && env['GITHUB_ACTIONS'] !== 'true') {
    for (const [name, value] of Object.entries(outputs)) issueCommand('set-output', { name }, value);
    return [];
  }
  try {
    appendToRunnerFile('OUTPUT', composeOutputs(outputs));
    return [];
  } catch (error) {
    return new Failure({
      kind: 'runner',
      about: 'Outputs',
      problem: 'not handed over',
      message: `The outputs could not be written: ${error instanceof Error ? error.message : String(error)}. ${describeDone(result)}`,
      action:
        'Later steps have no outputs of this one. Check the runner: GITHUB_OUTPUT must name a file that can be written, and the disk needs free space.',
    }).record();
  }
}

const MOST_DONE = 5;

function describeDone({ settings, outcomes }: Result): string {
  if (!settings) return 'Nothing was sent to Cloudflare.';
  const done = outcomes.flatMap((outcome) => outcome.done);
  return done.length > 0 ? `Done before that: ${listed(done, MOST_DONE)}.` : 'Nothing was changed.';
}

/** The outputs by their names in action.yml; undefined for what is unknown. Lists are always there. */
export function collectOutputs(result: Result): Record<string, string | undefined> {
  const { settings, outcomes, tokenExpiry } = result;
  const [single] = outcomes;
  return {
    ...(settings?.many ? outputsOfMany(result) : single && outputsOfOne(single, result)),
    drift: JSON.stringify(outcomes.flatMap((outcome) => outcome.drift)),
    failures: JSON.stringify(result.failures.map(({ problem: _, entry: __, detail: ___, ...record }) => record)),
    unlisted: JSON.stringify((result.unlisted ?? []).map(describeUnlisted)),
    messages: JSON.stringify(result.messages ?? []),
    errors: JSON.stringify(result.failures.flatMap(({ entry }) => (entry === undefined ? [] : [entry]))),
    token_expires_on: tokenExpiry && (tokenExpiry.expiresOn ?? 'never'),
    summary: renderPage(result, SUMMARY_LIMIT),
  };
}

function outputsOfOne(outcome: Outcome, result: Result): Record<string, string | undefined> {
  const { connector } = outcome;
  const { decidingAnswer } = result;
  return {
    http_status: decidingAnswer && String(decidingAnswer.status),
    cf_ray: decidingAnswer && rayId(decidingAnswer),
    changed: flag(outcome.changed),
    in_sync: flag(isInSync(outcome, result)),
    ...(connector && {
      verification_status: connector.verification_status,
      verified: flag(isVerified(connector)),
      verification_code: connector.verification_code,
      sso_connector_id: connector.id,
      email_domain: connector.email_domain,
      enabled: flag(outcome.current('enabled')),
      use_fedramp_language: flag(outcome.current('use_fedramp_language')),
      created_on: connector.created_on,
      updated_on: connector.updated_on,
      result: JSON.stringify(connector.raw),
    }),
  };
}

/** Of many, what is said of all is true only if it is known of each, and `changed` is known once one has changed. */
function outputsOfMany(result: Result): Record<string, string | undefined> {
  const { outcomes } = result;
  const changes = outcomes.map((outcome) => outcome.changed);
  const changed = changes.includes(true) || (changes.includes(undefined) ? undefined : false);
  return {
    changed: flag(changed),
    in_sync: flag(outcomes.every((outcome) => isInSync(outcome, result) === true)),
    verified: flag(outcomes.every(({ connector }) => connector !== undefined && isVerified(connector))),
    result: JSON.stringify(outcomes.map((outcome) => outcome.connector?.raw ?? null)),
  };
}

function flag(value: boolean | undefined): string | undefined {
  return value === undefined ? undefined : String(value);
}
