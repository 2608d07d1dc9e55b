import type { Answer } from './answer.ts';

/** An entry of `errors` or `messages`, https://developers.cloudflare.com/fundamentals/api/reference/responses/ */
export interface EnvelopeEntry {
  code: number;
  message: string;
  documentation_url?: string;
  source?: { pointer?: string };
  error_chain?: EnvelopeEntry[];
}

/** The envelope of every answer of Cloudflare's API. */
export interface Envelope {
  success: boolean;
  errors: EnvelopeEntry[];
  messages: EnvelopeEntry[];
  result?: unknown;
  result_info?: ResultInfo;
}

/** Where in a list the result is; products of the API differ in what they say. */
export interface ResultInfo {
  count: number;
  per_page: number;
  page?: number;
  total_count?: number;
  total_pages?: number;
  cursors?: { after?: string };
}

/** A request that is not carried out: HTTP status and the entries of `errors`. Thrown anywhere, answered in one place. */
export class Refusal extends Error {
  readonly status: number;
  readonly entries: EnvelopeEntry[];

  constructor(status: number, ...entries: EnvelopeEntry[]) {
    super(entries.map((entry) => `${entry.code} ${entry.message}`).join(', '));
    this.status = status;
    this.entries = entries;
  }
}

/** 200 with the given members, as they are at this moment, beside `success`, `errors` and `messages`. */
export function success(members: Partial<Envelope> = {}): Answer {
  const envelope: Envelope = { success: true, errors: [], messages: [], ...structuredClone(members) };
  return { status: 200, body: envelope };
}

/** The refusal's status with `success: false` and `result: null`, as the API does. */
export function failure(refusal: Refusal, headers: Record<string, string> = {}): Answer {
  const envelope: Envelope = { success: false, errors: refusal.entries, messages: [], result: null };
  return { status: refusal.status, headers, body: envelope };
}
