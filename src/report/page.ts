import { FIELDS } from '../connector/connector.ts';
import { domainForPeople } from '../connector/domain.ts';
import { findDrift } from '../connector/drift.ts';
import type { Outcome } from '../job/outcome.ts';
import { isInSync, isSuccess, type Result } from '../job/result.ts';
import { changedFields, countOutcomes } from './log-lines.ts';
import { block, code, prose } from './markdown.ts';
import { Page } from './page-limit.ts';

/**
 * A result as a page of Markdown, for the job summary and the issue: the verdict, what is wrong and what to do, the
 * connectors, the changes, and the TXT records to add. Never larger than `limit` bytes: it is cut, with a note.
 * `shown` are the outcomes to show, all of them by default; the verdict is about all of them always.
 */
export function renderPage(result: Result, limit: number, shown = result.outcomes): string {
  const page = new Page(limit);
  page.add(verdict(result));
  page.addAll(
    result.failures.map(({ message }) => problem(message)),
    { what: 'errors' },
  );
  const rows = result.settings ? shown.map((outcome) => row(outcome, result)) : [];
  page.addAll(rows, { what: 'connectors', before: HEAD });
  page.addAll(shown.flatMap(changes), { what: 'changes', ...diff('Changed') });
  page.addAll(shown.flatMap(differences), { what: 'differences', ...diff('Still to change, as last seen') });
  page.addAll(shown.flatMap(txtRecord), { what: 'TXT records', after: '' });
  return page.text;
}

function verdict(result: Result): string {
  const { settings, failures, cancelled } = result;
  const count = failures.length;
  const well = isSuccess(result);
  const what = cancelled ? 'cancelled' : well ? 'all is well' : `${count} ${count === 1 ? 'error' : 'errors'}`;
  const mode = settings ? ` (${settings.mode})` : '';
  const lines = [`### ${well ? '✅' : '❌'} Cloudflare SSO${mode}: ${what}`];
  if (settings?.many) lines.push(countOutcomes(result));
  if (!settings) lines.push('Nothing was sent to Cloudflare:');
  return `${lines.join('\n\n')}\n\n`;
}

function problem(text: string): string {
  return `- ${prose(text)}\n`;
}

const HEAD = '| Domain | Connector | Enabled | FedRAMP language | Verification |\n|---|---|---|---|---|\n';

function row(outcome: Outcome, result: Result): string {
  const { connector, target } = outcome;
  const domain = connector?.email_domain ?? target.email_domain;
  const inSync = isInSync(outcome, result);
  const sign = outcome.failed ? '❌' : outcome.changed ? '✏️' : inSync ? '✅' : '⏹️';
  const cells = [
    domain && prose(domainForPeople(domain)),
    outcome.id && code(outcome.id),
    ...FIELDS.map((field) => connector?.[field]?.toString()),
    connector?.verification_status && prose(connector.verification_status, 40),
  ];
  return `| ${sign} ${cells.map((cell) => cell || '–').join(' | ')} |\n`;
}

function diff(title: string) {
  return { before: `#### ${title}\n\n\`\`\`diff\n`, after: '```\n\n' };
}

/** What this run changed, as lines of a diff. */
function changes(outcome: Outcome): string[] {
  return diffLines(
    outcome,
    changedFields(outcome).map((field) => [field, outcome.found?.[field], outcome.connector?.[field]]),
  );
}

/** What is not as asked for, as last seen, as lines of a diff. */
function differences(outcome: Outcome): string[] {
  const drift = outcome.connector ? findDrift(outcome.connector, outcome.target.desired) : [];
  return diffLines(
    outcome,
    drift.map(({ field, actual, expected }) => [field, actual, expected]),
  );
}

type Value = boolean | null | undefined;

function diffLines(outcome: Outcome, fields: readonly (readonly [string, Value, Value])[]): string[] {
  const lines = fields.flatMap(([field, before, after]) => [
    `- ${field}: ${before ?? 'not told'}\n`,
    `+ ${field}: ${after ?? 'not told'}\n`,
  ]);
  return lines.length > 0 ? [`@@ ${outcome.name} @@\n${lines.join('')}`] : [];
}

/** The record to add, where a failure has explained that one is missing, and what DNS says of it. */
function txtRecord({ connector, dnsSays }: Outcome): string[] {
  const { email_domain: domain, verification_code: value } = connector ?? {};
  if (dnsSays === undefined || domain === undefined || value === undefined) return [];
  const said = `${dnsSays.charAt(0).toUpperCase()}${dnsSays.slice(1)}.`;
  return [`#### TXT record for ${prose(domainForPeople(domain))}\n\n${block(value)}\n\n${prose(said)}\n\n`];
}
