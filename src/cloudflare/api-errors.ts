import * as v from 'valibot';
import { oneLine } from '../untrusted.ts';
import { type Answer, describeAnswer } from './answer.ts';

/** One entry of `errors` or `messages`, with its `error_chain` made flat. */
export interface EnvelopeEntry {
  readonly code?: string | undefined;
  readonly message: string;
  readonly pointer?: string | undefined;
  readonly documentationUrl?: string | undefined;
  readonly chain: readonly EnvelopeEntry[];
}

/** A field that counts as absent if it is of another type. */
export const lenient = <T extends v.GenericSchema>(schema: T) => v.fallback(v.optional(schema), undefined);
export const lenientText = lenient(v.string());
export const lenientCode = lenient(
  v.pipe(
    v.union([v.number(), v.string()]),
    v.transform((code) => oneLine(String(code), 40)),
  ),
);

/** https://developers.cloudflare.com/fundamentals/api/reference/response-envelope/ */
const EntrySchema = v.object({
  code: lenientCode,
  message: lenientText,
  error: lenientText,
  documentation_url: lenientText,
  source: lenient(v.object({ pointer: lenientText })),
  error_chain: lenient(v.array(v.unknown())),
});

const CHAIN_LIMIT = 5;

/** The entries of a list, which may be null or absent; anything else counts as one entry. */
export function listEntries(value: unknown): unknown[] {
  return Array.isArray(value) ? value : value === null || value === undefined ? [] : [value];
}

/** Reads an entry as documented, a plain string, or something else, which is shown as JSON. */
export function readEntry(value: unknown): EnvelopeEntry {
  const json = () => String(JSON.stringify(value));
  const parsed = v.safeParse(EntrySchema, value);
  if (!parsed.success) return { message: oneLine(typeof value === 'string' ? value : json()), chain: [] };
  const { code, message, error, documentation_url: url, source, error_chain: causes = [] } = parsed.output;
  const nested = causes.slice(0, CHAIN_LIMIT).map(readEntry);
  return {
    code,
    message: oneLine(message || error || (code === undefined ? json() : '')),
    pointer: source?.pointer && oneLine(source.pointer, 200),
    documentationUrl: url?.startsWith('https://') ? oneLine(url, 300) : undefined,
    chain: nested.flatMap((entry) => [entry, ...entry.chain]).slice(0, CHAIN_LIMIT),
  };
}

/** An error as a sentence. */
export function describeError(entry: EnvelopeEntry, answer: Answer): string {
  const pointer = entry.pointer ? ` at ${entry.pointer}` : '';
  const causes = entry.chain.map((cause) => `, caused by ${nameEntry(cause)}`).join('');
  return `Cloudflare ${nameEntry(entry)}${pointer}${causes} (${describeAnswer(answer)}).`;
}

/** A message for the log: `10000: Something to know`. */
export function describeMessage({ code, message }: EnvelopeEntry): string {
  return code === undefined ? message : `${code}: ${message}`;
}

function nameEntry({ code, message }: EnvelopeEntry): string {
  if (code === undefined) return `error "${message}"`;
  return message ? `error ${code} "${message}"` : `error ${code}`;
}
