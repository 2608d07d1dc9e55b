import { describeMinute } from '../clock.ts';
import type { Field } from '../connector/connector.ts';
import type { Outcome } from '../job/outcome.ts';
import type { Result } from '../job/result.ts';
import { isBlocked } from '../modes/intent.ts';
import { listed } from '../plural.ts';

/** A field with its value before and after, for people. */
export interface FieldChange {
  readonly field: Field;
  readonly before: string;
  readonly after: string;
}

const MOST_SENT = 5;
const MOST_TOLD = 3;

/** What was sent and done, and what was sent with an effect that is unknown, each for people and empty if there is none. */
export function describeSent(outcomes: readonly Outcome[]): { readonly done: string; readonly unknown: string } {
  const done = outcomes.flatMap((outcome) => outcome.done);
  const doubted = outcomes.flatMap((outcome) => outcome.doubted);
  return {
    done: listed(done, MOST_SENT),
    unknown: doubted.length > 0 ? `Sent, but its effect is unknown: ${listed(doubted, MOST_SENT)}.` : '',
  };
}

/** What this run changed, as far as known. */
export function changesByUs(outcome: Outcome): FieldChange[] {
  return outcome.changedFields.map((field) => changeOf(field, outcome.ours(field)?.before, outcome.ours(field)?.after));
}

/** What others changed meanwhile, as far as known. */
export function changesByOthers(outcome: Outcome): FieldChange[] {
  return outcome.movedByOthers.map((field) =>
    changeOf(field, outcome.others(field)?.before, outcome.others(field)?.after),
  );
}

/** What `reconcile` would change, as last seen: a gate that fails stops nothing but an enable that Cloudflare refuses. */
export function plannedChanges(outcome: Outcome): FieldChange[] {
  if (isBlocked(outcome) || outcome.failures.some(({ kind }) => kind !== 'not_verified')) return [];
  return outcome.remainingDrift.map(({ field, actual, expected }) => changeOf(field, actual, expected));
}

function changeOf(field: Field, before?: boolean | null, after?: boolean): FieldChange {
  return { field, before: String(before ?? 'unknown'), after: String(after ?? 'unknown') };
}

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
    const who = names.length > MOST_TOLD ? `the domains switched ${onOrOff(enabled)}` : listed(names, MOST_TOLD);
    return enabled
      ? `Every user of ${who} must log in through SSO from now on, in every account that they belong to.`
      : `Users of ${who} log in with email and password from now on. Those without a password choose "Forgot password", and the mail must reach them without the identity provider.`;
  });
  return [...switches, ...describeHealed(result)];
}

/** When the drift that this run has healed was made at the latest, and where to look for who made it; empty if there was none. */
export function describeHealed({ outcomes, settings }: Result): string[] {
  if (settings?.mode !== 'reconcile') return [];
  const healed = outcomes
    .filter(({ drift, changedFields }) => drift.some(({ field }) => changedFields.includes(field)))
    .map(({ name, found }) => ({ name, time: Date.parse(String(found?.updated_on)) }))
    .filter(({ time }) => !Number.isNaN(time));
  if (healed.length === 0) return [];
  const times = healed.map(({ time }) => time);
  const [first, last] = [describeMinute(Math.min(...times)), describeMinute(Math.max(...times))];
  const span = first === last ? `on ${first}` : `between ${first} and ${last}`;
  const byMinute = Map.groupBy(healed, ({ time }) => describeMinute(time));
  const each = [...byMinute].map(([minute, some]) => {
    const names = some.map(({ name }) => name);
    return `${listed(names, MOST_TOLD)} on ${minute}`;
  });
  const what = healed.length > MOST_TOLD ? `${healed.length} connectors ${span}` : each.join(', ');
  return [`The last change before this run: ${what}. The audit log of the Cloudflare dashboard says who made it.`];
}

/** What a switch is, for people. */
export function onOrOff(enabled: boolean | undefined): 'on' | 'off' {
  return enabled ? 'on' : 'off';
}
