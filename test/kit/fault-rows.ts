import { setTimeout as delay } from 'node:timers/promises';
import { gzipSync } from 'node:zlib';
import type { FailureKind } from '../../src/failure.ts';
import type { RawConnection } from '../network/raw-connection.ts';
import { success } from './fault-world.ts';

/** What a server does to one request, and what becomes of the step. */
export interface Row {
  what: string;
  serve(connection: RawConnection): Promise<void>;
  attempts: 1 | 2;
  /** What the failure says of it; the step succeeds without. */
  says?: string;
  /** What it says to do. */
  advises?: string;
  kind?: FailureKind;
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

const NETWORK = 'Check the network of this runner and api_base_url, then run this again.';
const closed = 'the connection was closed before the answer was whole (ECONNRESET), at HOST';
const wasReset = 'the connection was reset (ECONNRESET), at HOST';
const notHttp = (code: string) => `the answer is not HTTP (${code}), at HOST`;
const ok = `HTTP 200, cf-ray ${RAY}`;
const support = 'Give the cf-ray to Cloudflare support.';
const lost = { attempts: 2, mayBeApplied: true, kind: 'unavailable', advises: NETWORK } as const;
const late = {
  ...lost,
  says: 'no whole answer within 6 s (request_timeout)',
  advises: 'Run this again, or raise request_timeout.',
} as const;
const unreadable = { attempts: 1, mayBeApplied: true, kind: 'unexpected' } as const;
const before = (name: string, words: string) =>
  `Cloudflare's edge or firewall answered instead of the API (${name}): ${words}`;
const compressed = (status: string) =>
  write(answer(status, ['content-encoding: gzip', 'content-type: text/plain', 'connection: close'], gzipSync(BODY)));

export const ROWS: Row[] = [
  { what: 'reset before headers', serve: write('', 'reset'), says: wasReset, ...lost },
  { what: 'closed before headers', serve: write(''), says: closed, ...lost },
  { what: 'reset within headers', serve: write('HTTP/1.1 200 OK\r\ncontent-', 'reset'), says: wasReset, ...lost },
  { what: 'closed within headers', serve: write('HTTP/1.1 200 OK\r\ncontent-'), says: closed, ...lost },
  {
    what: 'reset after headers',
    serve: write(answer('200 OK', [`content-length: ${BODY.length}`], ''), 'reset'),
    says: wasReset,
    ...lost,
  },
  {
    what: 'reset within a chunked body',
    serve: write(answer('200 OK', ['transfer-encoding: chunked'], '4\r\n{"su\r\n'), 'reset'),
    says: wasReset,
    ...lost,
  },
  { what: 'reset after a body of no told length', serve: write(endless(BODY), 'reset'), says: wasReset, ...lost },
  { what: 'hang before headers', serve: write('', 'hang'), ...late },
  { what: 'hang after headers', serve: write(answer('200 OK', ['content-length: 100'], ''), 'hang'), ...late },
  { what: 'hang after a body of no told length', serve: write(endless(BODY), 'hang'), ...late },
  { what: 'hang within a body of no told length', serve: write(endless(BODY.slice(0, 20)), 'hang'), ...late },
  { what: 'slow body', serve: trickle, ...late },
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
  { what: 'closed after a body of no told length', serve: write(endless(BODY)), attempts: 1 },
  {
    what: 'closed within a body of no told length',
    serve: write(endless('{"success":tr')),
    says: 'a proxy or gateway probably answered instead of the API (HTTP 200): "{"success":tr"',
    advises: 'Ask whoever runs the network of this runner.',
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
    says: before(ok, '"{"success":true,"'),
    advises: support,
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
    serve: write(answer('502 Bad Gateway', ['content-type: text/html', 'connection: close'], HTML)),
    says: before(`HTTP 502, cf-ray ${RAY}`, '"acme-proxy | 502: Bad gateway"'),
    ...lost,
    advises: `Run this again later. ${support}`,
  },
  {
    what: '200 page',
    serve: write(answer('200 OK', [], HTML)),
    says: before(ok, '"acme-proxy | 502: Bad gateway"'),
    advises: support,
    ...unreadable,
  },
  {
    what: 'challenge page',
    serve: write(answer('403 Forbidden', ['cf-mitigated: challenge'], HTML)),
    says: `Cloudflare's edge answered instead of the API (HTTP 403, cf-ray ${RAY}): a challenge for browsers`,
    ...unreadable,
    kind: 'blocked',
    advises: `Cloudflare takes this runner for a bot. Run this from another network. ${support}`,
  },
  {
    what: 'redirect',
    serve: write(answer('302 Found', ['location: /login'], '')),
    says: before(`HTTP 302, cf-ray ${RAY}`, 'a redirect to "/login"'),
    ...unreadable,
    kind: 'blocked',
    advises: `Redirects are not followed. Check api_base_url. ${support}`,
  },
  {
    what: 'empty body',
    serve: write(answer('200 OK', [], '')),
    says: before(ok, 'an empty body'),
    advises: support,
    ...unreadable,
  },
  {
    what: '204',
    serve: write(answer('204 No Content', [], '')),
    says: before(`HTTP 204, cf-ray ${RAY}`, 'an empty body'),
    advises: support,
    ...unreadable,
  },
  {
    what: 'gzip, which was not asked for',
    serve: compressed('200 OK'),
    says: before(ok, 'a body in gzip, which was not asked for'),
    advises: support,
    ...unreadable,
  },
  {
    what: 'gzip of a passing fault',
    serve: compressed('503 Service Unavailable'),
    says: before(`HTTP 503, cf-ray ${RAY}`, 'a body in gzip, which was not asked for'),
    ...lost,
    advises: `Run this again later. ${support}`,
  },
  {
    what: 'body over 1 MiB',
    serve: write(answer('200 OK', [], ' '.repeat(1024 * 1024) + BODY), 'hang'),
    says: `the answer (${ok}) is larger than 1 MiB, which no answer of the API is`,
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
    says: notHttp('HPE_INVALID_CHUNK_SIZE'),
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

/** An answer that says nothing of its length, and so ends with its connection. */
function endless(body: string): string {
  return `HTTP/1.1 200 OK\r\ncontent-type: application/json\r\n\r\n${body}`;
}

function trickle(connection: RawConnection): Promise<void> {
  return connection.readRequest().then(async () => {
    await connection.write(answer('200 OK', [`content-length: ${BODY.length}`], ''));
    for (const character of BODY) {
      await connection.write(character);
      await delay(100);
    }
  });
}
