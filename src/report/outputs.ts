import { rayId } from '../cloudflare/answer.ts';
import { isVerified } from '../connector/connector.ts';
import type { Outcome } from '../job/outcome.ts';
import { isInSync, type Result } from '../job/result.ts';
import { setOutput } from '../runner/commands.ts';

/** Sets the step's outputs, as far as known. After a problem in the inputs there are none. */
export function setOutputs(result: Result): void {
  for (const [name, value] of Object.entries(collectOutputs(result))) {
    if (value !== undefined) setOutput(name, value);
  }
}

/** The outputs by their names in action.yml; undefined for what is not known. */
export function collectOutputs(result: Result): Record<string, string | undefined> {
  const { settings, outcomes } = result;
  const [single] = outcomes;
  if (!settings || !single) return {};
  return {
    ...(settings.many ? outputsOfMany(result) : outputsOfOne(single, result)),
    drift: JSON.stringify(outcomes.flatMap((outcome) => outcome.drift)),
    messages: JSON.stringify(result.messages ?? []),
    failures: JSON.stringify(result.failures.map(({ problem: _, entry: __, ...record }) => record)),
    unlisted: JSON.stringify(result.unlisted ?? []),
    errors: JSON.stringify(result.failures.flatMap(({ entry }) => (entry === undefined ? [] : [entry]))),
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
      enabled: flag(connector.enabled),
      use_fedramp_language: flag(connector.use_fedramp_language),
      created_on: connector.created_on,
      updated_on: connector.updated_on,
      result: JSON.stringify(connector.raw),
    }),
  };
}

/** Of many, `in_sync` is true only where it is known of each, and `changed` is known once one has changed. */
function outputsOfMany(result: Result): Record<string, string | undefined> {
  const { outcomes } = result;
  const changes = outcomes.map((outcome) => outcome.changed);
  const changed = changes.includes(true) || (changes.includes(undefined) ? undefined : false);
  return {
    changed: flag(changed),
    in_sync: flag(outcomes.every((outcome) => isInSync(outcome, result) === true)),
    result: JSON.stringify(outcomes.map((outcome) => outcome.connector?.raw ?? null)),
  };
}

function flag(value: boolean | undefined): string | undefined {
  return value === undefined ? undefined : String(value);
}
