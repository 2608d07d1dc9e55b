import { Failure } from '../failure.ts';
import type { Settings } from '../inputs/settings.ts';
import { lookAgain } from '../job/find.ts';
import type { Job } from '../job/job.ts';
import { attemptEach, type Outcome } from '../job/outcome.ts';

/**
 * Where `begin_verification` is given and the status is `awaiting` or `failed`, asks Cloudflare to look for the TXT
 * record (again), and then looks at the connectors, since the answer says nothing of them.
 * https://developers.cloudflare.com/api/resources/iam/subresources/sso/
 */
export async function beginVerification(job: Job, outcomes: readonly Outcome[]): Promise<void> {
  const waiting = outcomes.filter((outcome) => isToBegin(outcome, job.settings));
  await attemptEach(waiting, (outcome) => begin(job, outcome));
  const begun = waiting.filter((outcome) => !outcome.failed);
  if (begun.length === 0) return;
  try {
    await lookAgain(job, begun, job.signal);
  } catch (failure) {
    if (!(failure instanceof Failure)) throw failure;
    if (failure.passing && job.settings.waitForVerification !== undefined) {
      job.log.info(`${failure.problems[0]} Still waiting.`);
      return;
    }
    for (const outcome of begun) outcome.failures.push(failure);
  }
}

/** Whether Cloudflare is still to be asked to look for the TXT record of this connector. */
export function isToBegin({ connector, begunAt }: Outcome, { beginVerification: isWanted }: Settings): boolean {
  return isWanted && begunAt === undefined && ['awaiting', 'failed'].includes(connector?.verification_status ?? '');
}

async function begin({ client, clock, log, signal }: Job, outcome: Outcome): Promise<void> {
  const id = outcome.id;
  if (id === undefined) throw new Failure(`There is no id to begin the verification of ${outcome.name} by.`);
  await outcome.send(`begin the verification of connector ${id}`, (doubt) =>
    client.beginVerification(id, signal, doubt),
  );
  outcome.begunAt = clock.now();
  log.info(`Asked Cloudflare to begin the verification of ${outcome.name}.`);
}
