import type { Connector } from '../connector/connector.ts';
import { sameDomain } from '../connector/domain.ts';
import { Failure } from '../failure.ts';
import { oneLine, quoted } from '../untrusted.ts';
import { describeDomains } from './absent.ts';
import { attemptEach, failAll, share } from './attempt.ts';
import { Directory } from './directory.ts';
import type { Job } from './job.ts';
import type { Outcome } from './outcome.ts';

/**
 * Reads the connectors before anything is changed: one by its id with one request, all others by the account's list,
 * which is read once. Targets that are not found for sure fail, each with its reason.
 */
export async function findConnectors(job: Job, outcomes: readonly Outcome[]): Promise<void> {
  if (outcomes.length === 0) return;
  let read: Read;
  try {
    read = await readFor(job, outcomes, job.signal);
  } catch (failure) {
    if (!(failure instanceof Failure)) throw failure;
    failAll(outcomes, failure);
    return;
  }
  refuseIncomplete(job, outcomes);
  await attemptEach(outcomes, async (outcome) => outcome.find(await read(outcome)));
  noteOthers(job);
  tellDomains(job);
  refuseSameConnector(job.outcomes);
}

/** In a list that may lack some, no domain is found for sure: it may be there twice. */
function refuseIncomplete({ list, settings }: Job, outcomes: readonly Outcome[]): void {
  const byDomain = outcomes.filter(({ id }) => id === undefined);
  if (list?.missing === undefined || byDomain.length === 0) return;
  const failure = new Failure({
    kind: 'ambiguous',
    problem: 'incomplete list of connectors',
    message: `Cloudflare's list of the connectors of account ${settings.accountId} is incomplete: ${list.missing}. No domain can be found in it for sure.`,
    action: 'Give sso_connector_id, or run this again.',
  });
  failAll(byDomain, failure);
}

/** Notes what the list says of connectors that need no read, so that reports can name their domain and what changed. */
function noteOthers({ list, outcomes }: Job): void {
  const known = new Map(list?.connectors.map((connector) => [connector.id, connector]));
  for (const outcome of outcomes) {
    const connector = outcome.found || outcome.failed ? undefined : known.get(outcome.id);
    if (connector) outcome.find(connector);
  }
}

/** Many targets that miss are told the account's domains once, in the log. */
function tellDomains({ settings, list, outcomes, log }: Job): void {
  const misses = outcomes.some(({ failures }) => failures.some(({ kind }) => kind === 'not_found'));
  if (settings.many && list !== undefined && misses) log.info(describeDomains(list.connectors));
}

/**
 * Reads connectors again that were found already, with one request if it can. Throws what stops all of them, or may
 * well pass.
 */
export async function readAgain(job: Job, outcomes: readonly Outcome[], signal: AbortSignal): Promise<void> {
  const read = await readFor(job, outcomes, signal);
  let passing: Failure | undefined;
  await attemptEach(outcomes, async (outcome) => {
    try {
      outcome.connector = await read(outcome);
    } catch (failure) {
      if (!(failure instanceof Failure) || !failure.passing) throw failure;
      passing = failure;
    }
  });
  if (passing) throw passing;
}

/** Picks a connector out of what was read. Throws a Failure that says why it cannot. */
type Read = (outcome: Outcome) => Promise<Connector>;

/** One request for all of these. A list that may lack some is followed by one for each id that is not in it. */
async function readFor(job: Job, outcomes: readonly Outcome[], signal: AbortSignal): Promise<Read> {
  const { client, settings } = job;
  const [first] = outcomes;
  if (!settings.many && first?.id !== undefined) {
    const connector = await client.get(first.ref(), signal);
    return async (outcome) => guarded(connector, outcome);
  }
  const list = await client.list(signal);
  job.list ??= list;
  const directory = new Directory(list, settings);
  return async (outcome) => {
    const isElsewhere = outcome.id !== undefined && list.missing !== undefined && !directory.has(outcome.id);
    const target = { ...outcome.target, sso_connector_id: outcome.id };
    return guarded(isElsewhere ? await client.get(outcome.ref(), signal) : directory.pick(target), outcome);
  };
}

/** With a domain given too, the connector must be of this domain. */
function guarded(connector: Connector, { target: { email_domain: domain }, done }: Outcome): Connector {
  if (domain === undefined || sameDomain(connector.email_domain ?? '', domain)) return connector;
  const actual = connector.email_domain === undefined ? 'no domain' : `the domain ${quoted(connector.email_domain)}`;
  throw new Failure({
    kind: 'wrong_domain',
    problem: 'another domain',
    message: `Connector ${oneLine(connector.id ?? 'without an id', 64)} has ${actual}, not ${quoted(domain)} as given.${done.length === 0 ? ' Nothing was changed.' : ''}`,
    action: 'Check which of sso_connector_id and email_domain is right.',
  });
}

/** The same connector given once by id and once by domain would be asked to be two things. */
function refuseSameConnector(outcomes: readonly Outcome[]): void {
  for (const [id, same] of Map.groupBy(outcomes, (outcome) => outcome.id)) {
    const [first] = same;
    if (id === undefined || first === undefined || same.length < 2) continue;
    const lines = same.map((outcome) => outcome.target.line).join(' and ');
    const failure = new Failure({
      kind: 'ambiguous',
      problem: 'twice in the list',
      message: `Lines ${lines} of the list name the same connector, ${oneLine(id, 64)}. Nothing was changed for it.`,
      action: 'Remove one of these entries.',
    });
    share(same, failure.record(first.subject));
  }
}
