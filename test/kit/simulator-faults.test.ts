import { once } from 'node:events';
import { type ClientRequest, type IncomingMessage, request } from 'node:http';
import { text } from 'node:stream/consumers';
import { gzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { FaultKind } from '../simulator/faults.ts';
import { type Simulator, startSimulator } from '../simulator/simulator.ts';

let simulator: Simulator;
let id: string;

beforeEach(async () => {
  simulator = await startSimulator();
  id = simulator.addConnector().id;
});
afterEach(() => simulator.close());

/** Sends the PATCH that enables the connector. The client tells of a broken connection once more than it is asked. */
function send(): ClientRequest {
  const headers = { authorization: `Bearer ${simulator.tokens.edit}`, 'content-type': 'application/json' };
  const url = `${simulator.apiBaseUrl}/accounts/${simulator.accountId}/sso_connectors/${id}`;
  const client = request(url, { method: 'PATCH', headers }).on('error', () => undefined);
  return client.end('{"enabled":true}');
}

async function header(client: ClientRequest): Promise<IncomingMessage> {
  const [message]: IncomingMessage[] = await once(client, 'response');
  if (message === undefined) throw new Error('no response');
  return message;
}

async function call() {
  const message = await header(send());
  const { statusCode: status, headers, httpVersion } = message;
  return { status, headers, httpVersion, body: await text(message) };
}

function enabled() {
  return simulator.connector(id)?.enabled;
}

describe('a fault', () => {
  it('strikes once unless told otherwise', async () => {
    const fault = simulator.fault({ respond: { status: 503 } });
    expect([(await call()).status, (await call()).status]).toEqual([503, 200]);
    expect(fault.hits).toBe(1);
  });

  it('strikes after the first n matches, as often as asked, and no longer than until it is taken back', async () => {
    const fault = simulator.fault({ after: 1, times: 2, respond: { status: 503 } });
    const statuses = [await call(), await call(), await call(), await call()].map(({ status }) => status);
    expect(statuses).toEqual([200, 503, 503, 200]);
    fault.remove();
    const lasting = simulator.fault({ times: Infinity, respond: { status: 503 } });
    expect([(await call()).status, (await call()).status]).toEqual([503, 503]);
    lasting.remove();
    expect((await call()).status).toBe(200);
    simulator.fault({ respond: { status: 503 } });
    simulator.clearFaults();
    expect((await call()).status).toBe(200);
  });

  it('strikes only the method and path asked for', async () => {
    simulator.fault({ method: 'GET', respond: { status: 500 } });
    simulator.fault({ path: /sso_connectors$/, respond: { status: 501 } });
    simulator.fault({ method: 'PATCH', path: /sso_connectors\/\w+$/g, respond: { status: 502 } });
    expect((await call()).status).toBe(502);
  });

  it('may decide by the request', async () => {
    simulator.fault({
      times: Infinity,
      respond: async ({ body }) => (simulator.requests.length === 1 ? { status: 500, body } : undefined),
    });
    expect([await call(), await call()]).toMatchObject([{ status: 500, body: '{"enabled":true}' }, { status: 200 }]);
  });
});

describe('an answer in place of the usual one', () => {
  it('is sent as it is, and the request is not carried out', async () => {
    const headers = { 'Content-Type': 'text/html', 'cf-mitigated': 'challenge', 'api-version': null };
    simulator.fault({ respond: { status: 403, headers, body: '<html>' } });
    const answer = await call();
    expect(answer).toMatchObject({ status: 403, body: '<html>', headers: { 'cf-mitigated': 'challenge' } });
    expect(answer.headers['content-type']).toBe('text/html');
    expect(answer.headers['cf-ray']).toMatch(/-FRA$/);
    expect(answer.headers).not.toHaveProperty('api-version');
    expect(enabled()).toBe(false);
  });

  it.each([
    ['a JSON value', { error: 'x' }, '{"error":"x"}'],
    ['null', null, 'null'],
    ['a Buffer', Buffer.from('bytes'), 'bytes'],
    [
      'a stream',
      (async function* () {
        yield 'one ';
        yield 'two';
      })(),
      'one two',
    ],
    ['nothing', undefined, ''],
  ])('has %s as its body', async (_, body, expected) => {
    simulator.fault({ respond: { status: 200, body } });
    expect(await call()).toMatchObject({ status: 200, body: expected });
  });

  it('may be compressed', async () => {
    const body = gzipSync('{}');
    simulator.fault({ respond: { status: 200, headers: { 'content-encoding': 'gzip' }, body } });
    expect((await call()).headers).toMatchObject({ 'content-encoding': 'gzip', 'content-length': String(body.length) });
  });

  it('may be raw bytes', async () => {
    simulator.fault({ respond: { raw: 'HTTP/1.0 200 OK\r\ncontent-type: application/json\r\n\r\n{}' } });
    expect(await call()).toMatchObject({ status: 200, httpVersion: '1.0', body: '{}' });
  });
});

describe('a connection', () => {
  it.each<[FaultKind, boolean]>([
    ['reset', false],
    ['apply-then-reset', true],
  ])('%s: breaks off without an answer', async (respond, applied) => {
    simulator.fault({ respond });
    await expect(call()).rejects.toMatchObject({ code: 'ECONNRESET' });
    expect(simulator.requests[0]?.status).toBe(null);
    expect(enabled()).toBe(applied);
  });

  it.each<FaultKind>(['reset-after-headers', 'truncate'])('%s: breaks off within the answer', async (respond) => {
    simulator.fault({ respond });
    const message = await header(send());
    expect(message.statusCode).toBe(200);
    await expect(text(message)).rejects.toMatchObject({ code: 'ECONNRESET' });
    expect(enabled()).toBe(true);
  });

  it('hang: never has an answer, and is done when the client leaves', async () => {
    simulator.fault({ respond: 'hang' });
    const client = send();
    await once(simulator, 'request');
    expect(enabled()).toBe(false);
    client.destroy();
    expect(await once(simulator, 'done')).toEqual([simulator.requests[0]]);
  });

  it('answer-then-close: is closed after an answer that promised to keep it', async () => {
    simulator.fault({ respond: 'answer-then-close' });
    const message = await header(send());
    const closed = once(message.socket, 'close');
    expect(await text(message)).toContain('"success":true');
    expect(message.headers.connection).toBe('keep-alive');
    await closed;
  });
});

describe('an envelope', () => {
  it('is changed as asked, after the request has been carried out', async () => {
    simulator.fault({
      transform: (envelope) => ({ ...envelope, success: false, errors: ['odd'], result: [envelope.result] }),
    });
    const { status, body } = await call();
    expect(status).toBe(200);
    expect(JSON.parse(body)).toEqual({
      success: false,
      errors: ['odd'],
      messages: [],
      result: [simulator.connector(id)],
    });
    expect(enabled()).toBe(true);
  });

  it('of a refusal is left as it is', async () => {
    simulator.changeConnector(id, { verification: { status: 'failed' } });
    simulator.fault({ transform: () => ({ success: true }) });
    expect(await call()).toMatchObject({ status: 400, body: expect.stringContaining('"success":false') });
  });
});

it('says so when a listener of the test is broken', async () => {
  simulator.on('request', () => {
    throw new Error('broken listener');
  });
  expect(await call()).toMatchObject({ status: 500, body: expect.stringContaining('broken listener') });
});
