import { findDrift, givenFields } from '../connector/connector.ts';
import { Failure } from '../failure.ts';
import { mustBeVerified } from '../inputs/settings.ts';
import { findConnectors } from '../job/find.ts';
import type { Job } from '../job/job.ts';
import type { Outcome } from '../job/outcome.ts';
import { waitForVerification } from '../verification/wait.ts';

/** Only reads, and fails where a connector differs from the fields given. */
export async function check(job: Job): Promise<void> {
  warnOfNothing(job);
  await findConnectors(job, job.outcomes);
  const found = job.outcomes.filter((outcome) => !outcome.failed);
  await waitForVerification(job, found);
  // Also where the wait has failed: drift is another thing to know of.
  await Promise.all(found.map((outcome) => outcome.attempt(() => refuseDrift(outcome))));
}

/** A gate without a condition is open; whoever wrote it will want to know. */
function warnOfNothing({ settings, outcomes, log }: Job): void {
  if (mustBeVerified(settings) || outcomes.some(({ target }) => givenFields(target.desired).length > 0)) return;
  log.warning(
    'Mode check has nothing to check: give enabled, use_fedramp_language or require_verified. As it is, it passes for every connector that exists.',
  );
}

function refuseDrift(outcome: Outcome): void {
  const { connector, target } = outcome;
  if (!connector) return;
  outcome.drift = findDrift(connector, target.desired);
  if (outcome.drift.length === 0) return;
  const fields = outcome.drift.map(
    ({ field, expected, actual }) => `${field} is ${actual ?? 'not told'}, expected ${expected}`,
  );
  throw new Failure(
    `Drift: ${outcome.name} differs from what was asked for: ${fields.join('; ')}. Mode check changes nothing; mode reconcile would.`,
  );
}
