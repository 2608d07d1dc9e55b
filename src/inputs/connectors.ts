import { type Document, isMap, isScalar, isSeq, LineCounter, type Node, type Pair, parseDocument, visit } from 'yaml';
import { canonicalDomain } from '../domain.ts';
import { oneLine, quoted } from '../untrusted.ts';
import { didYouMean } from './declared.ts';
import type { Target } from './settings.ts';
import { type Parsed, parseEmailDomain, parseId } from './values.ts';

const KEYS = ['sso_connector_id', 'email_domain', 'enabled', 'use_fedramp_language'] as const;
type Key = (typeof KEYS)[number];

interface List {
  readonly targets: Target[];
  readonly problems: string[];
  readonly warnings: string[];
}

/** Reads the input `connectors`, a YAML (so also JSON) list. Every problem names the line within the input. */
export function readConnectors(text: string): List {
  const list: List = { targets: [], problems: [], warnings: [] };
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false, version: '1.2', logLevel: 'error' });
  const at = (node: { range?: Node['range'] } | null | undefined, fallback = 0) =>
    `Input connectors, line ${lines.linePos(node?.range?.[0] ?? fallback).line}:`;

  for (const error of [...document.errors, ...document.warnings]) {
    list.problems.push(`${at(null, error.pos[0])} this is not YAML: ${oneLine(error.message, 200)}`);
  }
  refuseReferences(document, (node, what) => list.problems.push(`${at(node)} ${what}`));
  if (list.problems.length > 0) return list;

  if (!isSeq(document.contents) || document.contents.items.length === 0) {
    list.problems.push(
      `${at(document.contents)} this is ${isSeq(document.contents) ? 'an empty list' : 'no list'}; accepted is a list of connectors, each with sso_connector_id or email_domain`,
    );
    return list;
  }
  for (const item of document.contents.items) {
    if (isMap(item)) {
      readEntry(item.items as Pair[], at, at(item), list);
    } else {
      list.problems.push(
        `${at(item as Node)} this entry is no mapping; accepted are the keys ${KEYS.join(', ')} with their values`,
      );
    }
  }
  refuseRepeated(list);
  return list;
}

type At = (node: { range?: Node['range'] } | null | undefined) => string;

function readEntry(pairs: readonly Pair[], at: At, start: string, list: List): void {
  const entry: { -readonly [K in keyof Target['desired']]?: boolean } & { id?: string; domain?: string } = {};
  const problemsBefore = list.problems.length;
  for (const { key, value } of pairs) {
    const name = sourceText(key);
    const here = at(key as Node);
    const take = <T>(parsed: Parsed<T>): T | undefined => {
      if ('problem' in parsed) {
        list.problems.push(`${here} ${name} ${parsed.problem}.`);
        return undefined;
      }
      if (parsed.warning) list.warnings.push(`${here} ${name} ${parsed.warning}`);
      return parsed.value;
    };
    if (!isKey(name)) {
      list.problems.push(
        `${here} ${quoted(name)} is not a key of a connector; accepted are ${KEYS.join(', ')}.${didYouMean(name, KEYS)}`,
      );
      continue;
    }
    if (value === null || (isScalar(value) && (value.value === null || value.value === ''))) continue;
    if (name === 'sso_connector_id') assign(entry, 'id', take(parseText(value, parseId)));
    else if (name === 'email_domain') assign(entry, 'domain', take(parseText(value, parseEmailDomain)));
    else assign(entry, name, take(parseFlag(value)));
  }
  if (list.problems.length > problemsBefore) return;
  const { id, domain, ...desired } = entry;
  if (id === undefined && domain === undefined) {
    list.problems.push(`${start} this entry has neither sso_connector_id nor email_domain; it needs one of them.`);
    return;
  }
  list.targets.push({
    sso_connector_id: id,
    email_domain: domain,
    desired,
    line: Number(/line (\d+)/.exec(start)?.[1]),
  });
}

/** The same connector twice would be asked to be two things. The same one by id and by domain shows in the API's list. */
function refuseRepeated(list: List): void {
  const seen = new Map<string, number | undefined>();
  for (const { sso_connector_id: id, email_domain: domain, line } of list.targets) {
    const names = [id && `sso_connector_id ${id}`, domain && `email_domain ${canonicalDomain(domain)}`];
    for (const name of names.filter((name) => name !== undefined)) {
      if (seen.has(name)) {
        list.problems.push(
          `Input connectors, line ${line}: ${oneLine(name)} is in the list already, on line ${seen.get(name)}.`,
        );
        break;
      }
      seen.set(name, line);
    }
  }
}

function refuseReferences(document: Document, refuse: (node: Node, what: string) => void): void {
  visit(document, {
    Alias: (_, node) => refuse(node, 'aliases are not accepted; write the value out.'),
    Node: (_, node) => {
      if ('anchor' in node && node.anchor) refuse(node, 'anchors are not accepted; write each entry out.');
      if (node.tag && !node.tag.startsWith('tag:yaml.org,2002:')) refuse(node, 'tags are not accepted.');
    },
  });
}

/** Plain ids may look like numbers (`4e10…`): their text is what counts, not what YAML makes of it. */
function sourceText(node: unknown): string {
  if (!isScalar(node)) return '';
  return typeof node.value === 'string' ? node.value : (node.source ?? String(node.value));
}

function parseText(value: unknown, parse: (text: string) => Parsed<string>): Parsed<string> {
  if (!isScalar(value)) return { problem: 'is a list or a mapping; accepted is one text' };
  return parse(sourceText(value).trim());
}

function parseFlag(value: unknown): Parsed<boolean> {
  if (isScalar(value) && typeof value.value === 'boolean') return { value: value.value };
  const given = isScalar(value)
    ? `${quoted(sourceText(value))}${typeof value.value === 'string' ? ', a text' : ''}`
    : 'a list or a mapping';
  return { problem: `is ${given}; accepted are true and false without quotes (also True, TRUE, False, FALSE)` };
}

function isKey(name: string): name is Key {
  return (KEYS as readonly string[]).includes(name);
}

function assign<T extends object, K extends keyof T>(object: T, key: K, value: T[K] | undefined): void {
  if (value !== undefined) object[key] = value;
}
