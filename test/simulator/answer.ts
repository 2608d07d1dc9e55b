import { randomBytes } from 'node:crypto';
import type { ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';

/** A whole HTTP answer. */
export interface Answer {
  status: number;
  /** Added to the usual ones (`content-type`, `cf-ray`, `api-version`, the limit's); null takes a usual one away. */
  headers?: Record<string, string | string[] | null>;
  /** Strings, Buffers and (chunked) streams go out as they are, anything else as JSON, undefined as an empty body. */
  body?: unknown;
}

/** Ways to treat a connection badly once the request has been carried out. */
export type BrokenDelivery = 'apply-then-reset' | 'reset-after-headers' | 'truncate' | 'answer-then-close';

/** A fresh `cf-ray`, https://developers.cloudflare.com/fundamentals/reference/cloudflare-ray-id/ */
export function cfRay(): string {
  return `${randomBytes(8).toString('hex')}-FRA`;
}

/** The header fields that go out with the answer. */
export function headersOf(answer: Answer, usual: Record<string, string>): Record<string, string | string[]> {
  const fields = { 'content-type': 'application/json', ...usual, ...lowerCased(answer.headers ?? {}) };
  return Object.fromEntries(Object.entries(fields).filter((field): field is [string, string] => field[1] !== null));
}

/** Sends the answer whole; the connection stays open. */
export async function deliver(response: ServerResponse, answer: Answer, headers: Record<string, string | string[]>) {
  if (isStream(answer.body)) {
    response.writeHead(answer.status, headers);
    await pipeline(Readable.from(answer.body), response);
    return;
  }
  const body = bytesOf(answer.body);
  response.writeHead(answer.status, { 'content-length': body.length, ...headers });
  response.end(body);
}

/** Sends less than the whole answer, or closes the connection after it. */
export function deliverBroken(
  response: ServerResponse,
  kind: BrokenDelivery,
  answer: Answer,
  headers: Record<string, string | string[]>,
): void {
  const body = bytesOf(answer.body);
  const socket = response.socket;
  if (socket === null) return;
  if (kind === 'apply-then-reset') {
    reset(socket);
    return;
  }
  response.writeHead(answer.status, { 'content-length': body.length, ...headers });
  if (kind === 'answer-then-close') {
    // The client was promised a kept-alive connection and finds it closed, as after a proxy's idle limit.
    response.end(body, () => socket.end());
  } else if (kind === 'reset-after-headers') {
    response.flushHeaders();
    setImmediate(() => reset(socket));
  } else {
    response.write(body.subarray(0, Math.floor(body.length / 2)), () => socket.destroySoon());
  }
}

/** Writes bytes straight to the connection and closes it, for answers that Node's server would not make. */
export function deliverRaw(response: ServerResponse, bytes: string | Buffer): void {
  response.socket?.end(bytes);
}

/** Ends the connection with RST; a TLS connection, for which Node has no RST, by closing it without a word. */
export function reset(socket: Socket): void {
  if ('encrypted' in socket) socket.destroy();
  else socket.resetAndDestroy();
}

function bytesOf(body: unknown): Buffer {
  if (body === undefined) return Buffer.alloc(0);
  if (Buffer.isBuffer(body)) return body;
  return Buffer.from(typeof body === 'string' ? body : JSON.stringify(body));
}

function isStream(body: unknown): body is AsyncIterable<string | Buffer> {
  return typeof body === 'object' && body !== null && Symbol.asyncIterator in body;
}

function lowerCased<T>(fields: Record<string, T>): Record<string, T> {
  return Object.fromEntries(Object.entries(fields).map(([name, value]) => [name.toLowerCase(), value]));
}
