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
  if (isLoopback(url) || isExempt(url, env['no_proxy'] || env['NO_PROXY'] || '')) return undefined;
  const lower = url.protocol.replace(':', '_proxy');
  const name = [lower, lower.toUpperCase()].find((name) => env[name]?.trim());
  const value = env[name ?? '']?.trim();
  if (value === undefined) return undefined;
  const proxy = URL.parse(/^[a-z][a-z0-9+.-]*:\/\//i.test(value) ? value : `http://${value}`);
  if (proxy && /^https?:$/.test(proxy.protocol) && hasReadableCredentials(proxy)) return proxy;
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
  return noProxy
    .toLowerCase()
    .split(/[\s,]+/)
    .some((entry) => {
      const [, name = '', only] = /^(.*?)(?::(\d+))?$/.exec(entry) ?? [];
      if (only !== undefined && only !== (port || (protocol === 'https:' ? '443' : '80'))) return false;
      const domain = name.replace(/^\*?\./, '');
      return name === '*' || (domain !== '' && (host === domain || host.endsWith(`.${domain}`)));
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
