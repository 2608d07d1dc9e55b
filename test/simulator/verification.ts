import { type Connector, change } from './connectors.ts';

/** When a verification that was begun comes to its end, beside `publishTxt` and `failVerification`. */
export interface VerificationOptions {
  /** The n-th read of the connector after the begin is the first to see `verified`. */
  verifyAfterLooks?: number;
  /** The n-th read of the connector after the begin is the first to see `failed`. */
  failAfterLooks?: number;
}

/**
 * The life of a domain's verification: `awaiting` until it is begun, `pending` while Cloudflare polls DNS, then
 * `verified` or, after two days, `failed`, from which it can be begun again.
 * https://developers.cloudflare.com/fundamentals/manage-members/dashboard-sso/
 */
export class Verifications {
  /** What public DNS has: domain to TXT values. */
  readonly txtRecords = new Map<string, string[]>();
  readonly #options: VerificationOptions;
  readonly #looks = new WeakMap<Connector, number>();

  constructor(options: VerificationOptions) {
    this.#options = options;
  }

  /** Starts polling; a connector that is verified stays so. */
  begin(connector: Connector): void {
    if (connector.verification?.status === 'verified') return;
    this.#looks.set(connector, 0);
    change(connector, { verification: { status: 'pending' } });
  }

  /** Counts a read of the connector, and polls. */
  look(connector: Connector): void {
    this.#looks.set(connector, (this.#looks.get(connector) ?? 0) + 1);
    this.poll(connector);
  }

  /** Ends a pending verification whose time has come. */
  poll(connector: Connector): void {
    const { verification, email_domain: domain } = connector;
    if (verification?.status !== 'pending') return;
    const { verifyAfterLooks = Infinity, failAfterLooks = Infinity } = this.#options;
    const looks = this.#looks.get(connector) ?? 0;
    const published = this.txtRecords.get(domain)?.includes(verification.code) === true;
    if (published || looks >= verifyAfterLooks) change(connector, { verification: { status: 'verified' } });
    else if (looks >= failAfterLooks) change(connector, { verification: { status: 'failed' } });
  }
}
