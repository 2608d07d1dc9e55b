import { isAlias, isMap, isScalar, isSeq } from 'yaml';
import type { Desired } from '../connector/connector.ts';
import { oneLine, quoted } from '../untrusted.ts';
import { findInvisible, parseVisible, strip } from './invisible.ts';
import { hintFor, INPUTS, KEYS } from './names.ts';
import { anyOf, type Parsed } from './problem.ts';
import { parseBoolean, parseConnectorId, parseEmailDomain } from './values.ts';

export type Key = (typeof KEYS)[number];

/** An entry of a list, as far as its keys are given. */
export interface Entry extends Desired {
  readonly sso_connector_id?: string;
  readonly email_domain?: string;
}

/** The value of a key, undefined if it is empty, which means "not given". */
export function readPair(name: string, node: unknown): Parsed<string | boolean | undefined> {
  if (!isKey(name)) {
    const invisible = findInvisible(name);
    if (invisible !== undefined) return { must: 'must have visible characters only', not: invisible };
    const isInput = (INPUTS as readonly string[]).includes(name);
    const hint = isInput ? `${name} is an input of the step, for all connectors.` : hintFor(name, KEYS);
    return { must: 'is not a key of a connector', action: hint ?? `Its keys are ${anyOf(KEYS)}.` };
  }
  if (node === null || (isScalar(node) && node.value === null)) return { value: undefined };
  const text = strip(sourceText(node));
  if (isScalar(node) && text === '') return { value: undefined };
  return name === 'enabled' || name === 'use_fedramp_language' ? readFlag(node, text) : readName(name, node, text);
}

function readFlag(node: unknown, text: string): Parsed<boolean> {
  if (!isScalar(node)) return { must: 'must be true or false', not: kindOf(node) };
  if (typeof node.value === 'boolean') return { value: node.value };
  const parsed = parseVisible(text, parseBoolean);
  return 'must' in parsed ? parsed : { must: 'must be true or false without quotes', not: quoted(text) };
}

function readName(name: 'sso_connector_id' | 'email_domain', node: unknown, text: string): Parsed<string> {
  const type = isScalar(node) ? typeof node.value : undefined;
  if (type === 'string' && name === 'email_domain') return parseVisible(text, parseEmailDomain);
  // A plain id may look like a number.
  const isId = name === 'sso_connector_id' && (type === 'string' || type === 'number');
  return isId ? parseVisible(text, parseConnectorId) : { must: 'must be a text', not: kindOf(node) };
}

/** The text of a scalar as it is written: `4e10`, not what YAML makes of it. */
export function sourceText(node: unknown): string {
  if (!isScalar(node)) return '';
  return typeof node.value === 'string' ? node.value : (node.source ?? String(node.value));
}

/** What a node is, for people. */
export function kindOf(node: unknown): string {
  if (isMap(node)) return 'a mapping';
  if (isSeq(node)) return 'a list';
  if (isAlias(node)) return 'an alias';
  if (!isScalar(node) || node.value === null) return 'empty';
  return typeof node.value === 'string' ? 'a text' : oneLine(sourceText(node), 80);
}

export function isKey(name: string): name is Key {
  return (KEYS as readonly string[]).includes(name);
}
