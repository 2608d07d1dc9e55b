import { asksNothing } from '../inputs/settings.ts';
import { nounFor, type Outcome } from '../job/outcome.ts';
import { isAllWell, isSuccess, type Result, type ResultOfWork, type Verdict } from '../job/result.ts';
import { counted } from '../plural.ts';
import { hasSwitched, onOrOff, plannedChanges } from './changes.ts';
import { findShared } from './told.ts';
import { countUnlisted } from './unlisted-text.ts';
import { describeSingle } from './verdict-single.ts';

/** The sign before the word of each verdict, in the order in which they are counted. */
export const SIGNS: Readonly<Record<Verdict, string>> = {
  'in sync': '✅',
  changed: '✏️',
  'would change': '📝',
  'not in sync': '⚠️',
  unknown: '❔',
  failed: '❌',
};

/** How many there are of each verdict: `19 in sync, 3 changed, 3 failed`. */
export function countVerdicts({ groups }: Result): string {
  const verdicts = Object.keys(SIGNS) as Verdict[];
  const known = verdicts.filter((verdict) => groups.has(verdict));
  return known.map((verdict) => `${countOf(groups, verdict)} ${verdict}`).join(', ');
}

function countOf(groups: ReadonlyMap<Verdict, readonly Outcome[]>, verdict: Verdict): number {
  return groups.get(verdict)?.length ?? 0;
}

/** The sign of a whole run. */
export function signOf(result: Result): string {
  if (result.cancelled) return '⏹️';
  if (!isSuccess(result)) return '❌';
  if (result.groups.has('would change')) return '📝';
  return isAllWell(result) ? '✅' : '⚠️';
}

/** What a run came to, as a sentence without its full stop: `3 of 25 domains need attention`. */
export function describeVerdict(result: Result): string {
  const { settings, outcomes, groups, failures, cancelled, tokenExpiry } = result;
  if (cancelled) return 'The run was cancelled';
  const owned = new Set(outcomes.flatMap((outcome) => outcome.failures));
  const others = failures.filter((record) => !owned.has(record)).map(({ kind }) => kind);
  const unlisted = others.filter((kind) => kind === 'unlisted').length;
  const notes = [
    unlisted > 0 && countUnlisted(unlisted),
    others.includes('ambiguous') && "Cloudflare's list of the connectors is incomplete",
    others.includes('runner') && 'the outputs could not be handed over',
    tokenExpiry?.warning?.problem,
  ].filter((note) => typeof note === 'string');
  const run = describeRun(result);
  if (notes.length === 0) return run;
  const isNews = owned.size > 0 || !settings || groups.has('would change');
  return `${run}, ${isNews ? 'and' : 'but'} ${notes.join(', and ')}`;
}

function describeRun(result: Result): string {
  const { outcomes, failures } = result;
  if (!result.settings) {
    const problems = failures.filter(({ kind }) => kind === 'input').length;
    return `${counted(problems, 'problem')} in the inputs, so nothing was sent to Cloudflare`;
  }
  const [single, ...others] = outcomes;
  return single && others.length === 0 ? describeSingle(single, result.settings) : describeMany(result);
}

function describeMany(result: ResultOfWork): string {
  const { settings, outcomes, groups } = result;
  const count = (verdict: Verdict) => countOf(groups, verdict);
  if (count('failed') > 0) return describeFailing(result, count('failed'));
  const { all, every, All } = namesOf(outcomes);
  if (groups.has('would change')) return `${count('would change')} of ${all} would change`;
  if (asksNothing(settings) && settings.mode !== 'plan') {
    return settings.mode === 'check' ? `${All} were found` : `No field is given for ${every}, so nothing was changed`;
  }
  if (settings.mode === 'plan') return `Nothing would change, since ${every} are in sync`;
  const [enabled, ...others] = new Set(outcomes.map((one) => (hasSwitched(one) ? one.current('enabled') : undefined)));
  if (enabled !== undefined && others.length === 0) return `SSO is now ${onOrOff(enabled)} for ${every}`;
  const changed = count('changed');
  const inSync = count('in sync') + changed;
  if (inSync < outcomes.length) return `${inSync} of ${all} ${inSync === 1 ? 'is' : 'are'} in sync`;
  if (changed === outcomes.length) return `${All} changed, and are in sync now`;
  return changed > 0 ? `${changed} of ${all} changed, and all are in sync now` : `${All} are in sync`;
}

function namesOf(outcomes: readonly Outcome[]) {
  const [one, several] = nounFor(outcomes);
  const all = counted(outcomes.length, one, several);
  const [every, All] = outcomes.length === 2 ? [`both ${several}`, `Both ${several}`] : [`all ${all}`, `All ${all}`];
  return { all, every, All };
}

function describeFailing(result: ResultOfWork, failed: number): string {
  const { settings, outcomes, groups } = result;
  const { all, All } = namesOf(outcomes);
  const shared = findShared(result).length;
  const reason = shared === 0 ? '' : shared === 1 ? ', all for the same reason' : ', all for the same reasons';
  const switched = describeSwitch(result, reason);
  if (switched !== undefined) return switched;
  const planned = settings.mode === 'plan' ? outcomes.filter((one) => plannedChanges(one).length > 0).length : 0;
  const others = countOf(groups, 'would change');
  const inAll = others > 0 && planned > others ? ' in all' : '';
  const plan = planned > 0 ? `, and ${planned}${inAll} would change` : '';
  if (failed === outcomes.length) return `${All} need attention${reason}${plan}`;
  return `${failed} of ${all} ${failed === 1 ? 'needs' : 'need'} attention${plan}`;
}

/** For how many SSO is as it was to be, if `update` was to switch it the same way for all; a state needs no reason. */
function describeSwitch({ settings, outcomes }: ResultOfWork, reason: string): string | undefined {
  const [enabled, ...others] = new Set(outcomes.map(({ target }) => target.desired.enabled));
  if (settings.mode !== 'update' || enabled === undefined || others.length > 0) return undefined;
  const unknown = outcomes.filter((outcome) => outcome.isInDoubt('enabled')).length;
  // What was in sync before a later read failed may not be so any more.
  const isSure = (one: Outcome) => !one.isInDoubt('enabled') && (!one.isOutdated || one.ours('enabled') !== undefined);
  const reached = outcomes.filter((one) => one.current('enabled') === enabled && isSure(one)).length;
  const { all, every } = namesOf(outcomes);
  const now = `SSO is ${outcomes.some(hasSwitched) || unknown > 0 ? 'now ' : ''}${onOrOff(enabled)}`;
  if (reached === outcomes.length) return `${now} for ${every}, but something else needs attention`;
  if (reached > 0) return `${now} for ${reached} of ${all}${unknown > 0 ? `, and unknown for ${unknown}` : ''}`;
  if (unknown === outcomes.length) return `Whether ${now} for ${every} is unknown`;
  if (unknown > 0) return `Whether ${now} is unknown for ${unknown} of ${all}`;
  const noun = outcomes.length === 2 && nounFor(outcomes)[0];
  if (outcomes.some((one) => one.ours('enabled')))
    return `${now} for ${noun ? `neither ${noun}` : `none of the ${all}`}`;
  const switched = `switched ${onOrOff(enabled)} for`;
  return `SSO was ${noun ? `not ${switched} either ${noun}` : `${switched} none of the ${all}`}${reason}`;
}
