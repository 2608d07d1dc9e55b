import { Buffer } from 'node:buffer';
import { promisify } from 'node:util';
import { describeSpan } from '../clock.ts';
import { Failure } from '../failure.ts';
import { VERSION } from '../version.ts';
import { type Answer, describeAnswer, header, isPassingStatus } from './answer.ts';
import type { Connections } from './connection.ts';
import { explainFault } from './network-errors.ts';
import { redactToken } from './redact.ts';

const BODY_LIMIT = 1024 * 1024;
const TOO_LARGE = 'is larger than 1 MiB, which no answer of this API is';

/** A request to the API: where, with what, and `asked`, which says it for a person: `read connector x`. */
export interface Call {
  readonly method: 'GET' | 'PATCH' | 'POST';
  readonly url: URL;
  readonly body?: unknown;
  readonly asked: string;
}

/**
 * One attempt of a request, from connecting to the last byte of the answer, within `timeoutMs`. Bodies over 1 MiB are
 * refused while they are read; redirects are not followed; nothing of the answer has the token in it. Throws a Failure
 * where no whole answer came (`passing` where another attempt may fare better), or the signal's reason.
 */
export async function attempt(
  call: Call,
  token: string,
  connections: Connections,
  timeoutMs: number,
  signal: AbortSignal,
): Promise<Answer> {
  const timeout = AbortSignal.timeout(timeoutMs);
  try {
    const response = await connections.send({
      url: call.url,
      method: call.method,
      headers: {
        authorization: `Bearer ${token}`,
        accept: 'application/json',
        'accept-encoding': 'gzip',
        'user-agent': `cloudflare-sso-connector/${VERSION}`,
        ...(call.body !== undefined && { 'content-type': 'application/json' }),
      },
      body: call.body === undefined ? undefined : JSON.stringify(call.body),
      signal: AbortSignal.any([signal, timeout]),
    });
    const head = redactToken({ status: response.status, headers: response.headers, body: Buffer.alloc(0) }, token);
    const raw = await readBody(response.body, head, call);
    const isGzip = header(head, 'content-encoding')?.toLowerCase() === 'gzip' && raw.length > 0;
    const body = isGzip ? await decompress(raw, head, call) : raw;
    return redactToken({ ...head, body }, token);
  } catch (error) {
    signal.throwIfAborted();
    if (error instanceof Failure) throw error;
    if (timeout.aborted) {
      throw new Failure(
        {
          kind: 'unavailable',
          problem: 'no whole answer',
          message: `Could not ${call.asked}: no whole answer within ${describeSpan(timeoutMs)} (request_timeout).`,
        },
        {
          passing: true,
          mayHaveTakenEffect: true,
          cause: error,
        },
      );
    }
    throw explainFault(error, call);
  }
}

async function readBody(stream: AsyncIterable<Uint8Array>, head: Answer, call: Call): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of stream) {
    size += chunk.length;
    if (size > BODY_LIMIT) throw unreadable(TOO_LARGE, head, call);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

async function decompress(body: Buffer, head: Answer, call: Call): Promise<Buffer> {
  const { gunzip } = await import('node:zlib');
  try {
    return await promisify(gunzip)(body, { maxOutputLength: BODY_LIMIT });
  } catch (error) {
    if (error instanceof RangeError) throw unreadable(TOO_LARGE, head, call);
    throw unreadable('says it is gzip, and is not', head, call, error);
  }
}

/** An answer came, but nothing can be made of its body. */
function unreadable(what: string, head: Answer, call: Call, cause?: unknown): Failure {
  return new Failure(
    {
      kind: 'unavailable',
      problem: 'no whole answer',
      message: `Could not ${call.asked}: the answer (${describeAnswer(head)}) ${what}.`,
    },
    {
      passing: isPassingStatus(head.status),
      mayHaveTakenEffect: head.status < 300 || head.status >= 500,
      cause,
    },
  );
}
