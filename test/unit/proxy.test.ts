import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { makeProxyAgent } from '../../src/cloudflare/proxied.ts';
import { Failure } from '../../src/failure.ts';
import { readProxy } from '../../src/inputs/proxy.ts';
import { Reader } from '../../src/inputs/reader.ts';

const API = 'https://api.cloudflare.com/client/v4';

function proxyOf(env: NodeJS.ProcessEnv, url = API): string | undefined {
  return readProxy(new Reader(env), env, new URL(url))?.href;
}

describe('the proxy', () => {
  const both = { HTTP_PROXY: 'http://plain.example:1', HTTPS_PROXY: 'http://secure.example:2' };

  it.each<[string, NodeJS.ProcessEnv, string, string | undefined]>([
    ['for https is that of HTTPS_PROXY', both, API, 'http://secure.example:2/'],
    ['for http is that of HTTP_PROXY', both, 'http://github.example/api/v3', 'http://plain.example:1/'],
    ['for https is not that of HTTP_PROXY', { HTTP_PROXY: 'http://plain.example:1' }, API, undefined],
    ['for http is not that of HTTPS_PROXY', { HTTPS_PROXY: 'http://a.example' }, 'http://b.example', undefined],
    ['of ALL_PROXY is not heard of', { ALL_PROXY: 'http://a.example' }, API, undefined],
    ['in lower case goes first', { https_proxy: 'http://a.example', ...both }, API, 'http://a.example/'],
    ['that is empty in lower case does not', { https_proxy: ' ', ...both }, API, 'http://secure.example:2/'],
    ['that is empty is none', { HTTPS_PROXY: '' }, API, undefined],
    ['without a scheme is http', { HTTPS_PROXY: 'proxy.example:3128' }, API, 'http://proxy.example:3128/'],
    ['without a scheme may have a login', { HTTPS_PROXY: 'a:b@proxy:3128' }, API, 'http://a:b@proxy:3128/'],
    ['may be reached by https, without a port', { HTTPS_PROXY: 'https://p.example' }, API, 'https://p.example/'],
    ['may have white space around it', { HTTPS_PROXY: ' p.example:3128 ' }, API, 'http://p.example:3128/'],
    ['may have a path', { HTTPS_PROXY: 'http://a:b@p.example:1/proxy/x' }, API, 'http://a:b@p.example:1/'],
    ['may have a query', { HTTPS_PROXY: 'p.example:1?x=1' }, API, 'http://p.example:1/'],
    ['may have an empty query', { HTTPS_PROXY: 'https://p.example/?' }, API, 'https://p.example/'],
    ['may have a fragment', { HTTPS_PROXY: 'http://p.example:1#x' }, API, 'http://p.example:1/'],
    ['may have backslashes', { HTTPS_PROXY: String.raw`http:\\p.example:1\x` }, API, 'http://p.example:1/'],
    ['may have further slashes', { HTTPS_PROXY: 'http:///a:b@p.example:1' }, API, 'http://a:b@p.example:1/'],
    ['may have a quote in its password', { HTTPS_PROXY: "http://a:b'c@p.example:1" }, API, "http://a:b'c@p.example:1/"],
    ['may have an @ in its password', { HTTPS_PROXY: 'a:b@c@p.example:1' }, API, 'http://a:b%40c@p.example:1/'],
    ['may be in capitals', { HTTPS_PROXY: 'HTTP://P.example' }, API, 'http://p.example/'],
  ])('%s', (_, env, url, expected) => {
    expect(proxyOf(env, url)).toBe(expected);
  });

  it.each(['http://127.0.0.1:80', 'http://127.1.2.3', 'http://localhost:1', 'http://[::1]:1', 'https://localhost'])(
    'is not for the loopback address of %s',
    (url) => {
      expect(proxyOf({ HTTP_PROXY: 'http://p.example', HTTPS_PROXY: 'http://p.example' }, url)).toBeUndefined();
    },
  );

  const ANOTHER = 'must be the URL of an http or https proxy';
  const UNESCAPED = 'must not have # / ? or \\ in its user name or password';

  it.each([
    ['of another scheme', 'socks5://acme:p%40ss@127.0.0.1:1080', ANOTHER],
    ['without a host', 'http://acme:p%40ss@', ANOTHER],
    ['with a port that is none', 'http://acme:p%40ss@127.0.0.1:99999', ANOTHER],
    ['with a lone percent sign in its password', 'http://acme:p%40ss%@127.0.0.1:3128', ANOTHER],
    ['with a character of which user name and password have a half each', 'http://%E2:%82%AC@127.0.0.1', ANOTHER],
    ['of words', 'p%40ss p%40ss', ANOTHER],
    ['of a scheme that ends like one of HTTP', 'xhttp://acme:p%40ss@127.0.0.1:3128', ANOTHER],
    ['of a scheme that begins like one of HTTP', 'https-x://acme:p%40ss@127.0.0.1:3128', ANOTHER],
    ['in quotes', '"http://acme:p%40ss@127.0.0.1:3128"', 'must have no quotes around it'],
    ['in single quotes', "'http://p.example'", 'must have no quotes around it'],
    ['with # in its password', 'http://acme:8642#p%40ss@127.0.0.1:3128', UNESCAPED],
    ['with # in its password, which leaves no port', 'http://acme:p%40ss#p@127.0.0.1:3128', UNESCAPED],
    ['with / in its password', 'acme:8642/p%40ss@127.0.0.1:3128', UNESCAPED],
    ['with ? in its password', 'https://acme:8642?p%40ss@127.0.0.1:3128', UNESCAPED],
    ['with @ and / in its password', 'http://acme:p%40ss@x/y@127.0.0.1:3128', UNESCAPED],
    ['with the domain of its user', String.raw`http://ACME\acme:p%40ss@127.0.0.1:3128`, UNESCAPED],
  ])('%s is a problem, whose text does not repeat it', (_, url, must) => {
    const env = { HTTPS_PROXY: url };
    const read = new Reader(env);
    expect(readProxy(read, env, new URL(API))).toBeUndefined();
    expect(new Failure(read.problems).record()).toMatchObject([
      {
        kind: 'input',
        title: `HTTPS_PROXY: ${must}`,
        message: `Environment variable HTTPS_PROXY ${must}.`,
        action:
          'An example is http://user:password@proxy.example:3128, with the signs % # / ? @ \\ in a user name or password written as %25 %23 %2F %3F %40 %5C.',
      },
    ]);
  });

  it('of whatever URL is one that undici takes', () => {
    const parts = ['http:', 'https:', '//', 'p.example', '[::1]', '%E2', ...'\\10:@/?#% '];
    const urls = fc.array(fc.oneof(fc.constantFrom(...parts), fc.string({ maxLength: 3 }))).map((all) => all.join(''));
    fc.assert(
      fc.property(urls, (url) => {
        const proxy = proxyOf({ HTTPS_PROXY: url });
        if (proxy) void makeProxyAgent(new URL(proxy), 1000).destroy();
      }),
      { numRuns: 2000 },
    );
  });
});

describe('NO_PROXY', () => {
  it.each([
    'api.cloudflare.com',
    'API.Cloudflare.COM',
    'cloudflare.com',
    '.cloudflare.com',
    '*.cloudflare.com',
    'com',
    '*',
    'acme.example, api.cloudflare.com',
    'acme.example api.cloudflare.com',
    ',,api.cloudflare.com,',
    ' , api.cloudflare.com\t,\n',
    'api.cloudflare.com:443',
    '*:443',
  ])('%j names the API', (value) => {
    for (const name of ['NO_PROXY', 'no_proxy']) {
      expect(proxyOf({ HTTPS_PROXY: 'http://p.example', [name]: value })).toBeUndefined();
    }
  });

  it.each([
    '',
    ' ',
    ',',
    '.',
    '*.',
    'cloudflare.example',
    'flare.com',
    'api.cloudflare.com:80',
    '*:80',
    'api',
    'api.cloudflare.com:443:443',
    'x*',
    '*x',
    'x.*.cloudflare.com',
    'api.cloudflare.com.example',
  ])('%j does not', (value) => {
    expect(proxyOf({ HTTPS_PROXY: 'http://p.example', NO_PROXY: value })).toBe('http://p.example/');
  });

  it('in lower case goes first, unless it is empty', () => {
    const env = { HTTPS_PROXY: 'http://p.example', NO_PROXY: 'api.cloudflare.com' };
    expect(proxyOf({ ...env, no_proxy: 'acme.example' })).toBe('http://p.example/');
    expect(proxyOf({ ...env, no_proxy: '' })).toBeUndefined();
  });

  it('takes the port of http for what it is', () => {
    const proxyOfHttp = (noProxy: string) =>
      proxyOf({ HTTP_PROXY: 'http://p.example', NO_PROXY: noProxy }, 'http://github.example/api/v3');
    expect(['github.example:80', '*:80'].map(proxyOfHttp)).toEqual([undefined, undefined]);
    expect(['github.example:443', '*:443'].map(proxyOfHttp)).toEqual(Array(2).fill('http://p.example/'));
  });

  it('takes the port and the spelling of the URL into account', () => {
    const env = { HTTPS_PROXY: 'http://p.example', NO_PROXY: 'api.cloudflare.com:8443' };
    expect(proxyOf(env, 'https://api.cloudflare.com:8443')).toBeUndefined();
    expect(proxyOf({ ...env, NO_PROXY: 'cloudflare.com' }, 'https://api.cloudflare.com.')).toBeUndefined();
  });
});
