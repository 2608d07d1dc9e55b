/** The value of a body, or why there is none, as the end of a sentence that begins with "the answer". */
export type Json = { readonly value: unknown } | { readonly fault: string };

export const NOT_JSON = 'is not JSON';

/** No answer of the API is nested as deeply by far. */
const DEEPEST = 100;

/** Brackets, and texts; one that a colon follows is a key. */
const TOKENS = /"[^"\\]*(?:\\.[^"\\]*)*(?:"(\s*:)?|\\?$)|[{}[\]]/gs;

/** The fields that something hangs on, by the object that has them. Of others, such as those of `meta`, the last counts. */
const DECIDING = {
  envelope: ['success', 'errors', 'messages', 'result', 'result_info'],
  list: [],
  connector: ['id', 'email_domain', 'enabled', 'use_fedramp_language', 'verification', 'created_on', 'updated_on'],
  verification: ['code', 'status'],
} as const;
type Place = keyof typeof DECIDING;

interface Open {
  readonly place: Place | undefined;
  readonly seen: string[];
  /** The key before what comes next. */
  key: string;
}

/**
 * Reads JSON in UTF-8. JSON that is nested too deeply, or that says two things by a key that is there twice in an
 * envelope, a connector or its verification, has no value.
 */
export function parseJson(body: Uint8Array): Json {
  let text: string;
  let value: unknown;
  try {
    text = new TextDecoder('utf-8', { fatal: true }).decode(body);
    value = JSON.parse(text);
  } catch {
    return { fault: NOT_JSON };
  }
  const fault = findFault(text);
  return fault === undefined ? { value } : { fault };
}

/** Goes once over text that is JSON. */
function findFault(json: string): string | undefined {
  const open: Open[] = [];
  for (const [token, colon] of json.matchAll(TOKENS)) {
    const here = open.at(-1);
    if (token === '{' || token === '[') {
      if (open.length === DEEPEST) return `is JSON that is nested more than ${DEEPEST} levels deep`;
      open.push({ place: placeIn(here, token), seen: [], key: '' });
    } else if (token === '}' || token === ']') {
      open.pop();
    } else if (colon !== undefined && here?.place !== undefined) {
      here.key = JSON.parse(token.slice(0, token.length - colon.length));
      if (here.seen.includes(here.key)) return `contradicts itself: it has the key "${here.key}" twice`;
      const fields: readonly string[] = DECIDING[here.place];
      if (fields.includes(here.key)) here.seen.push(here.key);
    }
  }
  return undefined;
}

function placeIn(parent: Open | undefined, bracket: '{' | '['): Place | undefined {
  if (parent === undefined) return bracket === '{' ? 'envelope' : undefined;
  const { place, key } = parent;
  if (place === 'envelope' && key === 'result') return bracket === '{' ? 'connector' : 'list';
  if (bracket === '[') return undefined;
  if (place === 'list') return 'connector';
  return place === 'connector' && key === 'verification' ? 'verification' : undefined;
}
