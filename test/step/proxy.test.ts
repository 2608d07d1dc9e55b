import { connect, createServer as createTcpServer } from 'node:net';
import { createServer, TLSSocket } from 'node:tls';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ROWS } from '../kit/fault-rows.ts';
import { CONNECTOR, countAttempts, failuresOf, ID, inputsFor, runReadably, toldBy } from '../kit/fault-world.ts';
import type { StepResult } from '../kit/runner.ts';
import {
  type Certificate,
  caFile,
  expiredCertificate,
  otherHostCertificate,
  serverCertificate,
} from '../network/certificate.ts';
import { closeServer, listenOnLoopback } from '../network/loopback.ts';
import { type ProxyOptions, startProxy } from '../network/proxy.ts';
import { startRawServer } from '../network/raw-server.ts';
import { type Simulator, startSimulator } from '../simulator/simulator.ts';

const CREDENTIALS = { username: 'acme user', password: 'p@ss:w%rd/§' };
const SECRETS = [CREDENTIALS.password, encodeURIComponent(CREDENTIALS.password), 'p@ss', 'p%40ss', 'w%25rd', 'w%rd'];

let simulator: Simulator;
beforeEach(async () => {
  simulator = await startSimulator({ tls: serverCertificate });
  simulator.addConnector({ ...CONNECTOR, enabled: false });
});
afterEach(() => simulator.close());

/** A proxy that knows the way to hosts that are in no DNS. */
function proxyTo(options: ProxyOptions = {}, target = simulator) {
  const { host } = new URL(target.origin);
  return startProxy({ resolve: { 'api.cloudflare.test': host, 'api.github.test': host }, ...options });
}

async function run(
  env: Record<string, string>,
  more: Record<string, string> = {},
  githubToken = '',
): Promise<StepResult> {
  const inputs = inputsFor('https://api.cloudflare.test/client/v4', {
    account_id: simulator.accountId,
    api_token: simulator.tokens.edit,
    max_retries: '0',
    ...more,
  });
  return await runReadably({ inputs, env: { NODE_EXTRA_CA_CERTS: caFile, ...env }, githubToken });
}

function expectNoSecret({ lines, outputs, summary, files }: StepResult): void {
  const text = JSON.stringify([lines, outputs, summary, files]);
  expect(SECRETS.filter((secret) => text.includes(secret))).toEqual([]);
}

describe('Cloudflare', () => {
  it.each(['HTTPS_PROXY', 'https_proxy'])(
    'is reached through the proxy of %s, with no further setting',
    async (name) => {
      await using proxy = await proxyTo();
      const result = await run({ [name]: proxy.url });
      expect([result.exitCode, result.errors, simulator.connector(ID)?.enabled]).toEqual([0, [], true]);
      expect([proxy.connects, proxy.forwards]).toEqual([['api.cloudflare.test:443'], []]);
    },
  );

  it.each([
    ['HTTPS_PROXY', 'HTTP_PROXY'],
    ['https_proxy', 'http_proxy'],
  ])('at a loopback address is reached directly, whatever %s and %s say', async (...names) => {
    await using plain = await startSimulator();
    plain.addConnector(CONNECTOR);
    for (const api of [plain, simulator]) {
      await using proxy = await startProxy();
      const inputs = { api_base_url: api.apiBaseUrl, account_id: api.accountId };
      const result = await run(Object.fromEntries(names.map((name) => [name, proxy.url])), inputs);
      expect([result.exitCode, proxy.connects, proxy.forwards]).toEqual([0, [], []]);
    }
  });

  it('by https is not reached through the proxy of HTTP_PROXY or ALL_PROXY', async () => {
    await using proxy = await proxyTo();
    const env = { HTTP_PROXY: proxy.url, http_proxy: proxy.url, ALL_PROXY: proxy.url };
    const result = await run(env, { request_timeout: '5s' });
    // Where there is no proxy, there is no way to this host.
    expect([result.exitCode, proxy.connects, proxy.forwards]).toEqual([1, [], []]);
  });

  it('is reached directly where NO_PROXY says so', async () => {
    await using proxy = await proxyTo();
    const env = { HTTPS_PROXY: proxy.url, NO_PROXY: 'acme.example, .cloudflare.test' };
    const result = await run(env, { request_timeout: '5s' });
    expect([result.exitCode, proxy.connects]).toEqual([1, []]);
  });

  it('is reached through the proxy where NO_PROXY is for other hosts', async () => {
    await using proxy = await proxyTo();
    const result = await run({ HTTPS_PROXY: proxy.url, NO_PROXY: 'cloudflare.example,127.0.0.1', no_proxy: '' });
    expect([result.exitCode, proxy.connects]).toEqual([0, ['api.cloudflare.test:443']]);
  });

  it('is reached through the proxy in lower case, where both are given', async () => {
    await using proxy = await proxyTo();
    await using other = await proxyTo();
    const result = await run({ https_proxy: proxy.url, HTTPS_PROXY: other.url });
    expect([result.exitCode, proxy.connects.length, other.connects.length]).toEqual([0, 1, 0]);
  });

  it('is reached through a proxy whose URL has no scheme', async () => {
    await using proxy = await proxyTo({ credentials: { username: 'user', password: 'pass' } });
    const result = await run({ HTTPS_PROXY: proxy.url.replace('http://', '') });
    expect([result.exitCode, proxy.connects, proxy.refused]).toEqual([0, ['api.cloudflare.test:443'], 0]);
  });

  it('is reached through a proxy whose URL has a path, a query and a fragment', async () => {
    await using proxy = await proxyTo();
    const result = await run({ HTTPS_PROXY: `${proxy.url}/proxy?x=1#x` });
    expect([failuresOf(result), proxy.connects]).toEqual([[], ['api.cloudflare.test:443']]);
  });
});

describe('GitHub', () => {
  const GITHUB = { GITHUB_API_URL: 'https://api.github.test/api/v3' };

  it.each(['HTTPS_PROXY', 'https_proxy'])(
    'is reached through the proxy of %s, with no further setting',
    async (name) => {
      await using proxy = await proxyTo({ credentials: CREDENTIALS });
      const result = await run(
        { ...GITHUB, [name]: proxy.url },
        { mode: 'check', report_issue: 'true' },
        simulator.githubToken,
      );
      expect(result.warnings).toEqual([]);
      expect(simulator.github.issues.map(({ title }) => title)).toEqual([
        'Cloudflare SSO needs attention: acme.example',
      ]);
      expect([...new Set(proxy.connects)]).toEqual(['api.cloudflare.test:443', 'api.github.test:443']);
      expect(proxy.refused).toBe(0);
      expectNoSecret(result);
    },
  );

  it('is reached through a proxy whose URL has a path, a query and a fragment', async () => {
    await using proxy = await proxyTo();
    const env = { ...GITHUB, HTTPS_PROXY: `${proxy.url}/proxy?x=1#x` };
    const result = await run(env, { mode: 'check', report_issue: 'true' }, simulator.githubToken);
    expect([result.warnings, simulator.github.issues.length]).toEqual([[], 1]);
    expect([...new Set(proxy.connects)]).toEqual(['api.cloudflare.test:443', 'api.github.test:443']);
  });

  it('is reached through a proxy by https at an IP address, of which Node has nothing to say', async () => {
    await using proxy = await proxyTo();
    await using secure = await behindTls(serverCertificate, proxy);
    const inputs = { mode: 'check', report_issue: 'true' };
    const result = await run({ ...GITHUB, HTTPS_PROXY: secure.url }, inputs, simulator.githubToken);
    expect([result.stderr, result.warnings, simulator.github.issues.length]).toEqual(['', [], 1]);
    expect([...new Set(proxy.connects)]).toEqual(['api.cloudflare.test:443', 'api.github.test:443']);
  });

  it('is reached directly where NO_PROXY says so', async () => {
    await using proxy = await proxyTo();
    const env = { GITHUB_API_URL: simulator.githubApiUrl, HTTPS_PROXY: proxy.url, NO_PROXY: '127.0.0.1' };
    const result = await run(env, { mode: 'check', report_issue: 'true' }, simulator.githubToken);
    expect([result.warnings, simulator.github.issues.length]).toEqual([[], 1]);
    expect(proxy.connects).toEqual(['api.cloudflare.test:443']);
  });

  it.each([
    [407, 'the proxy wants a user name and password (HTTP 407)'],
    [502, 'the proxy did not connect to it (HTTP 502)'],
  ] as const)('is not reached where the proxy says no, which is a warning: %i', async (respond, cause) => {
    await using proxy = await proxyTo({ respond, credentials: CREDENTIALS });
    const env = { ...GITHUB, HTTPS_PROXY: proxy.url, NO_PROXY: '127.0.0.1' };
    const more = { api_base_url: simulator.apiBaseUrl, mode: 'check', report_issue: 'true' };
    const result = await run(env, more, simulator.githubToken);
    expect(result.warnings).toEqual([
      `Could not keep the GitHub issue: GitHub cannot be reached, since ${cause}. The result of this step stays as it is.`,
    ]);
    expectNoSecret(result);
  });
});

/** The proxy behind TLS with a certificate, which says nothing else. */
async function behindTls(certificate: Certificate, proxy: { origin: string }) {
  const { port } = new URL(proxy.origin);
  const server = createServer(certificate, (socket) => {
    const inner = connect(Number(port), '127.0.0.1');
    for (const [one, other] of [[socket, inner] as const, [inner, socket] as const]) {
      one.on('error', () => other.destroy()).on('close', () => other.destroy());
    }
    socket.pipe(inner).pipe(socket);
  });
  server.on('tlsClientError', () => {});
  const host = `127.0.0.1:${await listenOnLoopback(server)}`;
  return { host, url: `https://${host}`, [Symbol.asyncDispose]: () => closeServer(server) };
}

/** A proxy that passes on, both ways, how a connection ends: with RST too. With a certificate it is behind TLS. */
async function faithfulProxy(port: number, certificate?: Certificate) {
  const server = createTcpServer((plain) => {
    const client = certificate ? new TLSSocket(plain, { isServer: true, ...certificate }) : plain;
    client.once('data', () => {
      const upstream = connect(port, '127.0.0.1');
      upstream.on('error', () => plain.resetAndDestroy()).on('close', () => client.destroy());
      client.on('error', () => upstream.resetAndDestroy()).on('close', () => upstream.destroy());
      client.write('HTTP/1.1 200 Connection established\r\n\r\n');
      client.pipe(upstream).pipe(client);
    });
  });
  const url = `${certificate ? 'https' : 'http'}://127.0.0.1:${await listenOnLoopback(server)}`;
  return { url, [Symbol.asyncDispose]: () => closeServer(server) };
}

describe.concurrent.each([
  ['http', undefined],
  ['https', serverCertificate],
])('an answer through a proxy by %s', (_, certificate) => {
  const LATE = 'no whole answer within 6 s (request_timeout)';

  it.each([
    ['closed after a body of no told length', undefined],
    ['reset after a body of no told length', 'the connection was reset (ECONNRESET), at api.cloudflare.test'],
    ['reset after headers', 'the connection was reset (ECONNRESET), at api.cloudflare.test'],
    ['hang before headers', LATE],
    ['hang after a body of no told length', LATE],
    ['hang within a body of no told length', LATE],
    [
      'truncated body, by its content-length',
      'the connection was closed before the answer was whole (UND_ERR_SOCKET), at api.cloudflare.test',
    ],
  ])('is judged as a direct one is: %s', async (what, says) => {
    const serve = ROWS.find((row) => row.what === what)?.serve;
    if (!serve) throw new Error(`no row ${what}`);
    await using server = await startRawServer(serve, { tls: serverCertificate });
    await using proxy = await faithfulProxy(server.port, certificate);
    const result = await run({ HTTPS_PROXY: proxy.url }, { request_timeout: says === LATE ? '6s' : '60s' });
    expect([result.exitCode, server.requests.length]).toEqual([says === undefined ? 0 : 1, 1]);
    expect(failuresOf(result).map(({ message }) => message)).toEqual(
      says === undefined ? [] : [`Could not set enabled=true for connector ${ID}: ${says}.`],
    );
  });
});

describe('a proxy', () => {
  const ASKED = `Could not set enabled=true for connector ${ID}:`;
  const PROXY = 'Check the address of the proxy in HTTPS_PROXY, and whether the proxy runs.';
  const TRUST =
    "If a proxy opens TLS, or the CA is a private one, set NODE_EXTRA_CA_CERTS in the step's env to the path of a PEM file with its certificate. If it is set, that file has another, or cannot be read: then the log begins with a warning of Node.";
  const OTHER_HOST =
    'The certificate is that of another host. Check the address of the proxy in HTTPS_PROXY, or ask whoever runs the network of this runner whether a proxy opens TLS.';
  const CLOCK = 'Check the clock of this runner. If it is right, whoever runs that host has to renew the certificate.';

  it('and the API behind it are spoken to in HTTP/1.1, whatever else they know', async () => {
    const offered: (readonly string[])[] = [];
    const certificate = {
      ...serverCertificate,
      ALPNCallback({ protocols }: { protocols: readonly string[] }) {
        offered.push(protocols);
        return 'http/1.1';
      },
    };
    const answer = ROWS.find(({ what }) => what === 'closed after a body of no told length');
    await using server = await startRawServer(async (connection) => answer?.serve(connection), { tls: certificate });
    await using proxy = await faithfulProxy(server.port, certificate);
    const result = await run({ HTTPS_PROXY: proxy.url });
    expect([failuresOf(result), offered]).toEqual([[], [['http/1.1'], ['http/1.1']]]);
  });

  it('may be reached by https', async () => {
    await using proxy = await proxyTo();
    await using secure = await behindTls(serverCertificate, proxy);
    const result = await run({ HTTPS_PROXY: secure.url });
    expect([result.exitCode, failuresOf(result), proxy.connects]).toEqual([0, [], ['api.cloudflare.test:443']]);
  });

  it.each([
    ['of an unknown authority', serverCertificate, '', 'UNABLE_TO_VERIFY_LEAF_SIGNATURE', TRUST],
    ['that has expired', expiredCertificate, caFile, 'CERT_HAS_EXPIRED', CLOCK],
    ['of another host', otherHostCertificate, caFile, 'ERR_TLS_CERT_ALTNAME_INVALID', OTHER_HOST],
  ])('whose own certificate is one %s is told as such', async (_, certificate, NODE_EXTRA_CA_CERTS, code, advice) => {
    await using proxy = await proxyTo();
    await using secure = await behindTls(certificate, proxy);
    const result = await run({ HTTPS_PROXY: secure.url, NODE_EXTRA_CA_CERTS });
    expect(toldBy(result)).toEqual([
      `${ASKED} the certificate of the proxy ${secure.host} is not trusted (${code}). -> ${advice}`,
    ]);
    expect([result.exitCode, proxy.connects]).toEqual([1, []]);
  });

  it('before an API whose certificate is not trusted is not the one to blame', async () => {
    await using proxy = await proxyTo();
    const result = await run({ HTTPS_PROXY: proxy.url, NODE_EXTRA_CA_CERTS: '' });
    expect(toldBy(result)).toEqual([
      `${ASKED} the certificate of api.cloudflare.test is not trusted (UNABLE_TO_VERIFY_LEAF_SIGNATURE). -> ${TRUST}`,
    ]);
    expect([result.exitCode, simulator.requests]).toEqual([1, []]);
  });

  it('has its user name and password, which are never shown', async () => {
    await using proxy = await proxyTo({ credentials: CREDENTIALS });
    const result = await run({ HTTPS_PROXY: proxy.url, RUNNER_DEBUG: '1' });
    expect([result.exitCode, proxy.connects.length, proxy.refused]).toEqual([0, 1, 0]);
    expectNoSecret(result);
  });

  it('that wants others is no passing fault, and they are not shown', async () => {
    await using proxy = await proxyTo({ respond: 407, credentials: CREDENTIALS });
    const result = await run({ HTTPS_PROXY: proxy.url, RUNNER_DEBUG: '1' }, { max_retries: '1' });
    expect(toldBy(result)).toEqual([
      `${ASKED} the proxy wants a user name and password (HTTP 407). -> Put the right user name and password into the URL of the proxy in HTTPS_PROXY.`,
    ]);
    expect(failuresOf(result)).toMatchObject([{ kind: 'blocked', may_have_taken_effect: false }]);
    expect([result.exitCode, countAttempts(result), proxy.connects.length]).toEqual([1, 1, 1]);
    expectNoSecret(result);
  });

  it('that cannot connect is a passing fault, of which nothing has been sent', async () => {
    await using proxy = await proxyTo({ respond: 502, credentials: CREDENTIALS });
    const result = await run({ HTTPS_PROXY: proxy.url }, { max_retries: '1' });
    expect(toldBy(result)).toEqual([
      `${ASKED} the proxy did not connect to api.cloudflare.test (HTTP 502). 1 retry did not help. -> Ask whoever runs the proxy of this runner.`,
    ]);
    expect(failuresOf(result)).toMatchObject([{ kind: 'unavailable', may_have_taken_effect: false }]);
    expect([result.exitCode, countAttempts(result), proxy.connects.length]).toEqual([1, 2, 2]);
    expectNoSecret(result);
  });

  it('that hangs is given up after request_timeout', async () => {
    await using proxy = await proxyTo({ respond: 'hang', credentials: CREDENTIALS });
    const result = await run({ HTTPS_PROXY: proxy.url }, { request_timeout: '1s' });
    expect(toldBy(result)).toEqual([
      `${ASKED} no connection through the proxy ${new URL(proxy.origin).host} within 1 s (request_timeout). -> ${PROXY}`,
    ]);
    expect(failuresOf(result)).toMatchObject([{ may_have_taken_effect: false }]);
    expectNoSecret(result);
  });

  it('that resets the connection is a passing fault, and named', async () => {
    await using proxy = await proxyTo({ respond: 'reset', credentials: CREDENTIALS });
    const result = await run({ HTTPS_PROXY: proxy.url }, { max_retries: '1' });
    expect(toldBy(result)).toEqual([
      `${ASKED} the connection was reset (ECONNRESET), at the proxy ${new URL(proxy.origin).host} on the way to api.cloudflare.test. 1 retry did not help. -> ${PROXY}`,
    ]);
    expect(failuresOf(result)).toMatchObject([{ kind: 'unavailable', may_have_taken_effect: false }]);
    expect([result.exitCode, proxy.connects.length]).toEqual([1, 2]);
    expectNoSecret(result);
  });

  it.each([
    ['closes the connection', '', 'the connection was closed (UND_ERR_SOCKET)'],
    ['does not speak HTTP', 'SSH-2.0-x\r\n', 'the answer is not HTTP (HTTPParserError)'],
  ])('that %s is named, and not the host behind it', async (_, bytes, says) => {
    const server = createTcpServer((socket) => socket.once('data', () => socket.end(bytes)).on('error', () => {}));
    const host = `127.0.0.1:${await listenOnLoopback(server)}`;
    const result = await run({ HTTPS_PROXY: `http://${host}` });
    await closeServer(server);
    expect(toldBy(result)).toEqual([
      `${ASKED} ${says}, at the proxy ${host} on the way to api.cloudflare.test. -> ${PROXY}`,
    ]);
    expect(failuresOf(result)).toMatchObject([{ kind: 'unavailable', may_have_taken_effect: false }]);
  });

  it('that is not there is named, and not the host behind it', async () => {
    const proxy = await proxyTo({ credentials: CREDENTIALS });
    await proxy.close();
    const result = await run({ HTTPS_PROXY: proxy.url });
    expect(toldBy(result)).toEqual([
      `${ASKED} the connection was refused (ECONNREFUSED), at the proxy ${new URL(proxy.origin).host} on the way to api.cloudflare.test. -> ${PROXY}`,
    ]);
    expectNoSecret(result);
  });

  it.each([
    ['of another scheme', 'socks5://acme:p%40ss@127.0.0.1:1080', 'must be the URL of an http or https proxy'],
    [
      'with # in its password',
      'http://acme:8642#p%40ss@127.0.0.1:1080',
      'must not have # / ? or \\ in its user name or password',
    ],
  ])('%s is refused before anything is sent, and its URL is not repeated', async (_, HTTPS_PROXY, must) => {
    const result = await run({ HTTPS_PROXY, RUNNER_DEBUG: '1' });
    expect(toldBy(result)).toEqual([
      `Environment variable HTTPS_PROXY ${must}. -> An example is http://user:password@proxy.example:3128, with the signs % # / ? @ \\ in a user name or password written as %25 %23 %2F %3F %40 %5C.`,
    ]);
    expect([result.exitCode, simulator.requests]).toEqual([1, []]);
    expectNoSecret(result);
  });

  it('that is an empty text is none', async () => {
    const env = { HTTPS_PROXY: '', https_proxy: '', HTTP_PROXY: ' ' };
    expect(await run(env, { api_base_url: simulator.apiBaseUrl })).toMatchObject({ exitCode: 0 });
  });
});
