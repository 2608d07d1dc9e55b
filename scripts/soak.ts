/**
 * `npm run soak [-- --runs 200 --seed 1 --connectors 1000 --share 0.05]`: many connectors, and an API of which so many
 * requests fail in every way that the simulator knows. After each run, what the action said must be what the server
 * holds, or be said to be unknown. A run is repeated by its own seed, as far as eight requests at once can be.
 */
import { parseArgs } from 'node:util';
import { runAction } from '../test/kit/runner.ts';
import { startSimulator } from '../test/simulator/simulator.ts';
import { Chance } from './chance.ts';
import { listOf, makeFleet } from './soak/fleet.ts';
import { judge } from './soak/judge.ts';
import { makeTrouble } from './soak/trouble.ts';

const LIMIT_MS = 15 * 60_000;

const { values } = parseArgs({
  options: {
    runs: { type: 'string', default: '200' },
    seed: { type: 'string', default: '1' },
    connectors: { type: 'string', default: '1000' },
    share: { type: 'string', default: '0.05' },
  },
});
const size = Number(values.connectors);
const share = Number(values.share);

const all = new Map<string, number>();
let liars = 0;
for (let n = 0; n < Number(values.runs); n += 1) {
  const seed = Number(values.seed) + n;
  const lies = await soak(seed);
  for (const lie of lies.slice(0, 10)) console.log(`  ${lie}`);
  if (lies.length > 0) liars += 1;
}
const times = [...all].sort(([one], [other]) => (one < other ? -1 : 1)).map(([name, count]) => `${name} ${count}`);
console.log(`\nWhat went wrong: ${times.join(', ')}.`);
console.log(`${Number(values.runs) - liars} runs told the truth, ${liars} did not.`);
process.exitCode = liars > 0 ? 1 : 0;

async function soak(seed: number): Promise<readonly string[]> {
  const chance = new Chance(seed);
  await using simulator = await startSimulator();
  const aims = makeFleet(simulator, size, chance);
  const mode = chance.of(['reconcile', 'reconcile', 'update']);
  const connectors = listOf(aims, chance);
  const trouble = makeTrouble(simulator, share, chance);
  const step = await runAction({
    inputs: {
      api_token: simulator.tokens.edit,
      account_id: simulator.accountId,
      api_base_url: simulator.apiBaseUrl,
      ...{ mode, connectors, unlisted: 'ignore' },
      request_timeout: '3s',
      max_retries: String(chance.of([0, 1, 3])),
    },
    timeoutMs: LIMIT_MS,
  });
  const { lies, failures, unknown } = judge({ mode, aims, after: (id) => simulator.connector(id) }, step);
  const faults = [...trouble.values()].reduce((sum, count) => sum + count, 0);
  for (const [name, count] of trouble) all.set(name, (all.get(name) ?? 0) + count);
  const seconds = (step.durationMs / 1000).toFixed(1);
  const told = `${failures} failures, ${unknown} of ${size} unknown`;
  const went = `${simulator.requests.length} requests, ${faults} went wrong`;
  console.log(`${lies.length > 0 ? 'LIED' : 'true'}: seed ${seed}, ${mode}, ${went}, ${told}, ${seconds} s`);
  if (lies.length > 0)
    console.log(
      step.lines
        .slice(-5)
        .map((line) => `  | ${line.slice(0, 300)}`)
        .join('\n'),
    );
  return lies;
}
