import { setTimeout } from 'node:timers/promises';

/** Time, in milliseconds, and chance. */
export interface Clock {
  /** Since the epoch. */
  now(): number;
  /** Rejects with the signal's reason as soon as it is aborted. */
  sleep(milliseconds: number, signal: AbortSignal): Promise<void>;
  deadline(milliseconds: number): AbortSignal;
  /** From 0 up to 1. */
  random(): number;
}

export const systemClock: Clock = {
  now: Date.now,
  random: Math.random,
  deadline: (milliseconds) => AbortSignal.timeout(milliseconds),
  async sleep(milliseconds, signal) {
    await setTimeout(milliseconds, undefined, { signal }).catch(() => signal.throwIfAborted());
  },
};

/** A span of time for people: `450 ms`, `12 s`, `2 min 5 s`, `1 h 3 min`. */
export function describeSpan(milliseconds: number): string {
  if (milliseconds < 999.5) return `${Math.round(milliseconds)} ms`;
  const seconds = Math.round(milliseconds / 1000);
  const [hours, minutes] = [Math.floor(seconds / 3600), Math.floor((seconds % 3600) / 60)];
  const parts = hours > 0 ? [`${hours} h`, `${minutes} min`] : [`${minutes} min`, `${seconds % 60} s`];
  return parts.filter((part) => !part.startsWith('0 ')).join(' ');
}

/** A time for people, to the minute: `2026-11-20 10:05 UTC`. In milliseconds since the epoch. */
export function describeMinute(time: number): string {
  return `${new Date(time).toISOString().slice(0, 16).replace('T', ' ')} UTC`;
}
