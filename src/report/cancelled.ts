import { describeDesired } from '../connector/connector.ts';
import { Failure, type FailureRecord } from '../failure.ts';
import type { Settings } from '../inputs/settings.ts';
import type { Outcome } from '../job/outcome.ts';
import type { Result } from '../job/result.ts';
import { listed } from '../plural.ts';
import { isToBegin } from '../verification/begin.ts';

const MOST_CHANGES = 5;

/** The failure that a cancelled job is: what was done, what may have been, and what was not. */
export function recordCancelled(result: Result): FailureRecord {
  const mayHaveTakenEffect = result.outcomes.some(({ underWay }) => underWay !== undefined);
  const problem = { kind: 'cancelled', problem: 'The run was cancelled', message: describeCancelled(result) } as const;
  const [record] = new Failure(problem, { mayHaveTakenEffect }).record();
  if (record === undefined) throw new Error('a failure without a record');
  return record;
}

function describeCancelled({ cancelled, settings, outcomes }: Result): string {
  const done = outcomes.flatMap((outcome) => outcome.done);
  const underWay = outcomes.flatMap((outcome) => outcome.underWay ?? []);
  const undone =
    settings && (settings.mode === 'update' || settings.mode === 'reconcile')
      ? outcomes.flatMap((outcome) => describeUndone(outcome, settings))
      : [];
  return [
    `The run was cancelled (${cancelled?.signal}).`,
    `Done: ${listed(done, MOST_CHANGES) || 'nothing'}.`,
    underWay.length > 0 ? `Sent, but its effect is unknown: ${listed(underWay, MOST_CHANGES)}.` : '',
    `Not done: ${listed(undone, MOST_CHANGES) || 'nothing, no further change was to be made'}.`,
  ]
    .filter((sentence) => sentence !== '')
    .join(' ');
}

function describeUndone(outcome: Outcome, settings: Settings): string[] {
  const { name, target, done, underWay, unsent } = outcome;
  const isUntouched = done.length === 0 && underWay === undefined;
  const begin = isUntouched && isToBegin(outcome, settings) ? [`begin the verification of ${name}`] : [];
  const isEmpty = settings.mode === 'update' && describeDesired(target.desired) === '';
  const fields =
    describeDesired(unsent) || (isEmpty && isUntouched && begin.length === 0 ? 'an update of no field' : '');
  return fields === '' ? begin : [...begin, `${fields} for ${name}`];
}
