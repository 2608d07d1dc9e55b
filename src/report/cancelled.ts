import type { Outcome } from '../outcome.ts';

const MOST_NAMED = 5;

/** What had been done when the job was cancelled, what may have been, and what had not. */
export function describeCancelled(signal: string, outcomes: readonly Outcome[]): string {
  const done = outcomes.flatMap((outcome) => outcome.done);
  const underWay = outcomes.flatMap((outcome) => outcome.underWay ?? []);
  const untouched = outcomes.filter((outcome) => outcome.done.length === 0 && outcome.underWay === undefined);
  return [
    `The run was cancelled (${signal}).`,
    `Done: ${list(done) || 'nothing'}.`,
    ...(underWay.length > 0 ? [`Sent, but not known whether it was done: ${list(underWay)}.`] : []),
    ...(untouched.length > 0 ? [`Not changed: ${list(untouched.map((outcome) => outcome.name))}.`] : []),
  ].join(' ');
}

function list(items: readonly string[]): string {
  const more = items.length > MOST_NAMED ? ` and ${items.length - MOST_NAMED} more` : '';
  return `${items.slice(0, MOST_NAMED).join(', ')}${more}`;
}
