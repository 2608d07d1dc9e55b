import { FIELDS } from '../connector.ts';
import type { Log } from '../job.ts';
import type { Outcome } from '../outcome.ts';
import type { Result } from '../result.ts';
import { oneLine } from '../untrusted.ts';
import { describeCancelled } from './cancelled.ts';

/**
 * The runner shows 10 annotations of a type for a step, so the tenth counts the rest.
 * https://docs.github.com/en/rest/checks/runs
 */
const MOST_ERRORS = 9;

/** Writes one line a connector, a closing count for many, and every failure. */
export function writeLines(result: Result, log: Log): void {
  for (const outcome of result.outcomes) {
    if (outcome.connector || outcome.failed) log.info(describeOutcome(outcome, result));
  }
  if (result.settings?.many) log.info(countOutcomes(result.outcomes));
  if (result.cancelled) log.error(describeCancelled(result));

  const problems = result.failures.flatMap((failure) => failure.problems);
  for (const problem of problems.slice(0, MOST_ERRORS)) log.error(problem);
  const rest = problems.slice(MOST_ERRORS);
  for (const problem of rest) log.info(`Error: ${problem}`);
  if (rest.length > 0)
    log.error(`${rest.length} more ${rest.length === 1 ? 'error' : 'errors'}: see the log of this step.`);
}

/** One connector for people: its state as last seen, and what this run made of it. */
export function describeOutcome(outcome: Outcome, { settings }: Result): string {
  const { connector } = outcome;
  const inSync = outcome.isInSync(settings?.requireVerified ?? false);
  const state = connector
    ? `${FIELDS.map((field) => `${field}=${connector[field] ?? 'not told'}`).join(', ')}, verification ${oneLine(connector.verification_status ?? 'not told', 40)}`
    : 'not seen';
  const verdict = outcome.failed ? 'FAILED' : inSync ? 'as asked for' : 'not as asked for';
  const changes = describeChanges(outcome);
  return `${outcome.name}: ${state}; ${changes ? `changed ${changes}; ` : ''}${verdict}`;
}

/** What this run changed: `enabled false -> true`; empty where nothing, or where it cannot be told. */
function describeChanges({ found, connector, changed }: Outcome): string {
  if (!found || !connector || !changed) return '';
  return FIELDS.filter((field) => found[field] !== connector[field])
    .map((field) => `${field} ${found[field] ?? 'not told'} -> ${connector[field] ?? 'not told'}`)
    .join(', ');
}

/** The closing count for many connectors: `40 connectors: 3 changed, 39 as asked for, 1 failed.` */
export function countOutcomes(outcomes: readonly Outcome[]): string {
  const failed = outcomes.filter((outcome) => outcome.failed).length;
  const changed = outcomes.filter((outcome) => outcome.changed).length;
  return `${outcomes.length} connectors: ${changed} changed, ${outcomes.length - failed} as asked for, ${failed} failed.`;
}
