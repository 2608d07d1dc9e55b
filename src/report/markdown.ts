import { oneLine } from '../untrusted.ts';

/**
 * Words that GitHub makes something of even where nothing is Markdown: mentions, references, links, mathematics, emoji
 * and commit ids. Names and values of the API are code for the eye.
 * https://docs.github.com/en/get-started/writing-on-github/working-with-advanced-formatting/autolinked-references-and-urls
 */
const SPECIAL = /[@#$]|:\/\/|www\.|GH-\d|:[\w+-]+:|\b[0-9a-f]{7,40}\b|\w[_=]\w/i;

/** The signs that may begin markup within a line. https://github.github.com/gfm/#inlines */
const MARKUP = /[\\`*_[\]<>&~|]/g;

/** What makes a list of a line that begins with it. https://github.github.com/gfm/#list-items */
const LIST = /^[-+]|(?<=^\d+)[.)]/g;

/** Text from outside as prose that GitHub takes literally, without links, mentions and references. */
export function prose(text: string, limit = 2000): string {
  return oneLine(text, limit)
    .split(' ')
    .map((word) => {
      const [, before = '', name = word, after = ''] = /^(["'(]*)(.*?)([.,:;!?"')…]*)$/u.exec(word) ?? [];
      return SPECIAL.test(word) ? `${literal(before)}${span(name)}${literal(after)}` : literal(word);
    })
    .join(' ')
    .replace(LIST, reference);
}

/** Text from outside as inline code, where GitHub makes no links; fit for the cell of a table. */
export function code(text: string, limit = 300): string {
  return span(oneLine(text, limit));
}

/** Text from outside as a block that can be copied as it is. */
export function block(text: string, limit = 2000): string {
  const line = oneLine(text, limit);
  const fence = '`'.repeat(Math.max(3, ...(line.match(/`+/g) ?? []).map((run) => run.length + 1)));
  return `${fence}\n${line}\n${fence}`;
}

/** A span of backticks, or an element where the text has what would end the span or the cell of a table. */
function span(line: string): string {
  return /^[^`|\\]+$/.test(line) ? `\`${line}\`` : `<code>${line.replace(/[^\p{L}\p{N} ]/gu, reference)}</code>`;
}

function literal(text: string): string {
  return text.replace(MARKUP, reference);
}

/** https://github.github.com/gfm/#entity-and-numeric-character-references */
function reference(character: string): string {
  return `&#${character.codePointAt(0)};`;
}
