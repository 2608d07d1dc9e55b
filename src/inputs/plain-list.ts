import { canonicalDomain } from '../connector/domain.ts';
import type { Entry } from './list-entry.ts';
import type { Target } from './shape.ts';

/** A key of an entry and its value, and perhaps a comment: `- email_domain: acme.example`. */
const PAIR = /^(- | {2})(\w+): +(\S+)(?: +#.*)?$/;
const NO_PAIR = /^ *(?:#.*)?$/;

/** Values that mean in YAML what they look like, and that are neither refused nor warned of. */
const VALUES: ReadonlyMap<string, RegExp> = new Map([
  ['sso_connector_id', /^[a-z0-9]{32}$/],
  ['email_domain', /^[a-z0-9.-]+\.[a-z]{2,}$/],
  ['enabled', /^(?:true|false)$/],
  ['use_fedramp_language', /^(?:true|false)$/],
]);

/**
 * Reads a list in the form in which the README writes lists, without the YAML library, which costs half as much as all
 * the rest of a run. Undefined if the form is another, or anything is wrong or unusual: `readConnectors` has the words.
 */
export function readPlainList(text: string): Target[] | undefined {
  const entries: { readonly line: number; readonly values: Map<string, string | boolean> }[] = [];
  for (const [index, content] of text.split('\n').entries()) {
    if (NO_PAIR.test(content)) continue;
    const [, head, name = '', value = ''] = PAIR.exec(content) ?? [];
    if (head === '- ') entries.push({ line: index + 1, values: new Map() });
    const values = entries.at(-1)?.values;
    if (!values || values.has(name) || !VALUES.get(name)?.test(value)) return undefined;
    values.set(name, /^(?:true|false)$/.test(value) ? value === 'true' : value);
  }
  const targets = entries.map(({ line, values }): Target => {
    const { sso_connector_id, email_domain, ...desired } = Object.fromEntries(values) as Entry;
    return { sso_connector_id, email_domain, desired, line };
  });
  return areDistinct(targets) ? targets : undefined;
}

/** Whether there are any, each with a name, and none twice. */
function areDistinct(targets: readonly Target[]): boolean {
  const names = targets.map(({ sso_connector_id: id, email_domain: domain }) => [
    ...(id === undefined ? [] : [id]),
    ...(domain === undefined ? [] : [canonicalDomain(domain)]),
  ]);
  const all = names.flat();
  const areNamed = names.length > 0 && names.every((own) => own.length > 0) && !all.includes(undefined);
  return areNamed && new Set(all).size === all.length;
}
