import { Buffer } from 'node:buffer';
import { promisify } from 'node:util';
import { gunzip } from 'node:zlib';
import { type Dispatcher, request } from 'undici';
import { describeSpan } from '../clock.ts';
import { Failure } from '../failure.ts';
import { VERSION } from '../version.ts';
import { explainFault } from './faults.ts';
import type { Reply } from './reply.ts';

const BODY_LIMIT = 1024 * 1024;

/** A request to the API: where, with what, and `asked`, which says it for a person: `read connector x`. */
export interface Call {
  readonly method: 'GET' | 'PATCH' | 'POST';
  readonly url: URL;
  readonly body?: unknown;
  readonly asked: string;
}

/**
 * One attempt of a request, from connecting to the last byte of the answer, within `timeoutMs`. Bodies over 1 MiB are
 * refused while they are read; redirects are not followed. Throws a Failure where no whole answer came (`passing` where
 * another attempt may fare better), or the signal's reason.
 */
export async function attempt(
  call: Call,
  token: string,
  dispatcher: Dispatcher,
  timeoutMs: number,
  signal: AbortSignal,
): Promise<Reply> {
  const timeout = AbortSignal.timeout(timeoutMs);
  try {
    const response = await request(call.url, {
      method: call.method,
      headers: {
        authorization: `Bearer ${token}`,
        accept: 'application/json',
        'accept-encoding': 'gzip',
        'user-agent': `cloudflare-sso-connector/${VERSION}`,
        ...(call.body !== undefined && { 'content-type': 'application/json' }),
      },
      body: call.body === undefined ? null : JSON.stringify(call.body),
      dispatcher,
      headersTimeout: timeoutMs,
      bodyTimeout: timeoutMs,
      signal: AbortSignal.any([signal, timeout]),
    });
    const raw = await readBody(response.body, call);
    const body = response.headers['content-encoding'] === 'gzip' ? await decompress(raw, call) : raw;
    return { status: response.statusCode, headers: response.headers, body };
  } catch (error) {
    signal.throwIfAborted();
    if (error instanceof Failure) throw error;
    if (timeout.aborted) {
      throw new Failure(
        `Could not ${call.asked}: no whole answer within ${describeSpan(timeoutMs)} (request_timeout).`,
        {
          passing: true,
          unanswered: true,
          cause: error,
        },
      );
    }
    throw explainFault(error, call);
  }
}

async function readBody(stream: AsyncIterable<Uint8Array>, call: Call): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of stream) {
    size += chunk.length;
    if (size > BODY_LIMIT) throw tooLarge(call);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

async function decompress(body: Buffer, call: Call): Promise<Buffer> {
  try {
    return await promisify(gunzip)(body, { maxOutputLength: BODY_LIMIT });
  } catch (error) {
    if (error instanceof RangeError) throw tooLarge(call);
    throw new Failure(`Could not ${call.asked}: the answer says it is gzip, and is not.`, { cause: error });
  }
}

function tooLarge(call: Call): Failure {
  return new Failure(`Could not ${call.asked}: the answer is larger than 1 MiB, which no answer of this API is.`);
}
