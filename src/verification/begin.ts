import { isVerified } from '../connector/connector.ts';
import { Failure } from '../failure.ts';
import type { Settings } from '../inputs/settings.ts';
import { attemptEach, failAll } from '../job/attempt.ts';
import { readAgain } from '../job/find.ts';
import type { Job } from '../job/job.ts';
import type { Outcome } from '../job/outcome.ts';

/**
 * If `begin_verification` is given and the status is `awaiting` or `failed`, asks Cloudflare to check for the TXT record
 * (again), and then reads the connectors, since the answer says nothing of them.
 * https://developers.cloudflare.com/api/resources/iam/subresources/sso/
 */
export async function beginVerification(job: Job, outcomes: readonly Outcome[]): Promise<void> {
  const waiting = outcomes.filter((outcome) => !outcome.failed && isToBegin(outcome, job.settings));
  await attemptEach(waiting, (outcome) => begin(job, outcome));
  const begun = waiting.filter(({ begunAt }) => begunAt !== undefined);
  if (begun.length === 0) return;
  try {
    await readAgain(job, begun, job.signal);
  } catch (failure) {
    if (!(failure instanceof Failure)) throw failure;
    if (failure.passing && job.settings.waitForVerification !== undefined) {
      job.log.info(`${failure.message} Still waiting.`);
      return;
    }
    failAll(
      begun,
      failure.changed((problem) => ({ ...problem, message: `${BEGUN} ${problem.message}` }), true),
    );
  }
}

const BEGUN = 'Cloudflare accepted to begin the verification, but what came of it is unknown.';

/** Whether Cloudflare is still to be asked to check for the TXT record of this connector. */
export function isToBegin({ connector, begunAt }: Outcome, { beginVerification: isWanted }: Settings): boolean {
  return isWanted && begunAt === undefined && ['awaiting', 'failed'].includes(connector?.verification_status ?? '');
}

async function begin(job: Job, outcome: Outcome): Promise<void> {
  const { client, clock, log, signal } = job;
  const ref = outcome.ref();
  try {
    await outcome.send(`begin the verification of ${outcome.name}`, {}, (doubt) =>
      client.beginVerification(ref, signal, doubt),
    );
  } catch (failure) {
    if (!(await isUnderWay(job, outcome, failure))) throw failure;
    const isOver = outcome.connector !== undefined && isVerified(outcome.connector);
    log.info(
      isOver ? `${outcome.name} is verified already.` : `The verification of ${outcome.name} is under way already.`,
    );
    return;
  }
  outcome.begunAt = clock.now();
  log.info(`Asked Cloudflare to begin the verification of ${outcome.name}.`);
}

/** Cloudflare may refuse to begin because a verification is under way: one read, best effort, tells. */
async function isUnderWay({ client, signal }: Job, outcome: Outcome, failure: unknown): Promise<boolean> {
  if (!(failure instanceof Failure) || !failure.isAll('refused')) return false;
  try {
    outcome.connector = await client.get(outcome.ref(), signal, { explains: true });
  } catch (secondary) {
    if (secondary instanceof Failure) return false;
    throw secondary;
  }
  return ['pending', 'verified'].includes(outcome.connector.verification_status ?? '');
}
