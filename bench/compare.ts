// `npm run bench [-- --runs N --only PATTERN]`: this action beside what a user would use instead. See README.md.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Contender } from './contenders/contender.ts';
import { chooseContenders } from './contenders/contenders.ts';
import { readOptions } from './options.ts';
import { CHECK, fleet, UPDATE } from './scenarios.ts';
import { type Medians, measureAll } from './series.ts';
import { each, memory, milliseconds, ratio, size, table } from './table.ts';

const SCENARIOS = [
  UPDATE,
  CHECK,
  fleet('100 connectors, none drifted', { connectors: 100, drifted: false, latencyMs: 0 }),
  fleet('100, all drifted (50 ms a call)', { connectors: 100, drifted: true, latencyMs: 50 }),
];

const { runs, only } = readOptions({ runs: 15 });
const folder = mkdtempSync(join(tmpdir(), 'bench-'));
try {
  const contenders = chooseContenders(only, folder);
  const medians = await measureAll(contenders, SCENARIOS, runs);
  const header = ['', ...SCENARIOS.map(({ title }) => title), 'code', 'requests', 'connections', 'peak memory'];
  console.log(
    table(
      header,
      contenders.map((contender, column) => row(contender, column, medians)),
    ),
  );
} finally {
  rmSync(folder, { recursive: true });
}

function row(contender: Contender, column: number, medians: readonly (readonly Medians[])[]): string[] {
  const cells = medians.flatMap((ofScenario) => ofScenario[column] ?? []);
  const limits = medians.flatMap(([limit]) => limit ?? []);
  return [
    contender.name,
    ...cells.map(({ ms }, n) => `${milliseconds(ms)} (${ratio(ms, limits[n]?.ms ?? Number.NaN)})`),
    size(contender.bytes),
    each(cells.map(({ requests }) => String(requests))),
    each(cells.map(({ connections }) => String(connections))),
    each(cells.map(({ peakMemory }) => memory(peakMemory))),
  ];
}
