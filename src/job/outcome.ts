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
import { fitsPath } from '../connector/id.ts';
import { Failure, type FailureRecord, type Problem, type Subject } from '../failure.ts';
import type { Target } from '../inputs/settings.ts';
import { FieldHistory, type Move } from './field-history.ts';

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
  /** Whether a failure tells that its domain is not verified. */
  isToldUnverified = false;
  /** What public DNS has for the TXT record, once such a failure has told of it. */
  dnsSays: string | undefined;
  /** If the list names the connector more than once: the outcomes of the other entries. */
  twins: readonly Outcome[] = [];
  /** Whether a later read failed for good: the connector may be another by now. */
  isOutdated = false;
  /** Why the last list did not tell of it; undefined if it did. */
  unread: Failure | undefined;
  readonly #done: Change[] = [];
  #doubted: Change[] = [];
  readonly #tried = new Set<Field>();
  /** Of the fields that were sent, or read more than once. */
  readonly #histories = new Map<Field, FieldHistory>();
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
  get doubted(): string[] {
    return this.#doubted.map((change) => describeChange(this.name, change));
  }

  /** Whether a change may have taken effect, with no read since. */
  get isUncertain(): boolean {
    return this.#unknown !== undefined;
  }

  /** Whether that change was a begin of the verification, which leaves the fields as they were. */
  get isBeginInDoubt(): boolean {
    return this.#unknown?.change === 'begin';
  }

  #history(field: Field): FieldHistory {
    const history = this.#histories.get(field) ?? new FieldHistory(this.#connector?.[field]);
    this.#histories.set(field, history);
    return history;
  }

  /** What this run sent of a field with a good end, and what was there before. */
  ours(field: Field): Move | undefined {
    return this.#histories.get(field)?.ours;
  }

  /** What somebody else made of a field while this run was under way, as far as known. */
  others(field: Field): Move | undefined {
    return this.#histories.get(field)?.others;
  }

  /** Whether this run changed something; undefined if that is unknown. */
  get changed(): boolean | undefined {
    if (this.#done.length === 0 && this.#doubted.length === 0) return false;
    if (this.begunAt !== undefined) return true;
    const { found } = this;
    const connector = this.#connector;
    if (!found || !connector || (this.isUncertain && !this.isBeginInDoubt)) return undefined;
    if (this.changedFields.length > 0) return true;
    const isUnknown = FIELDS.some((field) => this.ours(field) && this.ours(field)?.before === undefined);
    if (this.isUncertain || isUnknown) return undefined;
    const hasMoved =
      FIELDS.some((field) => connector[field] !== undefined && connector[field] !== found[field]) ||
      connector.verification_status !== found.verification_status;
    return this.#doubted.length > 0 && hasMoved ? undefined : false;
  }

  /** The fields that this run changed; none if that is unknown. */
  get changedFields(): readonly Field[] {
    return FIELDS.filter((field) => {
      const ours = this.ours(field);
      return ours?.before !== undefined && ours.before !== ours.after && !this.isInDoubt(field);
    });
  }

  /** The fields that someone else changed while this run was under way. */
  get movedByOthers(): readonly Field[] {
    return FIELDS.filter((field) => this.others(field)?.before !== this.others(field)?.after);
  }

  /** What this run has not come to. */
  get unsent(): Desired {
    const { desired } = this.target;
    const open = givenFields(desired).filter(
      (field) => !this.ours(field) && !this.isInDoubt(field) && this.connector?.[field] !== desired[field],
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

  /** Notes the connector as just read, or as answered. */
  see(connector: Connector): void {
    if (this.#connector) {
      for (const field of FIELDS) {
        const mayBeOurs = this.twins.some((twin) => twin.#tried.has(field));
        this.#history(field).read(connector[field], mayBeOurs);
      }
    }
    this.#connector = connector;
    this.#name = undefined;
    this.remainingDrift = findDrift(connector, this.target.desired);
    this.#unknown = undefined;
    this.isOutdated = false;
    this.unread = undefined;
  }

  /** Notes that the verification may be another by now, since a read of it failed for good. */
  forgetVerification(): void {
    if (this.#connector) this.#connector = { ...this.#connector, verification_status: undefined };
    this.isOutdated = true;
  }

  /** Notes the connector as this run found it. */
  setFound(connector: Connector): void {
    this.see(connector);
    this.found = connector;
    this.drift = this.remainingDrift;
  }

  /** Throws a Failure if there is no id, or one that no path can have. */
  ref(): ConnectorRef {
    const { id, name } = this;
    if (id !== undefined && fitsPath(id)) return { id, name };
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
    const fields = change === 'begin' ? {} : change;
    for (const field of givenFields(fields)) this.#tried.add(field);
    const doubt = (inDoubt: boolean) => {
      this.#doubted = this.#doubted.filter((other) => other !== change);
      if (inDoubt) this.#doubted.push(change);
      this.#unknown = inDoubt ? { change, isAnswered: false } : undefined;
    };
    try {
      const answer = await request(doubt);
      this.#doubted = this.#doubted.filter((other) => other !== change);
      for (const field of givenFields(fields)) this.#history(field).set(fields[field] === true);
      this.#done.push(change);
      return answer;
    } catch (error) {
      if (this.#doubted.includes(change)) for (const field of givenFields(fields)) this.#history(field).doubt();
      // It is gone: what was in sync may not be so any more.
      const isGone = error instanceof Failure && error.isAll('not_found');
      if (isGone) this.isOutdated = true;
      throw error;
    }
  }

  /**
   * Whether the fields that were sent last took effect is unknown after all: the answer is not as asked. It is undefined
   * if it does not tell of this connector.
   */
  takeBack(sent: Desired, fields: readonly Field[], answer?: Connector): void {
    const doubted = pickFields(sent, fields);
    const kept = givenFields(sent).filter((field) => !fields.includes(field));
    this.#done.pop();
    if (kept.length > 0) this.#done.push(pickFields(sent, kept));
    this.#doubted.push(doubted);
    for (const field of fields) this.#history(field).doubt();
    if (answer) this.see(answer);
    this.#unknown = { change: doubted, isAnswered: answer !== undefined };
  }
}

/** What one and several of these are called: domains if each one's is known, entries if the list names one twice. */
export function nounFor(outcomes: readonly Outcome[]): readonly [one: string, several: string] {
  if (outcomes.some(({ twins }) => twins.length > 0)) return ['entry', 'entries'];
  return outcomes.every(({ domain }) => domain !== undefined) ? ['domain', 'domains'] : ['connector', 'connectors'];
}
