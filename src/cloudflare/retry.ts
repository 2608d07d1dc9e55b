import * as v from 'valibot';
import { type Clock, describeSpan } from '../clock.ts';
import { Cancelled, Failure } from '../failure.ts';
import { counted } from '../plural.ts';
import { type Answer, header } from './answer.ts';
import { parseJson } from './json.ts';

const LONGEST_RETRY_AFTER_MS = 60_000;
/** How long the API refuses everything. https://developers.cloudflare.com/fundamentals/api/reference/limits/ */
const BLOCK_SECONDS = 300;
/** Some 30 years, which a Date can hold. */
const LONGEST_SECONDS = 999_999_999;

const FIRST_PAUSE_MS = 500;
const LONGEST_PAUSE_MS = 8000;

/** Whether a status is that of a passing fault. */
export function isPassingStatus(status: number): boolean {
  return status === 408 || status === 429 || status >= 500;
}

const EdgeSchema = v.object({
  value: v.object({ cloudflare_error: v.literal(true), retry_after: v.pipe(v.number(), v.minValue(0)) }),
});

/**
 * How long a passing fault asks to wait, in milliseconds: `Retry-After`, or else `retry_after` of an error of the edge,
 * or for 429 alone 5 minutes. Undefined if it does not say. `now` is in milliseconds since the epoch.
 * https://www.rfc-editor.org/rfc/rfc9110#field.retry-after
 */
export function retryAfter(answer: Answer, now: number): number | undefined {
  if (!isPassingStatus(answer.status)) return undefined;
  const value = String(header(answer, 'retry-after')).trim();
  const date = /^(Mon|Tue|Wed|Thu|Fri|Sat|Sun)/.test(value) ? Date.parse(value) : Number.NaN;
  if (!Number.isNaN(date)) return Math.max(0, date - now);
  const seconds = /^\d+$/.test(value) ? Number(value) : secondsInBody(answer);
  const wait = seconds ?? (answer.status === 429 ? BLOCK_SECONDS : undefined);
  return wait === undefined ? undefined : Math.min(wait, LONGEST_SECONDS) * 1000;
}

function secondsInBody({ body }: Answer): number | undefined {
  const parsed = v.safeParse(EdgeSchema, parseJson(body));
  return parsed.success ? parsed.output.value.retry_after : undefined;
}

/** What to do after a refusal for the rate; the time is in milliseconds since the epoch. */
export function runAgainAfter(time: number): string {
  return `Run this again after ${new Date(time).toISOString().replace(/\.\d+/, '')}.`;
}

interface RetryOptions {
  readonly maxRetries: number;
  readonly clock: Clock;
  readonly log: { info(line: string): void };
}

/**
 * Sends a request, and again after a passing fault, up to `maxRetries` times. Throws the last Failure, which tells of
 * the retries, or the signal's reason: before there is one, or if the job is cancelled.
 */
export async function withRetries<T>(
  send: () => Promise<T>,
  { maxRetries, clock, log }: RetryOptions,
  signal: AbortSignal,
): Promise<T> {
  let strays = 0;
  for (let retries = 0; ; retries += 1) {
    try {
      return await send();
    } catch (failure) {
      if (!(failure instanceof Failure)) throw failure;
      const { passing, retryAfterMs = 0 } = failure;
      const isStray = passing === 'once';
      // A stray refusal of the token is tried once more beside the retries, whatever their number.
      if (isStray) strays += 1;
      const retry = retries + 1 - strays;
      const isTooLong = retryAfterMs > LONGEST_RETRY_AFTER_MS;
      // Only a 429 means it: the edge asks for two minutes as a matter of course.
      const isBlocked = isTooLong && failure.isAll('rate_limited');
      if (!passing || retry > maxRetries || isBlocked) throw withRetryCount(failure, retries);
      const pause = retryAfterMs < 1 || isTooLong ? backoff(retries + 1, clock.random()) : retryAfterMs;
      const next = isStray ? 'Trying once more' : `Retry ${retry} of ${maxRetries}`;
      log.info(`${failure.problems[0]?.message} ${next} in ${describeSpan(pause)}.`);
      try {
        await clock.sleep(pause, signal);
      } catch (reason) {
        // If only the time is over, the fault says more.
        throw reason instanceof Cancelled ? reason : withRetryCount(failure, retries);
      }
    }
  }
}

/**
 * The pause in milliseconds before a retry, counted from 1: it doubles from 500 ms to 8 s, and chance (0 to 1) decides on
 * half of it, so that runs that failed together do not come back together.
 */
export function backoff(retry: number, chance: number): number {
  const longest = Math.min(LONGEST_PAUSE_MS, FIRST_PAUSE_MS * 2 ** (retry - 1));
  return Math.round(longest * (0.5 + chance / 2));
}

function withRetryCount(failure: Failure, retries: number): Failure {
  if (retries === 0) return failure;
  const tried = `${counted(retries, 'retry', 'retries')} did not help.`;
  return failure.changed((problem) => ({ ...problem, message: `${problem.message} ${tried}` }));
}
