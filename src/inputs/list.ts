import { isMap, isSeq, LineCounter, type Node, type Pair, parseDocument, type YAMLError } from 'yaml';
import { canonicalDomain } from '../connector/domain.ts';
import type { Problem } from '../failure.ts';
import { oneLine, quoted } from '../untrusted.ts';
import { findInvisible, stripHead } from './invisible.ts';
import { type Entry, isKey, type Key, kindOf, readPair, sourceText } from './list-entry.ts';
import { KEYS } from './names.ts';
import { inputProblem, USUAL_CAUSES, type Wrong } from './problem.ts';
import type { Target } from './shape.ts';

const SHAPE = `Each entry starts with "- " and has keys of these: ${KEYS.join(', ')}.`;

/** What a list has, and what is wrong with it, line by line. */
export interface List {
  readonly targets: readonly Target[];
  readonly problems: readonly Problem[];
  readonly warnings: readonly string[];
}

/**
 * Reads a list of connectors, YAML and so also JSON. Every problem and warning names its source (`connectors`, or
 * `connectors_file` with its path) and its line.
 */
export function readConnectors(text: string, source: string): List {
  const reader = new ListReader(source);
  for (const piece of piecesOf(stripHead(text))) reader.read(piece);
  reader.refuseRepeated();
  return reader;
}

const ENTRIES_OF_A_PIECE = 200;

/**
 * A long list in pieces that are lists too, since the reader of YAML takes much memory for a long text. No entry has
 * a dash at column 0, or `},` before a `{`, within itself; comments may, and after a document's end (`...`) is another.
 */
function* piecesOf(text: string): Generator<string> {
  const isFlow = /^\s*\[/.test(text);
  const isWhole = isFlow ? text.includes('#') : /(?:^|\n)\.\.\./.test(text);
  const entries = isWhole ? [text] : text.split(isFlow ? /(?<=\},)(?=\s*\{)/ : /(?<=\n)(?=- )/);
  for (let n = 0; n < entries.length; n += ENTRIES_OF_A_PIECE) {
    const rest = n + ENTRIES_OF_A_PIECE;
    const piece = entries.slice(n, rest).join('');
    yield `${isFlow && n > 0 ? '[' : ''}${piece}${isFlow && rest < entries.length ? ']' : ''}`;
  }
}

class ListReader implements List {
  readonly targets: Target[] = [];
  readonly warnings: string[] = [];
  readonly #source: string;
  readonly #problems: { line: number; problem: Problem }[] = [];
  #lines = new LineCounter();
  #linesBefore = 0;

  constructor(source: string) {
    this.#source = source;
  }

  get problems(): Problem[] {
    return this.#problems.toSorted((one, other) => one.line - other.line).map(({ problem }) => problem);
  }

  read(piece: string): void {
    this.#lines = new LineCounter();
    // The core schema also where a directive asks for that of YAML 1.1, in which `no` and `off` are booleans.
    const document = parseDocument(piece, {
      lineCounter: this.#lines,
      prettyErrors: false,
      logLevel: 'error',
      schema: 'core',
      uniqueKeys: false,
    });
    // One mistake is often many to the reader of YAML: the first says enough.
    const [fault] = [...document.errors, ...document.warnings];
    if (fault) this.#refuseSyntax(fault, piece);
    else this.#readList(document.contents);
    this.#linesBefore += piece.split('\n').length - 1;
  }

  #refuseSyntax({ code, message, pos }: YAMLError, piece: string): void {
    const { line } = this.#lines.linePos(pos[0]);
    const invisible = findInvisible(piece.split('\n')[line - 1] ?? '');
    const where = invisible === undefined ? '' : ` (there is ${invisible})`;
    const what = `this is not YAML: ${oneLine(message, 200).replace(/\.$/, '')}${where}`;
    const must = code === 'MULTIPLE_DOCS' ? 'the list must be one document, not two' : what;
    this.#problem(line + this.#linesBefore, { must });
  }

  #readList(list: Node | null): void {
    const line = this.#lineOf(list);
    if (!isSeq(list)) {
      const text = sourceText(list);
      const isPath = /\.(ya?ml|json)$/i.test(text) || (text.includes('/') && !/\s/.test(text));
      const action = isPath ? 'For a list in a file, use connectors_file.' : SHAPE;
      this.#problem(line, { must: 'this must be a list of connectors', not: kindOf(list), action });
    } else if (list.items.length === 0) {
      this.#problem(line, { must: 'the list must have an entry', not: 'none', action: SHAPE });
    } else {
      for (const item of list.items) this.#readItem(item);
    }
  }

  #readItem(item: unknown): void {
    if (isMap(item)) this.#readEntry(item.items, this.#lineOf(item));
    else this.#problem(this.#lineOf(item), { must: 'an entry must be a mapping', not: kindOf(item), action: SHAPE });
  }

  #readEntry(pairs: readonly Pair[], line: number): void {
    const entry: Partial<Record<Key, string | boolean>> = {};
    const seen = new Set<string>();
    let isGood = true;
    for (const { key, value } of pairs) {
      const name = sourceText(key);
      const parsed = seen.has(name) ? { must: 'must be given once', not: 'twice' } : readPair(name, value);
      seen.add(name);
      const at = this.#lineOf(key);
      if ('must' in parsed) {
        this.#problem(at, { ...parsed, must: `${isKey(name) ? name : quoted(name)} ${parsed.must}` });
        isGood = false;
      } else if (isKey(name) && parsed.value !== undefined) {
        entry[name] = parsed.value;
        if (parsed.warning) this.warnings.push(`${this.#source}, line ${at}: ${name} ${parsed.warning}`);
      }
    }
    if (!isGood) return;
    const { sso_connector_id, email_domain, ...desired } = entry as Entry;
    if (sso_connector_id !== undefined || email_domain !== undefined) {
      this.targets.push({ sso_connector_id, email_domain, desired, line });
    } else {
      const action = seen.has('sso_connector_id') || seen.has('email_domain') ? USUAL_CAUSES : undefined;
      this.#problem(line, { must: 'an entry must have sso_connector_id or email_domain', action });
    }
  }

  /** The same connector twice would be asked to be two things. Once by id and once by domain shows in the API's list. */
  refuseRepeated(): void {
    const seen = new Map<string, number | undefined>();
    for (const { sso_connector_id: id, email_domain: domain, line = 0 } of this.targets) {
      const names = [id && `sso_connector_id ${id}`, domain && `email_domain ${canonicalDomain(domain)}`];
      const known = names.filter((name) => name !== undefined);
      const repeated = known.find((name) => seen.has(name));
      if (repeated !== undefined) {
        const must = `${repeated} is in the list already, on line ${seen.get(repeated)}`;
        this.#problem(line, { must, action: 'Remove one of these entries.' });
      }
      for (const name of known) seen.set(name, line);
    }
  }

  #problem(line: number, wrong: Wrong): void {
    this.#problems.push({ line, problem: inputProblem(`${this.#source}, line ${line}`, wrong, ': ') });
  }

  #lineOf(node: unknown): number {
    const range = (node as Node | null)?.range;
    return (this.#lines.linePos(range?.[0] ?? 0).line || 1) + this.#linesBefore;
  }
}
