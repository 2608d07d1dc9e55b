import { rayId } from '../cloudflare/answer.ts';
import { Failure, type FailureRecord } from '../failure.ts';
import type { Outcome } from '../job/outcome.ts';
import { isInSync, isSurelyVerified, type Result, type ResultOfWork } from '../job/result.ts';
import { issueCommand, prepareKeyValueMessage } from '../runner/commands.ts';
import { appendToRunnerFile } from '../runner/files.ts';
import { describeSent } from './changes.ts';

type Outputs = Readonly<Record<string, string | undefined>>;

/**
 * Sets the step's outputs, as far as known. Returns a failure if they cannot be handed over. Without a runner, they are
 * commands in the log.
 */
export function setOutputs(result: Result, summary: string, env: NodeJS.ProcessEnv): FailureRecord[] {
  const all = Object.entries(collectOutputs(result, summary));
  const known = all.filter((output): output is [string, string] => output[1] !== undefined);
  if (!env['GITHUB_OUTPUT'] && env['GITHUB_ACTIONS'] !== 'true') {
    for (const [name, value] of known) issueCommand('set-output', { name }, value);
    return [];
  }
  const lines = known.map(([name, value]) => prepareKeyValueMessage(name, value));
  const obstacle = appendToRunnerFile('OUTPUT', lines.join('\n'));
  if (obstacle === undefined) return [];
  return new Failure({
    kind: 'runner',
    about: 'Outputs',
    problem: 'not handed over',
    message: `The outputs could not be written: ${obstacle}. ${describeDone(result)}`,
    action:
      'Later steps have no outputs of this one. Check the runner: GITHUB_OUTPUT must name a file that can be written, and the disk needs free space.',
  }).record();
}

function describeDone({ settings, outcomes }: Result): string {
  if (!settings) return 'Nothing was sent to Cloudflare.';
  const { done, unknown } = describeSent(outcomes);
  return [done && `Done before that: ${done}.`, unknown].filter(Boolean).join(' ') || 'Nothing was changed.';
}

/** The outputs by their names in action.yml; undefined if unknown. */
export function collectOutputs(result: Result, summary: string): Outputs {
  const { outcomes, failures, unlisted = [], messages, tokenExpiry } = result;
  return {
    ...(result.settings ? outputsOfWork(result) : result.many ? OF_UNREAD_LIST : { changed: 'false' }),
    drift: JSON.stringify(outcomes.flatMap((outcome) => outcome.drift)),
    failures: JSON.stringify(failures.map(({ problem, name, entry, detail, isDeed, ...record }) => record)),
    // In the shape of an entry of `connectors`, for a later step.
    unlisted: JSON.stringify(
      unlisted.map(({ id = null, email_domain = null, enabled, use_fedramp_language }) => {
        return { sso_connector_id: id, email_domain, enabled, use_fedramp_language };
      }),
    ),
    messages: JSON.stringify(messages),
    errors: JSON.stringify(failures.map(({ entry }) => entry).filter((entry) => entry !== undefined)),
    token_expires_on: tokenExpiry && (tokenExpiry.expiresOn ?? 'never'),
    summary,
  };
}

/** Of a list with a problem, no connector was looked at. */
const OF_UNREAD_LIST: Outputs = { changed: 'false', in_sync: 'false', verified: 'false', result: '[]' };

function outputsOfWork(result: ResultOfWork): Outputs | undefined {
  const [single] = result.outcomes;
  return result.settings.many ? outputsOfMany(result) : single && outputsOfOne(single, result);
}

function outputsOfOne(outcome: Outcome, { settings, decidingAnswer }: ResultOfWork): Outputs {
  const { connector } = outcome;
  return {
    http_status: decidingAnswer && String(decidingAnswer.status),
    cf_ray: decidingAnswer && rayId(decidingAnswer),
    changed: outcome.changed?.toString(),
    in_sync: isInSync(outcome, settings)?.toString(),
    ...(connector && {
      verification_status: connector.verification_status,
      verified: String(isSurelyVerified(outcome)),
      verification_code: connector.verification_code,
      sso_connector_id: connector.id,
      email_domain: connector.email_domain,
      enabled: outcome.current('enabled')?.toString(),
      use_fedramp_language: outcome.current('use_fedramp_language')?.toString(),
      created_on: connector.created_on,
      updated_on: connector.updated_on,
      result: JSON.stringify(connector.raw),
    }),
  };
}

/** What is said of all is true only if it is known of each; `changed` is known once one has changed. */
function outputsOfMany({ outcomes, settings }: ResultOfWork): Outputs {
  const changes = outcomes.map((outcome) => outcome.changed);
  const changed = changes.includes(true) || (changes.includes(undefined) ? undefined : false);
  return {
    changed: changed?.toString(),
    in_sync: String(outcomes.every((outcome) => isInSync(outcome, settings) === true)),
    verified: String(outcomes.every(isSurelyVerified)),
    result: JSON.stringify(outcomes.map(({ connector }) => connector?.raw ?? null)),
  };
}
