import { describeSpan } from '../clock.ts';
import { isVerified } from '../connector/connector.ts';
import { Failure } from '../failure.ts';
import { failAll } from '../job/attempt.ts';
import { readAgain } from '../job/find.ts';
import type { Job } from '../job/job.ts';
import type { Outcome } from '../job/outcome.ts';
import { oneLine } from '../untrusted.ts';
import { failUnverified } from './explain.ts';

/** For so long after a verification has begun, the status `failed` may still be that of the one before. */
const GRACE_MS = 60_000;

/** So long before the time runs out there is a last check. */
const LAST_CHECK_MS = 1000;

/** Once the time has run out, DNS is asked for less than the second that the run may take on top. */
const LATE_DNS_MS = 500;

/** What the status `failed` means. */
const NOT_FOUND_IN_TIME = ': Cloudflare did not find the TXT record within two days';

/**
 * Waits, if `wait_for_verification` says so, until the domains are verified; one request a check, whatever their
 * number. A domain whose verification fails, or that is not verified in time, fails.
 */
export async function waitForVerification(job: Job, outcomes: readonly Outcome[]): Promise<void> {
  const { settings, clock, log, signal } = job;
  const limit = settings.waitForVerification;
  if (limit === undefined) return;
  const start = clock.now();
  const deadline = clock.deadline(limit);
  const untilDeadline = AbortSignal.any([signal, deadline]);

  let open = await settle(job, outcomes);
  let isUnread = false;
  while (open.length > 0) {
    const elapsed = clock.now() - start;
    const left = Math.max(0, limit - elapsed);
    log.info(describeWait(open, elapsed, left));
    const before = new Map(open.map((outcome) => [outcome, status(outcome)]));
    try {
      // Whatever the interval is, the last check comes shortly before the end.
      await clock.sleep(Math.min(settings.pollInterval, Math.max(left - LAST_CHECK_MS, LAST_CHECK_MS)), untilDeadline);
      await readAgain(job, open, untilDeadline);
    } catch (failure) {
      signal.throwIfAborted();
      if (deadline.aborted) break;
      if (!(failure instanceof Failure)) throw failure;
      if (!failure.passing) {
        failAll(open, failure);
        return;
      }
      log.info(`${failure.message} Still waiting.`);
      isUnread = true;
      continue;
    }
    isUnread = false;
    for (const [outcome, earlier] of before) {
      if (status(outcome) === earlier) continue;
      log.info(`>>> ${outcome.name}: verification ${earlier} -> ${status(outcome)}`);
    }
    open = await settle(job, open);
  }
  const unread = isUnread ? ', and could not be read at the end' : '';
  const late = { context: ` after a wait of ${describeSpan(limit)}${unread}`, dnsLimitMs: LATE_DNS_MS };
  await Promise.all(open.map((outcome) => failUnverified(job, outcome, late)));
}

/** Takes out those that are verified, have failed already, or whose verification has failed; the rest goes on waiting. */
async function settle(job: Job, outcomes: readonly Outcome[]): Promise<Outcome[]> {
  const open = outcomes.filter(({ failed, connector }) => !failed && connector && !isVerified(connector));
  const lost = open.filter((outcome) => status(outcome) === 'failed' && !isInGrace(job, outcome));
  await Promise.all(lost.map((outcome) => failUnverified(job, outcome, { context: NOT_FOUND_IN_TIME })));
  return open.filter((outcome) => !outcome.failed);
}

function isInGrace({ clock }: Job, { begunAt }: Outcome): boolean {
  return begunAt !== undefined && clock.now() - begunAt < GRACE_MS;
}

function describeWait(open: readonly Outcome[], elapsed: number, left: number): string {
  const [first] = open;
  // The first check is at the start, give or take.
  const time = `${elapsed < 500 ? '0 s' : describeSpan(elapsed)} elapsed, ${describeSpan(left)} left`;
  if (open.length === 1 && first) return `Waiting for ${first.name} to be verified: ${status(first)}, ${time}.`;
  const counts = [...Map.groupBy(open, status)].map(([name, of]) => `${of.length} ${name}`).join(', ');
  return `Waiting for ${open.length} domains to be verified: ${counts}, ${time}.`;
}

function status({ connector }: Outcome): string {
  return oneLine(connector?.verification_status ?? 'no status', 40);
}
