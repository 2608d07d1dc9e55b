import { isVerified } from '../connector/connector.ts';
import { mustBeVerified } from '../inputs/settings.ts';
import type { Outcome } from '../job/outcome.ts';
import { type Result, verdictOf } from '../job/result.ts';
import { hasSwitched, onOrOff } from './consequences.ts';

/** What became of a run's only connector, as a sentence without its full stop: `SSO is now off for acme.example`. */
export function describeSingle(outcome: Outcome, result: Result): string {
  const { name, connector } = outcome;
  const { settings } = result;
  if (outcome.failed) return describeFailed(outcome, result);
  const plain = settings?.mode === 'plan' ? describePlanned(outcome, result) : describeState(outcome, result);
  const isGate = settings && mustBeVerified(settings) && connector && isVerified(connector);
  return isGate && plain !== `${name} is verified` ? `${plain}, and the domain is verified` : plain;
}

function describeState(outcome: Outcome, { settings }: Result): string {
  const { name, connector, target, changedFields, begunAt } = outcome;
  const { enabled, use_fedramp_language: language } = target.desired;
  if (hasSwitched(outcome)) return `SSO is now ${onOrOff(enabled)} for ${name}`;
  if (changedFields.includes('use_fedramp_language')) return `use_fedramp_language is now ${language} for ${name}`;
  if (begunAt !== undefined && connector && !isVerified(connector)) return `The verification of ${name} has begun`;
  if (enabled !== undefined) return `SSO is ${onOrOff(enabled)} for ${name}`;
  if (language !== undefined) return `use_fedramp_language is ${language} for ${name}`;
  return settings && mustBeVerified(settings) ? `${name} is verified` : `Nothing was to change for ${name}`;
}

function describePlanned(outcome: Outcome, result: Result): string {
  const { name, drift, target } = outcome;
  if (verdictOf(outcome, result) !== 'would change') return `Nothing would change for ${name}`;
  return drift.some(({ field }) => field === 'enabled')
    ? `SSO would be switched ${onOrOff(target.desired.enabled)} for ${name}`
    : `use_fedramp_language would change for ${name}`;
}

function describeFailed(outcome: Outcome, { settings }: Result): string {
  const { name, connector, target, failures, isUncertain, fieldsInDoubt } = outcome;
  const { enabled } = target.desired;
  const mode = settings?.mode;
  const isUnverified = failures.some(({ kind }) => kind === 'not_verified');
  if (hasSwitched(outcome)) {
    return `SSO is now ${onOrOff(enabled)} for ${name}, but ${isUnverified ? 'the domain is not verified' : 'something else needs attention'}`;
  }
  if (isUncertain && !fieldsInDoubt.includes('enabled') && connector?.enabled === enabled) {
    return `What came of the change of ${name} is unknown`;
  }
  if (enabled !== undefined && (mode === 'update' || mode === 'reconcile')) {
    if (isUncertain) return `Whether SSO is now ${onOrOff(enabled)} for ${name} is unknown`;
    const isDifferent = connector ? connector.enabled !== enabled : mode === 'update';
    if (isDifferent) return `SSO was not switched ${onOrOff(enabled)} for ${name}`;
  }
  if (isUnverified) return `${name} is not verified`;
  return failures.every(({ kind }) => kind === 'drift') ? `${name} is not in sync` : `${name} needs attention`;
}
