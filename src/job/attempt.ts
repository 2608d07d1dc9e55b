import { Failure, type Subject } from '../failure.ts';
import { counted } from '../plural.ts';
import { nounFor, type Outcome } from './outcome.ts';

type Work = (outcome: Outcome) => Promise<void> | void;

/** Works side by side on those that have not failed. A Failure is recorded, so that it does not stop the others. */
export async function attemptEach(outcomes: readonly Outcome[], work: Work): Promise<void> {
  const healthy = outcomes.filter(({ failed }) => !failed);
  await attemptAll(healthy, work);
}

/** As `attemptEach`, and works on those too that have failed before. */
export async function attemptAll(outcomes: readonly Outcome[], work: Work): Promise<void> {
  const attempt = async (outcome: Outcome) => {
    try {
      await work(outcome);
    } catch (failure) {
      if (!(failure instanceof Failure)) throw failure;
      outcome.fail(failure);
    }
  };
  await Promise.all(outcomes.map(attempt));
}

/** Records one failure of all of these, once for all of them; by default under their number. */
export function failAll(outcomes: readonly Outcome[], failure: Failure, subject?: Subject): void {
  const [first, ...others] = outcomes;
  const all = others.length === 0 ? first?.subject : { name: counted(outcomes.length, ...nounFor(outcomes)) };
  const records = failure.record(subject ?? all);
  for (const { failures } of outcomes) failures.push(...records);
}
