import { describeChange } from '../cloudflare/client.ts';
import { MAY_HAVE, MAY_HAVE_UNWANTED } from '../cloudflare/effect.ts';
import { describeDesired, isVerified } from '../connector/connector.ts';
import { type Cancelled, Failure, type FailureRecord } from '../failure.ts';
import { isToWrite, mustBeVerified, type Settings } from '../inputs/settings.ts';
import type { Outcome } from '../job/outcome.ts';
import type { ResultOfWork } from '../job/result.ts';
import { listed } from '../plural.ts';
import { isToBegin } from '../verification/begin.ts';
import { describeSent } from './changes.ts';

const MOST_UNDONE = 5;

/** The failure that a cancelled job is: what was done, what may have been, and what was not. */
export function recordCancelled({ signal }: Cancelled, { settings, outcomes }: ResultOfWork): FailureRecord[] {
  const { done, unknown } = describeSent(outcomes);
  const undone = listUndone(outcomes, settings);
  const rest = undone.length > 0 ? `Not done: ${listed(undone, MOST_UNDONE)}.` : 'Nothing else was to be done.';
  const mayHave = unknown !== '';
  const again = mayHave ? MAY_HAVE : 'Run this again.';
  // It may have been cancelled so that SSO stays off.
  const ifOn = `${mayHave ? `${MAY_HAVE_UNWANTED} ` : ''}Run this again if SSO is to be on.`;
  return new Failure(
    {
      kind: 'cancelled',
      problem: 'The run was cancelled',
      message: `The run was cancelled (${signal}). Done: ${done || 'nothing'}.${unknown && ` ${unknown}`} ${rest}`,
      action: outcomes.some((outcome) => isToEnable(outcome, settings)) ? ifOn : again,
    },
    { mayHaveTakenEffect: mayHave },
  ).record();
}

/** Whether a further run may well switch SSO on. */
function isToEnable({ target, connector }: Outcome, settings: Settings): boolean {
  return isToWrite(settings) && target.desired.enabled === true && connector?.enabled !== true;
}

function listUndone(outcomes: readonly Outcome[], settings: Settings): string[] {
  if (!isToWrite(settings)) return [`the rest of the ${settings.mode}`];
  const expiry = settings.tokenExpiryWarning === undefined ? [] : ['the check when the API token expires'];
  return [...outcomes.flatMap((outcome) => describeUndone(outcome, settings)), ...expiry];
}

function describeUndone(outcome: Outcome, settings: Settings): string[] {
  const { name, target, connector, failed, done, doubted, unsent } = outcome;
  const isUntouched = done.length === 0 && doubted.length === 0;
  const begin = isUntouched && isToBegin(outcome, settings) ? [describeChange(name, 'begin')] : [];
  if (isUntouched && !failed && settings.beginVerification && !connector) {
    begin.push(`${describeChange(name, 'begin')} if it needs that`);
  }
  if (describeDesired(unsent) !== '') return [...begin, `${describeDesired(unsent)} for ${name}`];
  const isEmpty = settings.mode === 'update' && describeDesired(target.desired) === '';
  if (isEmpty && isUntouched && begin.length === 0) return [`an update of no field for ${name}`];
  const isOpen = !failed && mustBeVerified(settings) && !(connector && isVerified(connector));
  return begin.length === 0 && isOpen ? [`the check whether ${name} is verified`] : begin;
}
