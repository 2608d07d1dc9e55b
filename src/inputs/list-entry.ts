import { isAlias, isMap, isScalar, isSeq } from 'yaml';
import type { Desired } from '../connector/connector.ts';
import { oneLine, quoted } from '../untrusted.ts';
import { findInvisible, parseVisible, strip } from './invisible.ts';
import { hintFor, INPUTS, KEYS } from './names.ts';
import { anyOf, type Parsed, type Wrong } from './problem.ts';
import { parseBoolean, parseConnectorId, parseEmailDomain } from './values.ts';

export interface Entry extends Desired {
  readonly sso_connector_id?: string;
  readonly email_domain?: string;
}

/** The value of a key, undefined if it is empty, which means "not given". */
export function readPair(name: string, node: unknown): Parsed<string | boolean | undefined> {
  if (!isKey(name)) return refuseKey(name);
  const isFlag = name === 'enabled' || name === 'use_fedramp_language';
  const wrong = { must: isFlag ? 'must be true or false' : 'must be a text', not: kindOf(node) };
  const empty = { value: undefined, ...(isFlag && { warning: 'has no value, so it counts as not given.' }) };
  if (node === null) return empty;
  if (isAlias(node)) return { ...wrong, action: 'Write the value itself, without * before it.' };
  if (!isScalar(node)) return wrong;
  const text = strip(sourceText(node));
  if (node.value === null || text === '') return empty;
  if (isFlag) {
    if (typeof node.value === 'boolean') return { value: node.value };
    const parsed = parseVisible(text, parseBoolean);
    // A plain one that is no boolean of YAML has invisible characters around it.
    if ('must' in parsed || node.type === 'PLAIN') return parsed;
    return { must: 'must be true or false without quotes', not: quoted(text) };
  }
  // A plain id may look like a number.
  if (name === 'sso_connector_id' && typeof node.value !== 'boolean') return parseVisible(text, parseConnectorId);
  return typeof node.value === 'string' ? parseVisible(text, parseEmailDomain) : wrong;
}

/** What a connector of the API has besides, and so an entry that was copied from there. */
const OF_THE_API = /^(verification|created_on|updated_on)$/;

function refuseKey(name: string): Wrong {
  const invisible = findInvisible(name);
  if (invisible !== undefined) return { must: 'must have visible characters only', not: invisible };
  if (isKey(name.trim())) return { must: 'must have no white space around it' };
  return { must: 'is not a key of a connector', action: adviseKey(name) };
}

function adviseKey(name: string): string {
  if (name === '<<') return 'Write the keys themselves into each entry.';
  if (OF_THE_API.test(name)) return 'Remove it: an entry has what a connector is to be, no more.';
  if ((INPUTS as readonly string[]).includes(name)) return `${name} is an input of the step, for all connectors.`;
  return hintFor(name, KEYS, ', an input of the step') ?? `Its keys are ${anyOf(KEYS)}.`;
}

/** The text of a scalar as it is written: `4e10`, not what YAML makes of it. */
export function sourceText(node: unknown): string {
  return (isScalar(node) && node.source) || '';
}

/** What a node is, for people. */
export function kindOf(node: unknown): string {
  if (isMap(node)) return 'a mapping';
  if (isSeq(node)) return 'a list';
  if (isAlias(node)) return 'an alias';
  if (!isScalar(node) || node.value === null) return 'empty';
  return typeof node.value === 'string' ? 'a text' : oneLine(sourceText(node), 80);
}

/** Whether a key names a connector. */
export function isName(key: string): boolean {
  return key === 'sso_connector_id' || key === 'email_domain';
}

/** Whether an entry may have this key. */
export function isKey(name: string): boolean {
  return (KEYS as readonly string[]).includes(name);
}
