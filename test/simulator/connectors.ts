import { hash } from 'node:crypto';

/** The proof of a domain: the whole TXT value, and `awaiting`, `pending`, `failed` or `verified`. */
export interface Verification {
  code: string;
  status: string;
}

/** https://developers.cloudflare.com/api/resources/iam/subresources/sso/ */
export interface Connector {
  id: string;
  created_on: string;
  updated_on: string;
  email_domain: string;
  enabled: boolean;
  use_fedramp_language: boolean;
  /** Optional in the API's schema; always there unless taken away. */
  verification?: Verification;
}

/** Some fields of a connector; `verification: null` takes the verification away. */
export type ConnectorFields = Partial<Omit<Connector, 'verification'>> & {
  verification?: Partial<Verification> | null;
};

/** All connectors of all accounts, in the order of their creation. */
export class ConnectorStore {
  readonly #accounts = new Map<string, Map<string, Connector>>();
  #created = 0;

  add(accountId: string, fields: ConnectorFields): Connector {
    this.#created += 1;
    const digest = hash('sha256', `connector ${this.#created}`, 'hex');
    const now = timestamp();
    const { verification, ...rest } = fields;
    const connector: Connector = {
      id: digest.slice(0, 32),
      created_on: now,
      updated_on: now,
      email_domain: `domain-${this.#created}.example`,
      enabled: false,
      use_fedramp_language: false,
      ...rest,
    };
    if (verification !== null) {
      const code = `cloudflare_dashboard_sso=${Number.parseInt(digest.slice(32, 44), 16)}`;
      connector.verification = { code, status: 'verified', ...verification };
    }
    const account = this.#accounts.get(accountId) ?? new Map<string, Connector>();
    this.#accounts.set(accountId, account.set(connector.id, connector));
    return connector;
  }

  list(accountId: string): Connector[] {
    return [...(this.#accounts.get(accountId)?.values() ?? [])];
  }

  get(accountId: string, id: string): Connector | undefined {
    return this.#accounts.get(accountId)?.get(id);
  }

  delete(accountId: string, id: string): void {
    this.#accounts.get(accountId)?.delete(id);
  }

  /** In whichever account it is. */
  find(id: string): Connector | undefined {
    return [...this.#accounts.keys()].map((accountId) => this.get(accountId, id)).find(Boolean);
  }

  ofDomain(domain: string): Connector[] {
    return [...this.#accounts.keys()]
      .flatMap((accountId) => this.list(accountId))
      .filter((connector) => connector.email_domain === domain);
  }
}

/** Sets fields, and `updated_on` with them. */
export function change(connector: Connector, fields: ConnectorFields): void {
  const { verification, ...rest } = fields;
  Object.assign(connector, { updated_on: timestamp() }, rest);
  if (verification === null) delete connector.verification;
  else if (verification !== undefined) {
    connector.verification = { code: '', status: 'awaiting', ...connector.verification, ...verification };
  }
}

/** Now, RFC 3339 with microseconds. */
function timestamp(): string {
  const micros = Math.floor((performance.timeOrigin + performance.now()) * 1000);
  return new Date(micros / 1000).toISOString().replace('Z', `${String(micros % 1000).padStart(3, '0')}Z`);
}
