import { canonicalDomain } from '../connector/domain.ts';
import type { Entry } from './list-entry.ts';
import type { Target } from './settings.ts';
import type { List } from './yaml-list.ts';

/** A key of an entry and its value, and perhaps a comment: `- email_domain: acme.example`. */
const PAIR = /^(- | {2})(\w+): +(\S+)(?: +#.*)?$/;
const NO_PAIR = /^ *(?:#.*)?$/;

/** Values that mean in YAML what they look like, and that are neither refused nor warned of. */
const VALUES: ReadonlyMap<string, (value: string) => boolean> = new Map([
  ['sso_connector_id', (value) => /^[a-z0-9]{32}$/.test(value)],
  // Two letters behind a dot are in no number.
  ['email_domain', (value) => /\.[a-z]{2}/.test(value) && canonicalDomain(value) === value],
  ['enabled', isFlag],
  ['use_fedramp_language', isFlag],
]);

function isFlag(value: string): boolean {
  return value === 'true' || value === 'false';
}

/**
 * Reads a list in the form in which the README writes lists, without the YAML library, which takes some 60 ms for 100
 * entries, where a whole run takes some 150. Undefined if the form is another, or anything is wrong or unusual:
 * `readYamlList` has the words.
 */
export function readPlainList(text: string): List | undefined {
  const entries: { readonly line: number; readonly values: Record<string, string | boolean> }[] = [];
  const names = new Set<string>();
  let line = 0;
  for (const content of text.split('\n')) {
    line += 1;
    const pair = PAIR.exec(content);
    if (!pair && NO_PAIR.test(content)) continue;
    const { 1: head, 2: key = '', 3: value = '' }: string[] = pair ?? [];
    if (head === '- ') entries.push({ line, values: {} });
    const values = entries.at(-1)?.values;
    if (!values || key in values || names.has(value) || !VALUES.get(key)?.(value)) return undefined;
    if (isFlag(value)) values[key] = value === 'true';
    else {
      values[key] = value;
      names.add(value);
    }
  }
  const targets = entries.map(({ line, values }): Target => {
    const { sso_connector_id, email_domain, enabled, use_fedramp_language }: Entry = values;
    return { sso_connector_id, email_domain, desired: { enabled, use_fedramp_language }, line };
  });
  const areNamed = targets.every(({ sso_connector_id: id, email_domain: domain }) => id ?? domain);
  return areNamed && targets.length > 0 ? { targets, problems: [], warnings: [] } : undefined;
}
