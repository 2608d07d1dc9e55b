import { Failure, type Problem } from '../failure.ts';
import { oneLine } from '../untrusted.ts';
import type { Call } from './call.ts';
import { isPassingStatus } from './retry.ts';
import { ProxyFault } from './wire.ts';

const CLOSED = 'the connection was closed before the answer was whole';
const TOO_LARGE_HEADER = 'the header of the answer is too large';
const NO_TLS = 'the server does not speak TLS';
const NO_HTTP = 'the answer is not HTTP';

/** The codes of the system, of Node and of undici, for people. https://nodejs.org/api/errors.html#common-system-errors */
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
  UND_ERR_SOCKET: CLOSED,
  UND_ERR_RES_CONTENT_LENGTH_MISMATCH: 'the answer has another length than it says',
  ERR_SSL_WRONG_VERSION_NUMBER: NO_TLS,
  ERR_SSL_PACKET_LENGTH_TOO_LONG: NO_TLS,
  EPROTO: NO_TLS,
  HTTPParserError: NO_HTTP,
  HPE_HEADER_OVERFLOW: TOO_LARGE_HEADER,
  UND_ERR_HEADERS_OVERFLOW: TOO_LARGE_HEADER,
};

/** https://nodejs.org/api/tls.html#x509-certificate-error-codes */
const UNTRUSTED =
  /^(CERT_|CRL_|DEPTH_ZERO_SELF_SIGNED_CERT|SELF_SIGNED_CERT_IN_CHAIN|UNABLE_TO_|ERR_TLS_CERT_|INVALID_CA|HOSTNAME_MISMATCH)/;

const TRUST =
  "If a proxy opens TLS, or the CA is a private one, set NODE_EXTRA_CA_CERTS in the step's env to the path of a PEM file with its certificate. If it is set, that file has another, or cannot be read: then the log begins with a warning of Node.";
const CLOCK = 'Check the clock of this runner. If it is right, whoever runs that host has to renew the certificate.';
const CHECK_NETWORK = 'Check the network of this runner and api_base_url, then run this again.';
const CHECK_PROXY = 'Check the address of the proxy in HTTPS_PROXY, and whether the proxy runs.';
const ASK_PROXY = 'Ask whoever runs the proxy of this runner.';
const LOGIN = 'Put the right user name and password into the URL of the proxy in HTTPS_PROXY.';

/** Turns what the connection threw into a Failure for people. */
export function explainFault(error: unknown, { asked, url: { host } }: Call): Failure {
  const causes = causesOf(error);
  const code = findCode(causes);
  const proxy = causes.find((cause) => cause instanceof ProxyFault)?.host;
  const fail = (what: string, passing: boolean, problem: Omit<Problem, 'message'>) =>
    new Failure({ ...problem, message: `Could not ${asked}: ${what}.` }, { passing, cause: error });
  if (UNTRUSTED.test(code)) {
    const what = `the certificate of ${proxy === undefined ? host : `the proxy ${proxy}`} is not trusted (${code})`;
    return fail(what, false, { kind: 'unavailable', problem: 'certificate not trusted', action: cure(code, proxy) });
  }
  const refusal = readProxyRefusal(causes[0], host);
  if (!refusal) {
    const place = proxy === undefined ? host : `the proxy ${proxy} on the way to ${host}`;
    const problem = `no answer (${code})`;
    const what = `${describeCode(code, causes)} (${code}), at ${place}`;
    return fail(what, true, { kind: 'unavailable', problem, action: adviseCheck(proxy) });
  }
  const { status, what } = refusal;
  if (status === 407) return fail(what, false, { kind: 'blocked', problem: 'proxy login needed', action: LOGIN });
  const passing = isPassingStatus(status);
  const problem = `no way through the proxy (HTTP ${status})`;
  return fail(what, passing, { kind: passing ? 'unavailable' : 'blocked', problem, action: ASK_PROXY });
}

/** What to check if no connection comes about, by the proxy that it would go through. */
export function adviseCheck(proxy: string | undefined): string {
  return proxy === undefined ? CHECK_NETWORK : CHECK_PROXY;
}

/** What a proxy says instead of making a tunnel to the host: undici tells it by its message alone. */
export function readProxyRefusal(error: Error | undefined, host: string): { status: number; what: string } | undefined {
  const status = Number(/^Proxy response \((\d{3})\)/.exec(String(error?.message))?.[1]);
  if (Number.isNaN(status)) return undefined;
  const what = status === 407 ? 'wants a user name and password' : `did not connect to ${host}`;
  return { status, what: `the proxy ${what} (HTTP ${status})` };
}

/** No authority makes a certificate good that is out of date, or another host's. */
function cure(code: string, proxy: string | undefined): string {
  if (code === 'CERT_HAS_EXPIRED' || code === 'CERT_NOT_YET_VALID') return CLOCK;
  if (!/ALTNAME|HOSTNAME/.test(code)) return TRUST;
  const setting = proxy === undefined ? 'api_base_url' : 'the address of the proxy in HTTPS_PROXY';
  return `The certificate is that of another host. Check ${setting}, or ask whoever runs the network of this runner whether a proxy opens TLS.`;
}

function describeCode(code: string, [fault]: readonly Error[]): string {
  if (code === 'UND_ERR_SOCKET' && fault instanceof ProxyFault) return 'the connection was closed';
  // Node has the same code for a connection that was closed, but there no system call failed.
  if (code === 'ECONNRESET' && fault && !('syscall' in fault) && !fault.cause) return CLOSED;
  return FAULTS[code] ?? (code.startsWith('HPE_') ? NO_HTTP : 'the connection failed');
}

/** The code of the first cause that has a known one, or else of the last. */
function findCode(causes: readonly Error[]): string {
  const codes = causes.map((cause) => ('code' in cause && typeof cause.code === 'string' ? cause.code : cause.name));
  return oneLine(codes.find((code) => FAULTS[code] || UNTRUSTED.test(code)) ?? codes.at(-1) ?? 'unknown', 60);
}

function causesOf(error: unknown): Error[] {
  return error instanceof Error ? [error, ...causesOf(error.cause)] : [];
}
