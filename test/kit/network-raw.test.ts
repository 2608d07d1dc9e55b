import { connect } from 'node:net';
import { Agent, request } from 'undici';
import { describe, expect, it } from 'vitest';
import { ca, serverCertificate } from '../network/certificate.ts';
import { get } from '../network/get.ts';
import { startRawServer } from '../network/raw-server.ts';

describe.each([
  ['plain', {}],
  ['TLS', { tls: serverCertificate }],
])('the raw server, %s,', (_, options) => {
  it('reads whole requests of one connection after another', async () => {
    await using server = await startRawServer(async (connection) => {
      for (const length of [1, 2]) {
        await connection.readRequest();
        await connection.write(['HTTP/1.1 200 OK', `content-length: ${length}`, '']);
        await connection.write('x'.repeat(length));
      }
      connection.end();
    }, options);
    const dispatcher = new Agent({ connect: { ca }, connections: 1 });
    const bodies: string[] = [];
    for (const body of ['', 'ä'.repeat(100_000)]) {
      const answer = await request(`${server.origin}/${body.length}`, { dispatcher, method: 'PATCH', body });
      bodies.push(await answer.body.text());
    }
    expect(bodies).toEqual(['x', 'xx']);
    expect(server.connections).toBe(1);
    expect(server.requests).toMatchObject([
      { method: 'PATCH', target: '/0', httpVersion: 'HTTP/1.1', body: '' },
      { target: '/100000', body: 'ä'.repeat(100_000) },
    ]);
    await dispatcher.destroy();
  });

  it('resets a connection', async () => {
    await using server = await startRawServer(async (connection) => {
      await connection.readRequest();
      connection.reset();
    }, options);
    await expect(get(server.origin, { ca })).rejects.toMatchObject({ code: 'ECONNRESET', syscall: 'read' });
    expect(server.requests).toHaveLength(1);
  });

  it('hangs until the client has had enough', async () => {
    const enough = new AbortController();
    const over = Promise.withResolvers<number>();
    await using server = await startRawServer(async (connection) => {
      enough.abort();
      await connection.hang();
      over.resolve(connection.number);
    }, options);
    await expect(get(server.origin, { ca, signal: enough.signal })).rejects.toMatchObject({ name: 'AbortError' });
    expect(await over.promise).toBe(1);
  });

  it('tells of an error in the script of the test, but not of a client that left', async () => {
    const broken = await startRawServer(() => Promise.reject(new Error('my own mistake')), options);
    await expect(get(broken.origin, { ca })).rejects.toThrow();
    await expect(broken.close()).rejects.toThrow('my own mistake');
    const left = Promise.withResolvers<void>();
    await using server = await startRawServer(
      (connection) =>
        connection.readRequest().then(
          () => {},
          (error) => {
            left.resolve();
            throw error;
          },
        ),
      options,
    );
    connect(server.port, '127.0.0.1').end('GET / HTTP/1.1\r\n');
    await left.promise;
  });
});
