import type { Parsed } from './problem.ts';

/** Nearly every value is visible ASCII, which spares it the patterns with `\p{…}`: they take a millisecond to compile. */
const VISIBLE = /^[!-~]*$/;

/** A value without white space and invisible characters around it. */
export function strip(text: string): string {
  return VISIBLE.test(text) ? text : stripInvisible(text);
}

/** A pattern for what is around the value would take quadratic time. */
function stripInvisible(text: string): string {
  return /[^\s\p{Cf}](?:.*[^\s\p{Cf}])?/su.exec(text)?.[0] ?? '';
}

/** A list without invisible characters at its head; white space has a meaning in YAML. */
export function stripHead(text: string): string {
  return text.replace(/^[\s\p{Cf}]+/u, (head) => head.replace(/\p{Cf}/gu, ''));
}

/** The first invisible character, or white space that looks plain: `U+200B at position 5`. */
export function findInvisible(text: string): string | undefined {
  const position = text.search(/(?![\t\r\n])[\p{Cc}\p{Cf}\p{DI}]|[^\S \t\r\n]/u);
  if (position === -1) return undefined;
  const code = text.codePointAt(position) ?? 0;
  return `U+${code.toString(16).toUpperCase().padStart(4, '0')} at position ${position + 1}`;
}

/** Reads a value by its parser, unless an invisible character is in it. */
export function parseVisible<T>(text: string, parse: (text: string) => Parsed<T>): Parsed<T> {
  const invisible = VISIBLE.test(text) ? undefined : findInvisible(text);
  if (invisible === undefined) return parse(text);
  return { must: 'must have visible characters only', not: invisible, action: 'Type the value again.' };
}
