import { hash } from 'node:crypto';
import { Refusal } from './envelope.ts';

export type Permission = 'read' | 'write';

/** An API token. https://developers.cloudflare.com/fundamentals/api/get-started/create-token/ */
export interface Token {
  readonly id: string;
  /** Who owns it; an account token is for its account alone. */
  owner: 'user' | 'account';
  /** The account of its permissions, and its owner if an account owns it. */
  accountId: string;
  permissions: readonly Permission[];
  status: 'active' | 'disabled' | 'expired';
  /** RFC 3339. One in the past makes an active token expired. */
  expires_on?: string | undefined;
  /** RFC 3339. One in the future makes an active token as good as none. */
  not_before?: string | undefined;
  /** Where it is used from, if its client IP filter does not let that in. */
  refusedLocation?: string | undefined;
}

/** Looks like an API token (40 characters, or 53 with a prefix such as `cfut_`), and is the same in every run. */
export function apiToken(name: string, prefix = ''): string {
  const digits = hash('sha512', `api token ${name}`, 'base64url');
  return prefix === '' ? hash('sha256', `api token ${name}`, 'base64url').slice(0, 40) : (prefix + digits).slice(0, 53);
}

/** Looks like the token of a workflow run, and is the same in every run. */
export function workflowToken(name: string): string {
  return `ghs_${hash('sha256', `workflow token ${name}`, 'hex').slice(0, 36)}`;
}

/** All tokens that there are. */
export class TokenStore {
  readonly #tokens = new Map<string, Token>();

  /** Changes a token, or makes one: of a user, active, and without a permission unless the fields say otherwise. */
  set(token: string, fields: Partial<Token>): void {
    const id = hash('sha256', `token id ${token}`, 'hex').slice(0, 32);
    const usual: Token = { id, owner: 'user', accountId: '', permissions: [], status: 'active' };
    this.#tokens.set(token, { ...usual, ...this.#tokens.get(token), ...fields });
  }

  /** The token of this `Authorization` header, its status as of now; none where it is well formed and unknown. */
  find(authorization: string | undefined): Token | undefined {
    // One that was made is good whatever it looks like, such as those of the vendor's own suites.
    const made = this.#tokens.get(authorization?.replace(/^Bearer /, '') ?? '');
    const token = made ?? this.#tokens.get(bearer(authorization));
    return token && { ...token, status: statusOf(token) };
  }
}

/**
 * Holds a request to what its token may do. Codes: https://developers.cloudflare.com/fundamentals/api/troubleshooting/
 * @throws {Refusal} 403 with code 9109 for an unknown or disabled token, or by its client IP filter, 401 with 10000 for
 *   an expired one, and 403 with 10000, which the API gives for a missing permission and for a foreign account alike
 */
export function authorize(token: Token | undefined, accountId: string, permission: Permission): void {
  if (token === undefined || token.status === 'disabled') throw invalid();
  admit(token);
  const soon = token.not_before !== undefined && Date.parse(token.not_before) > Date.now();
  if (token.status === 'expired' || soon) throw new Refusal(401, { code: 10000, message: 'Authentication error' });
  if (token.accountId !== accountId || !token.permissions.includes(permission)) {
    throw new Refusal(403, { code: 10000, message: 'Authentication error' });
  }
}

/** @throws {Refusal} 403 with code 9109 where its client IP filter says no */
export function admit({ refusedLocation }: Token): void {
  if (refusedLocation === undefined) return;
  const message = `Cannot use the access token from location: ${refusedLocation}`;
  throw new Refusal(403, { code: 9109, message });
}

function invalid(): Refusal {
  return new Refusal(403, { code: 9109, message: 'Invalid access token' });
}

function statusOf({ status, expires_on }: Token): Token['status'] {
  const over = expires_on !== undefined && Date.parse(expires_on) <= Date.now();
  return status === 'active' && over ? 'expired' : status;
}

/** @throws {Refusal} 400 without an `Authorization` header or with a malformed one */
function bearer(authorization: string | undefined): string {
  if (authorization === undefined) {
    throw new Refusal(400, { code: 9106, message: 'Missing X-Auth-Key, X-Auth-Email or Authorization headers' });
  }
  const token = /^Bearer ([\w-]{40,})$/.exec(authorization)?.[1];
  if (token !== undefined) return token;
  throw new Refusal(400, {
    code: 6003,
    message: 'Invalid request headers',
    error_chain: [{ code: 6111, message: 'Invalid format for Authorization header' }],
  });
}
