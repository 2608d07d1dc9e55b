import { isVerified } from '../connector/connector.ts';
import { mustBeVerified, type Settings } from '../inputs/settings.ts';
import type { Outcome } from '../job/outcome.ts';
import { hasSwitched, onOrOff, plannedChanges } from './changes.ts';

/** What became of a run's only connector, as a sentence without its full stop: `SSO is now off for acme.example`. */
export function describeSingle(outcome: Outcome, settings: Settings): string {
  const { name, connector, failed, begunAt, doubted } = outcome;
  if (failed) return describeFailed(outcome, settings);
  const isGate = mustBeVerified(settings);
  const state = settings.mode === 'plan' ? describePlanned(outcome) : describeState(outcome);
  if (state === undefined) {
    const enabled = outcome.current('enabled');
    const unchecked =
      settings.mode === 'check' && enabled !== undefined ? ` (SSO is ${onOrOff(enabled)}, which was not checked)` : '';
    if (isGate || begunAt !== undefined || doubted.length > 0) return `${name} is verified${unchecked}`;
    return settings.mode === 'check' ? `${name} was found${unchecked}` : describeUnasked(outcome, settings);
  }
  return isGate && connector && isVerified(connector) ? `${state}, and the domain is verified` : state;
}

/** Nobody asked for a field, and nothing was begun. */
function describeUnasked(outcome: Outcome, { beginVerification }: Settings): string {
  const { name, connector } = outcome;
  if (beginVerification && connector) {
    if (connector.verification_status === 'pending') return `The verification of ${name} is under way`;
    if (isVerified(connector)) return `${name} is verified`;
  }
  const enabled = outcome.current('enabled');
  const state = enabled === undefined ? '' : `, and SSO is ${onOrOff(enabled)}`;
  return `No field is given for ${name}, so nothing was changed${state}`;
}

/** Undefined if the run neither asked for a field nor changed anything. */
function describeState(outcome: Outcome): string | undefined {
  const { name, connector, target, changedFields, begunAt, doubted } = outcome;
  const { enabled, use_fedramp_language: language } = target.desired;
  if (hasSwitched(outcome)) return `SSO is now ${onOrOff(enabled)} for ${name}`;
  if (changedFields.includes('use_fedramp_language')) return `use_fedramp_language is now ${language} for ${name}`;
  if (connector && !isVerified(connector)) {
    if (begunAt !== undefined) return `The verification of ${name} has begun`;
    // Whether by this run is unknown.
    if (doubted.length > 0) return `The verification of ${name} is under way`;
  }
  if (enabled !== undefined) return `SSO is ${onOrOff(enabled)} for ${name}`;
  return language === undefined ? undefined : `use_fedramp_language is ${language} for ${name}`;
}

function describePlanned(outcome: Outcome): string {
  const { name, target } = outcome;
  const changes = plannedChanges(outcome);
  if (changes.length === 0) return `Nothing would change for ${name}`;
  return changes.some(({ field }) => field === 'enabled')
    ? `SSO would be switched ${onOrOff(target.desired.enabled)} for ${name}`
    : `use_fedramp_language would change for ${name}`;
}

function describeFailed(outcome: Outcome, settings: Settings): string {
  const { name, connector, target, failures, isUncertain, isBeginInDoubt, unsent } = outcome;
  const { enabled } = target.desired;
  const isUnverified = failures.some(({ kind }) => kind === 'not_verified');
  if (settings.mode === 'plan' && plannedChanges(outcome).length > 0) {
    return `${describePlanned(outcome)}, but the domain is not verified`;
  }
  if (hasSwitched(outcome)) {
    const what = isUnverified ? 'the domain is not verified' : 'something else needs attention';
    return `SSO is now ${onOrOff(enabled)} for ${name}, but ${what}`;
  }
  if (isUncertain && !isBeginInDoubt) {
    const isSwitch = outcome.isInDoubt('enabled') || connector?.enabled !== enabled;
    return isSwitch && enabled !== undefined
      ? `Whether SSO is now ${onOrOff(enabled)} for ${name} is unknown`
      : `What came of the change of ${name} is unknown`;
  }
  const wasToSwitch = settings.mode === 'update' || (settings.mode === 'reconcile' && connector !== undefined);
  if (wasToSwitch && enabled !== undefined && connector?.enabled !== enabled) {
    if (unsent.enabled !== undefined) return `SSO was not switched ${onOrOff(enabled)} for ${name}`;
    // What was sent, someone else has undone, or the last read does not say.
    return connector?.enabled === undefined
      ? `Whether SSO is now ${onOrOff(enabled)} for ${name} is unknown`
      : `SSO is ${onOrOff(connector.enabled)} again for ${name}`;
  }
  if (isBeginInDoubt) return `What came of the verification of ${name} is unknown`;
  if (isUnverified) return `${name} is not verified`;
  if (failures.some(({ kind }) => kind !== 'drift')) return `${name} needs attention`;
  const drift = outcome.remainingDrift.find(({ field }) => field === 'enabled');
  return typeof drift?.actual === 'boolean'
    ? `SSO is ${onOrOff(drift.actual)} for ${name}, and must be ${onOrOff(drift.expected)}`
    : `${name} is not in sync`;
}
