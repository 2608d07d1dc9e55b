import { describeDesired } from '../connector/connector.ts';
import { type Cancelled, Failure, type FailureRecord } from '../failure.ts';
import type { Settings } from '../inputs/settings.ts';
import type { Outcome } from '../job/outcome.ts';
import type { Result } from '../job/result.ts';
import { listed } from '../plural.ts';
import { isToBegin } from '../verification/begin.ts';

const MOST_CHANGES = 5;

/** The failure that a cancelled job is: what was done, what may have been, and what was not. */
export function recordCancelled({
  cancelled,
  settings,
  outcomes,
}: Result & { readonly cancelled: Cancelled }): FailureRecord[] {
  const done = outcomes.flatMap((outcome) => outcome.done);
  const underWay = outcomes.flatMap((outcome) => outcome.underWay ?? []);
  const writes = settings?.mode === 'update' || settings?.mode === 'reconcile';
  const undone = writes ? outcomes.flatMap((outcome) => describeUndone(outcome, settings)) : [];
  const unknown = underWay.length > 0 ? ` Sent, but its effect is unknown: ${listed(underWay, MOST_CHANGES)}.` : '';
  return new Failure(
    {
      kind: 'cancelled',
      problem: 'The run was cancelled',
      message: `The run was cancelled (${cancelled.signal}). Done: ${listed(done, MOST_CHANGES) || 'nothing'}.${unknown} Not done: ${listed(undone, MOST_CHANGES) || 'nothing, no further change was to be made'}.`,
    },
    { mayHaveTakenEffect: underWay.length > 0 },
  ).record();
}

function describeUndone(outcome: Outcome, settings: Settings): string[] {
  const { name, target, done, underWay, unsent } = outcome;
  const isUntouched = done.length === 0 && underWay === undefined;
  const begin = isUntouched && isToBegin(outcome, settings) ? [`begin the verification of ${name}`] : [];
  if (describeDesired(unsent) !== '') return [...begin, `${describeDesired(unsent)} for ${name}`];
  const isEmpty = settings.mode === 'update' && describeDesired(target.desired) === '';
  return isEmpty && isUntouched && begin.length === 0 ? [`an update of no field for ${name}`] : begin;
}
