import { readFileSync } from 'node:fs';

/** A change of the sources that a test should notice. */
export interface Mutant {
  readonly id: string;
  readonly file: string;
  /** From 1, as editors count. */
  readonly line: number;
  /** The first line that it changes, as it was and as it is then. */
  readonly before: string;
  readonly after: string;
}

/** `killed`: a test failed; `timeout`: the tests did not end; `uncovered`: no test reaches it. */
export type Fate = 'killed' | 'timeout' | 'survived' | 'uncovered';

/** A position counted from 0. */
export interface Position {
  readonly line: number;
  readonly column: number;
}

const LONGEST = 150;

/** The line where a mutant begins, before and after. */
export function changeOf(lines: readonly string[], start: Position, end: Position, replacement: string) {
  const first = lines[start.line] ?? '';
  const rest = start.line === end.line ? first.slice(end.column) : '';
  const before = start.line === end.line ? first : `${first} …`;
  return { before: oneLine(before), after: oneLine(first.slice(0, start.column) + replacement + rest) };
}

/** As `docs/mutants.md` has it. */
export function describeMutant({ before, after }: Mutant): string {
  return `${code(before)} → ${code(after)}`;
}

/** What `docs/mutants.md` says of mutants: a heading for each file, an item for each. */
export class Equivalents {
  readonly #items: readonly { readonly file: string; readonly text: string }[];

  constructor(markdown = readFileSync('docs/mutants.md', 'utf8')) {
    let file = '';
    this.#items = markdown.split('\n').flatMap((line) => {
      file = /^#+ `?(src\/[^`]+)`?$/.exec(line)?.[1] ?? file;
      return line.startsWith('- ') ? [{ file, text: line.slice(2) }] : [];
    });
  }

  /** Whether nobody can tell the mutant from the original. */
  has(mutant: Mutant): boolean {
    return this.#items.some(({ file, text }) => isOf(mutant, file, text));
  }

  /** The items that are of none of these mutants any more. */
  stale(mutants: readonly Mutant[]): string[] {
    const left = this.#items.filter(({ file, text }) => !mutants.some((mutant) => isOf(mutant, file, text)));
    return left.map(({ file, text }) => `${file}: ${text}`);
  }
}

function isOf(mutant: Mutant, file: string, text: string): boolean {
  return mutant.file === file && text.startsWith(`${describeMutant(mutant)}: `);
}

function oneLine(text: string): string {
  const line = text.replace(/\s+/g, ' ').trim();
  return line.length > LONGEST ? `${line.slice(0, LONGEST)}…` : line;
}

function code(text: string): string {
  if (!text.includes('`')) return `\`${text}\``;
  return `\`\` ${text} \`\``;
}
