import { type Desired, givenFields, isVerified } from '../connector/connector.ts';
import { Failure } from '../failure.ts';
import { asksNothing, countsFieldsAlone } from '../inputs/settings.ts';
import type { Job } from '../job/job.ts';
import type { Outcome } from '../job/outcome.ts';
import { listed } from '../plural.ts';
import { explainUnverified } from '../verification/explain.ts';

/** Why there is nothing to do. */
export const NO_FIELD = 'neither enabled nor use_fedramp_language is given.';

/** The usual cause of a field that is not given. */
export const IF_EXPRESSION = 'If one of them is an expression, it had no value.';

const MOST_LINES = 5;

/** Which targets have no field given: empty for all of them, ` for line 3 of the list` for some, undefined for none. */
export function describeEmpty({ outcomes }: Job): string | undefined {
  const lines = outcomes.flatMap(({ target }) => (givenFields(target.desired).length === 0 ? String(target.line) : []));
  if (lines.length === 0) return undefined;
  if (lines.length === outcomes.length) return '';
  return ` for ${lines.length === 1 ? 'line' : 'lines'} ${listed(lines, MOST_LINES)} of the list`;
}

/** Warns if no target has a field, as if the value of an expression is gone. Of some a line tells: they may be meant so. */
export function warnIfEmpty(job: Job): void {
  const { settings, log } = job;
  const empty = describeEmpty(job);
  if (asksNothing(settings)) log.warning(`There is nothing to keep in sync: ${NO_FIELD} ${IF_EXPRESSION}`);
  else if (empty && countsFieldsAlone(settings)) log.info(`There is nothing to keep in sync${empty}: ${NO_FIELD}`);
}

/** The connectors that differ from what you asked for, as of the last read. */
export function findDrifted({ outcomes }: Job): Outcome[] {
  return outcomes.filter(({ remainingDrift }) => remainingDrift.length > 0);
}

/** The fields that differ as of the last read, with the values that they must have. */
export function fieldsToSend({ remainingDrift }: Outcome): Desired {
  return Object.fromEntries(remainingDrift.map(({ field, expected }) => [field, expected]));
}

/** Whether SSO is to be enabled for a domain known not to be verified, which Cloudflare refuses. */
export function isBlocked(outcome: Outcome): boolean {
  const { connector } = outcome;
  if (connector?.verification_status === undefined || isVerified(connector)) return false;
  return fieldsToSend(outcome).enabled === true;
}

/**
 * The fields that `plan` shows and `reconcile` sends for a connector that drifted. Throws a Failure if that is sure to
 * fail: without an id, or for an unverified domain. If the API gives no verification at all, Cloudflare decides.
 */
export async function decideFields(job: Job, outcome: Outcome): Promise<Desired> {
  outcome.ref();
  if (!isBlocked(outcome)) return fieldsToSend(outcome);
  const context = ', and Cloudflare enables SSO for verified domains only';
  const { problem, ...rest } = await explainUnverified(job, outcome, context);
  throw new Failure({ ...rest, problem: `${problem}, so not enabled` });
}
