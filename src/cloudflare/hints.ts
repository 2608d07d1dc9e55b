const PERMISSION =
  'Does the token have the permission "SSO Connector: Edit" ("Read" for mode check) on this very account?';
const NOT_A_TOKEN = 'The secret does not look like an API token: is it a global API key, within quotes, or cut off?';
const REDIRECT = 'Redirects are not followed: is api_base_url right?';

/**
 * What to do about the errors that users meet, by Cloudflare's error code.
 * https://developers.cloudflare.com/fundamentals/api/troubleshooting/
 */
const BY_CODE: ReadonlyMap<string, string> = new Map([
  ['10000', PERMISSION],
  ['10001', PERMISSION],
  ['9106', 'No token arrived: is api_token empty?'],
  ['9109', 'The token is not valid (any more), or its client IP address filter leaves this runner out.'],
  ['6003', NOT_A_TOKEN],
  ['6103', NOT_A_TOKEN],
  ['6111', NOT_A_TOKEN],
  ['7003', 'Is account_id or sso_connector_id wrong?'],
]);

const BY_STATUS: ReadonlyMap<number, string> = new Map([
  [401, 'The token was not accepted: is it valid, and meant for this account?'],
  [403, PERMISSION],
  [404, 'There is no such thing for this token: are account_id and sso_connector_id right?'],
  [429, 'Cloudflare allows a user or token 1,200 requests in 5 minutes, then refuses all for 5 minutes.'],
]);

/**
 * What a person can do about an error of these codes, its own and those of its chain, and of this HTTP status;
 * undefined where nothing is known.
 */
export function findHint(codes: readonly (string | undefined)[], status: number): string | undefined {
  const isRedirect = status >= 300 && status < 400;
  const known = codes.find((code) => BY_CODE.has(code ?? ''));
  return BY_CODE.get(known ?? '') ?? BY_STATUS.get(status) ?? (isRedirect ? REDIRECT : undefined);
}

/** Whether an error tells of the token, the route or the load, and so nothing of what was asked for. */
export function isAboutAccess(code: string | undefined, status: number): boolean {
  return BY_CODE.has(code ?? '') || [401, 404, 408, 429].includes(status) || status >= 500;
}
