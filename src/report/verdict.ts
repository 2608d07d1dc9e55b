import type { FailureKind } from '../failure.ts';
import { nounFor } from '../job/outcome.ts';
import { isAllWell, isSuccess, type Result, type Verdict, verdictOf } from '../job/result.ts';
import { counted } from '../plural.ts';
import { hasSwitched } from './consequences.ts';
import { findShared } from './told.ts';
import { describeSingle } from './verdict-single.ts';

/** The sign before each verdict, which never stands without its word. In the order in which people are told. */
export const SIGNS: Readonly<Record<Verdict, string>> = {
  'in sync': '✅',
  changed: '✏️',
  'would change': '📝',
  'not in sync': '⚠️',
  unknown: '❔',
  failed: '❌',
};

/** The sign of a whole run. */
export function signOf(result: Result): string {
  if (result.cancelled) return '⏹️';
  if (!isSuccess(result)) return '❌';
  if (result.outcomes.some((outcome) => verdictOf(outcome, result) === 'would change')) return '📝';
  return isAllWell(result) ? '✅' : '⚠️';
}

/** What a run came to, as a sentence without its full stop: `3 of 25 domains need attention`. */
export function describeVerdict(result: Result): string {
  const { settings, outcomes, failures, cancelled } = result;
  if (cancelled) return 'The run was cancelled';
  if (!settings) {
    const count = failures.filter(({ kind }) => kind === 'input').length;
    return [`${counted(count, 'problem')} in the inputs: nothing was sent to Cloudflare`, ...beside(result)].join(
      ', and ',
    );
  }
  const [single] = outcomes;
  const sentence = single && outcomes.length === 1 ? describeSingle(single, result) : describeMany(result);
  return [sentence, ...beside(result)].join(outcomes.some(({ failed }) => failed) ? ', and ' : ', but ');
}

/** How many there are of each verdict: `19 in sync, 3 changed, 3 failed`. */
export function countVerdicts(result: Result): string {
  const byVerdict = Map.groupBy(result.outcomes, (outcome) => verdictOf(outcome, result));
  const verdicts = Object.keys(SIGNS) as Verdict[];
  return verdicts
    .flatMap((verdict) => (byVerdict.has(verdict) ? `${byVerdict.get(verdict)?.length} ${verdict}` : []))
    .join(', ');
}

function describeMany(result: Result): string {
  const { settings, outcomes } = result;
  const noun = nounFor(outcomes);
  const all = `${outcomes.length} ${noun}s`;
  const have = (verdict: Verdict) => outcomes.filter((outcome) => verdictOf(outcome, result) === verdict).length;
  if (findShared(result)) return `All ${all} need attention, for one reason`;
  const failed = have('failed');
  if (failed > 0)
    return failed === outcomes.length
      ? `All ${all} need attention`
      : `${failed} of ${all} ${failed === 1 ? 'needs' : 'need'} attention`;
  const wouldChange = have('would change');
  if (wouldChange > 0) return `${wouldChange} of ${all} would change`;
  if (settings?.mode === 'plan') return `Nothing would change: all ${all} are in sync`;
  const switched = outcomes.every(hasSwitched)
    ? new Set(outcomes.map(({ connector }) => connector?.enabled))
    : new Set();
  if (switched.size === 1) return `SSO is now ${switched.has(true) ? 'on' : 'off'} for all ${all}`;
  const changed = have('changed');
  const inSync = have('in sync') + changed;
  if (inSync < outcomes.length) return `${inSync} of ${all} are in sync`;
  return changed > 0 ? `${changed} of ${all} changed: all are in sync now` : `All ${all} are in sync`;
}

const BESIDE: Readonly<Partial<Record<FailureKind, string>>> = {
  runner: 'the outputs could not be handed over',
  ambiguous: "Cloudflare's list of the connectors is incomplete",
};

/** Failures that are no connector's of the list. */
function beside({ outcomes, failures }: Result): string[] {
  const others = failures.filter((record) => !outcomes.some((outcome) => outcome.failures.includes(record)));
  const unlisted = others.filter(({ kind }) => kind === 'unlisted').length;
  const more =
    unlisted > 0
      ? [`${counted(unlisted, 'connector')} of the account ${unlisted === 1 ? 'is' : 'are'} not in the list`]
      : [];
  return [...more, ...others.flatMap(({ kind }) => BESIDE[kind] ?? [])];
}
