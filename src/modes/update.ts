import { givenFields } from '../connector/connector.ts';
import { findConnectors } from '../job/find.ts';
import type { Job } from '../job/job.ts';
import { attemptEach, type Outcome } from '../job/outcome.ts';
import { beginVerification } from '../verification/begin.ts';
import { waitForVerification } from '../verification/wait.ts';
import { apply } from './apply.ts';

/**
 * Sends the fields given. Nothing is looked at first but where the inputs need it, so that nothing can stop a disable:
 * only an enable waits for the verification, where that is asked for. Among many, those given by id come after the list
 * that others are found by, which also shows whether two of them are the same; its failing does not stop them.
 */
export async function update(job: Job): Promise<void> {
  const { settings, outcomes } = job;
  const waits = settings.beginVerification || settings.waitForVerification !== undefined;
  const enabling = waits ? outcomes.filter(({ target }) => target.desired.enabled === true) : [];
  const others = outcomes.filter((outcome) => !enabling.includes(outcome));

  await findConnectors(
    job,
    outcomes.filter((outcome) => outcome.target.email_domain !== undefined || enabling.includes(outcome)),
  );
  await attemptEach(others, (outcome) => send(job, outcome));
  await beginVerification(job, outcomes);
  await waitForVerification(job, outcomes);
  await attemptEach(enabling, (outcome) => send(job, outcome));
}

async function send(job: Job, outcome: Outcome): Promise<void> {
  const { desired } = outcome.target;
  if (givenFields(desired).length === 0) {
    job.log.notice(
      `Neither enabled nor use_fedramp_language is given: the update of ${outcome.name} asks for no change.`,
    );
  }
  await apply(job, outcome, desired);
}
