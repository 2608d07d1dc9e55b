import { Failure, type FailureKind } from '../failure.ts';
import { attemptEach, failAll } from './attempt.ts';
import { describeDomains, describeKnown } from './directory.ts';
import type { Job } from './job.ts';
import type { Outcome } from './outcome.ts';
import { readFor } from './read.ts';
import { refuseTwins } from './twins.ts';

/**
 * Reads the connectors before anything is changed: one by its id with one request, all others by the account's list,
 * which is read once. Targets that are not found for sure fail, each with its reason.
 */
export async function findConnectors(job: Job, outcomes = job.outcomes): Promise<void> {
  if (outcomes.length === 0) return;
  try {
    const read = await readFor(job, outcomes);
    refuseIncomplete(job, outcomes);
    await attemptEach(outcomes, async (outcome) => outcome.setFound(await read(outcome)));
  } catch (failure) {
    if (!(failure instanceof Failure)) throw failure;
    failAll(outcomes, withShortcut(failure, job, outcomes));
    return;
  }
  tellDomains(job);
  refuseTwins(job);
}

/** A disable by id alone reads nothing before: the way past a read that fails. */
function withShortcut(failure: Failure, { settings }: Job, outcomes: readonly Outcome[]): Failure {
  const isToDisable = settings.mode === 'update' && outcomes.some(({ target }) => target.desired.enabled === false);
  if (!isToDisable) return failure;
  return failure.changed((problem) => {
    const action = [problem.action, SHORTCUT].filter(Boolean).join(' ');
    return UNREACHED.includes(problem.kind) ? { ...problem, action } : problem;
  });
}

const UNREACHED: readonly FailureKind[] = ['unavailable', 'blocked', 'unexpected'];
const SHORTCUT = 'With sso_connector_id alone, nothing is read before SSO is switched off.';

/** In a list that may lack some, no domain is found for sure: it may be there twice. */
function refuseIncomplete({ list, settings }: Job, outcomes: readonly Outcome[]): void {
  if (list?.missing === undefined) return;
  const byDomain = outcomes.filter(({ id }) => id === undefined);
  const failure = new Failure({
    kind: 'ambiguous',
    problem: 'incomplete list of connectors',
    message: `Cloudflare's list of the connectors of account ${settings.accountId} is incomplete: ${list.missing}. No domain can be found in it for sure.${describeKnown(
      list,
      byDomain.map(({ target }) => target),
    )}`,
    action: 'Give sso_connector_id, or run this again.',
  });
  failAll(byDomain, failure);
}

/** Many targets that miss are told the account's domains once, in the log, unless some may be missing. */
function tellDomains({ settings, list, outcomes, log }: Job): void {
  const misses = outcomes.filter(({ failures }) => failures.some(({ kind }) => kind === 'not_found'));
  if (!settings.many || !list || list.missing !== undefined || misses.length === 0) return;
  const hasIds = misses.some(({ target }) => target.sso_connector_id !== undefined);
  log.info(describeDomains(list.connectors, hasIds));
}
