import { attemptEach } from '../job/attempt.ts';
import { findConnectors } from '../job/find.ts';
import type { Job } from '../job/job.ts';
import { beginVerification } from '../verification/begin.ts';
import { waitForVerification } from '../verification/wait.ts';
import { apply } from './apply.ts';
import { describeEmpty } from './empty.ts';

/**
 * Sends the fields given. Nothing is read first unless the inputs need it, so that nothing can stop a disable: only an
 * enable waits for the verification, if that is asked for. Among many, those given by id come after the list
 * that others are found by, which also shows whether two of them are the same; its failing does not stop them.
 */
export async function update(job: Job): Promise<void> {
  const { settings, outcomes } = job;
  const waits = settings.beginVerification || settings.waitForVerification !== undefined;
  const enabling = waits ? outcomes.filter(({ target }) => target.desired.enabled === true) : [];
  const others = outcomes.filter((outcome) => !enabling.includes(outcome));

  noteNothing(job);
  await findConnectors(
    job,
    outcomes.filter((outcome) => outcome.target.email_domain !== undefined || enabling.includes(outcome)),
  );
  await attemptEach(others, (outcome) => apply(job, outcome, outcome.target.desired));
  await beginVerification(job, outcomes);
  await waitForVerification(job, outcomes);
  await attemptEach(enabling, (outcome) => apply(job, outcome, outcome.target.desired));
}

function noteNothing(job: Job): void {
  const where = describeEmpty(job);
  if (where === undefined) return;
  job.log.notice(`There is nothing to change${where}: neither enabled nor use_fedramp_language is given.`);
}
