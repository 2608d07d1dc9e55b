import { hash } from 'node:crypto';
import { Refusal } from './envelope.ts';

export type Permission = 'read' | 'write';

/** What a token may do, account id to permissions. */
export type Grants = ReadonlyMap<string, readonly Permission[]>;

/** Looks like an API token (40 characters) and is the same in every run. */
export function apiToken(name: string): string {
  return hash('sha256', `api token ${name}`, 'base64url').slice(0, 40);
}

/** Looks like the token of a workflow run, and is the same in every run. */
export function workflowToken(name: string): string {
  return `ghs_${hash('sha256', `workflow token ${name}`, 'hex').slice(0, 36)}`;
}

/**
 * The grants of the request's token.
 * Codes: https://developers.cloudflare.com/fundamentals/api/troubleshooting/
 * @throws {Refusal} 400 without an `Authorization` header or with a malformed one, 403 for an unknown token
 */
export function authenticate(authorization: string | undefined, known: ReadonlyMap<string, Grants>): Grants {
  if (authorization === undefined) {
    throw new Refusal(400, { code: 9106, message: 'Missing X-Auth-Key, X-Auth-Email or Authorization headers' });
  }
  const token = /^Bearer ([\w-]{40,})$/.exec(authorization)?.[1];
  if (token === undefined) {
    throw new Refusal(400, {
      code: 6003,
      message: 'Invalid request headers',
      error_chain: [{ code: 6111, message: 'Invalid format for Authorization header' }],
    });
  }
  const grants = known.get(token);
  if (grants === undefined) throw new Refusal(403, { code: 9109, message: 'Invalid access token' });
  return grants;
}

/**
 * Holds a request to what its token may do.
 * @throws {Refusal} 403 with code 10000, which the API gives for a missing permission and for a foreign account alike
 */
export function authorize(grants: Grants, accountId: string, permission: Permission): void {
  if (grants.get(accountId)?.includes(permission) !== true) {
    throw new Refusal(403, { code: 10000, message: 'Authentication error' });
  }
}
