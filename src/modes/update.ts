import { attemptEach } from '../job/attempt.ts';
import { findConnectors } from '../job/find.ts';
import type { Job } from '../job/job.ts';
import type { Outcome } from '../job/outcome.ts';
import { beginVerification } from '../verification/begin.ts';
import { waitForVerification } from '../verification/wait.ts';
import { apply, failMoved } from './apply.ts';
import { describeEmpty, IF_EXPRESSION, NO_FIELD } from './intent.ts';

/**
 * Sends the fields given. Nothing is read first unless the inputs need it, and a disable by id comes before all else, so
 * that nothing can stop it; only an enable waits for the verification. Among many, the others by id come after the list
 * that some are found by, since that shows whether two of them are the same; its failing does not stop them.
 */
export async function update(job: Job): Promise<void> {
  const { settings, outcomes, log } = job;
  const waits = settings.beginVerification || settings.waitForVerification !== undefined;
  const enabling = outcomes.filter(({ target }) => waits && target.desired.enabled === true);
  const others = outcomes.filter((outcome) => !enabling.includes(outcome));
  const send = (outcome: Outcome) => apply(job, outcome, outcome.target.desired);

  const empty = describeEmpty(job);
  if (empty !== undefined && !settings.beginVerification) {
    log.notice(`There is nothing to change${empty}: ${NO_FIELD} ${IF_EXPRESSION}`);
  }
  await attemptEach(others.filter(isDisableById), send);
  await findConnectors(job, [...enabling, ...others.filter(({ target }) => target.email_domain !== undefined)]);
  await attemptEach(
    others.filter((outcome) => !isDisableById(outcome)),
    send,
  );
  const changed = others.filter(({ failed }) => !failed);
  await beginVerification(job);
  await waitForVerification(job);
  // A wait is long enough for something else to have changed.
  for (const outcome of changed) failMoved(outcome, outcome.target.desired);
  await attemptEach(enabling, send);
}

/** What has no domain has an id. */
function isDisableById({ target: { email_domain: domain, desired } }: Outcome): boolean {
  return domain === undefined && desired.enabled === false;
}
