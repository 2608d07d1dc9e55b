import { type Change, type ConnectorRef, describeChange } from '../cloudflare/client.ts';
import type { Doubt } from '../cloudflare/effect.ts';
import {
  type Connector,
  type Desired,
  FIELDS,
  type Field,
  givenFields,
  nameOfConnector,
  pickFields,
} from '../connector/connector.ts';
import { type Drift, findDrift } from '../connector/drift.ts';
import { Failure, type FailureRecord, type Problem, type Subject } from '../failure.ts';
import type { Target } from '../inputs/settings.ts';

/** What is unknown after a change, until the connector is read again. */
interface Unknown {
  readonly change: Change;
  /** Whether an answer has these fields, though not as they were sent. */
  readonly isAnswered: boolean;
}

/** What became of one target, filled in as the job goes on. */
export class Outcome {
  readonly target: Target;
  readonly failures: FailureRecord[] = [];
  /** Before this run changed it; undefined if nothing was read first. */
  found: Connector | undefined;
  /** As found, before any change. */
  drift: readonly Drift[] = [];
  /** How the connector differs from what you asked for, as last read; nothing if it was not read. */
  remainingDrift: readonly Drift[] = [];
  /** When this run asked to begin the verification, in milliseconds since the epoch. */
  begunAt: number | undefined;
  /** What public DNS has for the TXT record, once a failure has told of it. */
  dnsSays: string | undefined;
  /** If the list names the connector twice: the outcomes of both entries. */
  twins: readonly Outcome[] = [];
  /** Whether a later read failed for good: the connector may be another by now. */
  isOutdated = false;
  readonly #done: Change[] = [];
  #underWay: Change | undefined;
  readonly #tried = new Set<Field>();
  readonly #sent = new Set<Field>();
  #unknown: Unknown | undefined;
  #connector: Connector | undefined;
  /** Reports name a connector many times. */
  #name: string | undefined;

  constructor(target: Target) {
    this.target = target;
  }

  /** The connector as last read. */
  get connector(): Connector | undefined {
    return this.#connector;
  }

  set connector(connector: Connector | undefined) {
    this.#connector = connector;
    this.#name = undefined;
    this.remainingDrift = connector ? findDrift(connector, this.target.desired) : [];
    this.#unknown = undefined;
    this.isOutdated = false;
  }

  get failed(): boolean {
    return this.failures.length > 0;
  }

  get id(): string | undefined {
    return this.target.sso_connector_id ?? this.#connector?.id;
  }

  get domain(): string | undefined {
    return this.#connector?.email_domain ?? this.target.email_domain;
  }

  /** The connector's name for people: its domain, or else `connector 023e…`. */
  get name(): string {
    this.#name ??= nameOfConnector(this.id, this.domain);
    return this.#name;
  }

  get subject(): Subject {
    return { sso_connector_id: this.id, email_domain: this.domain, name: this.name };
  }

  /** What was sent and came to a good end: `set enabled=true for acme.example`. */
  get done(): string[] {
    return this.#done.map((change) =>
      change === 'begin' ? `verification of ${this.name} begun` : describeChange(this.name, change),
    );
  }

  /** What was sent with no answer that tells whether it took effect. */
  get underWay(): string | undefined {
    return this.#underWay && describeChange(this.name, this.#underWay);
  }

  /** Whether a change may have taken effect, with no read since. */
  get isUncertain(): boolean {
    return this.#unknown !== undefined;
  }

  /** Whether that change was a begin of the verification, which leaves the fields as they were. */
  get isBeginInDoubt(): boolean {
    return this.#unknown?.change === 'begin';
  }

  /** Whether a field was sent with a good end. */
  hasSet(field: Field): boolean {
    return this.#sent.has(field);
  }

  /** Whether this run changed something; undefined if that is unknown. */
  get changed(): boolean | undefined {
    const isUnderWay = this.#underWay !== undefined;
    if (this.#done.length === 0 && !isUnderWay) return false;
    const { found } = this;
    const connector = this.#connector;
    if (this.begunAt !== undefined) return true;
    if (!found || !connector || (this.isUncertain && !this.isBeginInDoubt)) return undefined;
    if (this.changedFields.length > 0) return true;
    if (this.isUncertain) return undefined;
    const hasMoved =
      FIELDS.some((field) => connector[field] !== undefined && connector[field] !== found[field]) ||
      connector.verification_status !== found.verification_status;
    return isUnderWay && hasMoved ? undefined : false;
  }

  /** The fields that this run changed; none if that is unknown. */
  get changedFields(): readonly Field[] {
    const { found, target } = this;
    if (!found || this.#sent.size === 0) return [];
    return FIELDS.filter(
      (field) => this.#sent.has(field) && !this.isInDoubt(field) && found[field] !== target.desired[field],
    );
  }

  /** The fields that someone else changed while this run was under way; what was unknown before may have been so. */
  get movedByOthers(): readonly Field[] {
    if (this.found === this.#connector) return [];
    return FIELDS.filter((field) => {
      const left = this.left(field);
      const now = this.current(field);
      const isOurs = this.twins.some((twin) => twin.#tried.has(field));
      return left !== undefined && now !== undefined && left !== now && !isOurs;
    });
  }

  /** A field as this run left it: as sent with a good end, or else as found; undefined if that is unknown. */
  left(field: Field): boolean | undefined {
    if (this.#sent.has(field)) return this.target.desired[field];
    return this.#tried.has(field) ? undefined : this.found?.[field];
  }

  /** What this run has not come to. */
  get unsent(): Desired {
    const { desired } = this.target;
    const open = givenFields(desired).filter(
      (field) => !this.#sent.has(field) && !this.isInDoubt(field) && this.connector?.[field] !== desired[field],
    );
    return pickFields(desired, open);
  }

  /** A field as last read; undefined if it is unknown. */
  current(field: Field): boolean | undefined {
    return this.isInDoubt(field) && !this.#unknown?.isAnswered ? undefined : this.#connector?.[field];
  }

  /** Whether a field is one of a change that may have taken effect, with no read since. */
  isInDoubt(field: Field): boolean {
    const change = this.#unknown?.change;
    return change !== undefined && change !== 'begin' && change[field] !== undefined;
  }

  find(connector: Connector): void {
    this.connector = connector;
    this.found = connector;
    this.drift = this.remainingDrift;
  }

  /** Throws a Failure if there is no id, or one that no path can have. */
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

  /**
   * Sends a change of these fields, or a begin of the verification, and keeps account of it. What the connector is
   * afterwards is unknown until it is read again.
   */
  async send<T>(change: Change, request: (doubt: Doubt) => Promise<T>): Promise<T> {
    const fields = change === 'begin' ? [] : givenFields(change);
    for (const field of fields) this.#tried.add(field);
    const answer = await request((inDoubt) => {
      this.#underWay = inDoubt ? change : undefined;
      this.#unknown = inDoubt ? { change, isAnswered: false } : undefined;
    });
    for (const field of fields) this.#sent.add(field);
    this.#done.push(change);
    this.#underWay = undefined;
    return answer;
  }

  /** Of the fields that were sent last, whether these took effect is unknown after all: the answer is not as asked. */
  takeBack(sent: Desired, fields: readonly Field[], isAnswered: boolean): void {
    const doubted = pickFields(sent, fields);
    const kept = givenFields(sent).filter((field) => !fields.includes(field));
    this.#done.pop();
    if (kept.length > 0) this.#done.push(pickFields(sent, kept));
    this.#underWay = doubted;
    for (const field of fields) this.#sent.delete(field);
    this.#unknown = { change: doubted, isAnswered };
  }
}

/** What these are called together: domains if each one's is known. */
export function nounFor(outcomes: readonly Outcome[]): 'domain' | 'connector' {
  return outcomes.every(({ domain }) => domain !== undefined) ? 'domain' : 'connector';
}
