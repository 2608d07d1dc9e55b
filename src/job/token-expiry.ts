import type { Job } from './job.ts';

/** When the API token expires, if `token_expiry_warning` asks for it. */
export interface TokenExpiry {
  /** RFC 3339, as Cloudflare says it; undefined if the token has no end. */
  readonly expiresOn: string | undefined;
  /** Whether that is within `token_expiry_warning`. */
  readonly isSoon: boolean;
  /** Whether that has passed. */
  readonly isOver?: boolean;
}

/**
 * Asks when the API token expires, if the settings say so, and warns if that is soon. It never fails the step: undefined
 * if no clear answer came.
 */
export async function checkTokenExpiry(job: Job): Promise<TokenExpiry | undefined> {
  const { settings, client, clock, log, signal } = job;
  const limit = settings.tokenExpiryWarning;
  if (limit === undefined) return undefined;
  const token = await client.verifyToken(signal);
  if (token === undefined) return undefined;
  const { status, expiresOn } = token;
  if (expiresOn === undefined) return status === 'active' ? { expiresOn, isSoon: false, isOver: false } : undefined;
  const left = Date.parse(expiresOn) - clock.now();
  if (Number.isNaN(left)) return undefined;
  const expiry = { expiresOn, isSoon: left < limit, isOver: left <= 0 };
  if (expiry.isSoon) log.warning(describeTokenExpiry(expiry));
  return expiry;
}

/** When the token expires, and what to do, for people. */
export function describeTokenExpiry({ expiresOn, isOver }: TokenExpiry): string {
  if (expiresOn === undefined) return 'The API token has no end date.';
  const date = new Date(expiresOn).toISOString().slice(0, 10);
  const what = isOver ? `expired on ${date}. Create a new one` : `expires on ${date}. Renew it before`;
  return `The API token ${what}: without it, SSO cannot be switched off from here.`;
}
