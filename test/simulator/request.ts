import type { IncomingHttpHeaders, IncomingMessage } from 'node:http';
import { text } from 'node:stream/consumers';
import type { Answer } from './answer.ts';

/** A request as it came in, and what became of it. */
export interface RecordedRequest {
  readonly method: string;
  /** Path and query as sent. */
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
  /** When its header was read, milliseconds since 1970 with fractions. */
  readonly startedAt: number;
  /** HTTP status of the answer; null while there is none, and for ever after a reset or a raw answer. */
  status: number | null;
  /** Header of the answer, names in lower case. */
  responseHeaders: Readonly<Record<string, string | string[]>>;
  /** The answer as it was made, also where its delivery was broken; null where there was none, or raw bytes. */
  answer: Answer | null;
}

/** Reads the message to its end. */
export async function recordRequest(message: IncomingMessage): Promise<RecordedRequest> {
  const startedAt = performance.timeOrigin + performance.now();
  return {
    method: message.method ?? '',
    path: message.url ?? '',
    headers: message.headers,
    body: await text(message),
    startedAt,
    status: null,
    responseHeaders: {},
    answer: null,
  };
}

/** The path without its query, and the query, neither of them normalised or decoded. */
export function splitPath(request: RecordedRequest): { pathname: string; query: URLSearchParams } {
  const [pathname = '', query = ''] = request.path.split('?', 2);
  return { pathname, query: new URLSearchParams(query) };
}
