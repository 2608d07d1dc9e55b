import { type Desired, findDrift, isVerified } from '../connector/connector.ts';
import { Failure } from '../failure.ts';
import { findConnectors } from '../job/find.ts';
import type { Job } from '../job/job.ts';
import { attemptEach, type Outcome } from '../job/outcome.ts';
import { beginVerification } from '../verification/begin.ts';
import { explainUnverified } from '../verification/explain.ts';
import { waitForVerification } from '../verification/wait.ts';
import { apply } from './apply.ts';

/** Reads, and sends just the fields that differ. What is not to be enabled waits for nothing. */
export async function reconcile(job: Job): Promise<void> {
  const { outcomes } = job;
  await findConnectors(job, outcomes);
  const enabling = outcomes.filter((outcome) => driftedFields(outcome).enabled === true);
  const others = outcomes.filter((outcome) => !enabling.includes(outcome));

  await attemptEach(others, (outcome) => heal(job, outcome));
  await beginVerification(job, outcomes);
  await waitForVerification(job, outcomes);
  // All once more: a wait is long enough for something else to have changed.
  await attemptEach(outcomes, (outcome) => heal(job, outcome));
}

async function heal(job: Job, outcome: Outcome): Promise<void> {
  const fields = driftedFields(outcome);
  if (Object.keys(fields).length === 0) return;
  const { connector } = outcome;
  if (fields.enabled && connector && !isVerified(connector)) {
    const explanation = await explainUnverified(job, outcome, connector);
    throw new Failure(`Did not enable ${outcome.name}, since Cloudflare would refuse it. ${explanation}`);
  }
  await apply(job, outcome, fields);
}

/** The fields that differ as of the last look, with the values that they shall have. */
function driftedFields({ connector, target }: Outcome): Desired {
  const drift = connector ? findDrift(connector, target.desired) : [];
  return Object.fromEntries(drift.map(({ field, expected }) => [field, expected]));
}
