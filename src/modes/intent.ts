import { type Desired, givenFields, isVerified } from '../connector/connector.ts';
import { findDrift } from '../connector/drift.ts';
import { Failure } from '../failure.ts';
import type { Job } from '../job/job.ts';
import type { Outcome } from '../job/outcome.ts';
import { explainUnverified } from '../verification/explain.ts';

/** The fields that `reconcile` sends: those that differ as of the last read, with the values that they shall have. */
export function fieldsToSend({ connector, target }: Outcome): Desired {
  const drift = connector ? findDrift(connector, target.desired) : [];
  return Object.fromEntries(drift.map(({ field, expected }) => [field, expected]));
}

/** Whether there is nothing to send. */
export function isNothing(fields: Desired): boolean {
  return givenFields(fields).length === 0;
}

/**
 * Throws a Failure if Cloudflare is sure to refuse these fields: SSO cannot be enabled for a domain that is not
 * verified. If the API gives no verification at all, Cloudflare decides.
 */
export async function refuseUnverified(job: Job, outcome: Outcome, fields: Desired): Promise<void> {
  const { connector } = outcome;
  if (fields.enabled !== true || connector?.verification_status === undefined || isVerified(connector)) return;
  const { problem, message, action } = await explainUnverified(job, outcome, connector);
  throw new Failure({
    kind: 'not_verified',
    problem: `${problem}, so not enabled`,
    message: `SSO was not enabled for ${outcome.name}, because Cloudflare would refuse it. ${message}`,
    action,
  });
}
