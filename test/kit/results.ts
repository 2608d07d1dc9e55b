import { type Desired, parseConnector } from '../../src/connector/connector.ts';
import { Failure, type FailureRecord, type Problem } from '../../src/failure.ts';
import { readSettings } from '../../src/inputs/read-settings.ts';
import type { Settings } from '../../src/inputs/settings.ts';
import { Outcome } from '../../src/job/outcome.ts';
import { judge, type Result, type ResultOfWork } from '../../src/job/result.ts';
import { composePage } from '../../src/report/page.ts';

/** The id of a connector by its number. */
export const idOf = (n: number) => n.toString(16).padStart(32, '0');

export const ACCOUNT = 'acc0'.repeat(8);

const base = await readSettings(
  {
    INPUT_API_TOKEN: 'token-of-forty-characters-0123456789abcdef',
    INPUT_ACCOUNT_ID: ACCOUNT,
    INPUT_EMAIL_DOMAIN: 'acme.example',
  },
  () => {},
);

interface Kept {
  readonly domain?: string;
  readonly id?: string;
  readonly desired?: Desired;
  /** The connector as found, beside id and domain; undefined if nothing was read first. */
  readonly found?: object;
  /** What this run sent with a good end. */
  readonly sent?: Desired;
  /** The connector as last read, beside id and domain; as found by default. */
  readonly now?: object;
  readonly problems?: readonly Problem[];
  readonly mayHaveTakenEffect?: boolean;
  /** Whether this run asked to begin the verification, without an answer that tells of it, and read the connector again. */
  readonly begunInDoubt?: boolean;
  /** What this run sent without an answer that tells of its effect. */
  readonly doubted?: Desired | 'begin';
}

/** An outcome of the domain acme.example that shall be enabled, as if a run had come to it. */
export async function outcomeOf(kept: Kept = {}): Promise<Outcome> {
  const { domain = 'acme.example', id = idOf(1), desired = { enabled: true }, found, sent, now = found } = kept;
  const outcome = new Outcome({ sso_connector_id: id, email_domain: domain, desired });
  const connector = (fields: object) => parseConnector({ id, email_domain: domain, ...fields });
  if (found) outcome.setFound(connector(found));
  if (sent) await outcome.send(sent, async () => undefined);
  if (now) outcome.see(connector(now));
  const lost = async (doubt: (inDoubt: boolean) => void) => {
    doubt(true);
    throw new Error('lost');
  };
  if (kept.begunInDoubt) {
    await outcome.send('begin', lost).catch(() => {});
    if (now) outcome.see(connector(now));
  }
  if (kept.doubted) {
    await outcome.send(kept.doubted, lost).catch(() => {});
  }
  if (kept.problems) {
    outcome.fail(new Failure(kept.problems, { mayHaveTakenEffect: kept.mayHaveTakenEffect ?? false }));
  }
  return outcome;
}

export const ON = { enabled: true, use_fedramp_language: false, verification: { status: 'verified', code: 'code=1' } };
export const OFF = { ...ON, enabled: false };

/** What a run of these outcomes came to; of many if there is more than one. */
export function resultOf(
  outcomes: readonly Outcome[],
  settings: Partial<Settings> = {},
  more: Partial<ResultOfWork> = {},
): ResultOfWork {
  const failures = [...new Set(outcomes.flatMap((outcome) => outcome.failures)), ...(more.failures ?? [])];
  const many = outcomes.length > 1;
  const targets = outcomes.map(({ target }) => target);
  const all: Settings = { ...base, mode: 'reconcile', many, targets, ...settings };
  return { settings: all, outcomes, groups: judge(outcomes, all), messages: [], ...more, failures };
}

/** What a run came to whose inputs, of a single connector by default, had these problems. */
export function resultOfBadInputs(failures: readonly FailureRecord[], many = false, asksNothing = false): Result {
  return { failures, many, asksNothing, outcomes: [], groups: new Map(), messages: [] };
}

/** The page of a result, cut at a limit in bytes. */
export function renderPage(result: Result, limit: number): string {
  return composePage(result)(limit);
}

/** The records of a problem that is no connector's. */
export function recordsOf(...problems: Problem[]) {
  return new Failure(problems).record();
}
