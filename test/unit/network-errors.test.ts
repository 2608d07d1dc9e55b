import { expect, it } from 'vitest';
import { explainFault } from '../../src/cloudflare/network-errors.ts';
import { ProxyFault } from '../../src/cloudflare/wire.ts';
import type { FailureKind } from '../../src/failure.ts';

const CALL = {
  method: 'GET',
  url: new URL('https://api.cloudflare.com/client/v4'),
  asked: 'read acme.example',
} as const;

it.each([
  [
    'CERT_NOT_YET_VALID',
    'Check the clock of this runner. If it is right, whoever runs that host has to renew the certificate.',
  ],
  [
    'HOSTNAME_MISMATCH',
    'The certificate is that of another host. Check api_base_url, or ask whoever runs the network of this runner whether a proxy opens TLS.',
  ],
  [
    'CERT_UNTRUSTED',
    "If a proxy opens TLS, or the CA is a private one, set NODE_EXTRA_CA_CERTS in the step's env to the path of a PEM file with its certificate. If it is set, that file has another, or cannot be read: then the log begins with a warning of Node.",
  ],
])('a certificate with the fault %s has the advice that cures it', (code, action) => {
  expect(explainFault(Object.assign(new Error('x'), { code }), CALL).problems).toEqual([
    {
      kind: 'unavailable',
      problem: 'certificate not trusted',
      message: `Could not read acme.example: the certificate of api.cloudflare.com is not trusted (${code}).`,
      action,
    },
  ]);
});

it.each([
  ['ECONNREFUSED', 'the connection was refused'],
  ['ECONNRESET', 'the connection was reset'],
  ['EPIPE', 'the connection was closed'],
  ['ETIMEDOUT', 'connecting timed out'],
  ['EHOSTUNREACH', 'the host cannot be reached'],
  ['ENETUNREACH', 'the network cannot be reached'],
  ['ENOTFOUND', 'the host name was not found'],
  ['EAI_AGAIN', 'the host name could not be looked up'],
  ['UND_ERR_CONNECT_TIMEOUT', 'connecting timed out'],
  ['UND_ERR_RES_CONTENT_LENGTH_MISMATCH', 'the answer has another length than it says'],
  ['ERR_SSL_WRONG_VERSION_NUMBER', 'the server does not speak TLS'],
  ['ERR_SSL_PACKET_LENGTH_TOO_LONG', 'the server does not speak TLS'],
  ['EPROTO', 'the server does not speak TLS'],
  ['HTTPParserError', 'the answer is not HTTP'],
  ['HPE_HEADER_OVERFLOW', 'the header of the answer is too large'],
  ['UND_ERR_HEADERS_OVERFLOW', 'the header of the answer is too large'],
])('the fault %s is told in words', (code, words) => {
  const [problem] = explainFault(Object.assign(new Error('x'), { code, syscall: 'read' }), CALL).problems;
  expect(problem?.message).toBe(`Could not read acme.example: ${words} (${code}), at api.cloudflare.com.`);
});

const PROXY = 'proxy.example:3128';
const NETWORK = 'Check the network of this runner and api_base_url, then run this again.';
const coded = (code: string | number, more: ErrorOptions & { syscall?: string } = {}) =>
  Object.assign(new Error('x', more.cause === undefined ? {} : { cause: more.cause }), { code, ...more });

it.each<[string, unknown, string, string]>([
  ['a fault that has none', new Error('x'), 'the connection failed (Error)', 'Error'],
  ['what is no error', 'x', 'the connection failed (unknown)', 'unknown'],
  ['a code that is no text', coded(5), 'the connection failed (Error)', 'Error'],
  ['one that nobody knows', coded('ENEW'), 'the connection failed (ENEW)', 'ENEW'],
  ['two that nobody knows', coded('EOUTER', { cause: coded('EINNER') }), 'the connection failed (EINNER)', 'EINNER'],
  ['a long one', coded('E'.repeat(61)), `the connection failed (${'E'.repeat(59)}…)`, `${'E'.repeat(59)}…`],
  ['of the parser', coded('HPE_NEW'), 'the answer is not HTTP (HPE_NEW)', 'HPE_NEW'],
  ['like one of the parser', coded('E_HPE_NEW'), 'the connection failed (E_HPE_NEW)', 'E_HPE_NEW'],
  ['like one of a certificate', coded('ENO_CERT_'), 'the connection failed (ENO_CERT_)', 'ENO_CERT_'],
  ['a known cause', coded('ENEW', { cause: coded('EPIPE') }), 'the connection was closed (EPIPE)', 'EPIPE'],
  ['known, before its cause', coded('EPIPE', { cause: coded('ENEW') }), 'the connection was closed (EPIPE)', 'EPIPE'],
  [
    'of a connection that Node found closed',
    coded('ECONNRESET'),
    'the connection was closed before the answer was whole (ECONNRESET)',
    'ECONNRESET',
  ],
  [
    'of a connection that was reset',
    coded('ECONNRESET', { syscall: 'read' }),
    'the connection was reset (ECONNRESET)',
    'ECONNRESET',
  ],
  [
    'of a connection that undici found closed',
    coded('UND_ERR_SOCKET'),
    'the connection was closed before the answer was whole (UND_ERR_SOCKET)',
    'UND_ERR_SOCKET',
  ],
])('a fault of the connection is told with its code, and is a passing one: %s', (_, error, words, code) => {
  const { problems, passing } = explainFault(error, CALL);
  expect(problems).toEqual([
    {
      kind: 'unavailable',
      problem: `no answer (${code})`,
      message: `Could not read acme.example: ${words}, at api.cloudflare.com.`,
      action: NETWORK,
    },
  ]);
  expect(passing).toBe(true);
});

it.each([
  ['reset', coded('ECONNRESET'), 'the connection was reset (ECONNRESET)'],
  ['closed', coded('UND_ERR_SOCKET'), 'the connection was closed (UND_ERR_SOCKET)'],
  ['refused', coded('ECONNREFUSED'), 'the connection was refused (ECONNREFUSED)'],
])('a connection to the proxy that was %s is told as one to the proxy', (_, cause, words) => {
  const { problems, passing } = explainFault(new ProxyFault(PROXY, cause), CALL);
  expect(problems).toMatchObject([
    {
      kind: 'unavailable',
      message: `Could not read acme.example: ${words}, at the proxy ${PROXY} on the way to api.cloudflare.com.`,
    },
  ]);
  expect(passing).toBe(true);
});

it.each([
  [
    'CERT_HAS_EXPIRED',
    'Check the clock of this runner. If it is right, whoever runs that host has to renew the certificate.',
  ],
  [
    'ERR_TLS_CERT_ALTNAME_INVALID',
    'The certificate is that of another host. Check the address of the proxy in HTTPS_PROXY, or ask whoever runs the network of this runner whether a proxy opens TLS.',
  ],
])("a certificate of the proxy with the fault %s is told as the proxy's, and is no passing fault", (code, action) => {
  const { problems, passing } = explainFault(new ProxyFault(PROXY, coded(code)), CALL);
  expect(problems).toEqual([
    {
      kind: 'unavailable',
      problem: 'certificate not trusted',
      message: `Could not read acme.example: the certificate of the proxy ${PROXY} is not trusted (${code}).`,
      action,
    },
  ]);
  expect(passing).toBe(false);
});

it.each<[number, FailureKind, boolean, string, string, string]>([
  [
    407,
    'blocked',
    false,
    'wants a user name and password',
    'proxy login needed',
    'Put the right user name and password into the URL of the proxy in HTTPS_PROXY.',
  ],
  [
    403,
    'blocked',
    false,
    'did not connect to api.cloudflare.com',
    'no way through the proxy (HTTP 403)',
    'Ask whoever runs the proxy of this runner.',
  ],
  [
    502,
    'unavailable',
    true,
    'did not connect to api.cloudflare.com',
    'no way through the proxy (HTTP 502)',
    'Ask whoever runs the proxy of this runner.',
  ],
])(
  'a proxy that answers %i is of kind %s, and a passing fault: %s',
  (status, kind, isPassing, does, problem, action) => {
    const error = new Error(`Proxy response (${status}) !== 200 when HTTP Tunneling`);
    const { problems, passing } = explainFault(error, CALL);
    const message = `Could not read acme.example: the proxy ${does} (HTTP ${status}).`;
    expect([problems, passing]).toEqual([[{ kind, problem, message, action }], isPassing]);
  },
);

it('a proxy says no at the beginning of a message, and with a status', () => {
  for (const text of ['No Proxy response (502)', 'Proxy response (50)', 'Proxy response (5021)']) {
    expect(explainFault(new Error(text), CALL).problems).toMatchObject([{ problem: 'no answer (Error)' }]);
  }
});

it('keeps what the connection threw as the cause', () => {
  const error = coded('EPIPE');
  expect(explainFault(error, CALL).cause).toBe(error);
});
