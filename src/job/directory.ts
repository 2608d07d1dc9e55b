import { closest, distance } from 'fastest-levenshtein';
import type { ConnectorList } from '../cloudflare/list.ts';
import { type Connector, nameOfConnector } from '../connector/connector.ts';
import { canonicalDomain, unicodeDomain } from '../connector/domain.ts';
import { Failure } from '../failure.ts';
import type { Settings, Target } from '../inputs/settings.ts';
import { listed } from '../plural.ts';
import { oneLine, quoted } from '../untrusted.ts';

/**
 * Returns a function that picks the connector of a target out of an account's list. That returns undefined if the list
 * may lack it, and throws a Failure if there is none, more than one, or if that is not sure.
 */
export function pickerOf({ connectors, unreadable, missing }: ConnectorList, { accountId, many, targets }: Settings) {
  // A thousand of them are found at once.
  const byId = Map.groupBy(connectors, ({ id }) => id);
  const byDomain = Map.groupBy(connectors, ({ email_domain: domain }) => canonicalDomain(domain));
  const obstacles = unreadable.map((item) => ({ ...item, spelling: canonicalDomain(item.email_domain) }));
  let others: readonly Connector[] | undefined;
  let hints = 0;

  return ({ sso_connector_id: id, email_domain: domain }: Target): Connector | undefined => {
    const isById = id !== undefined;
    const spelling = canonicalDomain(domain);
    const matches = (isById ? byId.get(id) : byDomain.get(spelling)) ?? [];
    const match = matches[0];
    if (isById && !match && missing !== undefined) return undefined;
    // An item that cannot be read may be the connector wanted, or a second one of its domain.
    const obstacle = obstacles.find((item) =>
      isById
        ? item.id === id || (item.id === undefined && !match)
        : item.email_domain === undefined || item.spelling === spelling,
    );
    if (obstacle) {
      const candidates = [...matches, ...obstacles.filter((item) => item.spelling === spelling)];
      const ids = candidates.flatMap((one) => (one.id === undefined ? [] : [oneLine(one.id, 64)]));
      if (isById || !match || ids.length < candidates.length) throw obstacle.failure;
      const each = [...new Set(ids)];
      const action = `Give sso_connector_id: ${each.length === 1 ? `${each}, which is` : `${each.join(' or ')}, which are`} of this domain.`;
      throw obstacle.failure.changed((problem) => ({ ...problem, action }));
    }
    if (match && matches.length === 1) return match;
    const wanted = isById ? `with the id ${id}` : `for ${nameOfConnector(undefined, domain)}`;
    if (match) {
      const ids = matches.map(describeMatch).join(', ');
      throw new Failure({
        kind: 'ambiguous',
        problem: `${matches.length} connectors of this ${isById ? 'id' : 'domain'}`,
        message: `Account ${accountId} has ${matches.length} connectors ${wanted}: ${ids}.`,
        action: isById ? null : 'Give sso_connector_id to say which.',
      });
    }
    // Among a thousand, a search takes milliseconds, in which nothing else goes on.
    if (!isById) hints += 1;
    others ??= leaveOut(connectors, targets);
    const nearest = isById || hints > MOST_HINTS ? undefined : findNearest(domain, others);
    const isEmpty = many && connectors.length === 0;
    throw new Failure({
      kind: 'not_found',
      problem: isById ? 'no connector with this id' : 'not in this account',
      message: `Account ${accountId} has no connector ${wanted}.${many ? '' : ` ${describeDomains(connectors)}`}`,
      action: `${isEmpty ? `${NONE_AT_ALL} ` : ''}${isById ? adviseId(domain, byDomain.get(spelling)) : adviseDomain(nearest)}`,
    });
  };
}

/** Which of two it is that people mean shows by the switch. */
function describeMatch({ id = '', enabled }: Connector): string {
  const isOn = enabled === undefined ? '' : ` (SSO is ${enabled ? 'on' : 'off'})`;
  return `${quoted(id, 64)}${isOn}`;
}

const CREATE_FIRST = 'create the connector first: this action does not.';

/** What to do about an id that no connector has; `ofDomain` are those of the domain that is given beside it. */
function adviseId(domain: string | undefined, ofDomain: readonly Connector[] = []): string {
  if (domain === undefined || ofDomain.length === 0) return 'Check sso_connector_id and account_id.';
  const ids = ofDomain.map(describeMatch).join(' and ');
  return `${nameOfConnector(undefined, domain)} has ${ids}: if it was created anew, give that id.`;
}

/** What to do about a domain that no connector has. */
function adviseDomain(nearest: string | undefined): string {
  if (nearest === undefined) return `Check email_domain and account_id, or ${CREATE_FIRST}`;
  return `Did you mean ${nearest}? If not, ${CREATE_FIRST}`;
}

const NONE_AT_ALL = 'The account has no connectors at all.';

const MOST_DOMAINS = 20;

/** Whoever gives so many wrong domains has them of another account. */
const MOST_HINTS = 20;

/** The domains that an account has connectors for, with their ids if one of these was looked for. */
export function describeDomains(connectors: readonly Connector[], hasIds = false): string {
  if (connectors.length === 0) return NONE_AT_ALL;
  const domains = connectors.map(({ id, email_domain: domain = 'no domain' }) => {
    const name = nameOfConnector(undefined, domain);
    return hasIds && id !== undefined ? `${name} (${oneLine(id, 64)})` : name;
  });
  return `The account has connectors for: ${listed(domains, MOST_DOMAINS)}.`;
}

const MOST_KNOWN = 20;

/** The ids that a list has for the domains of these targets: at 3 a.m., nobody can look them up. */
export function describeKnown({ connectors }: ConnectorList, targets: readonly Target[]): string {
  const byDomain = Map.groupBy(connectors, ({ email_domain: domain }) => canonicalDomain(domain));
  const known = targets.flatMap(({ email_domain: domain }) =>
    (byDomain.get(canonicalDomain(domain)) ?? []).flatMap(({ id }) =>
      id === undefined ? [] : `${oneLine(id, 64)} for ${nameOfConnector(undefined, domain)}`,
    ),
  );
  return known.length > 0 ? ` It has ${listed(known, MOST_KNOWN)}.` : '';
}

/** The connectors of no entry: nobody means what stands in the list anyway. */
function leaveOut(connectors: readonly Connector[], targets: readonly Target[]): readonly Connector[] {
  const domains = new Set(targets.map(({ email_domain: domain }) => canonicalDomain(domain)));
  const ids = new Set(targets.map(({ sso_connector_id: id }) => id));
  return connectors.filter(({ id, email_domain: domain }) => !ids.has(id) && !domains.has(canonicalDomain(domain)));
}

/** The domain that is nearest in spelling, if it differs by no more than half of what stands before the last dot. */
function findNearest(domain: string | undefined, connectors: readonly Connector[]): string | undefined {
  const spell = (text: string | undefined) => unicodeDomain(canonicalDomain(text) ?? '');
  const wanted = spell(domain);
  const nearest = closest(wanted, ['', ...connectors.map((connector) => spell(connector.email_domain))]);
  const isNear = distance(wanted, nearest) <= wanted.lastIndexOf('.') / 2;
  return isNear ? nameOfConnector(undefined, nearest) : undefined;
}
