import { attemptEach } from '../job/attempt.ts';
import { findConnectors } from '../job/find.ts';
import type { Job } from '../job/job.ts';
import type { Outcome } from '../job/outcome.ts';
import { beginVerification } from '../verification/begin.ts';
import { waitForVerification } from '../verification/wait.ts';
import { apply } from './apply.ts';
import { decideFields, fieldsToSend, isNothing } from './intent.ts';

/** Reads, and sends just the fields that differ. What is not to be enabled waits for nothing. */
export async function reconcile(job: Job): Promise<void> {
  const { outcomes } = job;
  await findConnectors(job, outcomes);
  const enabling = outcomes.filter((outcome) => fieldsToSend(outcome).enabled === true);
  const others = outcomes.filter((outcome) => !enabling.includes(outcome));

  await attemptEach(others, (outcome) => heal(job, outcome));
  await beginVerification(job, outcomes);
  await waitForVerification(job, outcomes);
  // All once more: a wait is long enough for something else to have changed.
  await attemptEach(outcomes, (outcome) => heal(job, outcome));
}

async function heal(job: Job, outcome: Outcome): Promise<void> {
  const fields = await decideFields(job, outcome);
  if (!isNothing(fields)) await apply(job, outcome, fields);
}
