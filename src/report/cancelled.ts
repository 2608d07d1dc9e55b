import { describeDesired } from '../connector/connector.ts';
import type { Settings } from '../inputs/settings.ts';
import type { Outcome } from '../job/outcome.ts';
import type { Result } from '../job/result.ts';
import { isToBegin } from '../verification/begin.ts';

const MOST_NAMED = 5;

/** What had been done when the job was cancelled, what may have been, and what had not. */
export function describeCancelled({ cancelled, settings, outcomes }: Result): string {
  const done = outcomes.flatMap((outcome) => outcome.done);
  const underWay = outcomes.flatMap((outcome) => outcome.underWay ?? []);
  const undone =
    settings && settings.mode !== 'check' ? outcomes.flatMap((outcome) => describeUndone(outcome, settings)) : [];
  return [
    `The run was cancelled (${cancelled?.signal}).`,
    `Done: ${list(done) || 'nothing'}.`,
    underWay.length > 0 ? `Sent, and not known whether it took effect: ${list(underWay)}.` : '',
    `Not done: ${list(undone) || 'nothing, no further change was to be made'}.`,
  ]
    .filter((sentence) => sentence !== '')
    .join(' ');
}

function describeUndone(outcome: Outcome, settings: Settings): string[] {
  if (outcome.underWay !== undefined) return [];
  const begin = isToBegin(outcome, settings) ? [`the begin of the verification of ${outcome.name}`] : [];
  const fields = describeDesired(outcome.target.desired) || 'an update';
  return outcome.isInSync(false) === true ? begin : [...begin, `${fields} for ${outcome.name}`];
}

function list(items: readonly string[]): string {
  const more = items.length > MOST_NAMED ? ` and ${items.length - MOST_NAMED} more` : '';
  return `${items.slice(0, MOST_NAMED).join(', ')}${more}`;
}
