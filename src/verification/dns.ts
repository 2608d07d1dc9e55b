import { describeSpan } from '../clock.ts';
import { canonicalDomain } from '../connector/domain.ts';

const TIME_LIMIT_MS = 3000;

/** Says what public DNS has at a domain, seen from this machine, with regard to the TXT value that should be there. */
export type TxtLookup = (domain: string, value: string, signal: AbortSignal, limitMs?: number) => Promise<string>;

/**
 * Asks the system's DNS servers for a domain's TXT records, for 3 seconds by default, and answers with a clause for
 * people. Never throws but the signal's reason when that is aborted: it can only ever add to a message.
 */
export async function lookUpTxt(
  domain: string,
  value: string,
  signal: AbortSignal,
  limitMs = TIME_LIMIT_MS,
): Promise<string> {
  // Loaded here, since few runs need it.
  const { default: dns } = await import('node:dns');
  signal.throwIfAborted();
  const resolver = new dns.promises.Resolver();
  const limit = setTimeout(() => resolver.cancel(), limitMs);
  const cancel = () => resolver.cancel();
  signal.addEventListener('abort', cancel);
  try {
    // By the module's object, whose functions are others after dns.setServers.
    resolver.setServers(dns.getServers());
    const records = await resolver.resolveTxt(canonicalDomain(domain) ?? domain);
    return describe(
      records.map((strings) => strings.join('')),
      value,
    );
  } catch (error) {
    signal.throwIfAborted();
    const code = error instanceof Error && 'code' in error ? String(error.code) : 'unknown';
    if (code === 'ENODATA' || code === 'ENOTFOUND') return describe([], value);
    const why = code === 'ECANCELLED' ? `no answer within ${describeSpan(limitMs)}` : code;
    return `it could not be looked up in public DNS from here (${why})`;
  } finally {
    clearTimeout(limit);
    signal.removeEventListener('abort', cancel);
  }
}

function describe(records: readonly string[], value: string): string {
  if (records.includes(value)) return 'public DNS has it by now';
  const others = records.length;
  const found =
    others === 0 ? 'no TXT record at all' : `only ${others} other TXT ${others === 1 ? 'record' : 'records'}`;
  return `public DNS does not have it: there ${others > 1 ? 'are' : 'is'} ${found}`;
}
