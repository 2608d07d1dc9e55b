import type { Answer } from '../cloudflare/answer.ts';
import type { Connector } from '../connector/connector.ts';
import type { Cancelled, FailureRecord } from '../failure.ts';
import { mustBeVerified, type Settings } from '../inputs/settings.ts';
import type { Outcome } from './outcome.ts';
import type { TokenExpiry } from './token-expiry.ts';

/** What a run came to, for the reports. */
export interface Result {
  /** Undefined if the inputs had problems, and so nothing was done. */
  readonly settings?: Settings;
  readonly outcomes: readonly Outcome[];
  /** Every failure once, in the order of the targets. */
  readonly failures: readonly FailureRecord[];
  readonly cancelled?: Cancelled;
  /** The connectors that no entry of the list names; undefined if that is unknown or of no interest. */
  readonly unlisted?: readonly Unlisted[] | undefined;
  readonly tokenExpiry?: TokenExpiry | undefined;
  /** The entries under `messages` of all answers. */
  readonly messages?: readonly unknown[];
  /** The answer that decided how the run ended. */
  readonly decidingAnswer?: Answer | undefined;
}

/** A connector of the account that no entry of the list names. */
export interface Unlisted {
  readonly sso_connector_id: string | undefined;
  readonly email_domain: string | undefined;
  /** Undefined if the API's item for it could not be read. */
  readonly connector: Connector | undefined;
}

/** What became of one connector, in one word for every report, so that counts add up. */
export type Verdict = 'failed' | 'changed' | 'would change' | 'in sync' | 'not in sync' | 'unknown';

/** The verdict on one connector. */
export function verdictOf(outcome: Outcome, result: Result): Verdict {
  if (outcome.failed) return 'failed';
  if (outcome.changed) return 'changed';
  const inSync = isInSync(outcome, result);
  if (inSync) return 'in sync';
  if (inSync === undefined) return 'unknown';
  return result.settings?.mode === 'plan' ? 'would change' : 'not in sync';
}

/** Whether a connector has all that you asked for, the verification included; undefined if that is unknown. */
export function isInSync(outcome: Outcome, { settings }: Result): boolean | undefined {
  return outcome.isInSync(settings !== undefined && mustBeVerified(settings));
}

/** Whether the step succeeds. */
export function isSuccess(result: Result): boolean {
  return result.failures.length === 0;
}

/** Whether there is nothing that people must hear of, which a success with a token that expires soon is not. */
export function isAllWell(result: Result): boolean {
  return isSuccess(result) && result.tokenExpiry?.isSoon !== true;
}
