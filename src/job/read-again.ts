import type { Connector } from '../connector/connector.ts';
import { Failure } from '../failure.ts';
import { attemptEach } from './attempt.ts';
import type { Job } from './job.ts';
import type { Outcome } from './outcome.ts';
import { lost, readFor } from './read.ts';

/**
 * Reads connectors again, with one request if it can. One that cannot be read any more fails by what `tell` makes of it.
 * Throws a Failure that stops all of them, or may well pass.
 */
export async function readAgain(
  job: Job,
  outcomes: readonly Outcome[],
  signal = job.signal,
  tell = (failure: Failure) => failure,
): Promise<void> {
  let passing: Failure | undefined;
  try {
    const read = await readFor(job, outcomes, signal);
    await attemptEach(outcomes, async (outcome) => {
      try {
        outcome.see(await read(outcome));
      } catch (failure) {
        if (!(failure instanceof Failure)) throw failure;
        if (!failure.passing) throw tell(lost(failure, [outcome]));
        passing = failure;
      }
    });
  } catch (failure) {
    if (!(failure instanceof Failure) || failure.passing) throw failure;
    throw lost(failure, outcomes);
  }
  if (passing) throw passing;
}

/** Reads a connector to explain why Cloudflare refused something; undefined if that fails too. */
export async function readToExplain(
  { client, signal }: Job,
  outcome: Outcome,
  refusal: Failure,
  options: { readonly atOnce?: boolean } = {},
): Promise<Connector | undefined> {
  try {
    outcome.see(await client.get(outcome.ref(), signal, { ...options, onlyExplains: true }));
    return outcome.connector;
  } catch (failure) {
    if (failure instanceof Failure) {
      if (failure.isAll('not_found')) outcome.isOutdated = true;
      return undefined;
    }
    // The job was cancelled: the refusal is known all the same.
    outcome.fail(refusal);
    throw failure;
  }
}
