import {
  isMap,
  isSeq,
  LineCounter,
  type Node,
  type Pair,
  type ParsedNode,
  parseDocument,
  type YAMLError,
  type YAMLSeq,
} from 'yaml';
import { canonicalDomain } from '../connector/domain.ts';
import type { Problem } from '../failure.ts';
import { oneLine, quoted } from '../untrusted.ts';
import { findInvisible, stripHead } from './invisible.ts';
import { type Entry, isKey, isName, kindOf, readPair, sourceText } from './list-entry.ts';
import { KEYS } from './names.ts';
import { anyOf, inputProblem, type Parsed, USUAL_CAUSES, type Wrong } from './problem.ts';
import type { Target } from './settings.ts';

export interface List {
  readonly targets: readonly Target[];
  readonly problems: readonly Problem[];
  readonly warnings: readonly string[];
}

/** Reads a list, YAML and so also JSON. What is wrong names its source (`connectors_file sso.yml`) and its line. */
export function readYamlList(text: string, source: string): List {
  const list = new ListReader(source, stripHead(text));
  list.read();
  return list;
}

const SHAPE = `Write an entry as "- email_domain: acme.example". Its keys are ${anyOf(KEYS)}.`;

/** What to do about faults that are none of the layout, by the library's code. https://eemeli.org/yaml/#errors */
const YAML_ACTIONS: Partial<Record<YAMLError['code'], string>> = {
  BAD_DIRECTIVE: 'Remove this line: a list needs no directive.',
  TAG_RESOLVE_FAILED: 'Remove the tag, or write a value that begins with ! in quotes.',
};

const TWICE = {
  must: 'must be given once',
  not: 'twice',
  action: 'Remove one of the two, or put "- " where the next entry begins.',
};

const UNFILLED = 'GitHub fills in an expression in a workflow, not in a file. Write the value, or use connectors.';

class ListReader implements List {
  readonly targets: Target[] = [];
  readonly warnings: string[] = [];
  readonly #source: string;
  readonly #lines = new LineCounter();
  readonly #text: string;
  #textLines: readonly string[] | undefined;
  readonly #lineOfName = new Map<string, number>();
  /** Of domains beside an id: two connectors may have one domain. */
  readonly #lineOfGuard = new Map<string, number>();
  readonly #problems: { readonly line: number; readonly problem: Problem }[] = [];

  constructor(source: string, text: string) {
    this.#source = source;
    this.#text = text;
  }

  /** In the order of the lines. */
  get problems(): Problem[] {
    return this.#problems.toSorted((one, other) => one.line - other.line).map(({ problem }) => problem);
  }

  read(): void {
    const options = { lineCounter: this.#lines, prettyErrors: false, uniqueKeys: false };
    // The core schema even if a directive asks for YAML 1.1, in which `no` and `off` are booleans.
    const { errors, warnings, contents } = parseDocument(this.#text, { ...options, schema: 'core' });
    // One mistake is often many to the library: the first says enough.
    const [fault] = [...errors, ...warnings];
    if (fault) this.#refuseYaml(fault);
    else if (isSeq(contents)) this.#readList(contents);
    else this.#refuseShape(contents);
  }

  #refuseYaml({ code, message, pos }: YAMLError): void {
    const line = this.#lineAt(pos[0]);
    const what = `this cannot be read as YAML: ${oneLine(message, 200).replace(/\.$/, '')}${this.#invisibleIn(line)}`;
    const action =
      YAML_ACTIONS[code] ??
      'Check the indentation (spaces, no tabs), the space after each colon, the brackets and the quotes, here, above and on the next line.';
    const isTwo = code === 'MULTIPLE_DOCS';
    const two = { must: 'the list must be one document, not two', action: 'Remove the line --- between the two.' };
    this.#problem(line, isTwo ? two : { must: what, action });
  }

  #refuseShape(node: Node | null): void {
    const text = sourceText(node);
    const isPath = /\.(ya?ml|json)$/i.test(text) || (text.includes('/') && !/\s/.test(text));
    const action = isPath ? 'For a list in a file, use connectors_file.' : SHAPE;
    const line = this.#lineOf(node);
    const not = `${kindOf(node)}${this.#invisibleIn(line)}`;
    this.#problem(line, { must: 'this must be a list of connectors', not, action });
  }

  /** What may have made another structure of a line than it seems to have. */
  #invisibleIn(line: number): string {
    this.#textLines ??= this.#text.split('\n');
    const invisible = findInvisible(String(this.#textLines[line - 1]));
    return invisible === undefined ? '' : ` (there is ${invisible})`;
  }

  #readList(list: YAMLSeq): void {
    const none = { must: 'the list must have an entry', not: 'none', action: SHAPE };
    if (list.items.length === 0) this.#problem(this.#lineOf(list), none);
    for (const item of list.items) {
      const line = this.#lineOf(item);
      if (isMap(item)) this.#readEntry(item.items, line);
      else {
        const kind = kindOf(item);
        const not = kind === 'a text' ? `${kind}${this.#invisibleIn(line)}` : kind;
        const action = kind === 'an alias' ? 'Write the entry itself, without * before it.' : SHAPE;
        this.#problem(line, { must: 'an entry must be a mapping', not, action });
      }
    }
  }

  #readEntry(pairs: readonly Pair[], line: number): void {
    const entry = new Map<string, string | boolean | undefined>();
    const problemsBefore = this.#problems.length;
    let isNameWrong = false;
    let isKeyWrong = false;
    for (const { key, value } of pairs) {
      const name = sourceText(key);
      const parsed = entry.has(name) ? TWICE : this.#readPair(name, value);
      const at = this.#lineOf(key);
      if ('must' in parsed) {
        this.#problem(at, { ...parsed, must: `${isKey(name) ? name : quoted(name)} ${parsed.must}` });
        isNameWrong ||= isName(name);
        isKeyWrong ||= !isKey(name);
      } else if (parsed.warning) {
        this.warnings.push(`${this.#source}, line ${at}: ${name} ${parsed.warning}`);
      }
      entry.set(name, 'value' in parsed ? parsed.value : undefined);
    }
    const { sso_connector_id: id, email_domain: domain, ...desired } = Object.fromEntries(entry) as Entry;
    const names = [id && `sso_connector_id ${id}`, domain && `email_domain ${canonicalDomain(domain)}`];
    const given = names.filter((name) => name !== undefined);
    const isEmpty = [...entry.keys()].some(isName);
    // A name that is wrong is told already, as is a key that may be meant as one.
    if (given.length === 0 && !isNameWrong && (isEmpty || !isKeyWrong)) {
      const action = isEmpty ? USUAL_CAUSES : undefined;
      this.#problem(line, { must: 'an entry must have sso_connector_id or email_domain', action });
    }
    if (this.#problems.length === problemsBefore) {
      this.targets.push({ sso_connector_id: id, email_domain: domain, desired, line });
    }
    // Of a domain alone, the name that is wrong is the id.
    this.#refuseRepeated(given, id !== undefined || isNameWrong, line);
  }

  /** Once by id and once by domain shows in the API's list. */
  #refuseRepeated(names: readonly string[], isById: boolean, line: number): void {
    const lineOf = (name: string) => this.#lineOfName.get(name) ?? (isById ? undefined : this.#lineOfGuard.get(name));
    const repeated = names.find((name) => lineOf(name) !== undefined);
    if (repeated !== undefined) {
      const must = `${repeated} is in the list already, on line ${lineOf(repeated)}`;
      this.#problem(line, { must, action: 'Remove one of these entries.' });
    }
    for (const name of names) {
      const isGuard = isById && name.startsWith('email_domain');
      (isGuard ? this.#lineOfGuard : this.#lineOfName).set(name, line);
    }
  }

  /** As `readPair`, which does not know of the file. */
  #readPair(name: string, value: unknown): Parsed<string | boolean | undefined> {
    const parsed = readPair(name, value);
    const isUnfilled = this.#source !== 'connectors' && isKey(name) && sourceText(value).includes('${{');
    return 'must' in parsed && isUnfilled ? { ...parsed, action: UNFILLED } : parsed;
  }

  #problem(line: number, wrong: Wrong): void {
    this.#problems.push({ line, problem: inputProblem(`${this.#source}, line ${line}`, wrong, ': ') });
  }

  #lineOf(node: unknown): number {
    return this.#lineAt((node as ParsedNode | null)?.range[0] ?? 0);
  }

  #lineAt(offset: number): number {
    return this.#lines.linePos(offset).line || 1;
  }
}
