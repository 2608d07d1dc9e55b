import type { Job } from './job.ts';

/** When the API token expires, if `token_expiry_warning` asks for it. */
export interface TokenExpiry {
  /** RFC 3339, as Cloudflare says it; undefined if the token has no end. */
  readonly expiresOn: string | undefined;
  /** If the end is within `token_expiry_warning`. */
  readonly warning?: { readonly problem: string; readonly action: string };
}

/**
 * Asks when the API token expires, if the settings say so, and warns if that is soon. It never fails the step: undefined
 * if no clear answer came.
 */
export async function checkTokenExpiry(job: Job): Promise<TokenExpiry | undefined> {
  const { settings, client, clock, log, signal } = job;
  const limit = settings.tokenExpiryWarning;
  if (limit === undefined) return undefined;
  const isUnknown = (reason: string) => {
    log.debug(() => `The end of the API token is unknown: ${reason}`);
    return undefined;
  };
  // Nothing is to wait for the limit that has failed the step already.
  if (job.outcomes.some(({ failures }) => failures.some(({ kind }) => kind === 'rate_limited'))) {
    return isUnknown('the rate limit is reached.');
  }
  const token = await client.verifyToken(signal);
  if (typeof token === 'string') return isUnknown(token);
  const { status, expires_on: expiresOn } = token;
  if (!expiresOn) return status === 'active' ? { expiresOn: undefined } : isUnknown(`its status is "${status}".`);
  const left = Date.parse(expiresOn) - clock.now();
  if (left >= limit) return { expiresOn };
  const date = new Date(expiresOn).toISOString().slice(0, 10);
  // `check` and `plan` may well have a token that only reads.
  const loss = settings.mode === 'reconcile' ? 'SSO cannot be switched off from here' : 'every step that uses it fails';
  const [what, action] =
    left <= 0
      ? [`API token expired on ${date}`, 'Create a new token and update the secret.']
      : [`API token expires on ${date}`, `Renew the token before then, or ${loss}.`];
  log.warning(`The ${what}. ${action}`);
  return { expiresOn, warning: { problem: `the ${what}`, action } };
}
