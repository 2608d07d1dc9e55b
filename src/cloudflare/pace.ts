import { type Clock, describeSpan } from '../clock.ts';
import { Failure } from '../failure.ts';
import type { Answer } from './answer.ts';
import { LONGEST_WINDOW_MS, readLimit } from './rate-limit.ts';

interface Waiter extends PromiseWithResolvers<void> {
  /** Whether it waits for the window to turn. */
  readonly waits: boolean;
}

/** So that a fleet is no burst. */
const MOST_IN_FLIGHT = 8;

/**
 * Holds requests back, so that the rate limit is never run into, which blocks all that use the token for five minutes:
 * at most 8 are in flight, and no more than the last `Ratelimit` header says are left; if none is left, they wait for
 * the window to turn. None that may wait is refused here: if the wait would be longer than any window, the API decides.
 */
export class Pace {
  readonly #clock: Clock;
  readonly #log: (line: string) => void;
  readonly #waiting = new Set<Waiter>();
  #inFlight = 0;
  #left = Number.POSITIVE_INFINITY;
  #turnsAt = 0;
  #alarm: AbortController | undefined;

  constructor(clock: Clock, log: (line: string) => void) {
    this.#clock = clock;
    this.#log = log;
  }

  /**
   * Runs a request in its turn and heeds what the answer says of the limit. Throws what the request throws, the signal's
   * reason, or a Failure if it is not to wait and none is left; by default it waits.
   */
  async run(request: () => Promise<Answer>, signal: AbortSignal, waits = true): Promise<Answer> {
    await this.#admission(signal, waits);
    try {
      const answer = await request();
      this.#heed(answer);
      return answer;
    } finally {
      this.#inFlight -= 1;
      this.#admitWaiting();
    }
  }

  async #admission(signal: AbortSignal, waits: boolean): Promise<void> {
    signal.throwIfAborted();
    const waiter = { ...Promise.withResolvers<void>(), waits };
    const leave = () => {
      this.#waiting.delete(waiter);
      waiter.reject(signal.reason);
      this.#admitWaiting();
    };
    this.#waiting.add(waiter);
    signal.addEventListener('abort', leave);
    this.#admitWaiting();
    await waiter.promise.finally(() => signal.removeEventListener('abort', leave));
  }

  #admitWaiting(): void {
    const isTooLong = this.#left === 0 && this.#turnsAt - this.#clock.now() > LONGEST_WINDOW_MS;
    if (isTooLong && this.#waiting.size > 0) this.#forgetLimit();
    while (this.#inFlight < Math.min(MOST_IN_FLIGHT, this.#left)) {
      const [next] = this.#waiting;
      if (!next) break;
      this.#waiting.delete(next);
      this.#inFlight += 1;
      next.resolve();
    }
    if (this.#left === 0 && this.#clock.now() < this.#turnsAt) this.#refuseHasty();
    if (this.#waiting.size === 0 || this.#left > 0) {
      this.#alarm?.abort();
      this.#alarm = undefined;
    } else if (!this.#alarm) {
      this.#waitForTurn();
    }
  }

  #refuseHasty(): void {
    for (const waiter of [...this.#waiting].filter(({ waits }) => !waits)) {
      const message = "Cloudflare's rate limit leaves no request.";
      this.#waiting.delete(waiter);
      waiter.reject(new Failure({ kind: 'rate_limited', problem: 'rate limit reached', message }));
    }
  }

  #waitForTurn(): void {
    const wait = Math.max(0, this.#turnsAt - this.#clock.now());
    // A timer may be a millisecond early, which is not worth a line.
    if (wait > 1) {
      this.#log(`Cloudflare's rate limit leaves no request: waiting ${describeSpan(wait)} for its window to turn.`);
    }
    const alarm = new AbortController();
    this.#alarm = alarm;
    const turned = () => {
      this.#alarm = undefined;
      // One request finds out what the new window leaves, unless an answer has moved it meanwhile.
      if (this.#clock.now() >= this.#turnsAt) this.#left = 1;
      this.#admitWaiting();
    };
    this.#clock.sleep(wait, alarm.signal).then(turned, () => {});
  }

  /** As before the first answer, so that the next one is heeded, whatever it says. */
  #forgetLimit(): void {
    this.#left = Number.POSITIVE_INFINITY;
    this.#turnsAt = 0;
  }

  #heed(answer: Answer): void {
    const now = this.#clock.now();
    const limit = readLimit(answer, now);
    if (limit) {
      // Answers may overtake each other: within a window the least counts, and the latest turn.
      const isWithin = now < this.#turnsAt;
      if (isWithin && limit.left > this.#left) return;
      const turnsAt = now + limit.turnsInMs;
      this.#turnsAt = isWithin ? Math.max(this.#turnsAt, turnsAt) : turnsAt;
      this.#left = limit.left;
    } else if (now >= this.#turnsAt) {
      this.#left = Number.POSITIVE_INFINITY;
    }
  }
}
