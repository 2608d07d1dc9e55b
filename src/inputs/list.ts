import {
  type Document,
  isAlias,
  isMap,
  isScalar,
  isSeq,
  LineCounter,
  type Node,
  type Pair,
  parseDocument,
  visit,
} from 'yaml';
import type { Desired } from '../connector/connector.ts';
import { canonicalDomain } from '../connector/domain.ts';
import { oneLine, quoted } from '../untrusted.ts';
import { didYouMean } from './names.ts';
import type { Target } from './settings.ts';
import { type Parsed, parseEmailDomain, parseId } from './values.ts';

const KEYS = ['sso_connector_id', 'email_domain', 'enabled', 'use_fedramp_language'] as const;
type Key = (typeof KEYS)[number];

interface Entry extends Desired {
  readonly sso_connector_id?: string;
  readonly email_domain?: string;
}

interface List {
  readonly targets: readonly Target[];
  readonly problems: readonly string[];
  readonly warnings: readonly string[];
}

/** Reads the input `connectors`, a YAML (so also JSON) list. Every problem and warning names its line in the input. */
export function readConnectors(text: string): List {
  return new ListReader(text);
}

class ListReader implements List {
  readonly targets: Target[] = [];
  readonly problems: string[] = [];
  readonly warnings: string[] = [];
  readonly #lines = new LineCounter();

  constructor(text: string) {
    // The core schema also where a directive asks for that of YAML 1.1, in which `no` and `off` are booleans.
    const options = { lineCounter: this.#lines, prettyErrors: false, logLevel: 'error', schema: 'core' } as const;
    const document = parseDocument(text, options);
    for (const { code, message, pos } of [...document.errors, ...document.warnings]) {
      const isSecond = code === 'MULTIPLE_DOCS';
      const what = isSecond ? 'a second document begins here; accepted is one list' : `this is not YAML: ${message}`;
      this.#problem(this.#lines.linePos(pos[0]).line, `${oneLine(what, 200)}.`);
    }
    if (this.problems.length > 0) return;
    if (/[&*]/.test(text)) this.#refuseReferences(document);
    this.#readList(document.contents);
    this.#refuseRepeated();
  }

  #readList(list: Node | null): void {
    if (!isSeq(list) || list.items.length === 0) {
      const what = isSeq(list) ? 'this is an empty list' : 'this is no list';
      this.#problem(this.#lineOf(list), `${what}; accepted is a list of connectors, each with ${KEYS.join(', ')}.`);
      return;
    }
    for (const item of list.items) {
      const line = this.#lineOf(item);
      if (isMap(item)) this.#readEntry(item.items, line);
      else if (!isAlias(item))
        this.#problem(line, `this entry is not a connector; accepted are the keys ${KEYS.join(', ')} with values.`);
    }
  }

  #readEntry(pairs: readonly Pair[], line: number): void {
    const problemsBefore = this.problems.length;
    const plain = pairs.filter(({ key, value }) => !isAlias(key) && !isAlias(value));
    const entry: Entry = Object.assign({}, ...plain.map((pair) => this.#readPair(pair)));
    if (this.problems.length > problemsBefore || plain.length < pairs.length) return;
    const { sso_connector_id, email_domain, ...desired } = entry;
    if (sso_connector_id === undefined && email_domain === undefined) {
      this.#problem(line, 'this entry has neither sso_connector_id nor email_domain; it needs one of them.');
    } else {
      this.targets.push({ sso_connector_id, email_domain, desired, line });
    }
  }

  #readPair({ key, value }: Pair): Entry {
    const line = this.#lineOf(key);
    const name = sourceText(key);
    if (!isKey(name)) {
      const hint = didYouMean(name, KEYS);
      this.#problem(line, `${quoted(name)} is no key of a connector; accepted are ${KEYS.join(', ')}.${hint}`);
      return {};
    }
    if (value === null || (isScalar(value) && (value.value === null || value.value === ''))) return {};
    const parsed = PARSERS[name](value);
    if ('problem' in parsed) {
      this.#problem(line, `${name} ${parsed.problem}.`);
      return {};
    }
    if (parsed.warning) this.warnings.push(`Input connectors, line ${line}: ${name} ${parsed.warning}`);
    return { [name]: parsed.value };
  }

  /** The same connector twice would be asked to be two things. Once by id and once by domain shows in the API's list. */
  #refuseRepeated(): void {
    const seen = new Map<string, number | undefined>();
    for (const { sso_connector_id: id, email_domain: domain, line } of this.targets) {
      const names = [id && `sso_connector_id ${id}`, domain && `email_domain ${canonicalDomain(domain)}`];
      const known = names.filter((name) => name !== undefined);
      const repeated = known.find((name) => seen.has(name));
      if (repeated) this.#problem(line, `${repeated} is in the list already, on line ${seen.get(repeated)}.`);
      for (const name of known) seen.set(name, line);
    }
  }

  /** What an alias stands for is easily read over, and a switch should say in its own place what it is. */
  #refuseReferences(document: Document): void {
    visit(document, {
      Alias: (_, node) => this.#problem(this.#lineOf(node), 'aliases are not accepted; write the value out.'),
      Value: (_, node) => {
        if (node.anchor) this.#problem(this.#lineOf(node), 'anchors are not accepted; write each entry out.');
      },
    });
  }

  #problem(line: number | undefined, what: string): void {
    this.problems.push(`Input connectors, line ${line}: ${what}`);
  }

  #lineOf(node: unknown): number {
    const range = (node as Node | null)?.range;
    return this.#lines.linePos(range?.[0] ?? 0).line || 1;
  }
}

const PARSERS: Readonly<Record<Key, (value: unknown) => Parsed<string | boolean>>> = {
  sso_connector_id: (value) => parseText(value, parseId),
  email_domain: (value) => parseText(value, parseEmailDomain),
  enabled: parseFlag,
  use_fedramp_language: parseFlag,
};

function parseText(value: unknown, parse: (text: string) => Parsed<string>): Parsed<string> {
  return isScalar(value) ? parse(sourceText(value).trim()) : { problem: 'is a list or a mapping; accepted is a text' };
}

function parseFlag(value: unknown): Parsed<boolean> {
  if (isScalar(value) && typeof value.value === 'boolean') return { value: value.value };
  const given = isScalar(value) ? quoted(sourceText(value)) : 'a list or a mapping';
  return { problem: `is ${given}; accepted are true and false, without quotes (also True, TRUE, False, FALSE)` };
}

/** A plain id may look like a number (`4e10`): its text is what counts, not what YAML makes of it. */
function sourceText(node: unknown): string {
  if (!isScalar(node)) return '';
  return typeof node.value === 'string' ? node.value : (node.source ?? String(node.value));
}

function isKey(name: string): name is Key {
  return (KEYS as readonly string[]).includes(name);
}
