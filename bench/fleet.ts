// `npm run bench:fleet [-- --runs N]`: what many connectors in one step cost. See README.md.
import { ACTION } from './contenders/contenders.ts';
import { readOptions } from './options.ts';
import { fleet } from './scenarios.ts';
import { type Medians, measureAll } from './series.ts';
import { memory, milliseconds, ratio, table } from './table.ts';

const LATENCY_MS = 50;
const MOST_AT_ONCE = 8;
const SIZES = [1, 10, 100, 1000];

const { runs } = readOptions({ runs: 7 });
const scenarios = [false, true].flatMap((drifted) =>
  SIZES.map((connectors) =>
    fleet(`${connectors}, drifted: ${drifted}`, {
      connectors,
      drifted,
      latencyMs: LATENCY_MS,
    }),
  ),
);
const medians = (await measureAll([ACTION], scenarios, runs)).flat();
const inSync = medians.slice(0, SIZES.length);
const drifted = medians.slice(SIZES.length);

const header = ['connectors', 'drifted', 'time', 'against', 'ratio', 'requests', 'connections', 'peak memory'];
console.log(
  table(header, [
    ...inSync.map((cell, n) => row(SIZES[n] ?? 0, 'none', cell, inSync[0]?.ms ?? 0)),
    ...drifted.map((cell, n) => row(SIZES[n] ?? 0, 'all', cell, expected(SIZES[n] ?? 0))),
  ]),
);

/** The time of the updates, 8 at once, after that of a run with one connector. */
function expected(connectors: number): number {
  return (connectors / MOST_AT_ONCE) * LATENCY_MS + (drifted[0]?.ms ?? 0);
}

function row(connectors: number, which: string, cell: Medians, against: number): string[] {
  const { ms, requests, connections, peakMemory } = cell;
  const times = [milliseconds(ms), milliseconds(against), ratio(ms, against)];
  return [
    connectors.toLocaleString('en'),
    which,
    ...times,
    requests.toLocaleString('en'),
    String(connections),
    memory(peakMemory),
  ];
}
