import * as v from 'valibot';
import { canonicalDomain } from '../connector/domain.ts';
import type { Target } from './settings.ts';
import { type Parsed, parseEmailDomain, parseId } from './values.ts';

const text = (parse: (text: string) => Parsed<string>) =>
  v.pipe(
    v.string(),
    v.check((value) => {
      const parsed = parse(value);
      return 'value' in parsed && parsed.warning === undefined;
    }),
  );

const ListSchema = v.pipe(
  v.array(
    v.strictObject({
      sso_connector_id: v.exactOptional(text(parseId)),
      email_domain: v.exactOptional(text(parseEmailDomain)),
      enabled: v.exactOptional(v.boolean()),
      use_fedramp_language: v.exactOptional(v.boolean()),
    }),
  ),
  v.minLength(1),
);
type List = v.InferOutput<typeof ListSchema>;

/**
 * Reads a list of connectors that is JSON with nothing to say of it, many times faster than the YAML that it is too.
 * Undefined for everything else: the reader of YAML then says what is wrong, and on which line.
 */
export function readJsonList(json: string): Target[] | undefined {
  const parsed = v.safeParse(ListSchema, parseJson(json));
  if (!parsed.success || isUnclear(parsed.output)) return undefined;
  const list = parsed.output;
  // Without what stands in strings, each colon is that of a key, and each brace opens a connector.
  const bare = json.replace(/"(?:[^"\\]|\\.)*"/g, '""');
  const keys = list.reduce((sum, entry) => sum + Object.keys(entry).length, 0);
  const isRepeatedKey = bare.split(':').length - 1 !== keys;
  if (isRepeatedKey) return undefined;
  const lines = linesOf(bare);
  return list.map(({ sso_connector_id, email_domain, ...desired }, n) => ({
    sso_connector_id,
    email_domain,
    desired,
    line: lines[n] ?? 1,
  }));
}

/** Whether a connector is there twice, or without a name. */
function isUnclear(list: List): boolean {
  const ids = list.flatMap(({ sso_connector_id: id }) => id ?? []);
  const domains = list.flatMap(({ email_domain: domain }) => (domain ? canonicalDomain(domain) : undefined) ?? []);
  const isNameless = list.some((entry) => entry.sso_connector_id === undefined && entry.email_domain === undefined);
  return isNameless || new Set(ids).size < ids.length || new Set(domains).size < domains.length;
}

function linesOf(bare: string): number[] {
  let line = 1;
  return [...bare.matchAll(/[\n{]/g)].flatMap(([sign]) => {
    if (sign === '{') return line;
    line += 1;
    return [];
  });
}

function parseJson(json: string): unknown {
  try {
    return JSON.parse(json);
  } catch {
    return undefined;
  }
}
