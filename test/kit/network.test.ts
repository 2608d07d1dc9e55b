import { createSocket, Socket } from 'node:dgram';
import { Resolver } from 'node:dns/promises';
import { createServer } from 'node:https';
import { ProxyAgent, request } from 'undici';
import { describe, expect, it, vi } from 'vitest';
import {
  type Certificate,
  ca,
  expiredCertificate,
  otherHostCertificate,
  serverCertificate,
} from '../network/certificate.ts';
import { startDnsServer } from '../network/dns-server.ts';
import { get } from '../network/get.ts';
import { closeServer, listenOnLoopback } from '../network/loopback.ts';
import { startProxy } from '../network/proxy.ts';
import { type RawServerOptions, startRawServer } from '../network/raw-server.ts';

describe('the DNS server', () => {
  // A busy machine may take long to answer; a server that is silent need not be waited for.
  const resolve = (address: string, domain: string, timeout = 20_000) => {
    const resolver = new Resolver({ timeout, tries: 1 });
    resolver.setServers([address]);
    return resolver.resolveTxt(domain);
  };

  it('answers TXT records in any case, of one string or of several', async () => {
    const long = 'x'.repeat(600);
    await using server = await startDnsServer({ records: { 'Example.test': ['a', ['b', 'c'], long] } });
    const records = await resolve(server.address, 'EXAMPLE.test');
    expect(records.map((strings) => strings.join('|')).sort()).toEqual([
      'a',
      'b|c',
      [long.slice(0, 255), long.slice(0, 255), long.slice(0, 90)].join('|'),
    ]);
    expect(server.queries).toContainEqual({ domain: 'example.test', type: 'TXT' });
  });

  it('knows domains that do not exist, and those without a TXT record', async () => {
    await using server = await startDnsServer({ records: { 'bare.test': [] } });
    await expect(resolve(server.address, 'none.test')).rejects.toMatchObject({ code: 'ENOTFOUND' });
    await expect(resolve(server.address, 'bare.test')).rejects.toMatchObject({ code: 'ENODATA' });
    server.setTxt('none.test', ['now']);
    expect(await resolve(server.address, 'none.test')).toEqual([['now']]);
  });

  it('fails on demand', async () => {
    await using server = await startDnsServer({ faults: { 'silent.test': 'silent' } });
    await expect(resolve(server.address, 'silent.test', 100)).rejects.toMatchObject({ code: 'ETIMEOUT' });
    server.fail('broken.test', 'servfail');
    await expect(resolve(server.address, 'broken.test')).rejects.toMatchObject({ code: 'ESERVFAIL' });
  });
});

describe('a certificate', () => {
  const meet = async (certificate: Certificate, host = 'localhost', trusted: string | undefined = ca) => {
    const server = createServer(certificate, (_, response) => response.end('hello'));
    try {
      const port = await listenOnLoopback(server);
      return await get(`https://127.0.0.1:${port}`, { servername: host, ...(trusted && { ca: trusted }) });
    } finally {
      await closeServer(server);
    }
  };

  it.each(['localhost', 'api.cloudflare.test', 'api.github.test'])('is good for %s', async (host) => {
    expect(await meet(serverCertificate, host)).toEqual({ status: 200, body: 'hello' });
  });

  it('is refused where it is out of date, of another host, or of an unknown authority', async () => {
    await expect(meet(expiredCertificate)).rejects.toMatchObject({ code: 'CERT_HAS_EXPIRED' });
    await expect(meet(otherHostCertificate)).rejects.toMatchObject({ code: 'ERR_TLS_CERT_ALTNAME_INVALID' });
    await expect(meet(serverCertificate, 'localhost', '')).rejects.toMatchObject({
      code: 'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
    });
  });
});

describe('the proxy', () => {
  const hello = (options?: RawServerOptions) =>
    startRawServer(async (connection) => {
      await connection.readRequest();
      await connection.write(['HTTP/1.1 200 OK', 'content-length: 5', 'connection: close', '']);
      await connection.write('hello');
    }, options);
  const through = async (proxy: string, url: string) => {
    const dispatcher = new ProxyAgent({ uri: proxy, proxyTunnel: true, requestTls: { ca }, proxyTls: { ca } });
    try {
      const { statusCode, body } = await request(url, { dispatcher });
      return { status: statusCode, body: await body.text() };
    } finally {
      await dispatcher.destroy();
    }
  };

  it('tunnels to where the test says, with TLS from end to end', async () => {
    await using server = await hello({ tls: serverCertificate });
    await using proxy = await startProxy({ resolve: { 'api.cloudflare.test': `127.0.0.1:${server.port}` } });
    expect(await through(proxy.url, 'https://api.cloudflare.test/')).toEqual({ status: 200, body: 'hello' });
    expect(proxy.connects).toEqual(['api.cloudflare.test:443']);
    expect(server.requests).toMatchObject([{ headers: { host: 'api.cloudflare.test' } }]);
  });

  it('speaks TLS with its clients, if asked to', async () => {
    await using server = await hello({ tls: serverCertificate });
    await using proxy = await startProxy({
      resolve: { 'api.cloudflare.test': `127.0.0.1:${server.port}` },
      tls: serverCertificate,
    });
    expect(proxy.url).toMatch(/^https:/);
    expect(await through(proxy.url, 'https://api.cloudflare.test/')).toEqual({ status: 200, body: 'hello' });
    expect(proxy.connects).toEqual(['api.cloudflare.test:443']);
    await using expired = await startProxy({ tls: expiredCertificate });
    await expect(through(expired.url, 'https://localhost')).rejects.toMatchObject({ code: 'CERT_HAS_EXPIRED' });
  });

  it('forwards plain http', async () => {
    await using server = await hello();
    await using proxy = await startProxy({ resolve: { 'plain.test:8080': `127.0.0.1:${server.port}` } });
    const options = { path: 'http://plain.test:8080/a?b', headers: { host: 'plain.test:8080' } };
    expect(await get(proxy.origin, options)).toEqual({ status: 200, body: 'hello' });
    expect(proxy.forwards).toEqual(['GET http://plain.test:8080/a?b']);
    expect(server.requests).toMatchObject([{ method: 'GET', target: '/a?b', headers: { host: 'plain.test:8080' } }]);
  });

  it('lets in whoever has the credentials', async () => {
    await using server = await hello();
    await using proxy = await startProxy({ credentials: { username: 'user', password: 'p@ss:word' } });
    await expect(through(proxy.origin, server.origin)).rejects.toThrow();
    expect([proxy.refused, server.connections]).toEqual([1, 0]);
    expect(await through(proxy.url, server.origin)).toMatchObject({ body: 'hello' });
    expect(proxy.connects).toEqual([`127.0.0.1:${server.port}`, `127.0.0.1:${server.port}`]);
  });

  it.each([407, 502] as const)('answers %s on demand', async (respond) => {
    await using proxy = await startProxy({ respond });
    expect(await get(proxy.origin, { path: 'http://localhost/' })).toMatchObject({ status: respond });
    await expect(through(proxy.url, 'https://localhost')).rejects.toMatchObject({
      message: expect.stringContaining(String(respond)),
    });
  });

  it('resets, or never answers, on demand', async () => {
    await using resetting = await startProxy({ respond: 'reset' });
    await expect(get(resetting.origin, { path: 'http://localhost/' })).rejects.toMatchObject({ syscall: 'read' });
    await expect(through(resetting.url, 'https://localhost')).rejects.toThrow();
    expect([resetting.connects.length, resetting.forwards.length]).toEqual([1, 1]);

    const hanging = await startProxy({ respond: 'hang' });
    const answer = get(hanging.origin, { path: 'http://localhost/' });
    answer.catch(() => {});
    await expect.poll(() => hanging.forwards.length).toBe(1);
    await hanging.close();
    await expect(answer).rejects.toMatchObject({ code: 'ECONNRESET' });
  });

  it('never goes beyond loopback', async () => {
    await using proxy = await startProxy();
    expect(await get(proxy.origin, { path: 'http://192.0.2.1/' })).toMatchObject({ status: 502 });
  });
});

it('a DNS server whose port is taken on UDP listens on another', async () => {
  const other = createSocket('udp4');
  const bind: (this: Socket, port: number, address: string, bound: () => void) => Socket = Socket.prototype.bind;
  vi.spyOn(Socket.prototype, 'bind').mockImplementationOnce(function (this: Socket, port) {
    bind.call(other, Number(port), '127.0.0.1', () => this.bind(Number(port), '127.0.0.1'));
    return this;
  });
  try {
    await using dns = await startDnsServer();
    expect(dns.address).not.toBe(`127.0.0.1:${other.address().port}`);
  } finally {
    vi.restoreAllMocks();
    other.close();
  }
});
