import { describeSpan } from '../clock.ts';
import { type Connector, FIELDS, isVerified } from '../connector/connector.ts';
import { Failure, type Problem } from '../failure.ts';
import { failAll } from '../job/attempt.ts';
import type { Job } from '../job/job.ts';
import type { Outcome } from '../job/outcome.ts';
import { readAgain } from '../job/read-again.ts';
import { listed } from '../plural.ts';
import { oneLine } from '../untrusted.ts';
import { explainUnverified, failUnverified } from './explain.ts';

/** For so long after a verification has begun, the status `failed` may still be that of the one before. */
const GRACE_MS = 60_000;

/** Why a status is `failed`: at the end of the two days, or for a reason unknown. */
const POLLED = ': Cloudflare did not find the TXT record within two days';
const BEGUN = ' after this run began the verification';

const MOST_DONE = 20;

/** Of a look that the end of the wait cut off. */
const NO_ANSWER: Problem = { kind: 'unavailable', problem: 'no valid answer in time', message: '' };

/** So long before the time runs out there is a last check, whatever the interval is. */
const LAST_CHECK_MS = 1000;

/** Once the time has run out, DNS is asked for less than the second that the run may take on top. */
const LATE_DNS_MS = 500;

/**
 * Waits, if `wait_for_verification` says so, until the domains are verified. One whose verification fails, or that is
 * not verified in time, fails.
 */
export async function waitForVerification(job: Job): Promise<void> {
  const { settings, clock, log, signal } = job;
  const limit = settings.waitForVerification;
  if (limit === undefined) return;
  const start = clock.now();
  const deadline = clock.deadline(limit);
  const untilDeadline = AbortSignal.any([signal, deadline]);

  let open = await settle(job, job.outcomes);
  /** Why the last look did not read some or all; undefined if it read all. */
  let fault: Problem | undefined;
  let missed: readonly Outcome[] = [];
  // The wait may be an hour, or be cut off with the runner.
  const done = job.outcomes.filter((one) => FIELDS.some((field) => one.ours(field))).flatMap((one) => one.done);
  if (open.length > 0 && done.length > 0) log.info(`Done before the wait: ${listed(done, MOST_DONE)}.`);
  while (open.length > 0 && !deadline.aborted) {
    const elapsed = clock.now() - start;
    const left = Math.max(0, limit - elapsed);
    log.info(describeWait(open, elapsed, left));
    const before = new Map(job.outcomes.map((outcome) => [outcome, outcome.connector]));
    const isRead = (outcome: Outcome) => outcome.connector !== before.get(outcome);
    try {
      await clock.sleep(Math.min(settings.pollInterval, Math.max(left - LAST_CHECK_MS, LAST_CHECK_MS)), untilDeadline);
      fault ??= NO_ANSWER;
      missed = open;
      await readAgain(job, open, untilDeadline);
      fault = undefined;
    } catch (failure) {
      if (failure instanceof Failure) fault = failure.problems[0];
      if (!deadline.aborted) {
        if (!(failure instanceof Failure)) throw failure;
        if (!failure.passing) {
          failAll(open, failure);
          return;
        }
        log.info(`${failure.message} Still waiting.`);
      }
    }
    for (const outcome of open) {
      const [earlier, now] = [status(before.get(outcome)), status(outcome.connector)];
      if (now !== earlier) log.info(`>>> ${outcome.name}: verification ${earlier} -> ${now}`);
    }
    missed = missed.filter((outcome) => !isRead(outcome));
    // The status of one that was not read may be an old one, which fails nobody.
    open = await settle(job, job.outcomes.filter(isRead));
  }
  const context = ` after a wait of ${describeSpan(limit)}`;
  const fail = (outcome: Outcome) =>
    fault && missed.includes(outcome)
      ? failMissed(job, outcome, context, fault)
      : failUnverified(job, [outcome], context, LATE_DNS_MS);
  await Promise.all(open.map(fail));
}

/** Of those just read, fails the ones whose verification has failed. Returns all to go on waiting for. */
async function settle(job: Job, read: readonly Outcome[]): Promise<Outcome[]> {
  const isInGrace = ({ begunAt = -Infinity }: Outcome) => job.clock.now() - begunAt < GRACE_MS;
  const isLost = (outcome: Outcome) => status(outcome.connector) === 'failed' && !isInGrace(outcome);
  const fail = (outcome: Outcome) => failUnverified(job, [outcome], outcome.begunAt === undefined ? POLLED : BEGUN);
  await Promise.all(read.filter(isOpen).filter(isLost).map(fail));
  return job.outcomes.filter(isOpen);
}

/** Fails one that may be verified by now, since the last reads failed. */
async function failMissed(job: Job, outcome: Outcome, context: string, fault: Problem): Promise<void> {
  const end = `${context}, and could not be read at the end: ${fault.problem}`;
  const { problem, action, ...rest } = await explainUnverified(job, outcome, end, LATE_DNS_MS);
  outcome.fail({
    ...rest,
    problem: `${problem}, then ${fault.problem}`,
    action: `The last reads failed. ${fault.action ?? 'Run this again first.'} ${action}`,
  });
}

function isOpen({ failed, connector }: Outcome): boolean {
  return !failed && connector !== undefined && !isVerified(connector);
}

function describeWait(open: readonly Outcome[], elapsed: number, left: number): string {
  const [first] = open;
  // The first check is at the start, give or take.
  const time = `${elapsed < 500 ? '0 s' : describeSpan(elapsed)} elapsed, ${describeSpan(left)} left`;
  const statusOf = ({ connector }: Outcome) => status(connector);
  if (open.length === 1 && first) return `Waiting for ${first.name} to be verified: ${statusOf(first)}, ${time}.`;
  const counts = [...Map.groupBy(open, statusOf)].map(([name, of]) => `${of.length} ${name}`).join(', ');
  return `Waiting for ${open.length} domains to be verified: ${counts}, ${time}.`;
}

function status(connector: Connector | undefined): string {
  return oneLine(connector?.verification_status ?? 'no status', 40);
}
