import { THERE_BEFORE } from '../cloudflare/hints.ts';
import type { Connector } from '../connector/connector.ts';
import { sameDomain } from '../connector/domain.ts';
import { Failure, type Problem } from '../failure.ts';
import { oneLine, quoted } from '../untrusted.ts';
import { pickerOf } from './directory.ts';
import type { Job } from './job.ts';
import type { Outcome } from './outcome.ts';

/**
 * Reads these with one request. A list that may lack some is followed by one for each id that is not in it. Returns a
 * function that gives each one's connector, or throws a Failure, as the request does.
 */
export async function readFor(
  job: Job,
  outcomes: readonly Outcome[],
  signal = job.signal,
): Promise<(outcome: Outcome) => Promise<Connector>> {
  const { client, settings } = job;
  const get = (outcome: Outcome) => client.get(outcome.ref(), signal);
  const [first] = outcomes;
  if (!settings.many && first?.id !== undefined) {
    const connector = await get(first);
    return async (outcome) => guarded(connector, outcome);
  }
  const find = await readListFor(job, outcomes, signal);
  return async (outcome) => find(outcome) ?? guarded(await get(outcome), outcome);
}

/** Reads the list for these, keeps it, and notes what it says of the others. */
async function readListFor(job: Job, asked: readonly Outcome[], signal: AbortSignal): Promise<Find> {
  const list = await job.client.list(signal);
  // The last one that is whole says best which connectors nobody listed.
  if (!job.list || list.missing === undefined) job.list = list;
  const pick = pickerOf(list, job.settings);
  const find: Find = (outcome) => {
    const connector = pick({ ...outcome.target, sso_connector_id: outcome.id });
    return connector && guarded(connector, outcome);
  };
  noteOthers(job, asked, find);
  return find;
}

/** Gives the connector of a list; undefined if it may lack that. Throws a Failure as the list's picker, or the guard. */
type Find = (outcome: Outcome) => Connector | undefined;

/** With a domain given too, the connector must be of this domain. */
function guarded(connector: Connector, { target: { email_domain: domain }, done }: Outcome): Connector {
  const { id = 'without an id', email_domain: actual } = connector;
  if (domain === undefined || sameDomain(actual, domain)) return connector;
  const has = actual === undefined ? 'no domain' : `the domain ${quoted(actual)}`;
  throw new Failure({
    kind: 'wrong_domain',
    problem: 'another domain',
    message: `Connector ${oneLine(id, 64)} has ${has}, not ${quoted(domain)} as given.${done.length === 0 ? ' Nothing was changed.' : ''}`,
    action: 'Check which of sso_connector_id and email_domain is right.',
  });
}

/**
 * Notes what a list says of connectors besides those that it was read for, so that reports have them as they are now.
 * One that was there and is gone, or is of another domain, fails.
 */
function noteOthers({ outcomes }: Job, asked: readonly Outcome[], find: Find): void {
  if (asked.length === outcomes.length) return;
  const known = new Set(asked);
  const isKnown = (one: Outcome) => !one.isUncertain || one.isBeginInDoubt;
  for (const outcome of outcomes.filter((one) => !known.has(one) && isKnown(one))) {
    try {
      const latest = find(outcome);
      if (latest && outcome.connector) outcome.see(latest);
      else if (latest && !outcome.failed) outcome.setFound(latest);
    } catch (failure) {
      if (!(failure instanceof Failure)) throw failure;
      // What was never read may still be changed by its id.
      if (!outcome.connector || outcome.isOutdated) continue;
      // The next list may well have it again.
      if (failure.isAll('unexpected')) outcome.unread = failure;
      else if (outcome.failed) outcome.isOutdated = true;
      else outcome.fail(lost(failure, [outcome]));
    }
  }
}

const OTHER_BEFORE = 'It was of this domain earlier in this run.';
const FIND_AGAIN = 'Run this again: the domain may have another connector now.';

/** The failure of some that were read before, and now cannot be. */
export function lost(failure: Failure, outcomes: readonly Outcome[]): Failure {
  for (const outcome of outcomes) outcome.isOutdated = true;
  const isFixed = outcomes.some(({ target }) => target.sso_connector_id !== undefined);
  const actionOf = ({ kind, action = null }: Problem) => {
    if (kind === 'not_found') return THERE_BEFORE;
    return kind === 'wrong_domain' ? `${OTHER_BEFORE} ${isFixed ? action : FIND_AGAIN}` : action;
  };
  return failure.changed((problem) => ({ ...problem, action: actionOf(problem) }));
}

/** Fails those that the last list did not tell of, as no later one did either. */
export function failUnread({ outcomes }: Pick<Job, 'outcomes'>): void {
  for (const outcome of outcomes) {
    if (!outcome.unread) continue;
    outcome.isOutdated = true;
    if (!outcome.failed) outcome.fail(outcome.unread);
  }
}
