import { type Connector, FIELDS, nameOfConnector } from '../connector/connector.ts';
import type { Log } from '../job/job.ts';
import { nounFor, type Outcome } from '../job/outcome.ts';
import type { Result, Verdict } from '../job/result.ts';
import { counted, listed } from '../plural.ts';
import { oneLine } from '../untrusted.ts';
import { changesBy, type FieldChange, plannedChanges } from './changes.ts';
import { describeConsequences } from './consequences.ts';
import { tellRows } from './told.ts';
import { countVerdicts, describeVerdict, groupByVerdict, SIGNS, signOf } from './verdict.ts';

/** The columns of a line: what came of it, whose it is, and what differs. */
type Row = readonly [verdict: Verdict, name: string, what: string];

const WIDEST_NAME = 48;
const MOST_UNLISTED = 20;

/** Writes a line for each connector, those in sync folded and the failures last, and the verdict. */
export function writeLines(result: Result, log: Log): void {
  const { settings, outcomes, unlisted = [] } = result;
  const groups = groupByVerdict(result);
  const rowsOf = (verdict: Verdict) => (groups.get(verdict) ?? []).map((outcome) => rowOf(outcome, verdict, result));
  const inSync = groups.get('in sync');
  const rows = (['changed', 'would change', 'not in sync', 'unknown'] as const).flatMap(rowsOf);
  if (!settings?.many) rows.unshift(...rowsOf('in sync'));
  else if (inSync) {
    const title = `${SIGNS['in sync']} ${counted(inSync.length, nounFor(inSync))} in sync`;
    log.group(title, align(rowsOf('in sync')));
  }
  const lines = align([...rows, ...failedRows(result)]);
  for (const line of lines.slice(0, rows.length)) log.info(line);
  for (const outcome of outcomes) {
    const moved = describeChanges(changesBy('others', outcome));
    if (moved !== '') log.info(`${outcome.name}: someone else changed ${moved} meanwhile.`);
  }
  if (unlisted.length > 0) {
    const names = unlisted.map(({ email_domain: domain, sso_connector_id: id }) => nameOfConnector(id, domain));
    log.info(
      `No entry of the list names ${counted(unlisted.length, 'connector')} of the account: ${listed(names, MOST_UNLISTED)}. The job summary has the YAML to paste.`,
    );
  }
  for (const line of [...describeConsequences(result), ...lines.slice(rows.length)]) log.info(line);
  const counts = settings?.many && groups.size > 1 ? ` (${countVerdicts(result)})` : '';
  log.info(`${signOf(result)} ${describeVerdict(result)}${counts}.`);
}

function rowOf(outcome: Outcome, verdict: Verdict, { cancelled }: Result): Row {
  const changes = describeChanges(changesBy('us', outcome));
  const planned = describeChanges(plannedChanges(outcome));
  const what: Readonly<Record<Verdict, string>> = {
    changed: [changes, outcome.begunAt === undefined ? '' : 'verification begun'].filter(Boolean).join(', '),
    'would change': planned,
    'not in sync': planned,
    'in sync': describeConnector(outcome.connector),
    unknown: outcome.connector ? 'state unknown' : 'not read',
    failed: '',
  };
  // If no field differs, it is the verification that does.
  return [verdict, outcome.name, what[verdict] || (cancelled ? 'not finished' : 'not verified')];
}

/** The connector as last seen, as far as the API gives it. */
function describeConnector(connector: Connector | undefined): string {
  const status = connector?.verification_status;
  const fields = FIELDS.filter((field) => connector?.[field] !== undefined);
  return [
    ...fields.map((field) => `${field}=${connector?.[field]}`),
    ...(status === undefined ? [] : [`verification ${oneLine(status, 40)}`]),
  ].join(', ');
}

function failedRows(result: Result): Row[] {
  return tellRows(result).map(({ record, who, outcomes }): Row => {
    const changes = describeChanges(outcomes.flatMap((outcome) => changesBy('us', outcome)));
    return ['failed', who || 'all', `${record.problem}${changes === '' ? '' : `; changed ${changes}`}`];
  });
}

function describeChanges(changes: readonly FieldChange[]): string {
  return changes.map(({ field, before, after }) => `${field} ${before} -> ${after}`).join(', ');
}

function align(rows: readonly Row[]): string[] {
  const verdictWidth = Math.max(...rows.map(([verdict]) => verdict.length));
  const nameWidth = Math.min(WIDEST_NAME, Math.max(...rows.map(([, name]) => name.length)));
  return rows.map(
    ([verdict, name, what]) =>
      `${SIGNS[verdict]} ${verdict.padEnd(verdictWidth)}  ${name.padEnd(nameWidth)}  ${oneLine(what, 1000)}`,
  );
}
