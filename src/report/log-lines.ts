import { FIELDS, type Field } from '../connector/connector.ts';
import type { Log } from '../job/job.ts';
import type { Outcome } from '../job/outcome.ts';
import { isInSync, type Result } from '../job/result.ts';
import { oneLine } from '../untrusted.ts';

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
  if (result.settings?.many) log.info(countOutcomes(result));

  const problems = result.failures.map(({ message, action }) => [message, action].join(' '));
  const most = result.cancelled ? MOST_ERRORS - 1 : MOST_ERRORS;
  for (const problem of problems.slice(0, most)) log.error(problem);
  const rest = problems.slice(most);
  for (const problem of rest) log.info(`Error: ${problem}`);
  if (rest.length > 0)
    log.error(`${rest.length} more ${rest.length === 1 ? 'error' : 'errors'}: see the log of this step.`);
}

/** One connector for people: its state as last seen, and what this run made of it. */
function describeOutcome(outcome: Outcome, result: Result): string {
  const { connector } = outcome;
  const inSync = isInSync(outcome, result);
  const state = connector
    ? `${FIELDS.map((field) => `${field}=${connector[field] ?? 'not told'}`).join(', ')}, verification ${oneLine(connector.verification_status ?? 'not told', 40)}`
    : 'not seen';
  const verdict = outcome.failed ? 'FAILED' : inSync ? 'as asked for' : 'not as asked for';
  const changes = describeChanges(outcome);
  return `${outcome.name}: ${state}; ${changes ? `changed ${changes}; ` : ''}${verdict}`;
}

/** The fields that this run changed; none where that cannot be told. */
export function changedFields({ found, connector, changed }: Outcome): Field[] {
  return found && connector && changed ? FIELDS.filter((field) => found[field] !== connector[field]) : [];
}

/** What this run changed: `enabled false -> true`; empty where nothing, or where it cannot be told. */
function describeChanges(outcome: Outcome): string {
  const { found, connector } = outcome;
  return changedFields(outcome)
    .map((field) => `${field} ${found?.[field] ?? 'not told'} -> ${connector?.[field] ?? 'not told'}`)
    .join(', ');
}

/** The closing count for many connectors: `40 connectors: 3 changed, 39 as asked for, 1 failed.` */
export function countOutcomes(result: Result): string {
  const { outcomes } = result;
  const inSync = outcomes.filter((outcome) => !outcome.failed && isInSync(outcome, result));
  const failed = outcomes.filter((outcome) => outcome.failed).length;
  const changed = outcomes.filter((outcome) => outcome.changed).length;
  // Of a cancelled run, some were not come to.
  const rest = outcomes.length - inSync.length - failed;
  const undone = rest > 0 ? `, ${rest} not as asked for or not seen` : '';
  const all = outcomes.length === 1 ? '1 connector' : `${outcomes.length} connectors`;
  return `${all}: ${changed} changed, ${inSync.length} as asked for, ${failed} failed${undone}.`;
}
