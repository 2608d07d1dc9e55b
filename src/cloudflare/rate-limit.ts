import { type Answer, header } from './answer.ts';
import { retryAfter } from './retry.ts';

/** The header has whole seconds, so the window may turn a little later. */
const ROUNDING_MS = 1000;
/** https://developers.cloudflare.com/fundamentals/api/reference/limits/ */
export const LONGEST_WINDOW_MS = 300_000 + ROUNDING_MS;

/** How many requests are left until the window turns. */
interface Limit {
  readonly left: number;
  readonly turnsInMs: number;
}

/** What an answer leaves: nothing after a 429, for as long as it asks, else what `Ratelimit` says. */
export function readLimit(answer: Answer, now: number): Limit | undefined {
  if (answer.status !== 429) {
    const value = header(answer, 'ratelimit');
    return value === undefined ? undefined : parseRateLimit(value);
  }
  const turnsInMs = retryAfter(answer, now);
  return turnsInMs ? { left: 0, turnsInMs } : undefined;
}

/**
 * What a `Ratelimit` header such as `"default";r=50;t=30` leaves; of several policies the one that leaves least.
 * Undefined if it says nothing of the kind.
 */
export function parseRateLimit(value: string): Limit | undefined {
  const policies = value.split(',').flatMap((policy) => {
    const left = /;\s*r=(\d{1,9})\b/.exec(policy)?.[1];
    const seconds = /;\s*t=(\d{1,9})\b/.exec(policy)?.[1];
    if (left === undefined || seconds === undefined) return [];
    return { left: Number(left), turnsInMs: Number(seconds) * 1000 + ROUNDING_MS };
  });
  return policies.sort((one, other) => one.left - other.left || other.turnsInMs - one.turnsInMs)[0];
}
