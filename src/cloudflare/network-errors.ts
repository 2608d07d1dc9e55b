import { Failure, type Problem } from '../failure.ts';
import { oneLine } from '../untrusted.ts';
import type { Call } from './call.ts';
import { ProxyFault } from './connection.ts';
import { isPassingStatus } from './retry.ts';

const CLOSED = 'the connection was closed before the answer was whole';
const TOO_LARGE_HEADER = 'the header of the answer is too large';
const NO_TLS = 'the server does not speak TLS';
const NO_HTTP = 'the answer is not HTTP';

/** What the codes of the system, of Node and of undici (behind a proxy) mean, for people. https://nodejs.org/api/errors.html#common-system-errors */
const FAULTS: Readonly<Record<string, string>> = {
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
  UND_ERR_RES_CONTENT_LENGTH_MISMATCH: 'the answer has another length than it says',
  ERR_SSL_WRONG_VERSION_NUMBER: NO_TLS,
  ERR_SSL_PACKET_LENGTH_TOO_LONG: NO_TLS,
  EPROTO: NO_TLS,
  HTTPParserError: NO_HTTP,
  HPE_HEADER_OVERFLOW: TOO_LARGE_HEADER,
  UND_ERR_HEADERS_OVERFLOW: TOO_LARGE_HEADER,
};

/** The codes of a certificate that was not accepted. https://nodejs.org/api/tls.html#x509-certificate-error-codes */
const UNTRUSTED =
  /^(CERT_|CRL_|DEPTH_ZERO_SELF_SIGNED_CERT|SELF_SIGNED_CERT_IN_CHAIN|UNABLE_TO_|ERR_TLS_CERT_|INVALID_CA|HOSTNAME_MISMATCH)/;

const TRUST =
  "If a proxy opens TLS, or the CA is a private one, set NODE_EXTRA_CA_CERTS in the step's env to the path of a PEM file with its certificate.";
/** What to do if there was no way to the API. */
export const CHECK_NETWORK = 'Check the network of this runner and api_base_url, then run this again.';
const ASK_PROXY = 'Ask whoever runs the proxy of this runner.';
const LOGIN = 'Put the right user name and password into the URL of the proxy in HTTPS_PROXY.';

/** Turns what the connection threw into a Failure for people: what was asked, what came instead, what to do. */
export function explainFault(error: unknown, call: Call): Failure {
  const { what, passing, ...problem } = interpretFault(error, call.url.host);
  const message = `Could not ${call.asked}: ${what}.`;
  return new Failure({ ...problem, message }, { passing, cause: error });
}

interface Fault extends Omit<Problem, 'message'> {
  readonly what: string;
  readonly passing: boolean;
}

function interpretFault(error: unknown, host: string): Fault {
  const proxy = causesOf(error).find((cause) => cause instanceof ProxyFault)?.host;
  const code = findCode(error);
  const status = findProxyStatus(error);
  if (UNTRUSTED.test(code)) {
    const what = `the certificate of ${proxy === undefined ? host : `the proxy ${proxy}`} is not trusted (${code})`;
    return { kind: 'unavailable', problem: 'certificate not trusted', what, action: TRUST, passing: false };
  }
  if (status === undefined) {
    const place = proxy === undefined ? host : `the proxy ${proxy} on the way to ${host}`;
    const what = `${describeCode(code, error)} (${code}), at ${place}`;
    return { kind: 'unavailable', problem: `no answer (${code})`, what, action: CHECK_NETWORK, passing: true };
  }
  if (status === 407) {
    const what = 'the proxy wants a user name and password (HTTP 407)';
    return { kind: 'blocked', problem: 'proxy login needed', what, action: LOGIN, passing: false };
  }
  const passing = isPassingStatus(status);
  const problem = `no way through the proxy (HTTP ${status})`;
  const what = `the proxy did not connect to ${host} (HTTP ${status})`;
  return { kind: passing ? 'unavailable' : 'blocked', problem, what, action: ASK_PROXY, passing };
}

function describeCode(code: string, error: unknown): string {
  // Node has the same code for a connection that was closed, but there no system call failed.
  const isClosed = code === 'ECONNRESET' && error instanceof Error && !('syscall' in error) && !error.cause;
  if (isClosed) return CLOSED;
  return FAULTS[code] ?? (code.startsWith('HPE_') ? NO_HTTP : 'the connection failed');
}

/** The error code, of the first cause that has one. */
function findCode(error: unknown): string {
  for (const cause of causesOf(error)) {
    const code = codeOf(cause);
    if (cause.cause === undefined || FAULTS[code] || UNTRUSTED.test(code)) return oneLine(code, 60);
  }
  return 'unknown';
}

function causesOf(error: unknown): Error[] {
  return error instanceof Error ? [error, ...causesOf(error.cause)] : [];
}

function codeOf(error: Error): string {
  return 'code' in error && typeof error.code === 'string' ? error.code : error.name;
}

/** undici tells a proxy's refusal by its message alone. */
function findProxyStatus(error: unknown): number | undefined {
  const message = error instanceof Error ? error.message : '';
  const status = /^Proxy response \((\d{3})\)/.exec(message)?.[1];
  return status === undefined ? undefined : Number(status);
}
