import type { Field } from '../connector/connector.ts';
import type { Outcome } from '../job/outcome.ts';
import { isBlocked } from '../modes/intent.ts';
import { listed } from '../plural.ts';

/** A field with its value before and after, for people. */
export interface FieldChange {
  readonly field: Field;
  readonly before: string;
  readonly after: string;
}

const MOST_SENT = 5;

/** What was sent and done, and what was sent with an effect that is unknown, each for people and empty if there is none. */
export function describeSent(outcomes: readonly Outcome[]): { readonly done: string; readonly unknown: string } {
  const done = outcomes.flatMap((outcome) => outcome.done);
  const doubted = outcomes.flatMap((outcome) => outcome.doubted);
  return {
    done: listed(done, MOST_SENT),
    unknown: doubted.length > 0 ? `Sent, but its effect is unknown: ${listed(doubted, MOST_SENT)}.` : '',
  };
}

/** What this run changed, as far as known. */
export function changesByUs(outcome: Outcome): FieldChange[] {
  return outcome.changedFields.map((field) => changeOf(field, outcome.ours(field)));
}

/** What others changed meanwhile, as far as known. */
export function changesByOthers(outcome: Outcome): FieldChange[] {
  return outcome.movedByOthers.map((field) => changeOf(field, outcome.others(field)));
}

/** What `reconcile` would change, as last seen: a gate that fails stops nothing but an enable that Cloudflare refuses. */
export function plannedChanges(outcome: Outcome): FieldChange[] {
  if (isBlocked(outcome) || outcome.failures.some(({ kind }) => kind !== 'not_verified')) return [];
  return outcome.remainingDrift.map(({ field, actual, expected }) =>
    changeOf(field, { before: actual, after: expected }),
  );
}

function changeOf(
  field: Field,
  { before, after }: { before?: boolean | null | undefined; after?: boolean } = {},
): FieldChange {
  return { field, before: String(before ?? 'unknown'), after: String(after ?? 'unknown') };
}
