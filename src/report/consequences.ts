import type { Outcome } from '../job/outcome.ts';
import type { Result } from '../job/result.ts';
import { listed } from '../plural.ts';

const MOST_NAMED = 5;

/** Whether this run switched SSO on or off for this connector, as far as anyone can know. */
export function hasSwitched({ found, connector, changedFields, done, target, failures }: Outcome): boolean {
  const { enabled } = target.desired;
  if (found) return changedFields.includes('enabled');
  const mayBe = failures.some(({ may_have_taken_effect }) => may_have_taken_effect);
  return enabled !== undefined && done.length > 0 && !mayBe && connector?.enabled === enabled;
}

/**
 * What follows for people from what this run switched, in whole sentences.
 * https://developers.cloudflare.com/fundamentals/manage-members/dashboard-sso/
 */
export function describeConsequences({ outcomes }: Result): string[] {
  const switched = outcomes.filter(hasSwitched);
  const names = (enabled: boolean) =>
    listed(
      switched.filter(({ connector }) => connector?.enabled === enabled).map(({ name }) => name),
      MOST_NAMED,
    );
  const [on, off] = [names(true), names(false)];
  return [
    off &&
      `SSO off: people of ${off} now log in with e-mail and password. Who has no password uses "Forgot password", and that mail must reach them without the identity provider.`,
    on &&
      `SSO on: people of ${on} now log in through the identity provider, at once and in all accounts that they are members of.`,
  ].filter((sentence) => sentence !== '');
}
