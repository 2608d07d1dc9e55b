import { parseArgs } from 'node:util';

/** What a benchmark is told on the command line. */
export interface Options {
  /** Timed runs of each contender in each scenario. */
  readonly runs: number;
  /** Which contenders to measure beside the limit, by their names. */
  readonly only: RegExp;
}

/** Reads `--runs N` and `--only PATTERN`. Throws for anything else. */
export function readOptions(defaults: { runs: number }): Options {
  const { values } = parseArgs({ options: { runs: { type: 'string' }, only: { type: 'string', default: '' } } });
  const runs = Number(values.runs ?? defaults.runs);
  if (!Number.isInteger(runs) || runs < 1) throw new Error(`--runs must be a whole number from 1, not ${values.runs}`);
  return { runs, only: new RegExp(values.only, 'i') };
}
