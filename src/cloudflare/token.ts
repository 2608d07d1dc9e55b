import * as v from 'valibot';

/** How long the API token may be used; `expiresOn` is undefined if it has no end. */
export interface TokenState {
  readonly status: string;
  readonly expiresOn: string | undefined;
}

/**
 * Where to verify a token, the likelier path first: those of accounts begin with `cfat_`, those of users with `cfut_`,
 * older ones with neither. https://developers.cloudflare.com/fundamentals/api/get-started/token-formats/
 */
export function verifyPaths(apiToken: string, accountId: string): string[] {
  const ofAccount = `/accounts/${accountId}/tokens/verify`;
  const ofUser = '/user/tokens/verify';
  if (apiToken.startsWith('cfat_')) return [ofAccount];
  return apiToken.startsWith('cfut_') ? [ofUser] : [ofAccount, ofUser];
}

/** https://developers.cloudflare.com/api/resources/user/subresources/tokens/methods/verify/ */
const StateSchema = v.looseObject({
  status: v.string(),
  expires_on: v.nullish(
    v.pipe(
      v.string(),
      v.isoTimestamp(),
      v.check((time) => !Number.isNaN(Date.parse(time))),
    ),
  ),
});

/** The state of a token out of a result; undefined if that does not say it clearly. */
export function readTokenState(result: unknown): TokenState | undefined {
  const parsed = v.safeParse(StateSchema, result);
  if (!parsed.success) return undefined;
  return { status: parsed.output.status, expiresOn: parsed.output.expires_on ?? undefined };
}
