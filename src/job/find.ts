import type { ConnectorList } from '../cloudflare/client.ts';
import type { Unreadable } from '../cloudflare/connectors.ts';
import type { Connector } from '../connector/connector.ts';
import { canonicalDomain, domainForPeople, sameDomain } from '../connector/domain.ts';
import { Failure } from '../failure.ts';
import type { Settings, Target } from '../inputs/settings.ts';
import { oneLine, quoted } from '../untrusted.ts';
import type { Job } from './job.ts';
import { attemptEach, type Outcome } from './outcome.ts';

/**
 * Looks at the connectors before anything is changed: one by its id with one request, all others by the account's
 * list, which is read once. Targets that cannot be told for sure fail, each with its reason.
 */
export async function findConnectors(job: Job, outcomes: readonly Outcome[]): Promise<void> {
  if (outcomes.length === 0) return;
  const read = await readFor(job, outcomes, job.signal).catch((failure: unknown) => {
    if (!(failure instanceof Failure)) throw failure;
    for (const outcome of outcomes) outcome.failures.push(failure);
  });
  if (!read) return;
  await attemptEach(outcomes, (outcome) => outcome.find(read(outcome.target)));
  refuseSameConnector(job.outcomes);
}

/** Looks at connectors that were found already, with one request, whatever their number. Throws what stops all of them. */
export async function lookAgain(job: Job, outcomes: readonly Outcome[], signal: AbortSignal): Promise<void> {
  const read = await readFor(job, outcomes, signal);
  await attemptEach(outcomes, (outcome) => {
    outcome.connector = read({ ...outcome.target, sso_connector_id: outcome.id });
  });
}

/** One request for all of these, and a way to pick each one's connector out of the answer, or to throw why not. */
async function readFor(job: Job, outcomes: readonly Outcome[], signal: AbortSignal) {
  const { client, settings } = job;
  const id = settings.many ? undefined : outcomes[0]?.id;
  if (id !== undefined) {
    const connector = await client.get(id, signal);
    return (target: Target) => guarded(connector, target);
  }
  const list = await client.list(signal);
  refuseIncomplete(list, settings);
  const directory = indexConnectors(list);
  return (target: Target) => guarded(pick(target, directory, settings.accountId), target);
}

function refuseIncomplete({ connectors, unreadable, total }: ConnectorList, { accountId, many }: Settings): void {
  const count = connectors.length + unreadable.length;
  if (total === undefined || total <= count) return;
  const all = Number.isNaN(total) ? 'an unknown number' : total;
  const way = many ? 'Work on each by its sso_connector_id, in a step of its own.' : 'Give sso_connector_id instead.';
  throw new Failure(
    `Cloudflare's list of the connectors of account ${accountId} is incomplete: it has ${count} of ${all}. ${describeDomains(connectors)} ${way}`,
  );
}

/** The connectors of an account by id and by domain, so that a thousand of them are found at once. */
interface Directory {
  readonly unreadable: readonly Unreadable[];
  readonly connectors: readonly Connector[];
  readonly byId: ReadonlyMap<string | undefined, readonly Connector[]>;
  readonly byDomain: ReadonlyMap<string | undefined, readonly Connector[]>;
}

function indexConnectors({ connectors, unreadable }: ConnectorList): Directory {
  return {
    unreadable,
    connectors,
    byId: Map.groupBy(connectors, ({ id }) => id),
    byDomain: Map.groupBy(connectors, ({ email_domain: domain = '' }) => canonicalDomain(domain)),
  };
}

function pick(target: Target, directory: Directory, accountId: string): Connector {
  const { connectors, byId, byDomain, unreadable } = directory;
  const { sso_connector_id: id, email_domain: domain = '' } = target;
  const obstacle = unreadable.find((item) => mayBe(item, target));
  if (obstacle) throw obstacle.failure;
  const matches = (id === undefined ? byDomain.get(canonicalDomain(domain)) : byId.get(id)) ?? [];
  const [match, ...others] = matches;
  const wanted = id === undefined ? `of the domain ${oneLine(domainForPeople(domain))}` : `with the id ${id}`;
  if (!match) {
    throw new Failure(`Account ${accountId} has no connector ${wanted}. ${describeDomains(connectors)}`);
  }
  if (others.length > 0) {
    const ids = matches.map((connector) => quoted(connector.id ?? '', 64)).join(', ');
    throw new Failure(
      `Account ${accountId} has ${matches.length} connectors ${wanted}: ${ids}.${id === undefined ? ' Give sso_connector_id to say which.' : ''} ${describeDomains(connectors)}`,
    );
  }
  if (match.id === undefined) throw new Failure(`Cloudflare's list gives no id for the connector ${wanted}.`);
  return match;
}

/** Whether an item that cannot be read may be the connector looked for, or a second one of its domain. */
function mayBe(item: Unreadable, { sso_connector_id: id, email_domain: domain = '' }: Target): boolean {
  if (id !== undefined) return item.id === undefined || item.id === id;
  return item.email_domain === undefined || sameDomain(item.email_domain, domain);
}

/** With a domain given too, the connector must be of this domain. */
function guarded(connector: Connector, { email_domain: domain }: Target): Connector {
  if (domain === undefined || sameDomain(connector.email_domain ?? '', domain)) return connector;
  const actual =
    connector.email_domain === undefined ? 'of no domain' : `of the domain ${quoted(connector.email_domain)}`;
  throw new Failure(
    `Connector ${oneLine(connector.id ?? '')} is ${actual}, not of ${quoted(domain)} as given. Nothing was changed.`,
  );
}

/** The same connector given once by id and once by domain would be asked to be two things. */
function refuseSameConnector(outcomes: readonly Outcome[]): void {
  const byId = Map.groupBy(outcomes, (outcome) => outcome.id);
  for (const [id, same] of byId) {
    if (id === undefined || same.length < 2) continue;
    const lines = same.map((outcome) => outcome.target.line).join(' and ');
    const failure = new Failure(
      `Input connectors, lines ${lines}: these are the same connector, ${oneLine(id)}. Nothing was changed for it; leave one of them out.`,
    );
    for (const outcome of same) outcome.failures.push(failure);
  }
}

const MOST_DOMAINS = 20;

function describeDomains(connectors: readonly Connector[]): string {
  const domains = connectors.map((connector) => oneLine(domainForPeople(connector.email_domain ?? 'no domain'), 255));
  if (domains.length === 0) return 'The account has no connectors at all.';
  const more = domains.length > MOST_DOMAINS ? ` and ${domains.length - MOST_DOMAINS} more` : '';
  return `The domains there are: ${domains.slice(0, MOST_DOMAINS).join(', ')}${more}.`;
}
