import { oneLine } from '../untrusted.ts';

/**
 * Words that GitHub makes something of even without Markdown: mentions, references, links, mathematics, emoji, commit
 * ids. Names and values of the API are code for the eye. Without the flag `i`, which makes the start of a run slower.
 * https://docs.github.com/en/get-started/writing-on-github/working-with-advanced-formatting/autolinked-references-and-urls
 */
const SPECIAL = /[@#$]|:\/\/|[Ww]{3}\.|[Gg][Hh]-\d|:[\w+-]+:|\b[0-9A-Fa-f]{7,40}\b|\w[_=]\w/;

/** The signs that may begin markup within a line. https://github.github.com/gfm/#inlines */
const MARKUP = /[\\`*_[\]<>&~|]/g;

/** What makes a list of a line that begins with it. https://github.github.com/gfm/#list-items */
const LIST = /^[-+]|(?<=^\d+)[.)]/g;

/** An input with its value, such as `mode: check`, an expression, or a word. */
const WORDS =
  /\$\{\{[^}]*\}\}[.,;)]*(?!\S)|(?:mode|enabled|unlisted|[a-z]+(?:_[a-z]+)+): (?:true or false|true|false|update|check|plan|reconcile|ignore|report|fail|acme\.example"?)[.,;)]*(?!\S)|\S+/g;

/** The vendor's own pages, the only ones that become links. */
const VENDOR = /^https:\/\/(?:developers|dash)\.cloudflare\.com\/[\w./:?=#~-]*$/;

/** Text from outside as prose that GitHub takes literally: no links but the vendor's, no mentions, no references. */
export function prose(text: string, limit = 2000): string {
  const words = oneLine(text, limit).match(WORDS) ?? [];
  return words
    .map((word, n) => show(word, words[n - 1] === 'Input'))
    .join(' ')
    .replace(LIST, reference);
}

function show(word: string, isInput: boolean): string {
  if (!isInput && !word.includes(' ') && !SPECIAL.test(word)) return literal(word);
  const start = word.search(/[^"'(]|$/);
  const rest = word.slice(start);
  const end = rest.search(/(?<![.,:;!?"')…])[.,:;!?"')…]*$/);
  const name = rest.slice(0, end);
  return literal(word.slice(0, start)) + (VENDOR.test(name) ? `<${name}>` : span(name)) + literal(rest.slice(end));
}

/** Text from outside as inline code, where GitHub makes no links; fit for the cell of a table. */
export function code(text: string, limit = 300): string {
  return span(oneLine(text, limit));
}

/** A span of backticks, or an element if the text would end the span or the cell of a table. */
function span(line: string): string {
  return /^[^`|\\]+$/.test(line) ? `\`${line}\`` : `<code>${line.replace(/[!-/:-@[-`{-~]/g, reference)}</code>`;
}

function literal(text: string): string {
  return text.replace(MARKUP, reference);
}

/** https://github.github.com/gfm/#entity-and-numeric-character-references */
function reference(character: string): string {
  return `&#${character.codePointAt(0)};`;
}
