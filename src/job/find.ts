import { THERE_BEFORE } from '../cloudflare/hints.ts';
import type { Connector } from '../connector/connector.ts';
import { sameDomain } from '../connector/domain.ts';
import { Failure, type FailureKind, type Problem } from '../failure.ts';
import { oneLine, quoted } from '../untrusted.ts';
import { attemptEach, failAll } from './attempt.ts';
import { describeDomains, describeKnown, pickerOf } from './directory.ts';
import type { Job } from './job.ts';
import type { Outcome } from './outcome.ts';
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

/** Gives the connector of a list; undefined if it may lack that. Throws a Failure as the list's picker, or the guard. */
type Find = (outcome: Outcome) => Connector | undefined;

/**
 * Notes what a list says of connectors besides those that it was read for, so that reports have them as they are now.
 * One that was there and is gone, or is of another domain, fails.
 */
function noteOthers({ outcomes }: Job, asked: readonly Outcome[], find: Find): void {
  if (asked.length === outcomes.length) return;
  const known = new Set(asked);
  const isKnown = (one: Outcome) => one.id !== undefined && (!one.isUncertain || one.isBeginInDoubt);
  for (const outcome of outcomes.filter((one) => !known.has(one) && isKnown(one))) {
    try {
      const latest = find(outcome);
      if (latest && outcome.connector) outcome.see(latest);
      else if (latest && !outcome.failed) outcome.setFound(latest);
    } catch (failure) {
      if (!(failure instanceof Failure)) throw failure;
      // What was never read may still be changed by its id: nothing stops a disable.
      if (!outcome.connector || outcome.isOutdated) continue;
      // The next list may well have it again.
      if (failure.isAll('unexpected')) outcome.unread = failure;
      else if (outcome.failed) outcome.isOutdated = true;
      else outcome.fail(lost(failure, [outcome]));
    }
  }
}

/** Fails those that the last list did not tell of, as no later one did either. */
export function failUnread({ outcomes }: Pick<Job, 'outcomes'>): void {
  for (const outcome of outcomes) {
    if (!outcome.unread) continue;
    outcome.isOutdated = true;
    if (!outcome.failed) outcome.fail(outcome.unread);
  }
}

/** Many targets that miss are told the account's domains once, in the log, unless some may be missing. */
function tellDomains({ settings, list, outcomes, log }: Job): void {
  const misses = outcomes.filter(({ failures }) => failures.some(({ kind }) => kind === 'not_found'));
  if (!settings.many || !list || list.missing !== undefined || misses.length === 0) return;
  const hasIds = misses.some(({ target }) => target.sso_connector_id !== undefined);
  log.info(describeDomains(list.connectors, hasIds));
}

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

const OTHER_BEFORE = 'It was of this domain earlier in this run.';
const FIND_AGAIN = 'Run this again: the domain may have another connector now.';

/** These were read before, and now cannot be. */
function lost(failure: Failure, outcomes: readonly Outcome[]): Failure {
  for (const outcome of outcomes) outcome.isOutdated = true;
  const isFixed = outcomes.some(({ target }) => target.sso_connector_id !== undefined);
  const actionOf = ({ kind, action = null }: Problem) => {
    if (kind === 'not_found') return THERE_BEFORE;
    return kind === 'wrong_domain' ? `${OTHER_BEFORE} ${isFixed ? action : FIND_AGAIN}` : action;
  };
  return failure.changed((problem) => ({ ...problem, action: actionOf(problem) }));
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

/** One request for all of these. A list that may lack some is followed by one for each id that is not in it. */
async function readFor(
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
