/** Numbers that look random and that a seed repeats: https://github.com/bryc/code/blob/master/jshash/PRNGs.md (mulberry32). */
export class Chance {
  #state: number;

  constructor(seed: number) {
    // Seeds are small and next to each other.
    this.#state = Math.imul(seed + 1, 0x9e3779b1) >>> 0;
  }

  /** From 0 up to, and without, 1. */
  next(): number {
    this.#state = (this.#state + 0x6d2b79f5) >>> 0;
    let mixed = this.#state;
    mixed = Math.imul(mixed ^ (mixed >>> 15), mixed | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  }

  /** True in this share of cases. */
  is(share: number): boolean {
    return this.next() < share;
  }

  /** One of these. Throws if there is none. */
  of<T>(values: readonly T[]): T {
    const [value] = values.slice(Math.floor(this.next() * values.length));
    if (value === undefined) throw new Error('there is nothing to choose from');
    return value;
  }
}
