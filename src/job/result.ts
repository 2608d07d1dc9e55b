import type { Answer } from '../cloudflare/answer.ts';
import type { Unreadable } from '../cloudflare/list.ts';
import { type Connector, isVerified } from '../connector/connector.ts';
import type { Cancelled, FailureRecord } from '../failure.ts';
import { mustBeVerified, type Settings } from '../inputs/settings.ts';
import type { Outcome } from './outcome.ts';
import type { TokenExpiry } from './token-expiry.ts';

/** What a run came to, for the reports. */
export type Result = ResultOfBadInputs | ResultOfWork;

/** What a run came to whose inputs had problems, so that it did nothing: all but the failures is empty. */
interface ResultOfBadInputs extends ResultOfAny {
  readonly settings?: undefined;
  /** Whether the inputs have a list. */
  readonly many: boolean;
  /** Whether they ask for nothing for sure, but that their connectors are there. */
  readonly asksNothing: boolean;
}

/** What a run came to whose inputs had no problem. */
export interface ResultOfWork extends ResultOfAny {
  readonly settings: Settings;
}

interface ResultOfAny {
  /** Every failure once, in the order of the targets. */
  readonly failures: readonly FailureRecord[];
  readonly outcomes: readonly Outcome[];
  /** The connectors by what became of them. */
  readonly groups: ReadonlyMap<Verdict, readonly Outcome[]>;
  readonly cancelled?: Cancelled;
  /** Undefined if unknown or of no interest. */
  readonly unlisted?: readonly Unlisted[] | undefined;
  /** Undefined if no clear answer came, or nobody asked. */
  readonly tokenExpiry?: TokenExpiry | undefined;
  readonly messages: readonly unknown[];
  readonly decidingAnswer?: Answer | undefined;
}

/** A connector of the account that no entry of the list names. */
export type Unlisted = Connector | Unreadable;

/** What became of one connector, in one word for every report, so that counts add up. */
export type Verdict = 'failed' | 'changed' | 'would change' | 'in sync' | 'not in sync' | 'unknown';

/** Judges each connector once: the reports ask many times. */
export function judge(outcomes: readonly Outcome[], settings: Settings): ReadonlyMap<Verdict, readonly Outcome[]> {
  return Map.groupBy(outcomes, (outcome) => judgeOne(outcome, settings));
}

function judgeOne(outcome: Outcome, settings: Settings): Verdict {
  if (outcome.failed) return 'failed';
  const inSync = isInSync(outcome, settings);
  if (outcome.changed && inSync !== false) return 'changed';
  if (inSync) return 'in sync';
  if (inSync === undefined) return 'unknown';
  return settings.mode === 'plan' ? 'would change' : 'not in sync';
}

/** Whether a connector has all that you asked for, the verification included; undefined if that is unknown. */
export function isInSync(outcome: Outcome, settings: Settings): boolean | undefined {
  const { connector, isUncertain, isOutdated, remainingDrift } = outcome;
  if (!connector || isUncertain || isOutdated) return undefined;
  if (mustBeVerified(settings) && !isVerified(connector)) return false;
  return remainingDrift.length === 0;
}

/** Whether its domain is verified, as of a last read that nothing has made old. */
export function isSurelyVerified({ connector, isOutdated }: Outcome): boolean {
  return connector !== undefined && !isOutdated && isVerified(connector);
}

/** Whether the step succeeds. */
export function isSuccess(result: Result): boolean {
  return result.failures.length === 0;
}

/** Whether there is nothing that people must hear of, be it that the token expires soon. */
export function isAllWell(result: Result): boolean {
  return isSuccess(result) && result.tokenExpiry?.warning === undefined;
}
