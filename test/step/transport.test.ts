import { once } from 'node:events';
import { createServer } from 'node:http';
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, describe, expect, it } from 'vitest';
import { type Clock, systemClock } from '../../src/clock.ts';
import type { Call } from '../../src/cloudflare/call.ts';
import { connectDirectly } from '../../src/cloudflare/direct.ts';
import { attempt } from '../../src/cloudflare/transport.ts';
import type { AnswerHead, WireRequest } from '../../src/cloudflare/wire.ts';
import { FakeClock } from '../kit/clock.ts';
import {
  CONNECTOR,
  countAttempts,
  failuresOf,
  ID,
  inputsFor,
  runQuickly,
  runReadably,
  success,
  TOKEN,
  toldBy,
} from '../kit/fault-world.ts';
import { runAction } from '../kit/runner.ts';
import { caFile, expiredCertificate, otherHostCertificate, serverCertificate } from '../network/certificate.ts';
import type { RawConnection } from '../network/raw-connection.ts';
import { startRawServer } from '../network/raw-server.ts';
import { startSimulator } from '../simulator/simulator.ts';

const connections = connectDirectly(new URL('http://127.0.0.1'));
afterAll(() => connections.destroy());

const MIB = 1024 * 1024;

/** One attempt at a server with this script; its answer, or its failure's words and whether it is a passing one. */
async function tryOnce(
  script: (connection: RawConnection) => Promise<void>,
  timeoutMs = 60_000,
  clock: Clock = systemClock,
) {
  await using server = await startRawServer(script);
  const call: Call = { method: 'GET', url: new URL(server.origin), asked: 'ask' };
  const { signal } = new AbortController();
  try {
    const way = { apiToken: TOKEN, connections, requestTimeout: timeoutMs, clock };
    const answer = await attempt(call, way, signal, () => {});
    return { status: answer.status, body: Buffer.from(answer.body).toString() };
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    return { says: error.message, passing: 'passing' in error && error.passing };
  }
}

function head(...fields: string[]): string {
  return ['HTTP/1.1 200 OK', ...fields, '', ''].join('\r\n');
}

/** Writes until the client leaves; resolves with the bytes that it took. */
async function pour({ write }: Pick<RawConnection, 'write'>, piece: Uint8Array, pieces: number): Promise<number> {
  let sent = 0;
  for (let n = 0; n < pieces; n++) {
    try {
      await write(piece);
    } catch {
      break;
    }
    sent += piece.length;
  }
  return sent;
}

describe('request_timeout', () => {
  it.each<[string, (connection: RawConnection) => Promise<void>]>([
    ['no answer', async () => {}],
    ['half a header', (connection) => connection.write('HTTP/1.1 200 OK\r\ncontent-')],
    ['no body', (connection) => connection.write(head('content-length: 2'))],
    [
      'a body that trickles',
      async (connection) => {
        await connection.write(head('content-length: 1000'));
        for (let n = 0; n < 10; n++) {
          await connection.write(' ');
          await delay(10);
        }
      },
    ],
  ])('covers the whole attempt: %s', async (_, serve) => {
    const clock = new FakeClock();
    const script = async (connection: RawConnection) => {
      await connection.readRequest();
      await serve(connection);
      clock.advance(2000);
      await connection.hang().catch(() => {});
    };
    const outcome = await tryOnce(script, 2000, clock);
    expect(outcome).toEqual({
      says: 'Could not ask: no whole answer within 2 s (request_timeout).',
      passing: true,
    });
  });

  it('covers a TLS handshake that never ends', async () => {
    await using server = await startRawServer((connection) => connection.hang().catch(() => {}));
    const origin = server.origin.replace('http', 'https');
    const result = await runReadably({ inputs: inputsFor(origin, { request_timeout: '1s', max_retries: '0' }) });
    expect(toldBy(result)).toEqual([
      `Could not set enabled=true for connector ${ID}: no connection within 1 s (request_timeout). -> Check the network of this runner and api_base_url, then run this again.`,
    ]);
    expect(failuresOf(result)).toMatchObject([{ kind: 'unavailable', may_have_taken_effect: false }]);
  });

  it('leaves an answer in time alone', async () => {
    const outcome = await tryOnce(async (connection) => {
      await connection.readRequest();
      await connection.write(head('content-length: 4'));
      for (const character of 'slow') {
        await delay(20);
        await connection.write(character);
      }
    });
    expect(outcome).toEqual({ status: 200, body: 'slow' });
  });
});

/** One attempt of `ask` over a connection that a test makes up; its failure, if it has one. */
async function tryOver(
  send: (message: WireRequest, clock: FakeClock) => Promise<AnswerHead>,
  cancel = new AbortController(),
) {
  const clock = new FakeClock();
  const call: Call = { method: 'GET', url: new URL('https://api.cloudflare.example'), asked: 'ask' };
  const way = {
    ...{ apiToken: TOKEN, requestTimeout: 2000, clock },
    connections: { send: (message: WireRequest) => send(message, clock), destroy() {} },
  };
  return await attempt(call, way, cancel.signal, () => {}).catch((error: unknown) => error);
}

describe('an attempt over which the time runs out', () => {
  it.each<[string, boolean, string, string, string]>([
    [
      'before it can have left',
      false,
      'no connection within 2 s',
      'Could not ask: no connection within 2 s (request_timeout).',
      'Check the network of this runner and api_base_url, then run this again.',
    ],
    [
      'after it may have left',
      true,
      'no answer within 2 s',
      'Could not ask: no whole answer within 2 s (request_timeout).',
      'Run this again, or raise request_timeout.',
    ],
  ])('is a passing fault that says how far it came: %s', async (_, hasLeft, problem, message, action) => {
    const failure = await tryOver(async ({ signal, onLeave }, clock) => {
      if (hasLeft) onLeave();
      clock.advance(2000);
      throw signal.reason;
    });
    expect(failure).toMatchObject({
      problems: [{ kind: 'unavailable', problem, message, action }],
      passing: true,
      cause: { name: 'TimeoutError' },
    });
  });

  it('has no whole answer, even if its body seems to end well', async () => {
    const failure = await tryOver(async ({ onLeave }, clock) => {
      onLeave();
      async function* body() {
        yield Buffer.from('{}');
        clock.advance(2000);
      }
      return { status: 200, headers: {}, body: body() };
    });
    expect(failure).toMatchObject({ message: 'Could not ask: no whole answer within 2 s (request_timeout).' });
  });

  it('and that is cancelled ends with the reason of that', async () => {
    const cancel = new AbortController();
    const failure = await tryOver(async (_, clock) => {
      clock.advance(2000);
      cancel.abort('cancelled');
      throw new Error('x');
    }, cancel);
    expect(failure).toBe('cancelled');
  });
});

it.each([
  [200, 'unexpected', false],
  [403, 'blocked', false],
  [429, 'rate_limited', true],
  [502, 'unavailable', true],
])('a body of HTTP %i over 1 MiB is of kind %s, and a passing fault: %s', async (status, kind, passing) => {
  async function* body() {
    yield Buffer.alloc(MIB);
    yield Buffer.alloc(1);
  }
  expect(await tryOver(async () => ({ status, headers: {}, body: body() }))).toMatchObject({
    problems: [
      {
        kind,
        problem: 'answer too large',
        message: `Could not ask: the answer (HTTP ${status}) is larger than 1 MiB, which no answer of the API is.`,
      },
    ],
    passing,
  });
});

describe('the size of a body', () => {
  const TOO_LARGE = 'Could not ask: the answer (HTTP 200) is larger than 1 MiB, which no answer of the API is.';

  it('may be 1 MiB', async () => {
    const outcome = await tryOnce(async (connection) => {
      await connection.readRequest();
      await connection.write(head(`content-length: ${MIB}`) + 'x'.repeat(MIB));
    });
    expect(outcome).toEqual({ status: 200, body: 'x'.repeat(MIB) });
  });

  it.each([
    ['told by content-length', [`content-length: ${MIB + 1}`]],
    ['not told', []],
  ])('may not be one byte more, %s', async (_, fields) => {
    const outcome = await tryOnce(async (connection) => {
      await connection.readRequest();
      await connection.write(head(...fields) + 'x'.repeat(MIB + 1));
      connection.end();
    });
    expect(outcome).toEqual({ says: TOO_LARGE, passing: false });
  });

  it('is found too great while reading, not after', async () => {
    const sent = Promise.withResolvers<number>();
    const outcome = await tryOnce(async (connection) => {
      await connection.readRequest();
      await connection.write(head());
      const write = connection.write.bind(connection);
      sent.resolve(await pour({ write }, new Uint8Array(64 * 1024).fill(32), 16 * 64));
    });
    expect(outcome).toEqual({ says: TOO_LARGE, passing: false });
    // What buffers hold between the two is sent too.
    expect(await sent.promise).toBeLessThan(16 * MIB);
  });

  it('is no matter for a passing fault: that is tried again', async () => {
    const outcome = await tryOnce(async (connection) => {
      await connection.readRequest();
      await connection.write(`HTTP/1.1 502 Bad Gateway\r\n\r\n${'x'.repeat(MIB + 1)}`);
      connection.end();
    });
    expect(outcome).toEqual({ says: TOO_LARGE.replace('200', '502'), passing: true });
  });
});

it('asks for no compression, which an answer of some hundred bytes gains nothing by', async () => {
  const asked: unknown[] = [];
  await tryOnce(async (connection) => {
    const { headers } = await connection.readRequest();
    asked.push(headers['accept-encoding']);
    await connection.write(head('content-length: 0'));
  });
  expect(asked).toEqual(['identity']);
});

it('one request after another goes over the same connection, which ends with the run', async () => {
  const end = Promise.withResolvers<string>();
  await using server = await startRawServer(async (connection) => {
    for (let n = 0; n < 2; n += 1) {
      await connection.readRequest();
      const body = success({ ...CONNECTOR, enabled: n === 1 });
      await connection.write(`${head(`content-length: ${body.length}`)}${body}`);
    }
    await connection.hang();
    end.resolve('ended');
  });
  const { errors } = await runQuickly(inputsFor(server.origin, { mode: 'reconcile' }));
  expect([errors, server.requests.length, server.connections]).toEqual([[], 2, 1]);
  expect(await end.promise).toBe('ended');
});

it('a request leaves when there is a connection, be it a new one or one that was kept', async () => {
  await using server = await startRawServer(async (connection) => {
    for (let n = 0; n < 2; n += 1) {
      await connection.readRequest();
      await connection.write(head('content-length: 0'));
    }
  });
  const call: Call = { method: 'GET', url: new URL(server.origin), asked: 'ask' };
  const way = { apiToken: TOKEN, connections, requestTimeout: 60_000, clock: systemClock };
  let left = 0;
  for (const expected of [1, 2]) {
    await attempt(call, way, new AbortController().signal, () => {
      left += 1;
    });
    expect([left, server.connections]).toEqual([expected, 1]);
  }
});

it('one request after another of the built action goes over the same connection', async () => {
  await using simulator = await startSimulator();
  simulator.addConnector({ ...CONNECTOR, enabled: false });
  const { accountId, apiBaseUrl, tokens } = simulator;
  const inputs = inputsFor(apiBaseUrl, { account_id: accountId, api_token: tokens.edit, mode: 'reconcile' });
  expect((await runAction({ inputs })).exitCode).toBe(0);
  expect([simulator.requests.length, simulator.connectionsOpened]).toEqual([2, 1]);
});

describe('a redirect', () => {
  it.each([302, 307])('%i is not followed, and the token stays with the first origin', async (status) => {
    const seen: unknown[] = [];
    const elsewhere = createServer((request, response) => {
      seen.push(request.headers);
      response.end(success());
    }).listen(0, '127.0.0.1');
    await once(elsewhere, 'listening');
    const address = elsewhere.address();
    const port = typeof address === 'object' ? address?.port : 0;
    await using server = await startRawServer(async (connection) => {
      await connection.readRequest();
      await connection.write([
        'HTTP/1.1 '.concat(String(status), ' Moved'),
        `location: http://127.0.0.1:${port}/elsewhere`,
        'content-length: 0',
        '',
      ]);
    });
    const result = await runReadably({ inputs: inputsFor(server.origin) });
    elsewhere.close();
    expect(toldBy(result)).toEqual([
      `Could not set enabled=true for connector ${ID}: a proxy or gateway probably answered instead of the API (HTTP ${status}): a redirect to "http://127.0.0.1:${port}/elsewhere". -> The change may have taken effect. Running this again does no harm, and mode: check shows the state. Redirects are not followed. Check api_base_url. Ask whoever runs the network of this runner.`,
    ]);
    expect([result.exitCode, server.requests.length, seen]).toEqual([1, 1, []]);
    expect(server.requests[0]?.headers['authorization']).toBe(`Bearer ${TOKEN}`);
  });
});

describe('a certificate', () => {
  const TRUST =
    "If a proxy opens TLS, or the CA is a private one, set NODE_EXTRA_CA_CERTS in the step's env to the path of a PEM file with its certificate. If it is set, that file has another, or cannot be read: then the log begins with a warning of Node.";
  const CLOCK = 'Check the clock of this runner. If it is right, whoever runs that host has to renew the certificate.';
  const OTHER_HOST =
    'The certificate is that of another host. Check api_base_url, or ask whoever runs the network of this runner whether a proxy opens TLS.';

  it.each([
    ['of an unknown authority', serverCertificate, undefined, 'UNABLE_TO_VERIFY_LEAF_SIGNATURE', TRUST],
    ['that has expired', expiredCertificate, caFile, 'CERT_HAS_EXPIRED', CLOCK],
    ['of another host', otherHostCertificate, caFile, 'ERR_TLS_CERT_ALTNAME_INVALID', OTHER_HOST],
  ])('%s is refused at once, before the token is sent', async (_, tls, extra, code, advice) => {
    await using server = await startRawServer(async (connection) => void (await connection.readRequest()), { tls });
    const result = await runReadably({ inputs: inputsFor(server.origin), env: { NODE_EXTRA_CA_CERTS: extra } });
    expect(toldBy(result)).toEqual([
      `Could not set enabled=true for connector ${ID}: the certificate of 127.0.0.1:${server.port} is not trusted (${code}). -> ${advice}`,
    ]);
    expect(failuresOf(result)).toMatchObject([
      { kind: 'unavailable', title: `connector ${ID}: certificate not trusted`, may_have_taken_effect: false },
    ]);
    expect([result.exitCode, countAttempts(result), server.connections, server.requests]).toEqual([1, 1, 1, []]);
  });

  it('that is trusted does not keep a change whose answer is lost from having taken effect', async () => {
    const script = async (connection: RawConnection) => {
      await connection.readRequest();
      connection.end();
    };
    await using server = await startRawServer(script, { tls: serverCertificate });
    const inputs = inputsFor(server.origin, { max_retries: '0' });
    const result = await runReadably({ inputs, env: { NODE_EXTRA_CA_CERTS: caFile } });
    expect(failuresOf(result)).toMatchObject([{ kind: 'unavailable', may_have_taken_effect: true }]);
    expect(server.requests).toHaveLength(1);
  });

  it('of an authority in NODE_EXTRA_CA_CERTS is trusted', async () => {
    await using simulator = await startSimulator({ tls: serverCertificate });
    simulator.addConnector({ ...CONNECTOR, enabled: false });
    const { accountId, apiBaseUrl, tokens } = simulator;
    const inputs = inputsFor(apiBaseUrl, { account_id: accountId, api_token: tokens.edit });
    const result = await runReadably({ inputs, env: { NODE_EXTRA_CA_CERTS: caFile } });
    expect([result.exitCode, result.errors, simulator.connector(ID)?.enabled]).toEqual([0, [], true]);
  });
});
