import { quoted } from '../untrusted.ts';

/** A value, undefined if that is no JSON; or its fault: the end of a sentence that begins with "the answer". */
type Json = { readonly value: unknown } | { readonly fault: string };

const DEEPEST = 100;

/** Brackets, and texts; a colon follows a key, and perhaps a text as its value. */
const TOKENS = /("[^"\\]*(?:\\.[^"\\]*)*"?)(\s*:(?:\s*"[^"\\]*(?:\\.[^"\\]*)*"?)?)?|[{}[\]]/gs;

/** The paths of the objects that something hangs on: the envelope, its connectors and their verifications. */
const DECIDING = /^(\/result(\[\])?(\/verification)?)?$/;

/** Reads JSON in UTF-8, at most 100 levels deep, with no key twice in an envelope, a connector or its verification. */
export function parseJson(body: Uint8Array): Json {
  let text: string;
  let value: unknown;
  try {
    text = new TextDecoder('utf-8', { fatal: true }).decode(body);
    value = JSON.parse(text);
  } catch {
    return { value: undefined };
  }
  // What JSON.stringify would write has no key twice. That is quick to see, and nearly every answer is such a text.
  const isPlain = !isDeeper(value, DEEPEST) && JSON.stringify(value) === text;
  const fault = isPlain ? undefined : findFault(text);
  return fault === undefined ? { value } : { fault };
}

function isDeeper(value: unknown, levels: number): boolean {
  if (typeof value !== 'object' || value === null) return false;
  if (levels === 0) return true;
  for (const item of Object.values(value)) if (isDeeper(item, levels - 1)) return true;
  return false;
}

function findFault(json: string): string | undefined {
  const open: { path: string; seen: Set<string>; key: string }[] = [];
  // A thousand connectors have ten thousand tokens, and to take each apart as an array would double the time.
  for (const { 0: token, 1: text, 2: colon } of json.matchAll(TOKENS)) {
    const here = open.at(-1);
    if (token === '{' || token === '[') {
      if (open.length === DEEPEST) return `is JSON that is nested more than ${DEEPEST} levels deep`;
      const path = here ? `${here.path}${here.key}` : '';
      open.push({ path: token === '[' ? `${path}[]` : path, seen: new Set(), key: '' });
    } else if (token === '}' || token === ']') {
      open.pop();
    } else if (text !== undefined && colon !== undefined && here) {
      if (!DECIDING.test(here.path)) continue;
      const key: string = text.includes('\\') ? JSON.parse(text) : text.slice(1, -1);
      if (here.seen.has(key)) return `contradicts itself: it has the key ${quoted(key)} twice`;
      here.seen.add(key);
      here.key = key === 'result' || key === 'verification' ? `/${key}` : '/other';
    }
  }
  return undefined;
}
