import type { Parsed } from './problem.ts';
import type { Reader } from './reader.ts';
import { isLoopback } from './values.ts';

const SCHEME = /^[a-z][a-z\d+.-]*:[/\\]{2,}/i;
const EXAMPLE =
  'An example is http://user:password@proxy.example:3128, with the signs % # / ? @ \\ in a user name or password written as %25 %23 %2F %3F %40 %5C.';

/**
 * The proxy for a URL: `HTTPS_PROXY` for https, `HTTP_PROXY` for http, lower case first; none for a host in `NO_PROXY` or
 * a loopback address. Without a scheme it is http. What is no proxy's URL is a problem that does not repeat it, since it
 * may have a password in it.
 * https://docs.github.com/en/actions/how-tos/manage-runners/self-hosted-runners/use-proxy-servers
 */
export function readProxy(read: Reader, env: NodeJS.ProcessEnv, url: URL): URL | undefined {
  const noProxy = env['no_proxy'] || env['NO_PROXY'];
  if (isLoopback(url) || (noProxy && isExempt(url, noProxy))) return undefined;
  const lower = url.protocol.replace(':', '_proxy');
  const name = [lower, lower.toUpperCase()].find((variable) => env[variable]?.trim());
  if (name === undefined) return undefined;
  const parsed = parseProxy(`${env[name]}`.trim());
  if ('value' in parsed) return parsed.value;
  read.problem('api_base_url', parsed, `Environment variable ${name}`);
  return undefined;
}

function parseProxy(text: string): Parsed<URL> {
  if (/^["']/.test(text)) return { must: 'must have no quotes around it', action: EXAMPLE };
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
