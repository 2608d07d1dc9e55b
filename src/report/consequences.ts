import type { Outcome } from '../job/outcome.ts';
import type { Result } from '../job/result.ts';

/** Whether this run switched SSO on or off for this connector, as far as anyone can know. */
export function hasSwitched({ found, connector, changedFields, done, target, failures }: Outcome): boolean {
  if (found) return changedFields.includes('enabled');
  const { enabled } = target.desired;
  const mayBe = failures.some(({ may_have_taken_effect }) => may_have_taken_effect);
  return enabled !== undefined && done.length > 0 && !mayBe && connector?.enabled === enabled;
}

/**
 * What follows for people from what this run switched, in whole sentences.
 * https://developers.cloudflare.com/fundamentals/manage-members/dashboard-sso/
 */
export function describeConsequences({ outcomes, settings }: Result): string[] {
  const switched = Map.groupBy(outcomes.filter(hasSwitched), ({ connector }) => connector?.enabled);
  const whose = (enabled: boolean) =>
    settings?.many ? `the domains switched ${onOrOff(enabled)}` : (switched.get(enabled)?.[0]?.name ?? '');
  const off = `Users of ${whose(false)} log in with e-mail and password from now on. Those without a password choose "Forgot password", and the mail must reach them without the identity provider.`;
  const on = `SSO holds from now on for every user of ${whose(true)}, in all accounts that they are members of.`;
  return [...(switched.has(false) ? [off] : []), ...(switched.has(true) ? [on] : [])];
}

export function onOrOff(enabled: boolean | undefined): 'on' | 'off' {
  return enabled ? 'on' : 'off';
}
