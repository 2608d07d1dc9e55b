import { Failure } from '../failure.ts';
import type { Answer } from './answer.ts';

/** Hears whether a change may have taken effect. */
export type Doubt = (inDoubt: boolean) => void;

const DOUBT = 'The change may have taken effect.';

/** What can be done in any doubt about a change. */
export const CHECK_STATE = 'Running this again does no harm, and mode: check shows the state.';

/** What to do if nobody knows whether a change took effect. */
export const MAY_HAVE = `${DOUBT} ${CHECK_STATE}`;

/** The same of a change that should perhaps not be made again. */
export const MAY_HAVE_UNWANTED = `${DOUBT} Run mode: check to see.`;

/**
 * Whether a change, sent in one attempt or several, may have taken effect. The one rule: only two things
 * rule it out. Nothing can have left, or an envelope with `success: false` says so, whose status is none of 3xx, 408, 5xx.
 */
export class Effect {
  readonly #doubt: Doubt;
  #isInDoubt = false;
  #isEarlierInDoubt = this.#isInDoubt;

  constructor(doubt: Doubt) {
    this.#doubt = doubt;
  }

  /** An attempt begins; the doubt about those before stays. */
  begin(): void {
    this.#isEarlierInDoubt = this.#isInDoubt;
  }

  leave(): void {
    this.#set(true);
  }

  /** Cloudflare's word on the attempt. */
  hear({ status }: Answer, success: unknown): void {
    const isClear = status < 500 && status !== 408 && !(status >= 300 && status <= 399);
    if (success === false && isClear) this.#set(this.#isEarlierInDoubt);
  }

  /** The failure of the change, which says so if that may have taken effect; what is no Failure, as it is. */
  withDoubt(failure: unknown): unknown {
    if (!this.#isInDoubt || !(failure instanceof Failure)) return failure;
    // A check would be refused like everything else until the time that the action names.
    const isTimed = failure.isAll('rate_limited') && (failure.retryAfterMs ?? 0) > 0;
    const doubt = isTimed ? DOUBT : MAY_HAVE;
    const warn = (action?: string | null) => (action ? `${doubt} ${action}` : doubt);
    return failure.changed((problem) => ({ ...problem, action: warn(problem.action) }), true);
  }

  #set(inDoubt: boolean): void {
    this.#isInDoubt = inDoubt;
    this.#doubt(inDoubt);
  }
}
