import { setTimeout as delay } from 'node:timers/promises';
import { gzipSync } from 'node:zlib';
import type { RawConnection } from '../network/raw-connection.ts';
import { success } from './fault-world.ts';

/** What a server does to one request, and what becomes of the step. */
export interface Row {
  what: string;
  serve(connection: RawConnection): Promise<void>;
  attempts: 1 | 2;
  /** What the error says of it; the step succeeds without. */
  says?: string;
  /** Whether an update may have been applied all the same. */
  mayBeApplied?: boolean;
}

const RAY = '8f0c2b1e4d5a6b7c-FRA';
export const BODY = success();
const HTML = '<!DOCTYPE html>\n<html><title>acme-proxy | 502: Bad gateway</title></html>';

/** A whole answer; `content-length` unless other header fields say how long it is. */
export function answer(status: string, fields: readonly string[], body: string | Uint8Array): Buffer {
  const length = fields.some((field) => /^(content-length|transfer-encoding)/.test(field))
    ? []
    : [`content-length: ${Buffer.byteLength(body)}`];
  const head = [`HTTP/1.1 ${status}`, 'content-type: application/json', `cf-ray: ${RAY}`, ...length, ...fields, '', ''];
  return Buffer.concat([Buffer.from(head.join('\r\n')), Buffer.from(body)]);
}

/** Reads the request, writes this, and does so with the connection. */
function write(bytes: string | Uint8Array, then: 'end' | 'reset' | 'hang' = 'end'): Row['serve'] {
  return async (connection) => {
    await connection.readRequest();
    await connection.write(bytes);
    // The client must have read what was written: a reset may overtake it.
    if (then === 'reset') await delay(50);
    if (then === 'hang') await connection.hang().catch(() => {});
    else connection[then]();
  };
}

const closed = 'the connection was closed before the answer was whole (ECONNRESET), at HOST';
const wasReset = 'the connection was reset (ECONNRESET), at HOST';
const notHttp = (code: string) => `the answer is not HTTP (${code}), at HOST`;
const inTime = 'no whole answer within 1 s (request_timeout)';
const ok = `HTTP 200, cf-ray ${RAY}`;
const lost = { attempts: 2, mayBeApplied: true } as const;
const unreadable = { attempts: 1, mayBeApplied: true } as const;

export const ROWS: Row[] = [
  { what: 'reset before headers', serve: write('', 'reset'), says: wasReset, ...lost },
  { what: 'closed before headers', serve: write(''), says: closed, ...lost },
  { what: 'reset within headers', serve: write('HTTP/1.1 200 OK\r\ncontent-', 'reset'), says: wasReset, ...lost },
  { what: 'closed within headers', serve: write('HTTP/1.1 200 OK\r\ncontent-'), says: closed, ...lost },
  {
    what: 'reset after headers',
    serve: write(answer('200 OK', [`content-length: ${BODY.length}`], ''), 'reset'),
    says: closed,
    ...lost,
  },
  {
    what: 'reset within a chunked body',
    serve: write(answer('200 OK', ['transfer-encoding: chunked'], '4\r\n{"su\r\n'), 'reset'),
    says: closed,
    ...lost,
  },
  { what: 'hang before headers', serve: write('', 'hang'), says: inTime, ...lost },
  {
    what: 'hang after headers',
    serve: write(answer('200 OK', ['content-length: 100'], ''), 'hang'),
    says: inTime,
    ...lost,
  },
  { what: 'slow body', serve: trickle, says: inTime, ...lost },
  {
    what: 'truncated body, by its content-length',
    serve: write(answer('200 OK', [`content-length: ${BODY.length}`], BODY.slice(0, 20))),
    says: closed,
    ...lost,
  },
  {
    what: 'truncated body, in chunks',
    serve: write(answer('200 OK', ['transfer-encoding: chunked'], '4\r\n{"su\r\n')),
    says: closed,
    ...lost,
  },
  {
    what: 'truncated body, of no told length',
    serve: write('HTTP/1.1 200 OK\r\ncontent-type: application/json\r\n\r\n{"success":tr'),
    says: 'the answer is not JSON (HTTP 200, content type "application/json"): "{"success":tr"',
    ...unreadable,
  },
  {
    what: 'content-length too great',
    serve: write(answer('200 OK', [`content-length: ${BODY.length + 1}`], BODY)),
    says: closed,
    ...lost,
  },
  {
    what: 'content-length too small',
    serve: write(answer('200 OK', ['content-length: 16'], BODY)),
    says: `the answer is not JSON (${ok}, content type "application/json"): "{"success":true,"`,
    ...unreadable,
  },
  {
    what: 'two content-lengths',
    serve: write(answer('200 OK', ['content-length: 16', 'content-length: 17'], BODY)),
    says: notHttp('HPE_UNEXPECTED_CONTENT_LENGTH'),
    ...lost,
  },
  {
    what: '502 page',
    serve: write(answer('502 Bad Gateway', ['content-type: text/html'], HTML)),
    says: `the answer is not JSON (HTTP 502, cf-ray ${RAY}, content type "application/json"): "<!DOCTYPE html> <html><title>acme-proxy | 502: Bad gateway</title></html>"`,
    ...lost,
  },
  {
    what: '200 page',
    serve: write(answer('200 OK', [], HTML)),
    says: `the answer is not JSON (${ok}, content type "application/json"): "<!DOCTYPE html> <html><title>acme-proxy | 502: Bad gateway</title></html>"`,
    ...unreadable,
  },
  {
    what: 'challenge page',
    serve: write(answer('403 Forbidden', ['cf-mitigated: challenge'], HTML)),
    says: `Cloudflare's edge answered with a challenge for browsers (HTTP 403, cf-ray ${RAY}). It takes this runner for a bot: try from another network`,
    attempts: 1,
  },
  {
    what: 'redirect',
    serve: write(answer('302 Found', ['location: /login'], '')),
    says: `the answer is empty (HTTP 302, cf-ray ${RAY}). Redirects are not followed: is api_base_url right?`,
    attempts: 1,
  },
  { what: 'empty body', serve: write(answer('200 OK', [], '')), says: `the answer is empty (${ok})`, ...unreadable },
  {
    what: '204',
    serve: write(answer('204 No Content', [], '')),
    says: `the answer is empty (HTTP 204, cf-ray ${RAY})`,
    ...unreadable,
  },
  { what: 'gzip', serve: write(answer('200 OK', ['content-encoding: gzip'], gzipSync(BODY))), attempts: 1 },
  {
    what: 'broken gzip',
    serve: write(answer('200 OK', ['content-encoding: gzip'], BODY)),
    says: `the answer (${ok}) says it is gzip, and is not`,
    ...unreadable,
  },
  {
    what: 'truncated gzip',
    serve: write(answer('200 OK', ['content-encoding: gzip'], gzipSync(BODY).subarray(0, 40))),
    says: `the answer (${ok}) says it is gzip, and is not`,
    ...unreadable,
  },
  {
    what: 'broken gzip of a passing fault',
    serve: write(answer('503 Service Unavailable', ['content-encoding: gzip'], HTML)),
    says: `the answer (HTTP 503, cf-ray ${RAY}) says it is gzip, and is not`,
    ...lost,
  },
  {
    what: 'body over 1 MiB',
    serve: write(answer('200 OK', [], ' '.repeat(1024 * 1024) + BODY), 'hang'),
    says: `the answer (${ok}) is larger than 1 MiB, which no answer of this API is`,
    ...unreadable,
  },
  {
    what: 'HTTP/1.0',
    serve: write(`HTTP/1.0 200 OK\r\ncontent-type: application/json\r\n\r\n${BODY}`),
    attempts: 1,
  },
  {
    what: 'early hints',
    serve: write(`HTTP/1.1 103 Early Hints\r\nlink: </x>\r\n\r\n${answer('200 OK', [], BODY)}`),
    attempts: 1,
  },
  {
    what: 'another protocol announced',
    serve: write('HTTP/1.1 101 Switching Protocols\r\nupgrade: x\r\nconnection: upgrade\r\n\r\n'),
    says: closed,
    ...lost,
  },
  { what: 'malformed HTTP', serve: write('HELO\r\n\r\n'), says: notHttp('HPE_INVALID_CONSTANT'), ...lost },
  {
    what: 'malformed header',
    serve: write('HTTP/1.1 200 OK\r\nno colon\r\n\r\n{}'),
    says: notHttp('HPE_INVALID_HEADER_TOKEN'),
    ...lost,
  },
  {
    what: 'malformed chunk',
    serve: write(answer('200 OK', ['transfer-encoding: chunked'], 'zz\r\n')),
    says: closed,
    ...lost,
  },
  {
    what: 'oversized headers',
    serve: write(answer('200 OK', [`x: ${'y'.repeat(100_000)}`], BODY), 'hang'),
    says: 'the header of the answer is too large (HPE_HEADER_OVERFLOW), at HOST',
    ...lost,
  },
  { what: 'reset after the whole answer', serve: write(answer('200 OK', [], BODY), 'reset'), attempts: 1 },
  {
    what: 'more than was asked for',
    serve: write(`${answer('200 OK', [], BODY)}HTTP/1.1 200 OK\r\n\r\n`),
    attempts: 1,
  },
];

function trickle(connection: RawConnection): Promise<void> {
  return connection.readRequest().then(async () => {
    await connection.write(answer('200 OK', [`content-length: ${BODY.length}`], ''));
    for (const character of BODY) {
      await connection.write(character);
      await delay(100);
    }
  });
}
