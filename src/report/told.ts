import { nameOfConnector } from '../connector/connector.ts';
import { type FailureKind, type FailureRecord, makeTitle } from '../failure.ts';
import { nounFor, type Outcome } from '../job/outcome.ts';
import type { Result } from '../job/result.ts';
import { counted, listed } from '../plural.ts';

/** A failure as people are told it: once, whoever shares it. */
export interface ToldFailure {
  readonly record: FailureRecord;
  /** What has the problem, for people; null if that is the run as a whole. */
  readonly who: string | null;
  /** The connectors that have it. */
  readonly outcomes: readonly Outcome[];
}

/** Kinds that say nothing of a single connector, so that one may stand for all. */
const SHARED: readonly FailureKind[] = ['access', 'rate_limited', 'unavailable', 'blocked'];

/** Kinds that are told first, since they are about the run as a whole. */
const FIRST: readonly FailureKind[] = ['cancelled', 'runner'];

const MOST_NAMED = 3;

/** Every failure of a result as people are told it, in the order in which they need it. */
export function tellFailures(result: Result): ToldFailure[] {
  const { outcomes, failures } = result;
  const first = failures.filter(({ kind }) => FIRST.includes(kind));
  const shared = findShared(result);
  const rest = shared ? [shared] : failures.filter(({ kind }) => !FIRST.includes(kind));
  const ownersOf = new Map<FailureRecord, Outcome[]>();
  for (const outcome of outcomes) {
    for (const record of outcome.failures) ownersOf.set(record, [...(ownersOf.get(record) ?? []), outcome]);
  }
  const others = shared ? failures.filter((record) => !first.includes(record) && !ownersOf.has(record)) : [];
  return [...first, ...rest, ...others].map((record) => {
    const owners = record === shared ? outcomes : (ownersOf.get(record) ?? []);
    return { record, who: whoHas(record, owners, outcomes), outcomes: owners };
  });
}

/** The kinds that are told in whole sentences. */
export const IN_SENTENCES: readonly FailureKind[] = ['input', 'cancelled'];

/** The failures that have a row of their own in a table. Many unlisted connectors stand in a list of theirs. */
export function tellRows(result: Result): ToldFailure[] {
  const isLong = result.failures.filter(({ kind }) => kind === 'unlisted').length > MOST_NAMED;
  return tellFailures(result).filter(
    ({ record: { kind } }) => !IN_SENTENCES.includes(kind) && !(isLong && kind === 'unlisted'),
  );
}

/** The one failure that all connectors have, such as a token that Cloudflare refuses; undefined if there is none. */
export function findShared({ outcomes }: Result): FailureRecord | undefined {
  const [first] = outcomes;
  const [record, ...more] = first?.failures ?? [];
  if (record === undefined || more.length > 0 || outcomes.length < 2) return undefined;
  const isSame = (other: FailureRecord | undefined) =>
    (other === record && record.sso_connector_id === null) ||
    (SHARED.includes(record.kind) &&
      other?.kind === record.kind &&
      other.problem === record.problem &&
      other.action === record.action);
  return outcomes.every(({ failures }) => failures.length === 1 && isSame(failures[0])) ? record : undefined;
}

/** The title of a failure, in at most 80 characters. */
export function titleOf({ record, who, outcomes }: ToldFailure): string {
  const isOne = outcomes.every(({ failures }) => failures.includes(record));
  return isOne ? record.title : makeTitle(who ?? undefined, record.problem);
}

function whoHas(record: FailureRecord, owners: readonly Outcome[], all: readonly Outcome[]): string | null {
  const { kind, sso_connector_id: id, email_domain: domain } = record;
  if (owners.length > 1 && owners.length === all.length) return counted(all.length, nounFor(all));
  if (id !== null || domain !== null) return nameOfConnector(id ?? undefined, domain ?? undefined);
  if (kind === 'runner') return 'Outputs';
  const names = owners.map(({ name }) => name);
  return names.length > 0 ? listed(names, MOST_NAMED) : null;
}
