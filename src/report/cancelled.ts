import { describeDesired } from '../connector.ts';
import type { Outcome } from '../outcome.ts';
import type { Result } from '../result.ts';

const MOST_NAMED = 5;

/** What had been done when the job was cancelled, what may have been, and what had not. */
export function describeCancelled({ cancelled, settings, outcomes }: Result): string {
  const done = outcomes.flatMap((outcome) => outcome.done);
  const underWay = outcomes.flatMap((outcome) => outcome.underWay ?? []);
  const writes = settings !== undefined && settings.mode !== 'check';
  const undone = writes ? outcomes.filter(isUndone) : [];
  return [
    `The run was cancelled (${cancelled?.signal}).`,
    `Done: ${list(done) || 'nothing'}.`,
    underWay.length > 0 ? `Sent, and not known whether it took effect: ${list(underWay)}.` : '',
    `Not done: ${list(undone.map(describeTask)) || 'nothing, no further change was to be made'}.`,
  ]
    .filter((sentence) => sentence !== '')
    .join(' ');
}

function isUndone(outcome: Outcome): boolean {
  return outcome.underWay === undefined && outcome.isInSync(false) !== true;
}

function describeTask(outcome: Outcome): string {
  return `${describeDesired(outcome.target.desired) || 'an update'} for ${outcome.name}`;
}

function list(items: readonly string[]): string {
  const more = items.length > MOST_NAMED ? ` and ${items.length - MOST_NAMED} more` : '';
  return `${items.slice(0, MOST_NAMED).join(', ')}${more}`;
}
