import { FIELDS } from '../connector/connector.ts';
import { canonicalDomain, domainForPeople } from '../connector/domain.ts';
import type { Outcome } from '../job/outcome.ts';
import { type Result, verdictOf } from '../job/result.ts';
import { changesBy, type FieldChange, plannedChanges } from './changes.ts';
import { hasSwitched } from './consequences.ts';
import { code, prose } from './markdown.ts';
import { IN_SENTENCES, tellRows } from './told.ts';
import { SIGNS } from './verdict.ts';

/** The cells of a row, as Markdown. */
export type Cells = readonly string[];

/** The problems of the inputs, or what a cancelled run has done and has not, in whole sentences. */
export function sentences({ failures }: Result): string[] {
  const told = failures.filter(({ kind }) => IN_SENTENCES.includes(kind));
  const bullet = told.length > 1 ? '- ' : '';
  return told.map(({ message, action }) => `${bullet}${prose([message, action].join(' ').trim())}\n`);
}

/** The failures. What to do stands below if it is the same for all. */
export function failureRows(result: Result): { head: Cells; rows: Cells[]; note: string } {
  const told = tellRows(result);
  const actions = new Set(told.map(({ record }) => record.action));
  const [action] = actions;
  const isBelow = actions.size === 1 && (told.length > 1 || action === null);
  const rows = told.map(({ record, who, outcomes }) => {
    const on = record.kind === 'drift' ? changedOn(outcomes[0]) : '';
    // How many there are is a short text that is not to be broken.
    const name = outcomes.length > 1 ? prose(who ?? '').replaceAll(' ', '&nbsp;') : prose(who ?? '');
    const cells = [name, `${prose(record.problem)}${on}`];
    return isBelow ? cells : [...cells, prose(record.action ?? '')];
  });
  const isDrift = told.some(({ record }) => record.kind === 'drift');
  const notes = [isBelow && action ? `What to do: ${prose(action)}` : '', isDrift ? auditLog(result) : ''];
  const head = ['Domain', 'Problem', ...(isBelow ? [] : ['What to do'])];
  return { head, rows, note: notes.filter((note) => note !== '').join(' ') };
}

function changedOn(outcome: Outcome | undefined): string {
  const on = Date.parse(outcome?.connector?.updated_on ?? '');
  return Number.isNaN(on) ? '' : `; last changed ${new Date(on).toISOString().slice(0, 16).replace('T', ' ')} UTC`;
}

/** Where the dashboard says who changed a connector; other hosts of the API have a dashboard of their own. */
function auditLog({ settings }: Result): string {
  const isPublic = settings?.apiBaseUrl.host === 'api.cloudflare.com';
  return isPublic ? `[Audit log](https://dash.cloudflare.com/?to=/:account/audit-log)` : '';
}

/** The TXT records that a failure has explained, as they have to be entered. */
export function txtRows({ outcomes }: Result): Cells[] {
  return outcomes.flatMap(({ connector, dnsSays }) => {
    const { email_domain: domain, verification_code: value } = connector ?? {};
    if (dnsSays === undefined || domain === undefined || value === undefined) return [];
    return [[code(canonicalDomain(domain) ?? domain), 'TXT', code(value), prose(dnsSays)]];
  });
}

/** What this run changed, or would change. */
export function changeRows(result: Result): { title: string; columns: Cells; rows: Cells[] } {
  const { settings, outcomes } = result;
  if (settings?.mode === 'plan') {
    const open = outcomes.filter((outcome) => verdictOf(outcome, result) === 'would change');
    return { title: 'Would change', columns: ['Now', 'Then'], rows: groupChanges(open, plannedChanges) };
  }
  const changes = (outcome: Outcome) => {
    // The verdict on a single connector tells of its switch.
    const isTold = !settings?.many && hasSwitched(outcome) && !outcome.failed;
    return changesBy('us', outcome).filter(({ field }) => !isTold || field !== 'enabled');
  };
  return { title: 'Changed', columns: ['Before', 'After'], rows: groupChanges(outcomes, changes) };
}

/** What others changed while the run was under way. */
export function movedRows({ outcomes }: Result): Cells[] {
  return groupChanges(outcomes, (outcome) => changesBy('others', outcome));
}

const MOST_DOMAINS_IN_A_ROW = 10;

/** The same change of several connectors takes one row, up to ten of them. */
function groupChanges(outcomes: readonly Outcome[], changesOf: (outcome: Outcome) => FieldChange[]): Cells[] {
  const rows = new Map<string, { names: string[]; change: FieldChange }>();
  const counts = new Map<string, number>();
  for (const { name, change } of outcomes.flatMap((outcome) =>
    changesOf(outcome).map((change) => ({ name: outcome.name, change })),
  )) {
    const kind = Object.values(change).join();
    const count = counts.get(kind) ?? 0;
    counts.set(kind, count + 1);
    const key = `${kind} ${Math.floor(count / MOST_DOMAINS_IN_A_ROW)}`;
    const row = rows.get(key) ?? { names: [], change };
    row.names.push(prose(name));
    rows.set(key, row);
  }
  return [...rows.values()].map(({ names, change: { field, before, after } }) => [
    names.join(', '),
    code(field),
    before,
    `**${after}**`,
  ]);
}

/** Every connector that was seen. */
export function connectorRows(result: Result): Cells[] {
  return result.outcomes.flatMap((outcome) => {
    const { connector } = outcome;
    if (!connector) return [];
    const verdict = verdictOf(outcome, result);
    const { email_domain: domain, verification_status: status } = connector;
    return [
      [
        `${SIGNS[verdict]} ${verdict}`.replaceAll(' ', '&nbsp;'),
        domain === undefined ? 'unknown' : prose(domainForPeople(domain)),
        connector.id === undefined ? 'unknown' : code(connector.id),
        ...FIELDS.map((field) => outcome.current(field)?.toString() ?? 'unknown'),
        status === undefined ? 'unknown' : prose(status, 40),
      ],
    ];
  });
}
