import { Failure } from '../failure.ts';
import type { Settings } from '../inputs/settings.ts';
import { attemptEach, failAll } from '../job/attempt.ts';
import type { Job } from '../job/job.ts';
import type { Outcome } from '../job/outcome.ts';
import { readAgain, readToExplain } from '../job/read-again.ts';
import { listed } from '../plural.ts';
import { explainUnverified } from './explain.ts';

const MOST_UNKNOWN = 5;

/**
 * Asks Cloudflare to check for the TXT record (again) if `begin_verification` and the status say so, and then reads
 * the connectors, of which the answer says nothing.
 * https://developers.cloudflare.com/api/resources/iam/subresources/sso/
 */
export async function beginVerification(job: Job): Promise<void> {
  const { settings, log } = job;
  const waiting = job.outcomes.filter((outcome) => isToBegin(outcome, settings));
  const unknown = job.outcomes.filter(
    ({ connector, failed }) => connector && !failed && connector.verification_status === undefined,
  );
  if (settings.beginVerification && unknown.length > 0) {
    const names = unknown.map(({ name }) => name);
    log.warning(
      `Did not ask to begin the verification of ${listed(names, MOST_UNKNOWN)}: Cloudflare gives no verification status. Run this again later.`,
    );
  }
  await attemptEach(waiting, (outcome) => begin(job, outcome));
  const begun = waiting.filter(({ begunAt }) => begunAt !== undefined);
  if (begun.length === 0) return;
  const state = 'Cloudflare accepted the request to begin the verification, but what came of it is unknown.';
  const tell = (failure: Failure) =>
    failure.changed((problem) => ({ ...problem, message: `${state} ${problem.message}` }), true);
  try {
    await readAgain(job, begun, job.signal, tell);
  } catch (failure) {
    if (!(failure instanceof Failure)) throw failure;
    if (failure.passing && settings.waitForVerification !== undefined) {
      log.info(`${failure.message} Still waiting.`);
      return;
    }
    const unclear = begun.filter(({ isBeginInDoubt, failed }) => isBeginInDoubt && !failed);
    failAll(unclear, tell(failure));
  }
}

/** Whether Cloudflare is to be asked to check for the TXT record of this connector, if it was not asked yet. */
export function isToBegin({ connector }: Outcome, { beginVerification: isWanted }: Settings): boolean {
  const status = connector?.verification_status;
  return isWanted && (status === 'awaiting' || status === 'failed');
}

async function begin(job: Job, outcome: Outcome): Promise<void> {
  const { client, clock, log, signal } = job;
  const { name } = outcome;
  const ref = outcome.ref();
  try {
    await outcome.send('begin', (doubt) => client.beginVerification(ref, signal, doubt));
    outcome.begunAt = clock.now();
    log.info(`Asked Cloudflare to begin the verification of ${name}.`);
  } catch (failure) {
    if (!(failure instanceof Failure) || !failure.isAll('refused')) throw failure;
    // It may be that a verification is under way.
    const connector = await readToExplain(job, outcome, failure);
    const status = connector?.verification_status;
    if (status === 'verified') log.info(`${name} is verified already.`);
    else if (status === 'pending') log.info(`The verification of ${name} is under way already.`);
    else if (connector) throw await withRecord(job, outcome, failure);
    else throw failure;
  }
}

/** A refusal without advice of its own says what is missing for the domain to be verified. */
async function withRecord(job: Job, outcome: Outcome, refusal: Failure): Promise<Failure> {
  if (refusal.problems.some(({ action }) => action)) return refusal;
  const { message, action } = await explainUnverified(job, outcome, '');
  const last = refusal.problems.at(-1);
  return refusal.changed((problem) =>
    problem === last
      ? { ...problem, message: `${problem.message} ${message}`, action: action ?? null, detail: problem.message }
      : problem,
  );
}
