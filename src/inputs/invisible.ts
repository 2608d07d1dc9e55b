import type { Parsed } from './problem.ts';

/** Nearly every value and list is so, and has no need of the patterns below. */
const ASCII = /^[\t\n\r -~]*$/;

// Texts: for a literal with `\p{…}`, V8 reads the tables of Unicode in every run, even if it is never used.
/** A pattern for what is around the value would take quadratic time. */
const VALUE = String.raw`[^\s\p{Cf}](?:.*[^\s\p{Cf}])?`;
const HEAD = String.raw`^[\s\p{Cf}]+`;
const FORMAT = String.raw`\p{Cf}`;
const INVISIBLE = String.raw`(?![\t\r\n])[\p{Cc}\p{Cf}\p{DI}]|[^\S \t\r\n]`;

/** A value without white space and invisible characters around it. */
export function strip(text: string): string {
  return ASCII.test(text) ? text.trim() : (new RegExp(VALUE, 'su').exec(text)?.[0] ?? '');
}

/** A list without invisible characters at its head; white space has a meaning in YAML. */
export function stripHead(text: string): string {
  if (ASCII.test(text)) return text;
  return text.replace(new RegExp(HEAD, 'u'), (head) => head.replaceAll(new RegExp(FORMAT, 'gu'), ''));
}

/** The first invisible character, or white space that looks plain: `U+200B at position 5`. */
export function findInvisible(text: string): string | undefined {
  const position = ASCII.test(text) ? -1 : text.search(new RegExp(INVISIBLE, 'u'));
  if (position === -1) return undefined;
  const code = text.codePointAt(position) ?? 0;
  return `U+${code.toString(16).toUpperCase().padStart(4, '0')} at position ${position + 1}`;
}

/** Reads a value by its parser, unless an invisible character is in it. */
export function parseVisible<T>(text: string, parse: (text: string) => Parsed<T>): Parsed<T> {
  const invisible = findInvisible(text);
  if (invisible === undefined) return parse(text);
  return { must: 'must have visible characters only', not: invisible, action: 'Type the value again.' };
}
