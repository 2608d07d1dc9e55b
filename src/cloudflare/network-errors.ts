import { Failure } from '../failure.ts';
import { oneLine } from '../untrusted.ts';
import { isPassingStatus } from './answer.ts';
import type { Call } from './transport.ts';

const CLOSED = 'the connection was closed before the answer was whole';

/** What the codes of the system, of Node and of undici (behind a proxy) mean, for people. https://nodejs.org/api/errors.html#common-system-errors */
const MEANINGS: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'the connection was refused',
  ECONNRESET: 'the connection was reset',
  EPIPE: 'the connection was closed',
  ETIMEDOUT: 'connecting timed out',
  EHOSTUNREACH: 'the host cannot be reached',
  ENETUNREACH: 'the network cannot be reached',
  ENOTFOUND: 'the host name was not found',
  EAI_AGAIN: 'the host name could not be looked up',
  UND_ERR_CONNECT_TIMEOUT: 'connecting timed out',
  UND_ERR_PRX_CONN: 'the proxy closed the connection',
  UND_ERR_SOCKET: CLOSED,
  UND_ERR_RES_CONTENT_LENGTH_MISMATCH: 'the answer is of another length than it said',
  ERR_SSL_WRONG_VERSION_NUMBER: 'the server does not speak TLS',
  ERR_SSL_PACKET_LENGTH_TOO_LONG: 'the server does not speak TLS',
  EPROTO: 'the server does not speak TLS',
  HTTPParserError: 'the answer is not HTTP',
  HPE_HEADER_OVERFLOW: 'the header of the answer is too large',
  UND_ERR_HEADERS_OVERFLOW: 'the header of the answer is too large',
};

/** With these no request has left. */
const NEVER_SENT = [
  ...['ECONNREFUSED', 'EHOSTUNREACH', 'ENETUNREACH', 'ENOTFOUND', 'EAI_AGAIN'],
  ...['UND_ERR_CONNECT_TIMEOUT', 'UND_ERR_PRX_CONN'],
  ...['ERR_SSL_WRONG_VERSION_NUMBER', 'ERR_SSL_PACKET_LENGTH_TOO_LONG'],
];

/** The codes of a certificate that was not accepted. https://nodejs.org/api/tls.html#x509-certificate-error-codes */
const UNTRUSTED =
  /^(CERT_|CRL_|DEPTH_ZERO_SELF_SIGNED_CERT|SELF_SIGNED_CERT_IN_CHAIN|UNABLE_TO_|ERR_TLS_CERT_|INVALID_CA|HOSTNAME_MISMATCH)/;

/** Turns what the connection threw into a Failure for people: what was asked, what came instead, what to do. */
export function explainFault(error: unknown, call: Call): Failure {
  const code = findCode(error);
  const host = call.url.host;
  if (UNTRUSTED.test(code)) {
    return new Failure(
      {
        kind: 'unavailable',
        problem: 'no answer',
        message: `Could not ${call.asked}: the certificate of ${host} is not trusted (${code}). Behind a proxy that opens TLS, or with a private CA, give its certificate to the job's environment as NODE_EXTRA_CA_CERTS (a path to a PEM file).`,
      },
      { cause: error },
    );
  }
  const proxyStatus = findProxyStatus(error);
  if (proxyStatus === 407) {
    return new Failure(
      {
        kind: 'unavailable',
        problem: 'no answer',
        message: `Could not ${call.asked}: the proxy wants a user name and password (HTTP 407), or other ones. They belong into the proxy's URL in the environment variable HTTPS_PROXY.`,
      },
      { cause: error },
    );
  }
  const what =
    proxyStatus === undefined
      ? `${describeCode(code, error)} (${code})`
      : `the proxy did not connect (it answered HTTP ${proxyStatus})`;
  return new Failure(
    {
      kind: 'unavailable',
      problem: 'no answer',
      message: `Could not ${call.asked}: ${what}, at ${describePlace(error, call.url)}.`,
    },
    {
      passing: proxyStatus === undefined || isPassingStatus(proxyStatus),
      mayHaveTakenEffect: !NEVER_SENT.includes(code) && proxyStatus === undefined,
      cause: error,
    },
  );
}

function describeCode(code: string, error: unknown): string {
  // Node has the same code for a connection that was closed, but there no system call failed.
  const isClosed = code === 'ECONNRESET' && error instanceof Error && !('syscall' in error) && !error.cause;
  if (isClosed) return CLOSED;
  return MEANINGS[code] ?? (code.startsWith('HPE_') ? 'the answer is not HTTP' : 'the connection failed');
}

/** The host asked for, and the proxy on the way where the fault is there: at another port, or a name not found. */
function describePlace(error: unknown, { protocol, host, hostname, port }: URL): string {
  const [first = error] = error instanceof AggregateError ? error.errors : [];
  const peer: { hostname?: unknown; address?: unknown; port?: unknown } = first ?? {};
  const isElsewhere =
    (typeof peer.port === 'number' && peer.port !== Number(port || (protocol === 'https:' ? 443 : 80))) ||
    (typeof peer.hostname === 'string' && peer.hostname !== hostname);
  if (!isElsewhere) return host;
  const proxy = [peer.hostname ?? peer.address, peer.port].filter((part) => part !== undefined).join(':');
  return `the proxy ${oneLine(proxy, 255)} on the way to ${host}`;
}

/** The error code, of the first cause that has one. */
function findCode(error: unknown): string {
  for (let cause = error; cause instanceof Error; cause = cause.cause) {
    if (cause.cause === undefined || MEANINGS[codeOf(cause)]) return oneLine(codeOf(cause), 60);
    if (UNTRUSTED.test(codeOf(cause))) return oneLine(codeOf(cause), 60);
  }
  return 'unknown';
}

function codeOf(error: Error): string {
  return 'code' in error && typeof error.code === 'string' ? error.code : error.name;
}

/** undici tells a proxy's refusal by its message alone. */
function findProxyStatus(error: unknown): number | undefined {
  const message = error instanceof Error ? error.message : '';
  const status =
    /^Proxy response \((\d{3})\)/.exec(message)?.[1] ?? /^Proxy Authentication Required \((407)\)/.exec(message)?.[1];
  return status === undefined ? undefined : Number(status);
}
