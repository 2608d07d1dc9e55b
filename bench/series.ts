import type { Contender } from './contenders/contender.ts';
import { ACTION, STANDARD_LIBRARY } from './contenders/contenders.ts';
import { measure, type Run } from './measure.ts';
import type { Scenario } from './scenarios.ts';
import { Simulators } from './simulators.ts';

/** Rounds that measure the memory. They come first, so that they warm the disk's cache up for those that are timed. */
const MEMORY_ROUNDS = 3;

/** Medians of all runs of a contender in a scenario. */
export interface Medians {
  /** Milliseconds of the whole process. */
  readonly ms: number;
  /** Bytes; undefined for a process that is not one of Node. */
  readonly peakMemory: number | undefined;
  readonly requests: number;
  readonly connections: number;
}

/**
 * Runs every contender in every scenario that is its own `runs` times. The runs alternate, so that what else the machine
 * does at a time hits all alike: compare medians of one series, and not those of two. Returns, by scenario, the medians
 * by the names of the contenders.
 */
export async function measureAll(
  contenders: readonly Contender[],
  scenarios: readonly Scenario[],
  runs: number,
): Promise<Map<string, Medians>[]> {
  using simulators = new Simulators();
  const pairs = scenarios.map((scenario) =>
    contenders
      .filter((contender) => scenario.isForAll || contender === ACTION || contender === STANDARD_LIBRARY)
      .map((contender) => ({ contender, scenario, timed: [] as Run[], weighed: [] as Run[] })),
  );
  for (let round = 0; round < MEMORY_ROUNDS + runs; round += 1) {
    const isWeighing = round < MEMORY_ROUNDS;
    for (const { contender, scenario, timed, weighed } of pairs.flat()) {
      const run = await measure(contender, scenario, simulators, { memory: isWeighing });
      (isWeighing ? weighed : timed).push(run);
    }
    console.error(`Round ${round + 1} of ${MEMORY_ROUNDS + runs}`);
  }
  return pairs.map(
    (row) => new Map(row.map(({ contender, timed, weighed }) => [contender.name, summarize(timed, weighed)])),
  );
}

function summarize(timed: readonly Run[], weighed: readonly Run[]): Medians {
  const peaks = weighed.flatMap(({ peakMemory }) => peakMemory ?? []);
  return {
    ms: median(timed.map(({ ms }) => ms)),
    peakMemory: peaks.length > 0 ? median(peaks) : undefined,
    requests: median(timed.map(({ requests }) => requests)),
    connections: median(timed.map(({ connections }) => connections)),
  };
}

/** The middle one; the mean of the two in the middle where their number is even. */
function median(values: readonly number[]): number {
  const sorted = [...values].sort((one, other) => one - other);
  const middle = sorted.length / 2;
  const [lower = Number.NaN, upper = Number.NaN] = [sorted[Math.ceil(middle) - 1], sorted[Math.floor(middle)]];
  return (lower + upper) / 2;
}
