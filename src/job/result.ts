import type { Reply } from '../cloudflare/answer.ts';
import type { Cancelled, Failure } from '../failure.ts';
import { mustBeVerified, type Settings } from '../inputs/settings.ts';
import type { Outcome } from './outcome.ts';

/** What a run came to, for the reports. */
export interface Result {
  /** Undefined where the inputs had problems, and so nothing was done. */
  readonly settings?: Settings;
  readonly outcomes: readonly Outcome[];
  /** Every failure once, in the order of the targets. */
  readonly failures: readonly Failure[];
  readonly cancelled?: Cancelled;
  /** The entries under `messages` of all answers. */
  readonly messages?: readonly unknown[];
  readonly lastReply?: Reply | undefined;
}

/** Whether a connector has all that was asked for, the verification included; undefined where that cannot be told. */
export function isInSync(outcome: Outcome, { settings }: Result): boolean | undefined {
  return outcome.isInSync(settings !== undefined && mustBeVerified(settings));
}

/** Whether the step succeeds. */
export function isSuccess(result: Result): boolean {
  return result.failures.length === 0 && result.cancelled === undefined;
}
