import { type Connector, FIELDS, nameOfConnector } from '../connector/connector.ts';
import type { Log } from '../job/job.ts';
import { nounFor, type Outcome } from '../job/outcome.ts';
import { type Result, type Verdict, verdictOf } from '../job/result.ts';
import { counted, listed } from '../plural.ts';
import { oneLine } from '../untrusted.ts';
import { changesBy, type FieldChange, plannedChanges } from './changes.ts';
import { describeConsequences } from './consequences.ts';
import { tellRows } from './told.ts';
import { countVerdicts, describeVerdict, SIGNS, signOf } from './verdict.ts';

/** The columns of a line: what came of it, whose it is, and what differs. */
type Row = readonly [verdict: Verdict, name: string, what: string];

const WIDEST_NAME = 48;
const MOST_UNLISTED = 20;

/** Writes a line for each connector, those in sync folded and the failures last, and the verdict. */
export function writeLines(result: Result, log: Log): void {
  const { settings, outcomes, unlisted = [] } = result;
  const byVerdict = Map.groupBy(outcomes, (outcome) => verdictOf(outcome, result));
  const rowsOf = (verdict: Verdict) => (byVerdict.get(verdict) ?? []).map((outcome) => rowOf(outcome, verdict, result));
  const inSync = rowsOf('in sync');
  const others = (['changed', 'would change', 'not in sync', 'unknown'] as const).flatMap(rowsOf);
  const failed = failedRows(result);

  if (settings?.many && inSync.length > 0) {
    const title = `${SIGNS['in sync']} ${counted(inSync.length, nounFor(byVerdict.get('in sync') ?? []))} in sync`;
    log.group(title, align(inSync));
  }
  const lines = align([...(settings?.many ? [] : inSync), ...others, ...failed]);
  const firstFailed = lines.length - failed.length;
  for (const line of lines.slice(0, firstFailed)) log.info(line);
  for (const outcome of outcomes) {
    const moved = changesBy('others', outcome).map(describeChange);
    if (moved.length > 0) log.info(`${outcome.name}: someone else changed ${moved.join(', ')} meanwhile.`);
  }
  if (unlisted.length > 0) {
    const names = listed(
      unlisted.map(({ email_domain: domain, sso_connector_id: id }) => nameOfConnector(id, domain)),
      MOST_UNLISTED,
    );
    const what = counted(unlisted.length, 'connector');
    log.info(`No entry of the list names ${what} of the account: ${names}. The job summary has the YAML to paste.`);
  }
  for (const line of [...describeConsequences(result), ...lines.slice(firstFailed)]) log.info(line);
  const counts = settings?.many && byVerdict.size > 1 ? ` (${countVerdicts(result)})` : '';
  log.info(`${signOf(result)} ${describeVerdict(result)}${counts}.`);
}

function rowOf(outcome: Outcome, verdict: Verdict, result: Result): Row {
  const changes = changesBy('us', outcome).map(describeChange);
  const planned = plannedChanges(outcome).map(describeChange);
  const begun = outcome.begunAt === undefined ? [] : ['verification begun'];
  const what: Readonly<Record<Verdict, readonly string[]>> = {
    changed: [...changes, ...begun],
    'would change': planned,
    'not in sync': planned,
    'in sync': describeConnector(outcome.connector),
    unknown: [outcome.connector ? 'state unknown' : 'not read'],
    failed: [],
  };
  return [verdict, outcome.name, what[verdict].join(', ') || describeGate(result)];
}

/** What stands where no field differs: then it is the verification. */
function describeGate({ cancelled }: Result): string {
  return cancelled ? 'not finished' : 'not verified';
}

/** The connector as last seen, as far as the API gives it. */
function describeConnector(connector: Connector | undefined): string[] {
  const status = connector?.verification_status;
  const fields = FIELDS.filter((field) => connector?.[field] !== undefined);
  return [
    ...fields.map((field) => `${field}=${connector?.[field]}`),
    ...(status === undefined ? [] : [`verification ${oneLine(status, 40)}`]),
  ];
}

function failedRows(result: Result): Row[] {
  return tellRows(result).flatMap(({ record, who, outcomes }): Row[] => {
    const changes = outcomes.flatMap((outcome) => changesBy('us', outcome).map(describeChange));
    const also = changes.length > 0 ? `; changed ${changes.join(', ')}` : '';
    return [['failed', who ?? 'all', `${record.problem}${also}`]];
  });
}

function describeChange({ field, before, after }: FieldChange): string {
  return `${field} ${before} -> ${after}`;
}

function align(rows: readonly Row[]): string[] {
  const verdictWidth = Math.max(...rows.map(([verdict]) => verdict.length));
  const nameWidth = Math.min(WIDEST_NAME, Math.max(...rows.map(([, name]) => name.length)));
  return rows.map(
    ([verdict, name, what]) =>
      `${SIGNS[verdict]} ${verdict.padEnd(verdictWidth)}  ${name.padEnd(nameWidth)}  ${oneLine(what, 1000)}`,
  );
}
