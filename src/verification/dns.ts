import { describeSpan } from '../clock.ts';
import { canonicalDomain } from '../connector/domain.ts';
import type { TxtAnswer } from '../job/job.ts';

const DNS_LIMIT_MS = 3000;

/** Asks the system's DNS servers for a domain's TXT records, for 3 seconds by default. Never throws: DNS can only add to a message. */
export async function lookUpTxt(domain: string, signal: AbortSignal, limitMs = DNS_LIMIT_MS): Promise<TxtAnswer> {
  // Loaded here, since few runs need it.
  const { default: dns } = await import('node:dns');
  const resolver = new dns.promises.Resolver();
  for (const end of [signal, AbortSignal.timeout(limitMs)]) end.addEventListener('abort', () => resolver.cancel());
  try {
    signal.throwIfAborted();
    // By the module's object, whose functions are others after dns.setServers.
    resolver.setServers(dns.getServers());
    const records = await resolver.resolveTxt(canonicalDomain(domain) ?? domain);
    return { records: records.map((strings) => strings.join('')) };
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOTFOUND') return { noDomain: true };
    if (code === 'ENODATA') return { records: [] };
    if (signal.aborted) return { unknown: 'the run was cancelled' };
    return { unknown: code === 'ECANCELLED' ? `no answer within ${describeSpan(limitMs)}` : String(code) };
  }
}
