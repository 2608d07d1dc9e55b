import { attemptAll, attemptEach } from '../job/attempt.ts';
import { findConnectors } from '../job/find.ts';
import type { Job } from '../job/job.ts';
import type { Outcome } from '../job/outcome.ts';
import { beginVerification } from '../verification/begin.ts';
import { waitForVerification } from '../verification/wait.ts';
import { apply } from './apply.ts';
import { decideFields, fieldsToSend, findDrifted, warnIfEmpty } from './intent.ts';

/** Reads, and sends just the fields that differ. What is not to be enabled waits for nothing. */
export async function reconcile(job: Job): Promise<void> {
  const heal = async (outcome: Outcome) => apply(job, outcome, await decideFields(job, outcome));
  warnIfEmpty(job);
  await findConnectors(job);
  const others = findDrifted(job).filter((outcome) => fieldsToSend(outcome).enabled !== true);
  await attemptEach(others, heal);
  const healthy = new Set(job.outcomes.filter(({ failed }) => !failed));
  await beginVerification(job);
  await waitForVerification(job);
  // All once more: a wait is long enough for something else to have changed. One that failed holds up only what needs it.
  const isDue = (outcome: Outcome) =>
    !outcome.failed || (healthy.has(outcome) && !outcome.isOutdated && fieldsToSend(outcome).enabled !== true);
  await attemptAll(findDrifted(job).filter(isDue), heal);
}
