import * as v from 'valibot';

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

/**
 * How long the API token may be used; `expires_on` is null or absent if it has no end.
 * https://developers.cloudflare.com/api/resources/user/subresources/tokens/methods/verify/
 */
const StateSchema = v.object({
  status: v.string(),
  expires_on: v.nullish(
    v.pipe(
      v.string(),
      v.isoTimestamp(),
      v.check((time) => !Number.isNaN(Date.parse(time))),
    ),
  ),
});

export type TokenState = v.InferOutput<typeof StateSchema>;

/** The state of a token out of a result; undefined if that does not say it clearly. */
export function readTokenState(result: unknown): TokenState | undefined {
  const parsed = v.safeParse(StateSchema, result);
  return parsed.success ? parsed.output : undefined;
}
