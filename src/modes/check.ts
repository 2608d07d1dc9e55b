import { findDrift } from '../connector/drift.ts';
import { Failure } from '../failure.ts';
import { mustBeVerified } from '../inputs/settings.ts';
import { findConnectors } from '../job/find.ts';
import type { Job } from '../job/job.ts';
import type { Outcome } from '../job/outcome.ts';
import { oneLine } from '../untrusted.ts';
import { waitForVerification } from '../verification/wait.ts';
import { describeEmpty } from './empty.ts';
import { fieldsToSend, isBlocked } from './intent.ts';

/** Only reads, and fails if a connector differs from the fields given. */
export async function check(job: Job): Promise<void> {
  warnOfNothing(job);
  await findConnectors(job, job.outcomes);
  const found = job.outcomes.filter((outcome) => !outcome.failed);
  await waitForVerification(job, found);
  // Also if the wait has failed: drift is another thing to know of.
  await Promise.all(found.map((outcome) => outcome.attempt(() => failDrift(outcome))));
}

/** A gate without a condition is open; whoever wrote it will want to know. */
function warnOfNothing(job: Job): void {
  const where = mustBeVerified(job.settings) ? undefined : describeEmpty(job);
  if (where === undefined) return;
  job.log.warning(
    `There is nothing to check${where}. Give enabled, use_fedramp_language or require_verified. Without them, every connector that exists passes.`,
  );
}

function failDrift(outcome: Outcome): void {
  const { connector, target } = outcome;
  if (!connector) return;
  outcome.drift = findDrift(connector, target.desired);
  if (outcome.drift.length === 0) return;
  const differences = outcome.drift
    .map(({ field, expected, actual }) => `${field} is ${actual ?? 'unknown'}, must be ${expected}`)
    .join('; ');
  const since =
    connector.updated_on === undefined
      ? ''
      : ` The connector was last changed on ${oneLine(connector.updated_on, 40)}.`;
  throw new Failure({
    kind: 'drift',
    problem: differences,
    message: `${outcome.name} is not in sync: ${differences}.${since}`,
    detail: '',
    action: `${describeRemedy(outcome)} The audit log of the Cloudflare dashboard says who changed it.`,
  });
}

/** `reconcile` cannot help if it is to enable SSO for a domain that is not verified. */
function describeRemedy(outcome: Outcome): string {
  return isBlocked(outcome, fieldsToSend(outcome))
    ? 'Verify the domain first: until then Cloudflare refuses to enable SSO.'
    : 'Run mode: reconcile to change it, or change what is expected.';
}
