/** Finds what keeps a regular expression busiest, in a thread of its own: nothing else can end one that never ends. */
import { parentPort, workerData } from 'node:worker_threads';

/** A text made of a start, many of the same, and an end. */
export type Attempt = readonly [start: string, repeated: string, end: string];

/** What a thread is given. */
export interface Job {
  readonly source: string;
  readonly flags: string;
  readonly attempts: readonly Attempt[];
  readonly length: number;
  /** What takes longer need not be tried on a greater length. */
  readonly limitMs: number;
}

/** The attempt that took the longest, and the time of the processor, which no other load of the machine adds to. */
export interface Slowest {
  readonly attempt: Attempt;
  readonly cpuMs: number;
  readonly length: number;
}

/** Long enough for a quadratic expression to stand out, and short enough to try thousands. */
const SCREENED_LENGTH = 2000;
const MOST_PROMISING = 5;

const { source, flags, attempts, length, limitMs } = workerData as Job;
const expression = new RegExp(source, flags);
let slowest = slowestOf(attempts, SCREENED_LENGTH);
// Step by step, since the whole length takes a bad one minutes.
for (let size = SCREENED_LENGTH; size < length && (slowest[0]?.cpuMs ?? 0) <= limitMs; ) {
  size = Math.min(size * 2, length);
  slowest = slowestOf(
    slowest.map(({ attempt }) => attempt),
    size,
  );
}
parentPort?.postMessage(slowest[0]);

/** The slowest first; ends at the first that is beyond the limit. */
function slowestOf(candidates: readonly Attempt[], size: number): Slowest[] {
  const timed: Slowest[] = [];
  for (const attempt of candidates) {
    const cpuMs = timeOf(attempt, size);
    timed.push({ attempt, cpuMs, length: size });
    if (cpuMs > limitMs) break;
  }
  return timed.sort((one, other) => other.cpuMs - one.cpuMs).slice(0, MOST_PROMISING);
}

/** Every match in the text and every position without one, whatever the flags. */
function timeOf([start, repeated, end]: Attempt, size: number): number {
  const text = start + repeated.repeat(size / repeated.length) + end;
  const before = process.threadCpuUsage();
  text.replace(expression, '');
  const { user, system } = process.threadCpuUsage(before);
  return (user + system) / 1000;
}
