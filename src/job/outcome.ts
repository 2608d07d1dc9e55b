import type { ConnectorRef } from '../cloudflare/client.ts';
import type { Doubt } from '../cloudflare/effect.ts';
import {
  type Connector,
  type Desired,
  FIELDS,
  type Field,
  givenFields,
  isVerified,
  nameOfConnector,
} from '../connector/connector.ts';
import { type Drift, findDrift } from '../connector/drift.ts';
import { Failure, type FailureRecord, type Problem, type Subject } from '../failure.ts';
import type { Target } from '../inputs/settings.ts';

/** What became of one target, filled in as the job goes on. */
export class Outcome {
  readonly target: Target;
  readonly failures: FailureRecord[] = [];
  /** The connector before this run changed it; undefined if nothing was read first. */
  found: Connector | undefined;
  /** The differences as found, before any change. */
  drift: readonly Drift[] = [];
  /** What was sent and came to a good end: `set enabled=true for acme.example`. */
  readonly done: string[] = [];
  /** What was sent and has no answer, or none that tells whether it took effect. */
  underWay: string | undefined;
  /** When this run asked to begin the verification, in milliseconds since the epoch. */
  begunAt: number | undefined;
  /** What public DNS says of the TXT record; defined once a failure has explained what is missing. */
  dnsSays: string | undefined;
  /** The fields of a change that may have taken effect, with the connector not read since. */
  fieldsInDoubt: readonly Field[] = [];
  /** The fields that this run tried to change, and those whose change came to a good end. */
  readonly #tried = new Set<Field>();
  readonly #sent = new Set<Field>();
  #connector: Connector | undefined;
  /** Whether a change was sent that may have taken effect, and the connector was not read since. */
  #isUncertain = false;

  constructor(target: Target) {
    this.target = target;
  }

  /** The connector as last read. */
  get connector(): Connector | undefined {
    return this.#connector;
  }

  set connector(connector: Connector | undefined) {
    this.#connector = connector;
    this.#isUncertain = false;
    this.fieldsInDoubt = [];
  }

  get failed(): boolean {
    return this.failures.length > 0;
  }

  /** The id that requests go to: the given one, or that of the connector found by its domain. */
  get id(): string | undefined {
    return this.target.sso_connector_id ?? this.connector?.id;
  }

  /** The domain, from the API or as given. */
  get domain(): string | undefined {
    return this.connector?.email_domain ?? this.target.email_domain;
  }

  /** The connector's name for people: its domain, or else `connector 023e…`. */
  get name(): string {
    return nameOfConnector(this.id, this.domain);
  }

  /** Whether the connector, as last read, may be out of date, since a change may have taken effect. */
  get isUncertain(): boolean {
    return this.#isUncertain;
  }

  set isUncertain(isUncertain: boolean) {
    this.#isUncertain = isUncertain;
  }

  /** Whether this run changed something; undefined if that is unknown. */
  get changed(): boolean | undefined {
    if (this.begunAt !== undefined) return true;
    if (this.done.length === 0 && this.underWay === undefined) return false;
    if (!this.found || !this.connector || this.#isUncertain) return undefined;
    if (this.underWay === undefined) return this.changedFields.length > 0;
    return this.#movedFields().length === 0 ? false : undefined;
  }

  /** The fields that this run changed; none if that is unknown. */
  get changedFields(): Field[] {
    return this.#movedFields().filter((field) => this.#sent.has(field));
  }

  /** The fields that someone else changed while this run was under way. */
  get movedByOthers(): Field[] {
    return this.#movedFields().filter((field) => !this.#tried.has(field));
  }

  /** The fields asked for that this run has not come to, with the values that they shall have. */
  get unsent(): Desired {
    const { desired } = this.target;
    const open = givenFields(desired).filter(
      (field) =>
        !this.#sent.has(field) && !this.fieldsInDoubt.includes(field) && this.connector?.[field] !== desired[field],
    );
    return Object.fromEntries(open.map((field) => [field, desired[field] === true]));
  }

  /** A field as last read; undefined if it is unknown. */
  current(field: Field): boolean | undefined {
    return this.fieldsInDoubt.includes(field) ? undefined : this.connector?.[field];
  }

  #movedFields(): Field[] {
    const { found, connector } = this;
    if (!found || !connector || this.#isUncertain) return [];
    return FIELDS.filter((field) => found[field] !== connector[field]);
  }

  /** Whether the connector, as last read, has all that you asked for; undefined if that is unknown. */
  isInSync(mustBeVerified: boolean): boolean | undefined {
    if (!this.connector || this.#isUncertain) return undefined;
    if (mustBeVerified && !isVerified(this.connector)) return false;
    return findDrift(this.connector, this.target.desired).length === 0;
  }

  /** Notes the connector before anything is changed. */
  find(connector: Connector): void {
    this.connector = connector;
    this.found = connector;
    this.drift = findDrift(connector, this.target.desired);
  }

  /** What requests go to. Throws a Failure if there is no id, or one that no path can have. */
  ref(): ConnectorRef {
    const { id, name } = this;
    if (id !== undefined && /^[A-Za-z0-9_-]+$/.test(id)) return { id, name };
    throw new Failure({
      kind: 'unexpected',
      problem: 'no id to work with',
      message: `Cloudflare gives no usable id for the connector of ${name}, so no request can name it.`,
    });
  }

  /** Records a failure as this connector's. */
  fail(failure: Failure | Problem): void {
    const it = failure instanceof Failure ? failure : new Failure(failure);
    this.failures.push(...it.record(this.subject));
  }

  /** What a failure's record says of the connector. */
  get subject(): Subject {
    return { sso_connector_id: this.id, email_domain: this.domain, name: this.name };
  }

  /** Runs a piece of the work on this target; a Failure is recorded, so that it does not stop the other targets. */
  async attempt(work: () => Promise<void> | void): Promise<void> {
    try {
      await work();
    } catch (failure) {
      if (!(failure instanceof Failure)) throw failure;
      this.fail(failure);
    }
  }

  /**
   * Sends a change and keeps account of it, in case its answer is lost or the job is cancelled. What the connector is
   * afterwards is unknown until it is read again.
   */
  async send<T>(asked: string, fields: Desired, request: (doubt: Doubt) => Promise<T>): Promise<T> {
    const given = givenFields(fields);
    for (const field of given) this.#tried.add(field);
    const answer = await request((inDoubt) => {
      this.underWay = inDoubt ? asked : undefined;
      this.#isUncertain = inDoubt;
      this.fieldsInDoubt = inDoubt ? given : [];
    });
    for (const field of given) this.#sent.add(field);
    this.done.push(asked);
    this.underWay = undefined;
    return answer;
  }
}

/** What these are called together: domains if each one's is known. */
export function nounFor(outcomes: readonly Outcome[]): 'domain' | 'connector' {
  return outcomes.every(({ domain }) => domain !== undefined) ? 'domain' : 'connector';
}
