import type { Outcome } from '../job/outcome.ts';
import type { Result } from '../job/result.ts';

/** Whether this run switched SSO on or off for this connector, as far as anyone can know. */
export function hasSwitched(outcome: Outcome): boolean {
  if (outcome.found) return outcome.changedFields.includes('enabled');
  return outcome.hasSet('enabled') && outcome.current('enabled') === outcome.target.desired.enabled;
}

/**
 * What follows for people from what this run switched, in whole sentences.
 * https://developers.cloudflare.com/fundamentals/manage-members/dashboard-sso/
 */
export function describeConsequences({ outcomes, settings }: Result): string[] {
  const isMany = settings?.many;
  const switched = outcomes.filter(hasSwitched);
  return [false, true].flatMap((enabled) => {
    const one = switched.find((outcome) => outcome.current('enabled') === enabled);
    if (!one) return [];
    const who = isMany ? `the domains switched ${onOrOff(enabled)}` : one.name;
    return enabled
      ? `SSO holds from now on for every user of ${who}, in all accounts that they are members of.`
      : `Users of ${who} log in with e-mail and password from now on. Those without a password choose "Forgot password", and the mail must reach them without the identity provider.`;
  });
}

export function onOrOff(enabled: boolean | undefined): 'on' | 'off' {
  return enabled ? 'on' : 'off';
}
