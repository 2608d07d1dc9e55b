/** The kinds of the output `failures`. */
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

/** Kinds for whose causes nobody may have advice. */
const LAST_RESORT: readonly FailureKind[] = ['refused', 'unexpected'];
const ASK = 'Run this again. If that does not help, ask Cloudflare support.';

/** One thing that is wrong, in words for people. */
export interface Problem {
  readonly kind: FailureKind;
  /** A few words for a title: `not verified`. */
  readonly problem: string;
  /** What was asked, and what came back. */
  readonly message: string;
  /** What to do next. */
  readonly action?: string | null;
  readonly documentation_url?: string | null;
  /** What a page's tables do not show of the message. Default: all of it. */
  readonly detail?: string;
  /** Whether somebody did it, so that the audit log says who. Default: no. */
  readonly isDeed?: boolean;
  /** What has the problem, if that is no connector: `Input mode`. */
  readonly about?: string;
  /** The envelope's entry that says so. */
  readonly entry?: unknown;
}

/** Which connector has a problem, as far as it is known. */
export type Subject = { readonly [K in 'sso_connector_id' | 'email_domain' | 'name']?: string | undefined };

/** A failure as every report shows it; the output `failures` lacks `name`, `detail`, `isDeed`, `problem` and `entry`. */
export interface FailureRecord extends Required<Omit<Problem, 'about'>> {
  /** Who or what has the problem; undefined if that is the run as a whole. */
  readonly name: string | undefined;
  readonly sso_connector_id: string | null;
  readonly email_domain: string | null;
  readonly title: string;
  readonly may_have_taken_effect: boolean;
}

interface FailureOptions extends ErrorOptions {
  /** The same request may well succeed a little later; `once` if its refusal of the token may be a stray one. */
  readonly passing?: boolean | 'once';
  /** How long the other side asks to wait, in milliseconds. */
  readonly retryAfterMs?: number | undefined;
  readonly mayHaveTakenEffect?: boolean;
}

/** Why a piece of the work failed, before that is recorded as the failure of a connector. */
export class Failure extends Error {
  readonly problems: readonly Problem[];
  readonly passing: boolean | 'once';
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

  /** A copy with its problems changed, and perhaps what is known of their effect. */
  changed(change: (problem: Problem) => Problem, mayHaveTakenEffect = this.mayHaveTakenEffect): Failure {
    const { passing, retryAfterMs, cause } = this;
    return new Failure(this.problems.map(change), { passing, retryAfterMs, cause, mayHaveTakenEffect });
  }

  isAll(kind: FailureKind): boolean {
    return this.problems.every((problem) => problem.kind === kind);
  }

  /** Its problems as those of a connector, or of what each is about. */
  record(subject: Subject = {}): FailureRecord[] {
    return this.problems.map(({ kind, problem, message, action, documentation_url, detail, isDeed, about, entry }) => ({
      kind,
      sso_connector_id: subject.sso_connector_id ?? null,
      email_domain: subject.email_domain ?? null,
      name: about ?? subject.name,
      title: makeTitle(about ?? subject.name, problem),
      message,
      action: action ?? (LAST_RESORT.includes(kind) ? ASK : null),
      may_have_taken_effect: this.mayHaveTakenEffect,
      documentation_url: documentation_url ?? null,
      detail: detail ?? message,
      isDeed: isDeed ?? false,
      problem,
      entry,
    }));
  }
}

/** A title in at most 80 characters: who and what. A long name is cut first, but to no less than 30. */
export function makeTitle(name: string | undefined, problem: string): string {
  if (name === undefined) return shorten(problem, 80);
  return shorten(`${shorten(name, Math.max(30, 78 - problem.length))}: ${problem}`, 80);
}

function shorten(text: string, limit: number): string {
  return text.length > limit ? `${text.slice(0, limit - 1).toWellFormed()}…` : text;
}

/** The process was asked to end by this signal. */
export class Cancelled extends Error {
  readonly signal: NodeJS.Signals;

  constructor(signal: NodeJS.Signals) {
    super(`cancelled by ${signal}`);
    this.signal = signal;
  }
}
