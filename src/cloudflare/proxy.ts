import { Failure } from '../failure.ts';
import { isLoopback } from '../inputs/values.ts';
import type { Connections } from './connection.ts';
import { connectDirectly } from './direct.ts';

/** The way to the API: through the proxy of the environment, if there is one. Throws a Failure if its URL is none. */
export async function connect(env: NodeJS.ProcessEnv, apiBaseUrl: URL, timeoutMs: number): Promise<Connections> {
  const proxy = proxyFor(env, apiBaseUrl);
  if (proxy === undefined) return connectDirectly(apiBaseUrl);
  const { connectThroughProxy } = await import('./proxied.ts');
  return connectThroughProxy(proxy, timeoutMs);
}

/**
 * The proxy for a URL: `HTTPS_PROXY` for https, `HTTP_PROXY` for http, lower case first; none for a host in `NO_PROXY` or
 * a loopback address. Without a scheme it is http. Throws a Failure for what is no URL, and does not repeat it, since it
 * may have a password in it.
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
  const proxy = URL.parse(value.includes('://') ? value : `http://${value}`);
  if (proxy && ['http:', 'https:'].includes(proxy.protocol) && hasReadableCredentials(proxy)) return proxy;
  throw new Failure({
    kind: 'input',
    about: `Variable ${name}`,
    problem: 'must be the URL of a proxy',
    message: `The environment variable ${name} must be the URL of a proxy.`,
    action:
      'Examples are http://proxy.example:3128 and http://user:password@proxy.example:3128, with a % in the password written as %25.',
  });
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
    decodeURIComponent(username + password);
    return true;
  } catch {
    return false;
  }
}
