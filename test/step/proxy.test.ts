import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { CONNECTOR, countAttempts, ID, inputsFor, runReadably } from '../kit/fault-world.ts';
import type { StepResult } from '../kit/runner.ts';
import { caFile, serverCertificate } from '../network/certificate.ts';
import { type ProxyOptions, startProxy } from '../network/proxy.ts';
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

  it.each(['HTTP_PROXY', 'http_proxy'])('at a plain http address is reached through the proxy of %s', async (name) => {
    await using plain = await startSimulator();
    plain.addConnector(CONNECTOR);
    await using proxy = await startProxy();
    const result = await run({ [name]: proxy.url }, { api_base_url: plain.apiBaseUrl });
    const url = `${plain.apiBaseUrl}/accounts/${plain.accountId}/sso_connectors/${ID}`;
    expect([result.exitCode, result.errors, proxy.connects, proxy.forwards]).toEqual([0, [], [], [`PATCH ${url}`]]);
  });

  it.each([
    ['NO_PROXY', '127.0.0.1'],
    ['no_proxy', '127.0.0.1'],
    ['NO_PROXY', 'acme.example, 127.0.0.1'],
    ['NO_PROXY', '*'],
  ])('is reached directly where %s is %s', async (name, value) => {
    await using proxy = await proxyTo();
    const result = await run({ HTTPS_PROXY: proxy.url, [name]: value }, { api_base_url: simulator.apiBaseUrl });
    expect([result.exitCode, proxy.connects]).toEqual([0, []]);
  });

  it('is reached directly where NO_PROXY says so and no_proxy is an empty text', async () => {
    await using proxy = await proxyTo();
    const env = { HTTPS_PROXY: proxy.url, NO_PROXY: '127.0.0.1', no_proxy: '' };
    const result = await run(env, { api_base_url: simulator.apiBaseUrl });
    expect([result.exitCode, proxy.connects]).toEqual([0, []]);
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
        `Cloudflare SSO needs attention: connector ${ID}`,
      ]);
      expect([...new Set(proxy.connects)]).toEqual(['api.cloudflare.test:443', 'api.github.test:443']);
      expect(proxy.refused).toBe(0);
      expectNoSecret(result);
    },
  );

  it('is reached directly where NO_PROXY says so', async () => {
    await using proxy = await proxyTo();
    const env = { GITHUB_API_URL: simulator.githubApiUrl, HTTPS_PROXY: proxy.url, NO_PROXY: '127.0.0.1' };
    const result = await run(env, { mode: 'check', report_issue: 'true' }, simulator.githubToken);
    expect([result.warnings, simulator.github.issues.length]).toEqual([[], 1]);
    expect(proxy.connects).toEqual(['api.cloudflare.test:443']);
  });

  it('is not reached where the proxy says no, which is a warning', async () => {
    await using proxy = await proxyTo({ respond: 407, credentials: CREDENTIALS });
    const env = { ...GITHUB, HTTPS_PROXY: proxy.url, NO_PROXY: '127.0.0.1' };
    const more = { api_base_url: simulator.apiBaseUrl, mode: 'check', report_issue: 'true' };
    const result = await run(env, more, simulator.githubToken);
    expect(result.warnings).toEqual([
      'Could not keep the GitHub issue: Proxy response (407) !== 200 when HTTP Tunneling. The result of this step stays as it is. report_issue needs permissions: issues: write.',
    ]);
    expectNoSecret(result);
  });
});

describe('a proxy', () => {
  const ASKED = `Could not set enabled=true of connector ${ID}:`;

  it('has its user name and password, which are never shown', async () => {
    await using proxy = await proxyTo({ credentials: CREDENTIALS });
    const result = await run({ HTTPS_PROXY: proxy.url, RUNNER_DEBUG: '1' });
    expect([result.exitCode, proxy.connects.length, proxy.refused]).toEqual([0, 1, 0]);
    expectNoSecret(result);
  });

  it('that wants others is no passing fault, and they are not shown', async () => {
    await using proxy = await proxyTo({ respond: 407, credentials: CREDENTIALS });
    const result = await run({ HTTPS_PROXY: proxy.url, RUNNER_DEBUG: '1' }, { max_retries: '1' });
    expect(result.errors).toEqual([
      `${ASKED} the proxy wants a user name and password (HTTP 407), or other ones. They belong into the proxy's URL in the environment variable HTTPS_PROXY.`,
    ]);
    expect([result.exitCode, countAttempts(result), proxy.connects.length]).toEqual([1, 1, 1]);
    expectNoSecret(result);
  });

  it('that cannot connect is a passing fault, of which nothing has been sent', async () => {
    await using proxy = await proxyTo({ respond: 502, credentials: CREDENTIALS });
    const result = await run({ HTTPS_PROXY: proxy.url }, { max_retries: '1' });
    expect(result.errors).toEqual([
      `${ASKED} the proxy did not connect (it answered HTTP 502), at api.cloudflare.test. Also after 1 retry.`,
    ]);
    expect([result.exitCode, countAttempts(result), proxy.connects.length]).toEqual([1, 2, 2]);
    expectNoSecret(result);
  });

  it('that hangs is given up after request_timeout', async () => {
    await using proxy = await proxyTo({ respond: 'hang', credentials: CREDENTIALS });
    const result = await run({ HTTPS_PROXY: proxy.url }, { request_timeout: '1s' });
    expect(result.errors).toEqual([
      `${ASKED} no whole answer within 1 s (request_timeout). Whether Cloudflare applied it is not known; it is safe to run it again.`,
    ]);
    expect(result.durationMs).toBeLessThan(5000);
    expectNoSecret(result);
  });

  it('that resets the connection is a passing fault', async () => {
    await using proxy = await proxyTo({ respond: 'reset', credentials: CREDENTIALS });
    const result = await run({ HTTPS_PROXY: proxy.url }, { max_retries: '1' });
    expect(result.errors).toEqual([
      `${ASKED} the connection was reset (ECONNRESET), at api.cloudflare.test. Also after 1 retry. Whether Cloudflare applied it is not known; it is safe to run it again.`,
    ]);
    expect([result.exitCode, proxy.connects.length]).toEqual([1, 2]);
    expectNoSecret(result);
  });

  it('that is not there is named, and not the host behind it', async () => {
    const proxy = await proxyTo({ credentials: CREDENTIALS });
    await proxy.close();
    const result = await run({ HTTPS_PROXY: proxy.url });
    expect(result.errors).toEqual([
      `${ASKED} the connection was refused (ECONNREFUSED), at the proxy ${new URL(proxy.origin).host} on the way to api.cloudflare.test.`,
    ]);
    expectNoSecret(result);
  });

  it.each([
    ['of another scheme', 'socks5://acme:p%40ss@127.0.0.1:1080'],
    ['without a host', 'http://acme:p%40ss@'],
    ['with a port that is none', 'http://acme:p%40ss@127.0.0.1:99999'],
    ['whose password has a lone percent sign', 'http://acme:p%40ss%@127.0.0.1:3128'],
  ])('%s is refused before anything is sent, and its URL is not repeated', async (_, url) => {
    const result = await run({ HTTPS_PROXY: url, RUNNER_DEBUG: '1' });
    expect(result.errors).toEqual([
      'The environment variable HTTPS_PROXY is no proxy URL; accepted is one such as http://proxy.example:3128 or http://user:password@proxy.example:3128, with % in a password written as %25.',
    ]);
    expect([result.exitCode, result.outputs, simulator.requests]).toEqual([1, {}, []]);
    expectNoSecret(result);
  });

  it('that is an empty text is none', async () => {
    const env = { HTTPS_PROXY: '', https_proxy: '', HTTP_PROXY: ' ' };
    expect(await run(env, { api_base_url: simulator.apiBaseUrl })).toMatchObject({ exitCode: 0 });
  });
});
