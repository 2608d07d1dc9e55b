import type { Parsed } from './problem.ts';

/** Characters that nobody sees, such as U+200B and controls, and white space that only looks plain, such as U+00A0. */
const INVISIBLE = /(?![\t\r\n])[\p{Cc}\p{Cf}\p{DI}]|[^\S \t\r\n]/u;

/** From the first character that is seen to the last. In linear time, as a `+$` for what is around them would not be. */
const SEEN = /[^\s\p{Cf}](?:.*[^\s\p{Cf}])?/su;

/** Visible ASCII, which nearly every value is: it spares the start of a run the tables of Unicode. */
const VISIBLE = /^[!-~]*$/;

/** A value without white space and invisible characters around it. */
export function strip(text: string): string {
  return VISIBLE.test(text) ? text : (SEEN.exec(text)?.[0] ?? '');
}

/** A list without invisible characters at its head; white space stays, since it has a meaning in YAML. */
export function stripHead(text: string): string {
  return text.replace(/^[\s\p{Cf}]+/u, (head) => head.replace(/\p{Cf}/gu, ''));
}

/** The first invisible character and its place: `U+200B at position 5`. */
export function findInvisible(text: string): string | undefined {
  if (VISIBLE.test(text)) return undefined;
  const position = text.search(INVISIBLE);
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
