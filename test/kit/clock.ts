import type { Clock } from '../../src/clock.ts';

/**
 * A clock on which every pause is over at once; deadlines on the way strike. Chance is always one half. What takes time
 * in truth, such as a request, takes none on it: `advance` lets time pass meanwhile.
 */
export class FakeClock implements Clock {
  /** Milliseconds since the epoch. */
  time: number;
  /** All pauses so far, in milliseconds. */
  readonly pauses: number[] = [];
  #deadlines: { readonly at: number; readonly strike: () => void }[] = [];

  constructor(time: number | string = '2026-08-01T00:00:00Z') {
    this.time = new Date(time).getTime();
  }

  now(): number {
    return this.time;
  }

  random(): number {
    return 0.5;
  }

  deadline(milliseconds: number): AbortSignal {
    const cancel = new AbortController();
    const strike = () => cancel.abort(new DOMException('The deadline has passed', 'TimeoutError'));
    this.#deadlines.push({ at: this.time + milliseconds, strike });
    this.#deadlines.sort((one, other) => one.at - other.at);
    return cancel.signal;
  }

  async sleep(milliseconds: number, signal: AbortSignal): Promise<void> {
    signal.throwIfAborted();
    this.pauses.push(milliseconds);
    this.advance(milliseconds, signal);
    signal.throwIfAborted();
  }

  /** Lets time pass, up to the deadline that aborts the signal. */
  advance(milliseconds: number, signal?: AbortSignal): void {
    const end = this.time + milliseconds;
    for (let next = this.#deadlines[0]; next !== undefined && next.at <= end; next = this.#deadlines[0]) {
      this.#deadlines.shift();
      this.time = next.at;
      next.strike();
      if (signal?.aborted) return;
    }
    this.time = end;
  }
}
