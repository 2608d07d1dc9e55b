import type { Outcome } from '../job/outcome.ts';
import type { Result } from '../job/result.ts';

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
export function describeConsequences({ outcomes, settings }: Result): string[] {
  const switched = outcomes.filter(hasSwitched);
  const whose = (enabled: boolean) => {
    const names = switched.filter(({ connector }) => connector?.enabled === enabled).map(({ name }) => name);
    if (names.length === 0) return undefined;
    return settings?.many ? `the domains switched ${enabled ? 'on' : 'off'}` : names.join();
  };
  const [on, off] = [whose(true), whose(false)];
  return [
    ...(off ? [`Users of ${off} log in with e-mail and password from now on. ${WITHOUT_PASSWORD}`] : []),
    ...(on ? [`SSO holds from now on for every user of ${on}, in all accounts that they are members of.`] : []),
  ];
}

const WITHOUT_PASSWORD =
  'Those without a password choose "Forgot password", and the mail must reach them without the identity provider.';
