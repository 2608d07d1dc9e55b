import * as v from 'valibot';
import { oneLine } from '../untrusted.ts';
import { type Answer, describeAnswer } from './answer.ts';

/** One entry of an envelope's `errors` or `messages`, with the entries of its `error_chain` made flat. */
export interface EnvelopeEntry {
  readonly code: string | undefined;
  readonly message: string;
  readonly pointer: string | undefined;
  readonly documentationUrl: string | undefined;
  readonly chain: readonly EnvelopeEntry[];
}

const lenient = <T extends v.GenericSchema>(schema: T) => v.fallback(v.nullish(schema), undefined);

/** https://developers.cloudflare.com/fundamentals/api/reference/response-envelope/ */
const EntrySchema = v.looseObject({
  code: lenient(v.union([v.number(), v.string()])),
  message: lenient(v.string()),
  error: lenient(v.string()),
  documentation_url: lenient(v.string()),
  source: lenient(v.looseObject({ pointer: lenient(v.string()) })),
  error_chain: lenient(v.array(v.unknown())),
});

const CHAIN_LIMIT = 5;

/** The entries of a list that may be null or absent; anything else than a list counts as one entry. */
export function listEntries(value: unknown): unknown[] {
  if (value === null || value === undefined) return [];
  return Array.isArray(value) ? value : [value];
}

/** Reads an entry of any shape seen: as documented, a plain string, or something else, which is shown as JSON. */
export function readEntry(value: unknown): EnvelopeEntry {
  const parsed = v.safeParse(EntrySchema, value);
  if (!parsed.success) return entryOfText(typeof value === 'string' ? value : asJson(value));
  const { code, message, error, documentation_url, source, error_chain } = parsed.output;
  return {
    code: code === null || code === undefined ? undefined : oneLine(String(code), 40),
    message: oneLine(message || error || (code === null || code === undefined ? asJson(value) : '')),
    pointer: source?.pointer ? oneLine(source.pointer, 200) : undefined,
    documentationUrl: documentation_url?.startsWith('https://') ? oneLine(documentation_url, 300) : undefined,
    chain: (error_chain ?? [])
      .slice(0, CHAIN_LIMIT)
      .flatMap((nested) => {
        const entry = readEntry(nested);
        return [entry, ...entry.chain];
      })
      .slice(0, CHAIN_LIMIT),
  };
}

/** An error for a person: code, message, pointer, chain, HTTP status and Ray ID. */
export function describeError(entry: EnvelopeEntry, answer: Answer): string {
  const pointer = entry.pointer ? ` at ${entry.pointer}` : '';
  const causes = entry.chain.map((cause) => `, caused by ${nameEntry(cause)}`).join('');
  return `Cloudflare ${nameEntry(entry)}${pointer}${causes} (${describeAnswer(answer)}).`;
}

/** A message for the log: `10000: Something to know`. */
export function describeMessage(entry: EnvelopeEntry): string {
  return entry.code === undefined ? entry.message : `${entry.code}: ${entry.message}`;
}

function nameEntry({ code, message }: EnvelopeEntry): string {
  if (code === undefined) return `error "${message}"`;
  return message ? `error ${code} "${message}"` : `error ${code}`;
}

function entryOfText(text: string): EnvelopeEntry {
  return { code: undefined, message: oneLine(text), pointer: undefined, documentationUrl: undefined, chain: [] };
}

function asJson(value: unknown): string {
  return JSON.stringify(value) ?? String(value);
}
