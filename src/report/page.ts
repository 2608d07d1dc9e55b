import { nounFor } from '../job/outcome.ts';
import type { Result } from '../job/result.ts';
import { counted } from '../plural.ts';
import { describeConsequences } from './consequences.ts';
import { code, prose } from './markdown.ts';
import { Page } from './page-limit.ts';
import { changeRows, connectorRows, failureRows, movedRows, sentences, txtRows } from './page-rows.ts';
import { tellFailures } from './told.ts';
import { renderUnlisted } from './unlisted.ts';
import { countVerdicts, describeVerdict, signOf } from './verdict.ts';

/**
 * A result as a page of Markdown, for the job summary, the issue and the output `summary`: what people need first comes
 * first, and each fact once. Never larger than `limit` bytes: it is cut, with a note.
 */
export function renderPage(result: Result, limit: number): string {
  const page = new Page(limit);
  page.add(`### ${signOf(result)} ${prose(titleOfPage(result))}\n\n${lead(result)}`);
  page.addAll(sentences(result), { what: 'problems' });
  const failures = failureRows(result);
  page.addTable(failures.rows, { what: 'failures', head: failures.head });
  if (failures.note) page.add(`${failures.note}\n\n`);
  page.addTable(txtRows(result), {
    what: 'TXT records',
    title: 'TXT records',
    head: ['Name', 'Type', 'Content', 'Public DNS now'],
  });
  const changes = changeRows(result);
  page.addTable(changes.rows, { what: 'changes', title: changes.title, head: ['Domain', 'Field', ...changes.columns] });
  for (const sentence of describeConsequences(result)) page.add(`${prose(sentence)}\n\n`);
  page.addTable(movedRows(result), {
    what: 'changes',
    title: 'Changed by someone else meanwhile',
    head: ['Domain', 'Field', 'Before', 'After'],
  });
  const unlisted = renderUnlisted(result);
  if (unlisted.length > 0) {
    const title = `${counted(unlisted.length, 'connector')} that no entry of the list names, as YAML to paste`;
    const section = { what: 'unlisted connectors', before: '```yaml\n', after: '```\n\n' };
    page.fold(title, () => page.addAll(unlisted, section));
  }
  addDetails(page, result);
  return page.text;
}

/** The verdict, which names Cloudflare: a page may stand among those of other steps. */
function titleOfPage(result: Result): string {
  const verdict = describeVerdict(result);
  if (verdict.startsWith('SSO ')) return `Cloudflare ${verdict}`;
  return `Cloudflare SSO: ${verdict.replace(/^[A-Z](?=[a-z])/, (letter) => letter.toLowerCase())}`;
}

/** Account, mode and counts, and when the token expires. */
function lead(result: Result): string {
  const { settings, tokenExpiry } = result;
  if (!settings) return '';
  const counts = settings.many ? ` · ${countVerdicts(result)}` : '';
  const expiry = tokenExpiry?.warning ? `⚠️ ${prose(tokenExpiry.warning)}\n\n` : '';
  return `Account ${code(settings.accountId)} · mode ${code(settings.mode)}${counts}\n\n${expiry}`;
}

/** All connectors with their ids, and all that is known of each failure, folded. */
function addDetails(page: Page, result: Result): void {
  const { outcomes } = result;
  const told = tellFailures(result).filter(
    ({ record: { kind, detail } }) => kind !== 'input' && kind !== 'cancelled' && detail !== '',
  );
  const rows = connectorRows(result);
  if (rows.length + told.length === 0) return;
  const what = [
    ...(rows.length > 0 ? [counted(rows.length, nounFor(outcomes))] : []),
    ...(told.length > 0 ? [told.length === 1 ? 'the full message' : `${told.length} full messages`] : []),
  ];
  page.fold(`Details: ${what.join(' and ')}`, () => {
    page.addAll(
      told.map(({ record: { detail, documentation_url: url } }) => {
        return `- ${prose(`${detail}${url ? ` See ${url}.` : ''}`)}\n`;
      }),
      { what: 'messages' },
    );
    page.addTable(rows, {
      what: 'connectors',
      head: ['Verdict', 'Domain', 'Connector', 'Enabled', 'FedRAMP', 'Verification'],
    });
  });
}
