import { FIELDS } from '../connector/connector.ts';
import { canonicalDomain, domainForPeople } from '../connector/domain.ts';
import type { Outcome } from '../job/outcome.ts';
import { type Result, verdictOf } from '../job/result.ts';
import { changesBy, type FieldChange, plannedChanges } from './changes.ts';
import { hasSwitched } from './consequences.ts';
import { code, prose } from './markdown.ts';
import { tellFailures } from './told.ts';
import { SIGNS } from './verdict.ts';

/** The cells of a row, as Markdown. */
export type Cells = readonly string[];

/** The failures. What to do stands below if it is the same for all. */
export function failureRows(result: Result): { head: Cells; rows: Cells[]; note: string } {
  const told = tellFailures(result).filter(({ record }) => record.kind !== 'input');
  const [first, ...others] = told.map(({ record }) => record.action);
  const isSame = others.length > 0 && others.every((action) => action === first);
  const rows = told.map(({ record, who, outcomes }) => {
    const since = record.kind === 'drift' ? changedOn(outcomes[0]) : '';
    const cells = [who ? prose(who) : '', `${prose(record.problem)}${since}`];
    return isSame ? cells : [...cells, prose(record.action ?? '')];
  });
  const head = ['Domain', 'Problem'];
  return {
    head: isSame ? head : [...head, 'What to do'],
    rows,
    note: isSame && first ? `What to do: ${prose(first)}` : '',
  };
}

function changedOn(outcome: Outcome | undefined): string {
  const on = outcome?.connector?.updated_on;
  return on === undefined ? '' : `, since ${prose(on.slice(0, 16).replace('T', ' '), 40)}`;
}

/** The TXT records that a failure has explained, as they have to be entered. */
export function txtRows({ outcomes }: Result): Cells[] {
  return outcomes.flatMap(({ connector, dnsSays }) => {
    const { email_domain: domain, verification_code: value } = connector ?? {};
    if (dnsSays === undefined || domain === undefined || value === undefined) return [];
    return [[code(canonicalDomain(domain) ?? domain), 'TXT', code(value), prose(dnsSays)]];
  });
}

/** What this run changed, or would change, or has left undone. */
export function changeRows(result: Result): { title: string; columns: Cells; rows: Cells[] } {
  const { settings, outcomes, cancelled } = result;
  if (settings?.mode === 'plan' || cancelled) {
    const open = outcomes.filter((outcome) => ['would change', 'not in sync'].includes(verdictOf(outcome, result)));
    const title = cancelled ? 'Still to change' : 'Would change';
    return {
      title,
      columns: ['Now', 'Then'],
      rows: open.flatMap((outcome) => rowsOf(outcome, plannedChanges(outcome))),
    };
  }
  const rows = outcomes.flatMap((outcome) => {
    // The verdict on a single connector tells of its switch.
    const isTold = !settings?.many && hasSwitched(outcome) && !outcome.failed;
    return rowsOf(
      outcome,
      changesBy('us', outcome).filter(({ field }) => !isTold || field !== 'enabled'),
    );
  });
  return { title: 'Changed', columns: ['Before', 'After'], rows };
}

/** What others changed while the run was under way. */
export function movedRows({ outcomes }: Result): Cells[] {
  return outcomes.flatMap((outcome) => rowsOf(outcome, changesBy('others', outcome)));
}

function rowsOf({ name }: Outcome, changes: readonly FieldChange[]): Cells[] {
  return changes.map(({ field, before, after }) => [prose(name), code(field), before, `**${after}**`]);
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
        `${SIGNS[verdict]} ${verdict}`,
        domain === undefined ? 'unknown' : prose(domainForPeople(domain)),
        connector.id === undefined ? 'unknown' : code(connector.id),
        ...FIELDS.map((field) => connector[field]?.toString() ?? 'unknown'),
        status === undefined ? 'unknown' : prose(status, 40),
      ],
    ];
  });
}
