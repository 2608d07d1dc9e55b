import { FIELDS } from '../connector/connector.ts';
import { Failure } from '../failure.ts';
import { oneLine } from '../untrusted.ts';
import { failAll } from './attempt.ts';
import type { Job } from './job.ts';
import type { Outcome } from './outcome.ts';

/** A connector that is given once by id and once by domain may be asked to be two things. Nothing stops a disable. */
export function refuseTwins({ outcomes, log }: Job): void {
  // What the guard of an entry has stopped asks nothing of the connector.
  const entries = outcomes.filter(({ failures }) => failures.every(({ kind }) => kind !== 'wrong_domain'));
  for (const same of Map.groupBy(entries, (outcome) => outcome.id).values()) {
    const id = same[0]?.id;
    if (id === undefined || same.length === 1) continue;
    for (const outcome of same) outcome.twins = same.filter((other) => other !== outcome);
    const lines = same.map(({ target }) => target.line).join(' and ');
    const state = `Lines ${lines} of the list name the same connector, ${oneLine(id, 64)}.`;
    const action = 'Remove one of these entries.';
    if (isDisable(same)) {
      log.warning(`${state} ${action}`);
      continue;
    }
    const isUntouched = same.every(({ done, doubted }) => done.length === 0 && doubted.length === 0);
    const message = `${state}${isUntouched ? ' Nothing was changed for it.' : ''}`;
    const failure = new Failure({ kind: 'ambiguous', problem: `twice in the list (lines ${lines})`, message, action });
    failAll(same, failure, same[0]?.subject);
  }
}

/** Whether one of these asks for a disable, and no other for the opposite of anything. */
function isDisable(outcomes: readonly Outcome[]): boolean {
  const wishes = outcomes.map(({ target }) => target.desired);
  const isClear = FIELDS.every((field) => new Set(wishes.flatMap((wish) => wish[field] ?? [])).size < 2);
  return isClear && wishes.some(({ enabled }) => enabled === false);
}
