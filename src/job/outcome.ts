import type { Doubt } from '../cloudflare/client.ts';
import { type Connector, type Drift, FIELDS, findDrift, isVerified } from '../connector/connector.ts';
import { domainForPeople } from '../connector/domain.ts';
import { Failure } from '../failure.ts';
import type { Target } from '../inputs/settings.ts';
import { oneLine } from '../untrusted.ts';

/** What became of one target, filled in as the job goes on. */
export class Outcome {
  readonly target: Target;
  readonly failures: Failure[] = [];
  /** The connector as it was before this run changed it; undefined where nothing was looked at first. */
  found: Connector | undefined;
  /** The differences as found, before any change. */
  drift: readonly Drift[] = [];
  /** What was sent and came to a good end: `set enabled=true of connector x`. */
  readonly done: string[] = [];
  /** What was sent and has no answer, or none that tells whether it took effect. */
  underWay: string | undefined;
  /** When this run asked to begin the verification, in milliseconds since the epoch. */
  begunAt: number | undefined;
  /** What public DNS says of the TXT record; defined once a failure has explained what is missing. */
  dnsSays: string | undefined;
  #connector: Connector | undefined;
  /** Whether a change was sent that may have taken effect, and the connector was not seen since. */
  #isUncertain = false;

  constructor(target: Target) {
    this.target = target;
  }

  /** The connector as last seen. */
  get connector(): Connector | undefined {
    return this.#connector;
  }

  set connector(connector: Connector | undefined) {
    this.#connector = connector;
    this.#isUncertain = false;
  }

  get failed(): boolean {
    return this.failures.length > 0;
  }

  /** The id that requests go to: the given one, or that of the connector found by its domain. */
  get id(): string | undefined {
    return this.target.sso_connector_id ?? this.connector?.id;
  }

  /** The connector's name for people: `acme.example (connector 023e…)`, as far as known. */
  get name(): string {
    const domain = this.connector?.email_domain ?? this.target.email_domain;
    const id = this.id === undefined ? undefined : `connector ${oneLine(this.id, 64)}`;
    if (domain === undefined) return id ?? 'a connector without a name';
    const shown = oneLine(domainForPeople(domain), 255);
    return id === undefined ? shown : `${shown} (${id})`;
  }

  /** Whether this run changed something; undefined where that cannot be told. */
  get changed(): boolean | undefined {
    if (this.begunAt !== undefined) return true;
    const { found, connector } = this;
    if (!found || !connector || this.#isUncertain) return undefined;
    return this.done.length > 0 && FIELDS.some((field) => found[field] !== connector[field]);
  }

  /** Whether the connector, as last seen, has all that was asked for; undefined where that cannot be told. */
  isInSync(mustBeVerified: boolean): boolean | undefined {
    if (!this.connector || this.#isUncertain) return undefined;
    if (mustBeVerified && !isVerified(this.connector)) return false;
    return findDrift(this.connector, this.target.desired).length === 0;
  }

  /** Takes note of the connector before anything is changed. */
  find(connector: Connector): void {
    this.connector = connector;
    this.found = connector;
    this.drift = findDrift(connector, this.target.desired);
  }

  /** Runs a piece of the work on this target; a Failure is kept, so that it does not stop the other targets. */
  async attempt(work: () => Promise<void> | void): Promise<void> {
    try {
      await work();
    } catch (failure) {
      if (!(failure instanceof Failure)) throw failure;
      this.failures.push(failure);
    }
  }

  /**
   * Sends a change and keeps account of it, for the case that its answer is lost or the job is cancelled. What it made
   * of the connector is not known until it is seen again.
   */
  async send<T>(asked: string, request: (doubt: Doubt) => Promise<T>): Promise<T> {
    const answer = await request((inDoubt) => {
      this.underWay = inDoubt ? asked : undefined;
      this.#isUncertain = inDoubt;
    });
    this.done.push(asked);
    this.underWay = undefined;
    return answer;
  }
}

/** Runs a piece of the work on many targets side by side; those that have failed already are passed over. */
export async function attemptEach(outcomes: readonly Outcome[], work: (outcome: Outcome) => Promise<void> | void) {
  const going = outcomes.filter((outcome) => !outcome.failed);
  await Promise.all(going.map((outcome) => outcome.attempt(() => work(outcome))));
}
