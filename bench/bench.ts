// `npm run bench [-- --runs N --only PATTERN --jobs PATTERN]`: the action beside what a user would use instead. See README.md.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { ACTION, chooseContenders, STANDARD_LIBRARY } from './contenders/contenders.ts';
import { SCENARIOS } from './scenarios.ts';
import { type Medians, measureAll } from './series.ts';
import { memory, milliseconds, ratio, size, table } from './table.ts';

const { values } = parseArgs({
  options: {
    runs: { type: 'string', default: '15' },
    only: { type: 'string', default: '' },
    jobs: { type: 'string', default: '' },
  },
});
const runs = Number(values.runs);
if (!Number.isInteger(runs) || runs < 1) throw new Error(`--runs must be a whole number from 1, not ${values.runs}`);
const jobs = new RegExp(values.jobs, 'i');

const folder = mkdtempSync(join(tmpdir(), 'bench-'));
try {
  const scenarios = SCENARIOS.filter(({ title }) => jobs.test(title));
  const contenders = chooseContenders(new RegExp(values.only, 'i'), folder);
  const medians = await measureAll(contenders, scenarios, runs);
  const names = contenders.map(({ name, bytes }) => `${name} (${size(bytes)})`);
  const header = ['', ...names, 'requests', 'connections', 'peak memory'];
  console.log(
    table(
      header,
      medians.map((cells, n) => row(scenarios[n]?.title ?? '', cells)),
    ),
  );

  function row(title: string, cells: ReadonlyMap<string, Medians>): string[] {
    const limit = cells.get(STANDARD_LIBRARY.name)?.ms ?? Number.NaN;
    const times = contenders.map(({ name }) => {
      const ms = cells.get(name)?.ms;
      return ms === undefined ? '' : `${milliseconds(ms)} (${ratio(ms, limit)})`;
    });
    const { requests, connections, peakMemory } = cells.get(ACTION.name) ?? {};
    return [title, ...times, requests?.toLocaleString('en') ?? '', String(connections ?? ''), memory(peakMemory)];
  }
} finally {
  rmSync(folder, { recursive: true });
}
