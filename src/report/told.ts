import { type FailureKind, type FailureRecord, makeTitle } from '../failure.ts';
import { nounFor, type Outcome } from '../job/outcome.ts';
import type { Result } from '../job/result.ts';
import { counted, listed } from '../plural.ts';

/** A failure as people are told it: once, whoever has it. */
interface ToldFailure {
  readonly record: FailureRecord;
  readonly title: string;
  /** What has the problem; empty if that is the run as a whole. */
  readonly who: string;
  /** The connectors that have it. */
  readonly outcomes: readonly Outcome[];
}

/** Kinds that say nothing of a single connector, so that one may stand for all. */
const SHARED: readonly FailureKind[] = ['access', 'rate_limited', 'unavailable', 'blocked'];

/** Kinds that are told in whole sentences, and have no row in a table. */
export const IN_SENTENCES: readonly FailureKind[] = ['input', 'cancelled'];

/** So many connectors have their names in a sentence or a cell. */
export const MOST_NAMED = 10;

/** What one answer's advice has of its own: its Ray ID, and a time. */
const OF_ONE_ANSWER = /[0-9a-f]{16}(?:-[A-Z]+)?|\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ/g;

/** Every failure in the order in which people need it. */
export function tellFailures(result: Result): ToldFailure[] {
  const { outcomes, failures } = result;
  if (failures.length === 0) return [];
  const pairs = outcomes.flatMap((owner) => owner.failures.map((record) => ({ record, owner })));
  const pairsOf = Map.groupBy(pairs, ({ record }) => record);
  const shared = findShared(result);
  const records = shared.length > 0 ? [...shared, ...failures.filter((record) => !pairsOf.has(record))] : failures;
  // What is about the run as a whole comes first.
  const rank = ({ kind }: FailureRecord) => (kind === 'cancelled' || kind === 'runner' ? 0 : 1);
  return records
    .toSorted((one, other) => rank(one) - rank(other))
    .map((record) => {
      const isShared = shared.includes(record);
      const owners = isShared ? outcomes : (pairsOf.get(record) ?? []).map(({ owner }) => owner);
      const who = nameOwners(record, owners, outcomes);
      const title = isShared ? makeTitle(who, record.problem) : record.title;
      return { record, title, who, outcomes: owners };
    });
}

/** The failures that have a row in a table. Unlisted connectors share one: they have a list of their own. */
export function tellRows(result: Result): ToldFailure[] {
  const told = tellFailures(result).filter(({ record }) => !IN_SENTENCES.includes(record.kind));
  const rows = told.filter(({ record }) => record.kind !== 'unlisted');
  const unlisted = told.filter(({ record }) => record.kind === 'unlisted');
  const [first] = unlisted;
  if (!first) return rows;
  const names = unlisted.map(({ who }) => who);
  // Where there are rows, there is the list too.
  const action = `Add ${names.length === 1 ? 'it' : 'them'} to the list (YAML below), or use unlisted: report.`;
  return [...rows, { ...first, record: { ...first.record, action }, who: listed(names, MOST_NAMED) }];
}

/** The failures that all connectors have alike, such as a token that Cloudflare refuses; none if any has others. */
export function findShared({ outcomes }: Result): readonly FailureRecord[] {
  const [first] = outcomes;
  if (!first?.failed || outcomes.length === 1) return [];
  const isAlike = ({ failures }: Outcome) =>
    failures.length === first.failures.length &&
    first.failures.every((record, n) => failures[n] && isSame(failures[n], record));
  return outcomes.every(isAlike) ? first.failures : [];
}

/** Whether it is the same record, of no connector, or says the same of another. */
function isSame(one: FailureRecord, other: FailureRecord): boolean {
  if (one === other && one.sso_connector_id === null) return true;
  return SHARED.includes(one.kind) && one.problem === other.problem && adviceOf(one) === adviceOf(other);
}

/**
 * A limit is the same whether Cloudflare refused a request or it was not even sent. Changes that may have taken effect are
 * alike only if they asked for the same.
 */
function adviceOf({ kind, name = '', action, message, may_have_taken_effect: mayHave }: FailureRecord): string {
  const asked = mayHave && message.replace(name, '').split(OF_ONE_ANSWER);
  return [asked, kind !== 'rate_limited' && action?.split(OF_ONE_ANSWER)].join();
}

function nameOwners(record: FailureRecord, owners: readonly Outcome[], all: readonly Outcome[]): string {
  const { name = '', sso_connector_id: id, email_domain: domain } = record;
  const names = [...new Set(owners.map((owner) => owner.name))];
  if (names.length > 1 && owners.length === all.length) return counted(all.length, ...nounFor(all));
  if (owners.length === 0 || id !== null || domain !== null) return name;
  return listed(names, MOST_NAMED);
}
