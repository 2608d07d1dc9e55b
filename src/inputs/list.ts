import { isMap, isSeq, LineCounter, type Node, type Pair, parseDocument, type YAMLError } from 'yaml';
import { canonicalDomain } from '../connector/domain.ts';
import type { Problem } from '../failure.ts';
import { counted } from '../plural.ts';
import { oneLine, quoted } from '../untrusted.ts';
import { findInvisible, stripHead } from './invisible.ts';
import { type Entry, isKey, kindOf, readPair, sourceText } from './list-entry.ts';
import { readListFile } from './list-file.ts';
import { KEYS } from './names.ts';
import { inputProblem, USUAL_CAUSES, type Wrong } from './problem.ts';
import type { Reader } from './reader.ts';
import type { Target } from './shape.ts';

/** The runner shows 10 annotations of a type. */
const MOST_WARNINGS = 5;

/** The targets of `connectors` or `connectors_file`. */
export async function readLists(read: Reader, env: NodeJS.ProcessEnv): Promise<Target[]> {
  const targets: Target[] = [];
  const take = (name: 'connectors' | 'connectors_file', text: string, source: string) => {
    const list = readConnectors(text, source);
    targets.push(...list.targets);
    read.add(name, ...list.problems);
    for (const warning of list.warnings.slice(0, MOST_WARNINGS)) read.warn(warning);
    const more = list.warnings.length - MOST_WARNINGS;
    if (more > 0) read.warn(`${source}: ${counted(more, 'more id')} of an unusual length.`);
  };
  if (read.isGiven('connectors')) take('connectors', read.raw('connectors') ?? '', 'connectors');
  const path = read.optional('connectors_file', (value) => ({ value }));
  if (path !== undefined) {
    const file = await readListFile(path, env['GITHUB_WORKSPACE'] || '.');
    if ('must' in file) read.problem('connectors_file', file);
    else take('connectors_file', file.value, `connectors_file ${oneLine(path, 60)}`);
  }
  return targets;
}

export interface List {
  readonly targets: readonly Target[];
  readonly problems: readonly Problem[];
  readonly warnings: readonly string[];
}

/** Reads a list, YAML and so also JSON. What is wrong names its source (`connectors_file sso.yml`) and its line. */
export function readConnectors(text: string, source: string): List {
  const lines = new LineCounter();
  // The core schema even if a directive asks for YAML 1.1, in which `no` and `off` are booleans.
  const options = {
    lineCounter: lines,
    prettyErrors: false,
    logLevel: 'error',
    schema: 'core',
    uniqueKeys: false,
  } as const;
  const { errors, warnings, contents } = parseDocument(stripHead(text), options);
  const reader = new ListReader(source, lines);
  // One mistake is often many to the library: the first says enough.
  const [fault] = [...errors, ...warnings];
  if (fault) reader.refuseYaml(fault, text);
  else reader.readList(contents);
  return reader;
}

const SHAPE = `Each entry starts with "- " and has keys of these: ${KEYS.join(', ')}.`;

class ListReader implements List {
  readonly targets: Target[] = [];
  readonly problems: Problem[] = [];
  readonly warnings: string[] = [];
  readonly #source: string;
  readonly #lines: LineCounter;
  readonly #lineOfName = new Map<string, number>();

  constructor(source: string, lines: LineCounter) {
    this.#source = source;
    this.#lines = lines;
  }

  refuseYaml({ code, message, pos }: YAMLError, text: string): void {
    const line = this.#lineAt(pos[0]);
    if (code === 'MULTIPLE_DOCS') {
      this.#problem(line, { must: 'the list must be one document, not two' });
      return;
    }
    const invisible = findInvisible(text.split('\n')[line - 1] ?? '');
    const where = invisible === undefined ? '' : ` (there is ${invisible})`;
    this.#problem(line, {
      must: `this cannot be read as YAML: ${oneLine(message, 200).replace(/\.$/, '')}${where}`,
      action: 'Check the indentation, the brackets and the quotes, here and above.',
    });
  }

  readList(list: Node | null): void {
    const line = this.#lineOf(list);
    if (!isSeq(list)) {
      const text = sourceText(list);
      const isPath = /\.(ya?ml|json)$/i.test(text) || (text.includes('/') && !/\s/.test(text));
      const action = isPath ? 'For a list in a file, use connectors_file.' : SHAPE;
      this.#problem(line, { must: 'this must be a list of connectors', not: kindOf(list), action });
      return;
    }
    if (list.items.length === 0)
      this.#problem(line, { must: 'the list must have an entry', not: 'none', action: SHAPE });
    for (const item of list.items) {
      if (isMap(item)) this.#readEntry(item.items, this.#lineOf(item));
      else this.#problem(this.#lineOf(item), { must: 'an entry must be a mapping', not: kindOf(item), action: SHAPE });
    }
  }

  #readEntry(pairs: readonly Pair[], line: number): void {
    const entry = new Map<string, string | boolean | undefined>();
    const problemsBefore = this.problems.length;
    for (const { key, value } of pairs) {
      const name = sourceText(key);
      const at = this.#lineOf(key);
      const parsed = entry.has(name) ? { must: 'must be given once', not: 'twice' } : readPair(name, value);
      entry.set(name, 'must' in parsed ? undefined : parsed.value);
      if ('must' in parsed) {
        this.#problem(at, { ...parsed, must: `${isKey(name) ? name : quoted(name)} ${parsed.must}` });
      } else if (parsed.warning) {
        this.warnings.push(`${this.#source}, line ${at}: ${name} ${parsed.warning}`);
      }
    }
    if (this.problems.length > problemsBefore) return;
    const { sso_connector_id, email_domain, ...desired } = Object.fromEntries(entry) as Entry;
    const names = [
      ...(sso_connector_id === undefined ? [] : [`sso_connector_id ${sso_connector_id}`]),
      ...(email_domain === undefined ? [] : [`email_domain ${canonicalDomain(email_domain)}`]),
    ];
    if (names.length === 0) {
      const action = entry.has('sso_connector_id') || entry.has('email_domain') ? USUAL_CAUSES : undefined;
      this.#problem(line, { must: 'an entry must have sso_connector_id or email_domain', action });
      return;
    }
    this.targets.push({ sso_connector_id, email_domain, desired, line });
    // Once by id and once by domain shows in the API's list.
    const repeated = names.find((name) => this.#lineOfName.has(name));
    if (repeated !== undefined) {
      const must = `${repeated} is in the list already, on line ${this.#lineOfName.get(repeated)}`;
      this.#problem(line, { must, action: 'Remove one of these entries.' });
    }
    for (const name of names) this.#lineOfName.set(name, line);
  }

  #problem(line: number, wrong: Wrong): void {
    this.problems.push(inputProblem(`${this.#source}, line ${line}`, wrong, ': '));
  }

  #lineOf(node: unknown): number {
    return this.#lineAt((node as Node | null)?.range?.[0] ?? 0);
  }

  #lineAt(offset: number): number {
    return this.#lines.linePos(offset).line || 1;
  }
}
