/** A rate limit: `limit` requests of one token in `windowMs`, after which all of its requests are refused for `blockMs`. */
export interface QuotaOptions {
  limit: number;
  windowMs: number;
  /** As long as the window by default, as documented (five minutes both). */
  blockMs?: number;
  /** The time in milliseconds, by a clock that only goes forward; that of the machine by default. */
  now?: () => number;
}

/** What the limit says to one request. */
export interface QuotaVerdict {
  /** For every answer. */
  headers: Record<string, string>;
  /** Whole seconds until the token may go on; absent where the request is allowed. */
  retryAfter?: number;
}

interface Window {
  used: number;
  endsAt: number;
  blocked: boolean;
}

/**
 * Counts the requests of each token in windows that begin with its first request.
 * https://developers.cloudflare.com/fundamentals/api/reference/limits/
 */
export class Quota {
  readonly #options: QuotaOptions;
  readonly #windows = new Map<string, Window>();

  constructor(options: QuotaOptions) {
    this.#options = options;
  }

  /** Counts one request. */
  take(token: string): QuotaVerdict {
    const { limit, windowMs, blockMs = windowMs } = this.#options;
    const now = (this.#options.now ?? performance.now.bind(performance))();
    let window = this.#windows.get(token);
    if (window === undefined || window.endsAt <= now) {
      window = { used: 0, endsAt: now + windowMs, blocked: false };
      this.#windows.set(token, window);
    }
    if (window.blocked || window.used >= limit) {
      if (!window.blocked) window.endsAt = now + blockMs;
      window.blocked = true;
    } else {
      window.used += 1;
    }
    const seconds = Math.ceil((window.endsAt - now) / 1000);
    const headers = {
      ratelimit: `"default";r=${window.blocked ? 0 : limit - window.used};t=${seconds}`,
      'ratelimit-policy': `"default";q=${limit};w=${Math.ceil(windowMs / 1000)}`,
    };
    return window.blocked ? { headers, retryAfter: seconds } : { headers };
  }
}
