import type { Connector, ConnectorStore } from './connectors.ts';
import { Refusal } from './envelope.ts';

// The vendor does not publish the codes of this product's own refusals. These are the simulator's, in the documented
// range (1000 and up); nothing should depend on them.
const NOT_VERIFIED = 1010;
const ENABLED_ELSEWHERE = 1011;
const NOT_APPROVED = 1013;
const UNDER_WAY = 1014;
const PUBLIC_DOMAIN = 1015;
const GUIDE = 'https://developers.cloudflare.com/fundamentals/manage-members/dashboard-sso/';

const PUBLIC_MAIL = ['gmail.com', 'outlook.com', 'hotmail.com', 'yahoo.com', 'icloud.com', 'proton.me'];
const ACADEMIC = /\.edu$|\.(?:edu|ac)\.[a-z]{2}$/i;

/** What the vendor's description leaves open, or what differs between accounts. */
export interface Rules {
  /** The answers leave out every `verification`; Cloudflare knows it all the same. False by default. */
  hideVerification?: boolean;
  /** A verification that is under way cannot be begun once more. False by default. */
  refuseBeginWhilePending?: boolean;
  /** A `DELETE` has `result: null` and not the `id`. False by default. */
  deleteAnswersNull?: boolean;
  /** Academic domains that Cloudflare's support has approved of; none by default. */
  approvedDomains?: readonly string[];
}

/** @throws {Refusal} where the connector must not be enabled */
export function holdEnable(rules: Rules, connectors: ConnectorStore, connector: Connector): void {
  const { email_domain: domain, verification } = connector;
  if (verification?.status !== 'verified') {
    const message = 'The SSO connector cannot be enabled before its email domain is verified';
    throw new Refusal(400, { code: NOT_VERIFIED, message, documentation_url: GUIDE });
  }
  if (domain !== '' && connectors.ofDomain(domain).some((other) => other !== connector && other.enabled)) {
    const message = 'The email domain is enabled on an SSO connector of another account';
    throw new Refusal(409, { code: ENABLED_ELSEWHERE, message, documentation_url: GUIDE });
  }
  if (ACADEMIC.test(domain) && !rules.approvedDomains?.includes(domain)) {
    const message = 'An academic email domain needs the approval of Cloudflare before its SSO connector can be enabled';
    throw new Refusal(403, { code: NOT_APPROVED, message, documentation_url: GUIDE });
  }
}

/** @throws {Refusal} where there must be no connector of the domain */
export function holdCreate(domain: string): void {
  if (!PUBLIC_MAIL.includes(domain)) return;
  throw new Refusal(400, { code: PUBLIC_DOMAIN, message: `${domain} belongs to a public mail provider` });
}

/** @throws {Refusal} where the verification must not be begun */
export function holdBegin(rules: Rules, { verification }: Connector): void {
  if (!rules.refuseBeginWhilePending || verification?.status !== 'pending') return;
  throw new Refusal(409, { code: UNDER_WAY, message: 'The verification of the email domain is under way' });
}

/** The connector as answers have it. */
export function asShown({ verification, ...rest }: Connector, { hideVerification }: Rules): object {
  return verification === undefined || hideVerification ? rest : { ...rest, verification };
}
