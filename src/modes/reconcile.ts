import { attemptEach } from '../job/attempt.ts';
import { findConnectors } from '../job/find.ts';
import type { Job } from '../job/job.ts';
import type { Outcome } from '../job/outcome.ts';
import { beginVerification } from '../verification/begin.ts';
import { waitForVerification } from '../verification/wait.ts';
import { apply } from './apply.ts';
import { decideFields, fieldsToSend, warnIfEmpty } from './intent.ts';

/** Reads, and sends just the fields that differ. What is not to be enabled waits for nothing. */
export async function reconcile(job: Job): Promise<void> {
  const { outcomes } = job;
  const heal = async (outcome: Outcome) => {
    const fields = await decideFields(job, outcome);
    if (fields) await apply(job, outcome, fields);
  };
  warnIfEmpty(job);
  await findConnectors(job);
  const others = outcomes.filter((outcome) => fieldsToSend(outcome).enabled !== true);
  await attemptEach(others, heal);
  await beginVerification(job);
  await waitForVerification(job);
  // All once more: a wait is long enough for something else to have changed.
  await attemptEach(outcomes, heal);
}
