import { attemptEach } from '../job/attempt.ts';
import { findConnectors } from '../job/find.ts';
import type { Job } from '../job/job.ts';
import { decideFields, findDrifted, warnIfEmpty } from './intent.ts';

/** Reads only, so that the drift shows what `reconcile` would send; what is sure to fail there fails here too. */
export async function plan(job: Job): Promise<void> {
  warnIfEmpty(job);
  await findConnectors(job);
  await attemptEach(findDrifted(job), async (outcome) => void (await decideFields(job, outcome)));
}
