import { hash } from 'node:crypto';
import { describeMutant, type Mutant } from './mutant.ts';

/**
 * So many mutants drawn at random, of every file in proportion to its number. Who is drawn depends on the seed and on the
 * mutant itself, so that a change of one file leaves the draw of the others as it was.
 */
export function drawByFile(mutants: readonly Mutant[], size: number, seed: string): Mutant[] {
  const share = Math.min(1, size / mutants.length);
  const files = [...Map.groupBy(mutants, ({ file }) => file)].map(([file, all]) => ({ file, all, rest: 0 }));
  // Whole numbers that add up to the size: the fractions carry over from file to file.
  let owed = 0;
  return files.flatMap(({ all }) => {
    owed += all.length * share;
    const count = Math.round(owed);
    owed -= count;
    return shuffled(all, seed).slice(0, count);
  });
}

/** The 95 % interval of a share, by Wilson: https://en.wikipedia.org/wiki/Binomial_proportion_confidence_interval */
export function confidence(successes: number, trials: number): [low: number, high: number] {
  const z = 1.96;
  const share = successes / trials;
  const middle = share + z ** 2 / (2 * trials);
  const reach = z * Math.sqrt((share * (1 - share)) / trials + z ** 2 / (4 * trials ** 2));
  const scale = 1 + z ** 2 / trials;
  return [(middle - reach) / scale, (middle + reach) / scale];
}

function shuffled(mutants: readonly Mutant[], seed: string): Mutant[] {
  const times = new Map<string, number>();
  const keyed = mutants.map((mutant) => {
    const text = describeMutant(mutant);
    const time = (times.get(text) ?? 0) + 1;
    times.set(text, time);
    return { mutant, key: hash('sha256', JSON.stringify([seed, mutant.file, text, time])) };
  });
  return keyed.sort((one, other) => (one.key < other.key ? -1 : 1)).map(({ mutant }) => mutant);
}
