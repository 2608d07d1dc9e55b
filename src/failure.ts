/** What a failure is about, for later steps to tell one from another. */
export type FailureKind =
  | 'input'
  | 'not_found'
  | 'ambiguous'
  | 'wrong_domain'
  | 'drift'
  | 'not_verified'
  | 'refused'
  | 'access'
  | 'rate_limited'
  | 'unavailable'
  | 'blocked'
  | 'unexpected'
  | 'unlisted'
  | 'runner'
  | 'cancelled';

/** One thing that is wrong, in words for people. */
export interface Problem {
  readonly kind: FailureKind;
  /** What is wrong in a few words, for a title: `not verified`. */
  readonly problem: string;
  /** Whole sentences: what was asked, and what came back. */
  readonly message: string;
  /** Whole sentences: what to do next. */
  readonly action?: string | null;
  readonly documentation_url?: string | null;
  /** The part of the message that a page's tables do not show. Default: all of it. */
  readonly detail?: string;
  /** What has the problem, if that is no connector: `Input mode`. */
  readonly about?: string;
  /** The entry of the envelope that says so, as the API gave it. */
  readonly entry?: unknown;
}

/** The connector that has a problem, as far as it is known; `name` is for people. */
export interface Subject {
  readonly sso_connector_id?: string | undefined;
  readonly email_domain?: string | undefined;
  readonly name?: string | undefined;
}

/** A failure as every report shows it; the output `failures` has all but `detail`, `problem` and `entry`. */
export interface FailureRecord extends Required<Omit<Problem, 'about'>> {
  readonly sso_connector_id: string | null;
  readonly email_domain: string | null;
  /** Who and what, in at most 80 characters: `eta.example: not verified`. */
  readonly title: string;
  readonly may_have_taken_effect: boolean;
}

interface FailureOptions extends ErrorOptions {
  /** Whether the same request may well succeed a little later. Default false. */
  readonly passing?: boolean;
  /** How many milliseconds the other side asked to wait before the next request. */
  readonly retryAfterMs?: number | undefined;
  /** Whether a change that was sent may have taken effect all the same. Default false. */
  readonly mayHaveTakenEffect?: boolean;
}

/** Why a piece of the work failed: one problem or several, before they are recorded as those of a connector. */
export class Failure extends Error {
  override readonly name = 'Failure';
  readonly problems: readonly Problem[];
  readonly passing: boolean;
  readonly retryAfterMs: number | undefined;
  readonly mayHaveTakenEffect: boolean;

  constructor(problems: Problem | readonly Problem[], options: FailureOptions = {}) {
    const list = 'kind' in problems ? [problems] : problems;
    super(list.map(({ message }) => message).join('\n'), options);
    this.problems = list;
    this.passing = options.passing ?? false;
    this.retryAfterMs = options.retryAfterMs;
    this.mayHaveTakenEffect = options.mayHaveTakenEffect ?? false;
  }

  /** The same failure with its problems, or what is known of their effect, changed. */
  changed(change: (problem: Problem) => Problem, mayHaveTakenEffect = this.mayHaveTakenEffect): Failure {
    return new Failure(this.problems.map(change), { ...this, cause: this.cause, mayHaveTakenEffect });
  }

  /** Whether all its problems are of this kind. */
  isAll(kind: FailureKind): boolean {
    return this.problems.every((problem) => problem.kind === kind);
  }

  /** Records the problems as those of a connector, or of what each is about. */
  record(subject: Subject = {}): FailureRecord[] {
    return this.problems.map(({ kind, problem, message, action, documentation_url, detail, about, entry }) => ({
      kind,
      sso_connector_id: subject.sso_connector_id ?? null,
      email_domain: subject.email_domain ?? null,
      title: makeTitle(about ?? subject.name, problem),
      message,
      action: action ?? null,
      may_have_taken_effect: this.mayHaveTakenEffect,
      documentation_url: documentation_url ?? null,
      detail: detail ?? message,
      problem,
      entry,
    }));
  }
}

const TITLE_LIMIT = 80;

/** So much of a name stays in a title, however long the problem is. */
const NAME_LIMIT = 30;

/** A title in at most 80 characters: who and what. A long name gives way to the problem, so that both are seen. */
export function makeTitle(name: string | undefined, problem: string): string {
  if (name === undefined) return shorten(problem, TITLE_LIMIT);
  const room = Math.max(NAME_LIMIT, TITLE_LIMIT - ': '.length - problem.length);
  return shorten(`${shorten(name, room)}: ${problem}`, TITLE_LIMIT);
}

function shorten(text: string, limit: number): string {
  return text.length > limit ? `${text.slice(0, limit - 1).toWellFormed()}…` : text;
}

/** The job was cancelled: the process was asked to end by this signal. */
export class Cancelled extends Error {
  override readonly name = 'Cancelled';
  readonly signal: NodeJS.Signals;

  constructor(signal: NodeJS.Signals) {
    super(`cancelled by ${signal}`);
    this.signal = signal;
  }
}
