import { type Desired, givenFields, isVerified } from '../connector/connector.ts';
import { findDrift } from '../connector/drift.ts';
import { Failure } from '../failure.ts';
import type { Job } from '../job/job.ts';
import type { Outcome } from '../job/outcome.ts';
import { explainUnverified } from '../verification/explain.ts';

/** The fields that `reconcile` sends: those that differ as of the last read, with the values that they must have. */
export function fieldsToSend({ connector, target }: Outcome): Desired {
  const drift = connector ? findDrift(connector, target.desired) : [];
  return Object.fromEntries(drift.map(({ field, expected }) => [field, expected]));
}

/** Whether there is nothing to send. */
export function isNothing(fields: Desired): boolean {
  return givenFields(fields).length === 0;
}

/** Whether SSO is to be enabled for a domain that is known not to be verified, which Cloudflare refuses. */
export function isBlocked({ connector }: Outcome, fields: Desired): boolean {
  return fields.enabled === true && connector?.verification_status !== undefined && !isVerified(connector);
}

/**
 * The fields to send to a connector, for `plan` to show and for `reconcile` to send. Throws a Failure if that is sure to
 * fail: without an id, or if Cloudflare refuses to enable SSO because the domain is not verified. If the API gives no
 * verification at all, Cloudflare decides.
 */
export async function decideFields(job: Job, outcome: Outcome): Promise<Desired> {
  const fields = fieldsToSend(outcome);
  if (isNothing(fields)) return fields;
  outcome.ref();
  const { connector } = outcome;
  if (!connector || !isBlocked(outcome, fields)) return fields;
  const { problem, ...rest } = await explainUnverified(job, outcome, connector, {
    context: ', and Cloudflare enables SSO for verified domains only',
  });
  throw new Failure({ kind: 'not_verified', problem: `${problem}, so not enabled`, ...rest });
}
