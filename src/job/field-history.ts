/** A field's value before and after a change; undefined if unknown. */
export interface Move {
  readonly before: boolean | undefined;
  readonly after: boolean;
}

/** Who gave a field of a connector which value in the course of a run. */
export class FieldHistory {
  /** As last read, or sent with a good end; undefined if unknown. */
  #value: boolean | undefined;
  /** What this run sent with a good end, and what was there before. */
  ours: Move | undefined;
  /** What somebody else did meanwhile. */
  others: Move | undefined;

  constructor(value: boolean | undefined) {
    this.#value = value;
  }

  /** Notes a value as read; a new one is somebody else's, unless it may well be ours. */
  read(value: boolean | undefined, mayBeOurs: boolean): void {
    if (value === undefined) return;
    if (this.#value !== undefined && value !== this.#value && !mayBeOurs) {
      this.others = { before: this.others?.before ?? this.#value, after: value };
    }
    this.#value = value;
  }

  /** Notes a value that was sent with a good end. */
  set(value: boolean): void {
    const hasChanged = this.ours !== undefined && this.ours.before !== this.ours.after;
    this.ours = { before: hasChanged ? this.ours?.before : this.#value, after: value };
    this.#value = value;
  }

  /** Notes that a value that was sent may have taken effect, or not. */
  doubt(): void {
    this.ours = undefined;
    this.#value = undefined;
  }
}
