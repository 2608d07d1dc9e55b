import { distance } from 'fastest-levenshtein';
import type { Connector } from '../connector/connector.ts';
import { canonicalDomain, domainForPeople, unicodeDomain } from '../connector/domain.ts';
import { Failure } from '../failure.ts';
import type { Settings, Target } from '../inputs/settings.ts';
import { listed } from '../plural.ts';
import { oneLine } from '../untrusted.ts';

/** That an account has no such connector, with the domain that may be meant. */
export function describeAbsent(target: Target, settings: Settings, connectors: readonly Connector[]): Failure {
  const { sso_connector_id: id, email_domain: domain = '' } = target;
  const wanted = id === undefined ? `for ${oneLine(domainForPeople(domain), 255)}` : `with the id ${id}`;
  const input = id === undefined ? 'email_domain' : 'sso_connector_id';
  const nearest = id === undefined ? findNearest(canonicalDomain(domain) ?? domain, connectors) : undefined;
  return new Failure({
    kind: 'not_found',
    problem: 'not in this account',
    message: `Account ${settings.accountId} has no connector ${wanted}.${settings.many ? '' : ` ${describeDomains(connectors)}`}`,
    action: nearest === undefined ? `Check ${input} and account_id.` : `Did you mean ${nearest}?`,
  });
}

const MOST_DOMAINS = 20;

/** The domains that an account has connectors for. */
export function describeDomains(connectors: readonly Connector[]): string {
  const domains = connectors.map((connector) => oneLine(domainForPeople(connector.email_domain ?? 'no domain'), 255));
  if (domains.length === 0) return 'The account has no connectors at all.';
  return `The account has connectors for: ${listed(domains, MOST_DOMAINS)}.`;
}

/** The domain that is nearest in spelling, if it differs by no more than half of what stands before the last dot. */
function findNearest(domain: string, connectors: readonly Connector[]): string | undefined {
  const wanted = unicodeDomain(domain);
  const named = connectors.flatMap(({ email_domain: other }) => {
    const canonical = canonicalDomain(other ?? '');
    return canonical === undefined ? [] : { canonical, away: distance(wanted, unicodeDomain(canonical)) };
  });
  const [nearest] = named.sort((one, other) => one.away - other.away);
  if (nearest === undefined || nearest.away > wanted.lastIndexOf('.') / 2) return undefined;
  return oneLine(domainForPeople(nearest.canonical), 255);
}
