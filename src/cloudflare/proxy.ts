import { Failure } from '../failure.ts';
import { inputProblem, type Parsed } from '../inputs/problem.ts';
import { isLoopback } from '../inputs/values.ts';
import type { Connections } from './connection.ts';
import { connectDirectly } from './direct.ts';

const SCHEME = /^[a-z][a-z\d+.-]*:[/\\]{2,}/i;
const EXAMPLE =
  'An example is http://user:password@proxy.example:3128, with the signs % # / ? @ \\ in a user name or password written as %25 %23 %2F %3F %40 %5C.';

/** The way to the API: through the proxy of the environment, if there is one. Throws a Failure if its URL is none. */
export async function connect(env: NodeJS.ProcessEnv, apiBaseUrl: URL, timeoutMs: number): Promise<Connections> {
  const proxy = proxyFor(env, apiBaseUrl);
  if (proxy === undefined) return connectDirectly(apiBaseUrl);
  const { connectThroughProxy } = await import('./proxied.ts');
  return connectThroughProxy(proxy, timeoutMs);
}

/**
 * The proxy for a URL: `HTTPS_PROXY` for https, `HTTP_PROXY` for http, lower case first; none for a host in `NO_PROXY` or
 * a loopback address. Without a scheme it is http. Throws a Failure for what is no proxy's URL, and does not repeat it,
 * since it may have a password in it.
 * https://docs.github.com/en/actions/how-tos/manage-runners/self-hosted-runners/use-proxy-servers
 */
export function proxyFor(env: NodeJS.ProcessEnv, url: URL): URL | undefined {
  const noProxy = env['no_proxy'] || env['NO_PROXY'];
  if (isLoopback(url) || (noProxy && isExempt(url, noProxy))) return undefined;
  const lower = url.protocol.replace(':', '_proxy');
  for (const name of [lower, lower.toUpperCase()]) {
    const value = env[name]?.trim();
    if (value) return readProxy(name, value);
  }
  return undefined;
}

function readProxy(name: string, value: string): URL {
  const parsed = parseProxy(value);
  if ('value' in parsed) return parsed.value;
  throw new Failure(inputProblem(`Environment variable ${name}`, parsed));
}

function parseProxy(text: string): Parsed<URL> {
  const url = URL.parse(SCHEME.test(text) ? text : `http://${text}`);
  // Within a password, such a sign ends the host.
  if (/^[^/\\?#]*[/\\?#].*@/s.test(text.replace(SCHEME, ''))) {
    return { must: 'must not have # / ? or \\ in its user name or password', action: EXAMPLE };
  }
  if (url && /^https?:$/.test(url.protocol) && hasReadableCredentials(url)) {
    // What comes after host and port means nothing to other clients, and undici refuses it.
    return { value: Object.assign(url, { pathname: '', search: '', hash: '' }) };
  }
  return { must: 'must be the URL of an http or https proxy', action: EXAMPLE };
}

/** Whether `NO_PROXY` has `*`, the host, or a domain that it is in (or `.example`, `*.example`); each may have a port. */
function isExempt({ hostname, port, protocol }: URL, noProxy: string): boolean {
  const host = hostname.replace(/\.$/, '');
  const itsPort = `:${port || (protocol === 'https:' ? '443' : '80')}`;
  return noProxy
    .toLowerCase()
    .split(/[\s,]/)
    .some((entry) => {
      const name = entry.endsWith(itsPort) ? entry.slice(0, -itsPort.length) : entry;
      const domain = name.replace(/^\*?\./, '');
      return name === '*' || host === domain || host.endsWith(`.${domain}`);
    });
}

/** A lone `%` stands for nothing. */
function hasReadableCredentials({ username, password }: URL): boolean {
  try {
    decodeURIComponent(`${username}:${password}`);
    return true;
  } catch {
    return false;
  }
}
