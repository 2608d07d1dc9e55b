import { describeMinute } from '../clock.ts';
import { canonicalDomain, domainForPeople } from '../connector/domain.ts';
import type { Outcome } from '../job/outcome.ts';
import type { Result } from '../job/result.ts';
import { changesByOthers, changesByUs, type FieldChange, hasSwitched, plannedChanges } from './changes.ts';
import { code, prose } from './markdown.ts';
import { row, type Table } from './page-limit.ts';
import { tellRows } from './told.ts';
import { SIGNS } from './verdict.ts';

/** The failures, with a note below: what to do if that is the same for all, and a link to the audit log. */
export function failureTable(result: Result): Table & { note: string } {
  const told = tellRows(result);
  const [action = null, ...others] = new Set(told.map(({ record }) => record.action));
  const isBelow = others.length === 0 && (told.length > 1 || action === null);
  const notes = [isBelow && action ? `What to do: ${prose(action)}` : '', auditLog(result)];
  const rows = told.map(({ record, who, outcomes }) => {
    const on = record.kind === 'drift' ? outcomes.map(changedOn).join() : '';
    // A number and its noun are not to be broken, and a cell of ten names is.
    const name = prose(who).replace(/(?<=^| and )(\d+) (?=\w+$)/, '$1&nbsp;');
    return row([name, `${prose(record.problem)}${on}`, ...(isBelow ? [] : [prose(record.action ?? '')])]);
  });
  const head = ['Domain', 'Problem', ...(isBelow ? [] : ['What to do'])];
  return { what: 'failure', head, rows, note: notes.join(' ').trim() };
}

function changedOn({ connector }: Outcome): string {
  const on = Date.parse(String(connector?.updated_on));
  return Number.isNaN(on) ? '' : `; last changed ${describeMinute(on)}`;
}

/** Where a failure says that the audit log has who made a drift; other hosts of the API have a dashboard of their own. */
function auditLog({ settings, failures }: Result): string {
  const isPublic = settings?.apiBaseUrl.host === 'api.cloudflare.com';
  const isDeed = failures.some((record) => record.isDeed);
  return isPublic && isDeed ? '[Audit log](https://dash.cloudflare.com/?to=/:account/audit-log)' : '';
}

/** The TXT records that a failure has told of, as they have to be entered. */
export function txtTable({ outcomes }: Result): Table {
  const rows = outcomes.flatMap(({ connector, dnsSays }) => {
    const { email_domain: domain, verification_code: value } = connector ?? {};
    if (dnsSays === undefined || domain === undefined || value === undefined) return [];
    return row([code(canonicalDomain(domain) ?? domain), 'TXT', code(value), prose(dnsSays)]);
  });
  return { what: 'TXT record', title: 'TXT records', head: ['Name', 'Type', 'Content', 'Public DNS now'], rows };
}

/** What this run changed, or would change. */
export function changeTable({ settings, outcomes }: Result): Table {
  if (settings?.mode === 'plan') {
    return tableOfChanges('Would change', ['Now', 'After'], outcomes, plannedChanges);
  }
  const isSingle = !settings?.many;
  return tableOfChanges('Changed', ['Before', 'After'], outcomes, (outcome) => {
    const changes = changesByUs(outcome);
    // The verdict on a single connector tells of its switch.
    const isTold = isSingle && hasSwitched(outcome) && !outcome.failed && changes.length === 1;
    return isTold ? [] : changes;
  });
}

/** What others changed while the run was under way. */
export function movedTable({ outcomes }: Result): Table {
  return tableOfChanges('Changed by someone else meanwhile', ['Before', 'After'], outcomes, changesByOthers);
}

const MOST_DOMAINS_IN_A_ROW = 10;

/** The same change of several connectors takes one row, up to ten of them. */
function tableOfChanges(
  title: string,
  columns: readonly string[],
  outcomes: readonly Outcome[],
  changesOf: (outcome: Outcome) => FieldChange[],
): Table {
  const changes = outcomes.flatMap((outcome) =>
    changesOf(outcome).map(({ field, before, after }) => ({
      name: prose(outcome.name),
      cells: `${code(field)} | ${before} | **${after}**`,
    })),
  );
  const rows = [...Map.groupBy(changes, ({ cells }) => cells)].flatMap(([cells, alike]) => {
    const parts = Map.groupBy(alike, (_, n) => Math.floor(n / MOST_DOMAINS_IN_A_ROW));
    return [...parts.values()].map((part) => row([part.map(({ name }) => name).join(', '), cells]));
  });
  return { what: 'change', title, head: ['Domain', 'Field', ...columns], rows };
}

/** Every connector that was seen. */
export function connectorTable(result: Result): Table {
  const groups = [...result.groups];
  const signs = new Map(groups.flatMap(([verdict, some]) => some.map((one) => [one, `${SIGNS[verdict]} ${verdict}`])));
  const rows = result.outcomes.flatMap((outcome) => {
    const { connector } = outcome;
    if (!connector) return [];
    const { id, email_domain: domain, verification_status: status } = connector;
    return row([
      `${signs.get(outcome)}`.replaceAll(' ', '&nbsp;'),
      prose(domain === undefined ? 'unknown' : domainForPeople(domain)),
      id === undefined ? 'unknown' : code(id),
      String(outcome.current('enabled') ?? 'unknown'),
      String(outcome.current('use_fedramp_language') ?? 'unknown'),
      prose(status ?? 'unknown', 40),
    ]);
  });
  const head = ['Verdict', 'Domain', 'Connector', 'Enabled', 'FedRAMP', 'Verification'];
  return { what: 'connector', head, rows };
}
