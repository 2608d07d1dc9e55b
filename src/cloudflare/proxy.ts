import { Failure } from '../failure.ts';
import type { Connections } from './connection.ts';
import { connectDirectly } from './direct.ts';

const VARIABLES = {
  httpProxy: ['http_proxy', 'HTTP_PROXY'],
  httpsProxy: ['https_proxy', 'HTTPS_PROXY'],
} as const;

/**
 * The connections to use: through the proxy of `HTTPS_PROXY`, `HTTP_PROXY` and `NO_PROXY` (lower case goes first),
 * direct where there is none. Times are in milliseconds. Throws a Failure where a proxy's URL cannot be read; its text
 * is not repeated, since it may have a password in it.
 */
export async function connect(env: NodeJS.ProcessEnv, apiBaseUrl: URL, timeoutMs: number): Promise<Connections> {
  const httpProxy = readProxy(env, VARIABLES.httpProxy);
  const httpsProxy = readProxy(env, VARIABLES.httpsProxy);
  if (!httpProxy && !httpsProxy) return connectDirectly(apiBaseUrl);
  const { connectThroughProxies } = await import('./proxied.ts');
  return connectThroughProxies(httpProxy, httpsProxy, env['no_proxy'] || env['NO_PROXY'] || '', timeoutMs);
}

/** The proxy's URL, an empty text without one. `proxy:3128` without a scheme is taken as http, as curl does. */
function readProxy(env: NodeJS.ProcessEnv, names: readonly string[]): string {
  for (const name of names) {
    const value = env[name]?.trim();
    if (!value) continue;
    const url = URL.parse(/^[a-z][a-z0-9+.-]*:\/\//i.test(value) ? value : `http://${value}`);
    if (url && (url.protocol === 'http:' || url.protocol === 'https:') && hasReadableCredentials(url)) return url.href;
    throw new Failure({
      kind: 'input',
      problem: 'proxy address',
      message: `The environment variable ${name} is no proxy URL; accepted is one such as http://proxy.example:3128 or http://user:password@proxy.example:3128, with % in a password written as %25.`,
    });
  }
  return '';
}

/** A lone `%` in a user name or password stands for nothing. */
function hasReadableCredentials({ username, password }: URL): boolean {
  try {
    decodeURIComponent(username + password);
    return true;
  } catch {
    return false;
  }
}
