import { givenFields } from '../connector/connector.ts';
import { countsFieldsAlone } from '../inputs/settings.ts';
import { nounFor, type Outcome } from '../job/outcome.ts';
import type { Result, ResultOfWork } from '../job/result.ts';
import { counted, listed } from '../plural.ts';
import { describeConsequences } from './changes.ts';
import { code, prose } from './markdown.ts';
import { Page } from './page-limit.ts';
import { changeTable, connectorTable, failureTable, movedTable, txtTable } from './page-rows.ts';
import { IN_SENTENCES, MOST_NAMED, tellFailures } from './told.ts';
import { renderUnlisted } from './unlisted-text.ts';
import { countVerdicts, describeVerdict, signOf } from './verdict.ts';

/**
 * A result as a page of Markdown, for the job summary, the issue and the output `summary`: what people need first comes
 * first, each fact once. The function returned cuts it at a limit in bytes, with a note.
 */
export function composePage(result: Result): (limit: number) => string {
  const head = `### ${signOf(result)} ${prose(titleOfPage(result))}\n\n${lead(result)}`;
  const problems = sentences(result);
  const failures = failureTable(result);
  const tables = [txtTable(result), changeTable(result)];
  const consequences = describeConsequences(result).map((sentence) => `${prose(sentence)}\n\n`);
  const moved = movedTable(result);
  const unlisted = renderUnlisted(result);
  const addDetails = composeDetails(result);
  return (limit) => {
    const page = new Page(limit);
    page.add(head);
    page.addAll(problems, 'problem');
    page.addTable(failures);
    if (failures.note) page.add(`${failures.note}\n\n`);
    for (const table of tables) page.addTable(table);
    for (const consequence of consequences) page.add(consequence);
    page.addTable(moved);
    if (unlisted.length > 0) {
      const which = counted(unlisted.length, 'connector that is', 'connectors that are');
      page.fold(`${which} not in the list, as YAML to paste`, () =>
        page.addAll(unlisted, 'unlisted connector', '```yaml\n', '```\n\n'),
      );
    }
    addDetails(page);
    return page.text;
  };
}

/** The verdict with Cloudflare's name: a page may stand among those of other steps. */
function titleOfPage(result: Result): string {
  const verdict = describeVerdict(result);
  if (verdict.startsWith('SSO ')) return `Cloudflare ${verdict}`;
  return `Cloudflare SSO: ${verdict.replace(/^[A-Z](?=[a-z])/, (letter) => letter.toLowerCase())}`;
}

/** Account, mode and counts, and what to do about a token that expires. */
function lead(result: Result): string {
  const { settings, tokenExpiry } = result;
  if (!settings) return '';
  const counts = settings.many ? ` · ${countVerdicts(result)}` : '';
  // The verdict says when.
  const expiry = tokenExpiry?.warning ? `⚠️ ${prose(tokenExpiry.warning.action)}\n\n` : '';
  return `Account ${code(settings.accountId)} · mode ${code(settings.mode)}${counts}\n\n${expiry}${nameUnasked(result)}`;
}

/** The connectors that some others are asked for beside: an entry may have lost its field. */
function nameUnasked({ settings, outcomes }: ResultOfWork): string {
  const isAsked = ({ target }: Outcome) => givenFields(target.desired).length > 0;
  const empty = outcomes.filter((outcome) => !isAsked(outcome));
  if (!countsFieldsAlone(settings) || empty.length === 0 || empty.length === outcomes.length) return '';
  return `No field is given for ${prose(
    listed(
      empty.map(({ name }) => name),
      MOST_NAMED,
    ),
  )}.\n\n`;
}

function sentences({ failures }: Result): string[] {
  const told = failures.filter(({ kind }) => IN_SENTENCES.includes(kind));
  const bullet = told.length > 1 ? '- ' : '';
  return told.map(({ message, action }) => `${bullet}${prose(`${message} ${action ?? ''}`)}\n`);
}

function composeDetails(result: Result): (page: Page) => void {
  const messages = tellFailures(result)
    .filter(({ record: { kind, detail } }) => !IN_SENTENCES.includes(kind) && detail !== '')
    .map(({ record: { detail, documentation_url: url } }) => `- ${prose(`${detail}${url ? ` See ${url}.` : ''}`)}\n`);
  const connectors = connectorTable(result);
  const seen = connectors.rows.length;
  const what = [
    ...(seen > 0 ? [counted(seen, ...nounFor(result.outcomes))] : []),
    ...(messages.length > 0 ? [messages.length === 1 ? 'the full message' : `${messages.length} full messages`] : []),
  ];
  return (page) => {
    if (what.length === 0) return;
    page.fold(`Details: ${what.join(' and ')}`, () => {
      page.addAll(messages, 'message');
      page.addTable(connectors);
    });
  };
}
