import type { Failure, FailureRecord } from '../failure.ts';
import { counted } from '../plural.ts';
import { nounFor, type Outcome } from './outcome.ts';

/** Runs a piece of the work on many targets side by side; those that have failed already are passed over. */
export async function attemptEach(outcomes: readonly Outcome[], work: (outcome: Outcome) => Promise<void> | void) {
  const going = outcomes.filter((outcome) => !outcome.failed);
  await Promise.all(going.map((outcome) => outcome.attempt(() => work(outcome))));
}

/** Records one failure that stops all of these, once for all of them. */
export function failAll(outcomes: readonly Outcome[], failure: Failure): void {
  const [first] = outcomes;
  if (outcomes.length === 1) first?.fail(failure);
  else share(outcomes, failure.record({ name: counted(outcomes.length, nounFor(outcomes)) }));
}

/** Has several connectors fail by the same records. */
export function share(outcomes: readonly Outcome[], records: readonly FailureRecord[]): void {
  for (const { failures } of outcomes) failures.push(...records);
}
