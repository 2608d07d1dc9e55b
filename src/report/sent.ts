import type { Outcome } from '../job/outcome.ts';
import { listed } from '../plural.ts';

const MOST_SENT = 5;

/** What was sent and done, and what was sent with an effect that is unknown, each for people and empty if there is none. */
export function describeSent(outcomes: readonly Outcome[]): { readonly done: string; readonly unknown: string } {
  const doubted = outcomes.flatMap((outcome) => outcome.doubted);
  return {
    done: listed(
      outcomes.flatMap(({ done }) => done),
      MOST_SENT,
    ),
    unknown: doubted.length > 0 ? `Sent, but its effect is unknown: ${listed(doubted, MOST_SENT)}.` : '',
  };
}
