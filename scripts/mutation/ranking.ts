import type { Judges } from './coverage.ts';

/** The order of the judges: who has noticed mutants of the same source goes first, if it is fast. */
export class Ranking {
  readonly #kills = new Map<string, number>();

  /** A test file noticed a mutant of a source. */
  count(source: string, file: string): void {
    this.#kills.set(`${source} ${file}`, this.#killsOf(source, file) + 1);
  }

  sort(source: string, files: Judges['files']): Judges['files'] {
    const worth = ({ file, ms }: Judges['files'][number]) => (1 + this.#killsOf(source, file)) / ms;
    return files.toSorted((one, other) => worth(other) - worth(one));
  }

  #killsOf(source: string, file: string): number {
    return this.#kills.get(`${source} ${file}`) ?? 0;
  }
}
