import type { ConnectorList, Unreadable } from '../cloudflare/list.ts';
import type { Connector } from '../connector/connector.ts';
import { canonicalDomain, domainForPeople, sameDomain } from '../connector/domain.ts';
import { Failure } from '../failure.ts';
import type { Settings, Target } from '../inputs/settings.ts';
import { oneLine, quoted } from '../untrusted.ts';
import { describeAbsent } from './absent.ts';

/** The connectors of an account by id and by domain, so that a thousand of them are found at once. */
export class Directory {
  readonly #list: ConnectorList;
  readonly #settings: Settings;
  readonly #byId: ReadonlyMap<string | undefined, readonly Connector[]>;
  readonly #byDomain: ReadonlyMap<string | undefined, readonly Connector[]>;

  constructor(list: ConnectorList, settings: Settings) {
    this.#list = list;
    this.#settings = settings;
    this.#byId = Map.groupBy(list.connectors, ({ id }) => id);
    this.#byDomain = Map.groupBy(list.connectors, ({ email_domain: domain = '' }) => canonicalDomain(domain));
  }

  /** Whether a connector of this id is in the list. */
  has(id: string): boolean {
    return this.#byId.has(id);
  }

  /** The connector of a target. Throws a Failure if there is none, more than one, or if that is not sure. */
  pick(target: Target): Connector {
    const { accountId } = this.#settings;
    const { connectors, unreadable } = this.#list;
    const { sso_connector_id: id, email_domain: domain = '' } = target;
    const matches = (id === undefined ? this.#byDomain.get(canonicalDomain(domain)) : this.#byId.get(id)) ?? [];
    const [match, ...others] = matches;
    const obstacle = unreadable.find((item) => mayBe(item, target, match !== undefined));
    if (obstacle) throw obstacle.failure;
    if (!match) throw describeAbsent(target, this.#settings, connectors);
    if (others.length === 0) return match;
    const ids = matches.map((connector) => quoted(connector.id ?? '', 64)).join(', ');
    const wanted = id === undefined ? `for ${oneLine(domainForPeople(domain), 255)}` : `with the id ${id}`;
    throw new Failure({
      kind: 'ambiguous',
      problem: `${matches.length} connectors of this domain`,
      message: `Account ${accountId} has ${matches.length} connectors ${wanted}: ${ids}.`,
      action: id === undefined ? 'Give sso_connector_id to say which.' : null,
    });
  }
}

/** Whether an item that cannot be read may be the connector wanted, or a second one of its domain. */
function mayBe(
  item: Unreadable,
  { sso_connector_id: id, email_domain: domain = '' }: Target,
  isFound: boolean,
): boolean {
  if (id !== undefined) return item.id === id || (item.id === undefined && !isFound);
  return item.email_domain === undefined || sameDomain(item.email_domain, domain);
}
