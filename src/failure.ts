interface FailureOptions extends ErrorOptions {
  /** Whether the same request may well succeed a little later. Default false. */
  readonly passing?: boolean;
  /** How many milliseconds the other side asked to wait before the next request. */
  readonly retryAfterMs?: number | undefined;
  /** Whether the request may have taken effect all the same, since its answer is lost. Default false. */
  readonly unanswered?: boolean;
}

/** Why a step fails, in words for a person: one problem for each thing that is wrong. */
export class Failure extends Error {
  override readonly name: string = 'Failure';
  readonly problems: readonly string[];
  readonly passing: boolean;
  readonly retryAfterMs: number | undefined;
  readonly unanswered: boolean;

  constructor(problems: string | readonly string[], options: FailureOptions = {}) {
    const list = typeof problems === 'string' ? [problems] : problems;
    super(list.join('\n'), options);
    this.problems = list;
    this.passing = options.passing ?? false;
    this.retryAfterMs = options.retryAfterMs;
    this.unanswered = options.unanswered ?? false;
  }

  /** The same failure with more to say after its last problem, and with what is known by now of `unanswered`. */
  explained(explanation: string, unanswered = this.unanswered): Failure {
    const { passing, retryAfterMs, cause } = this;
    return new Failure(this.withExplanation(explanation), { passing, retryAfterMs, unanswered, cause });
  }

  protected withExplanation(explanation: string): string[] {
    return [...this.problems.slice(0, -1), `${this.problems.at(-1)} ${explanation}`.trim()];
  }
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
