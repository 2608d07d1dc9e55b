/** The longest `Retry-After` that is waited for; beyond, the request fails at once and names the time. */
export const LONGEST_RETRY_AFTER_MS = 60_000;

const FIRST_PAUSE_MS = 500;
const LONGEST_PAUSE_MS = 8000;

/**
 * The pause in milliseconds before a retry, which is counted from 1: it doubles from 500 ms up to 8 s, and of that it is
 * between half and all by chance (from 0 up to 1), so that runs that failed together do not come back together.
 */
export function backoff(retry: number, chance: number): number {
  const longest = Math.min(LONGEST_PAUSE_MS, FIRST_PAUSE_MS * 2 ** (retry - 1));
  return Math.round(longest * (0.5 + chance / 2));
}

/** What to say behind the last failure of a request: how often it was tried, and whether it may have taken effect. */
export function describeEnd(retries: number, unanswered: boolean): string {
  const tried = retries > 0 ? `Also after ${retries} ${retries === 1 ? 'retry' : 'retries'}.` : '';
  const effect = unanswered ? 'Whether Cloudflare applied it is not known; it is safe to run it again.' : '';
  return `${tried} ${effect}`.trim();
}
