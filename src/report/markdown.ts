import { oneLine } from '../untrusted.ts';

/**
 * Text from outside as prose that GitHub takes literally: every sign that Markdown or HTML knows becomes a character
 * reference, and what GitHub turns into links (`@name`, `#1`, addresses) is broken by a zero-width space.
 * https://github.github.com/gfm/#entity-and-numeric-character-references
 */
export function prose(text: string, limit = 2000): string {
  return references(oneLine(text, limit)).replace(/&#(64|35|47);|\bwww\b|\bGH(?=&#45;)/g, '$&&#8203;');
}

/** Text from outside as inline code, where GitHub makes no links. */
export function code(text: string, limit = 300): string {
  return `<code>${references(oneLine(text, limit))}</code>`;
}

/** Text from outside as a block that can be copied as it is. */
export function block(text: string, limit = 2000): string {
  return `<pre><code>${references(oneLine(text, limit))}</code></pre>`;
}

function references(text: string): string {
  return text.replace(/[^\p{L}\p{N} ]/gu, (character) => `&#${character.codePointAt(0)};`);
}
