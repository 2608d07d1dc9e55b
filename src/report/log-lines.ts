import { describeDesired, nameOfConnector } from '../connector/connector.ts';
import { describeDrift } from '../connector/drift.ts';
import type { Log } from '../job/job.ts';
import { nounFor, type Outcome } from '../job/outcome.ts';
import type { Result, Verdict } from '../job/result.ts';
import { counted, listed } from '../plural.ts';
import { oneLine } from '../untrusted.ts';
import { changesByOthers, changesByUs, describeConsequences, type FieldChange, plannedChanges } from './changes.ts';
import { tellRows } from './told.ts';
import { countUnlisted } from './unlisted-text.ts';
import { countVerdicts, describeVerdict, SIGNS, signOf } from './verdict.ts';

/** What came of it, whose it is, and what differs. */
interface Row {
  readonly verdict: Verdict;
  readonly name: string;
  readonly what: string;
}

const WIDEST_NAME = 48;
const MOST_UNLISTED = 20;

/** Writes a line for each connector, those in sync folded and the failures last, and the verdict. */
export function writeLines(result: Result, log: Log): void {
  const { settings, outcomes, groups, unlisted = [] } = result;
  const rowsOf = (verdict: Verdict): Row[] =>
    (groups.get(verdict) ?? []).map((outcome) => {
      return { verdict, name: outcome.name, what: describeOutcome(outcome, verdict, result) };
    });
  const rows = (['changed', 'would change', 'not in sync', 'unknown'] as const).flatMap(rowsOf);
  const inSync = groups.get('in sync') ?? [];
  if (outcomes.length === 1) rows.unshift(...rowsOf('in sync'));
  else if (inSync.length > 0) {
    log.group(`✅ ${counted(inSync.length, ...nounFor(inSync))} in sync`, align(rowsOf('in sync')));
  }
  const lines = align([...rows, ...failedRows(result)]);
  for (const line of lines.slice(0, rows.length)) log.info(line);
  for (const outcome of outcomes) {
    const changes = changesByOthers(outcome);
    if (changes.length > 0) log.info(`${outcome.name}: someone else changed ${describeChanges(changes)} meanwhile.`);
  }
  // Or else they are among the failures.
  if (unlisted.length > 0 && settings?.unlisted !== 'fail') {
    const names = unlisted.map(({ id, email_domain: domain }) => nameOfConnector(id, domain));
    log.info(`${countUnlisted(names.length)}: ${listed(names, MOST_UNLISTED)}. The job summary has the YAML to paste.`);
  }
  for (const line of describeConsequences(result)) log.info(line);
  for (const line of lines.slice(rows.length)) log.info(line);
  const counts = settings?.many && groups.size > 1 ? ` (${countVerdicts(result)})` : '';
  log.info(`${signOf(result)} ${describeVerdict(result)}${counts}.`);
}

function describeOutcome(outcome: Outcome, verdict: Verdict, { settings, cancelled }: Result): string {
  const { connector, begunAt } = outcome;
  if (verdict === 'unknown') {
    if (outcome.doubted.length > 0) return 'sent, effect unknown';
    if (connector || outcome.done.length > 0) return 'state unknown';
    return settings?.mode === 'update' ? 'not done' : 'not read';
  }
  if (verdict === 'in sync') {
    const status = oneLine(connector?.verification_status ?? '', 40);
    return [describeDesired(connector ?? {}), status && `verification ${status}`].filter(Boolean).join(', ');
  }
  const done = [describeChanges(changesByUs(outcome)), begunAt === undefined ? '' : 'verification begun'];
  const changes = done.filter(Boolean).join(', ');
  if (verdict === 'changed') return changes;
  // If no field differs, it is the verification that does.
  const rest = cancelled ? 'not finished' : 'not verified';
  if (verdict === 'would change') return describeChanges(plannedChanges(outcome)) || rest;
  return [describeDrift(outcome.remainingDrift) || rest, changes].filter(Boolean).join('; ');
}

function failedRows(result: Result): Row[] {
  const [did, changesOf] =
    result.settings?.mode === 'plan'
      ? (['would change', plannedChanges] as const)
      : (['changed', changesByUs] as const);
  return tellRows(result).map(({ record, who, outcomes }) => {
    // A row of several does not say whose a change is; the summary does.
    const changes = outcomes.length === 1 ? describeChanges(outcomes.flatMap(changesOf)) : '';
    return { verdict: 'failed', name: who || 'all', what: `${record.problem}${changes && `; ${did} ${changes}`}` };
  });
}

function describeChanges(changes: readonly FieldChange[]): string {
  return changes.map(({ field, before, after }) => `${field} ${before} -> ${after}`).join(', ');
}

function align(rows: readonly Row[]): string[] {
  const verdictWidth = Math.max(...rows.map(({ verdict }) => verdict.length));
  const nameWidth = Math.min(WIDEST_NAME, Math.max(...rows.map(({ name }) => name.length)));
  return rows.map(
    ({ verdict, name, what }) =>
      `${SIGNS[verdict]} ${verdict.padEnd(verdictWidth)}  ${name.padEnd(nameWidth)}  ${oneLine(what, 1000)}`,
  );
}
