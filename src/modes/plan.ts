import { findConnectors } from '../job/find.ts';
import type { Job } from '../job/job.ts';
import { attemptEach } from '../job/outcome.ts';
import { fieldsToSend, refuseUnverified } from './intent.ts';

/** Reads only, and shows what `reconcile` would send; what it is sure to fail with fails here too. */
export async function plan(job: Job): Promise<void> {
  await findConnectors(job, job.outcomes);
  await attemptEach(job.outcomes, (outcome) => refuseUnverified(job, outcome, fieldsToSend(outcome)));
}
