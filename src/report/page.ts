import { FIELDS, type Field } from '../connector.ts';
import type { Outcome } from '../outcome.ts';
import { isSuccess, type Result } from '../result.ts';
import { describeCancelled } from './cancelled.ts';
import { countOutcomes } from './lines.ts';
import { block, code, prose } from './markdown.ts';

/**
 * A result as a page of Markdown, for the job summary and the issue: the verdict, what is wrong and what to do, the
 * connectors, the changes, and the TXT records to add. Never larger than `limit` bytes: it is cut, with a note.
 */
export function renderPage(result: Result, limit: number): string {
  const page = new Page(limit);
  page.add(verdict(result));
  page.addAll(problems(result), 'errors');
  page.addAll(table(result), 'connectors');
  page.addAll(result.outcomes.flatMap(changes), 'changes');
  page.addAll(result.outcomes.flatMap(txtRecord), 'TXT records');
  return page.text;
}

/** Text that grows up to a limit in bytes. */
class Page {
  text = '';
  #left: number;

  constructor(limit: number) {
    // The notes on what is left out have room of their own.
    this.#left = limit - 500;
  }

  add(text: string): boolean {
    const size = Buffer.byteLength(text);
    if (size > this.#left) return false;
    this.#left -= size;
    this.text += text;
    return true;
  }

  addAll(blocks: readonly string[], what: string): void {
    const fitting = blocks.findIndex((text) => !this.add(text));
    if (fitting !== -1)
      this.text += `\n\n*${blocks.length - fitting} more ${what} are left out here; the log of the step has all.*\n\n`;
  }
}

function verdict(result: Result): string {
  const { settings, outcomes, failures, cancelled } = result;
  const count = failures.flatMap((failure) => failure.problems).length;
  const what = cancelled
    ? 'cancelled'
    : isSuccess(result)
      ? 'all is well'
      : `${count} ${count === 1 ? 'error' : 'errors'}`;
  const mode = settings ? ` (${settings.mode})` : '';
  const lines = [`### ${isSuccess(result) ? '✅' : '❌'} Cloudflare SSO${mode}: ${what}`];
  if (settings?.many) lines.push(countOutcomes(outcomes));
  if (cancelled) lines.push(prose(describeCancelled(result)));
  return `${lines.join('\n\n')}\n\n`;
}

function problems({ failures }: Result): string[] {
  const list = failures.flatMap((failure) => failure.problems).map((problem) => `- ${prose(problem)}\n`);
  return list.length > 0 ? [...list, '\n'] : [];
}

const HEAD = '| Domain | Connector | Enabled | FedRAMP language | Verification | Result |\n|---|---|---|---|---|---|\n';

function table({ outcomes, settings }: Result): string[] {
  if (!settings) return [];
  const rows = outcomes.map((outcome) => {
    const { connector, target } = outcome;
    const cells = [
      name(connector?.email_domain ?? target.email_domain),
      name(outcome.id),
      ...FIELDS.map((field) => name(connector?.[field])),
      name(connector?.verification_status),
      outcome.failed
        ? '❌ failed'
        : outcome.changed
          ? '✏️ changed'
          : outcome.isInSync(settings.requireVerified)
            ? '✅ as asked for'
            : '❔',
    ];
    return `| ${cells.join(' | ')} |\n`;
  });
  return [HEAD, ...rows, '\n'];
}

function name(value: string | boolean | undefined): string {
  return value === undefined ? '–' : code(String(value), 255);
}

/** What this run changed, or what differs still, as a diff. */
function changes(outcome: Outcome): string[] {
  const { found, connector, changed, drift } = outcome;
  const changedFields =
    found && connector && changed ? FIELDS.filter((field) => found[field] !== connector[field]) : [];
  const lines = [
    ...changedFields.flatMap((field) => [
      diffLine('-', field, found?.[field]),
      diffLine('+', field, connector?.[field]),
    ]),
    ...drift
      .filter(({ field }) => !changedFields.includes(field))
      .flatMap(({ field, actual, expected }) => [diffLine('-', field, actual), diffLine('+', field, expected)]),
  ];
  if (lines.length === 0) return [];
  const title = changedFields.length > 0 ? 'Changed' : 'Drift, not changed';
  return [`${title}: ${prose(outcome.name)}\n\n\`\`\`diff\n${lines.join('\n')}\n\`\`\`\n\n`];
}

function diffLine(sign: '-' | '+', field: Field, value: boolean | null | undefined): string {
  return `${sign} ${field}: ${value ?? 'not told'}`;
}

/** The record to add, where a failure has explained that one is missing. */
function txtRecord({ connector, dnsSays }: Outcome): string[] {
  const { email_domain: domain, verification_code: value } = connector ?? {};
  if (dnsSays === undefined || domain === undefined || value === undefined) return [];
  return [`TXT record for ${code(domain)}; ${prose(dnsSays)}:\n\n${block(value)}\n\n`];
}
