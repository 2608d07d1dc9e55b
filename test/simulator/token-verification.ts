import type { Answer } from './answer.ts';
import { Refusal, success } from './envelope.ts';
import { admit, type Token } from './tokens.ts';

/** Whose tokens a path verifies: of the user, of an account, or undefined where it is another path. */
export function verifiedOwner(pathname: string): { accountId?: string } | undefined {
  const [path, accountId] = /^\/client\/v4\/(?:user|accounts\/([^/]+))\/tokens\/verify$/.exec(pathname) ?? [];
  if (path === undefined) return undefined;
  return accountId === undefined ? {} : { accountId };
}

/**
 * What the API says of the token that the request itself came with; it takes no permission.
 * https://developers.cloudflare.com/api/resources/user/subresources/tokens/methods/verify/ and
 * https://developers.cloudflare.com/api/resources/accounts/subresources/tokens/methods/verify/
 * @throws {Refusal} 401 with code 1000 for an unknown token, and for one of another owner
 */
export function verifyToken(token: Token | undefined, { accountId }: { accountId?: string }): Answer {
  const ours =
    accountId === undefined ? token?.owner === 'user' : token?.owner === 'account' && token.accountId === accountId;
  if (token === undefined || !ours) throw new Refusal(401, { code: 1000, message: 'Invalid API Token' });
  admit(token);
  const { id, status, expires_on, not_before } = token;
  const messages = status === 'active' ? [{ code: 10000, message: 'This API Token is valid and active' }] : [];
  const times = { ...(expires_on !== undefined && { expires_on }), ...(not_before !== undefined && { not_before }) };
  return success({ result: { id, status, ...times }, messages });
}
