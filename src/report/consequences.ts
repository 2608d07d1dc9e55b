import type { Outcome } from '../job/outcome.ts';
import type { Result } from '../job/result.ts';
import { listed } from '../plural.ts';
import { describeHealed } from './healed.ts';

const MOST_SWITCHED = 3;

/** Whether this run switched SSO on or off for this connector, as far as anyone can know. */
export function hasSwitched(outcome: Outcome): boolean {
  const move = outcome.ours('enabled');
  if (!move || move.before === move.after || outcome.current('enabled') !== move.after) return false;
  return move.before !== undefined || !outcome.found;
}

/**
 * What follows for people from what this run changed, in whole sentences.
 * https://developers.cloudflare.com/fundamentals/manage-members/dashboard-sso/
 */
export function describeConsequences(result: Result): string[] {
  const switched = result.outcomes.filter(hasSwitched);
  const switches = [false, true].flatMap((enabled) => {
    const those = switched.filter((outcome) => outcome.current('enabled') === enabled);
    const names = [...new Set(those.map(({ name }) => name))];
    if (names.length === 0) return [];
    // More than these stand in the table of changes.
    const who =
      names.length > MOST_SWITCHED ? `the domains switched ${onOrOff(enabled)}` : listed(names, MOST_SWITCHED);
    return enabled
      ? `Every user of ${who} must log in through SSO from now on, in every account that they belong to.`
      : `Users of ${who} log in with email and password from now on. Those without a password choose "Forgot password", and the mail must reach them without the identity provider.`;
  });
  return [...switches, ...describeHealed(result)];
}

/** What a switch is, for people. */
export function onOrOff(enabled: boolean | undefined): 'on' | 'off' {
  return enabled ? 'on' : 'off';
}
