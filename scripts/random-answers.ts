/**
 * `npm run random-answers [-- --runs 500 --seed 1]`: so many runs of every mode against an API that answers whatever its
 * description allows (test/fixtures/sso-connectors.openapi.json). None may end in a stack trace, ask to be reported, or
 * succeed without an answer that proves it.
 */
import { parseArgs } from 'node:util';
import { MODES } from '../src/inputs/settings.ts';
import { runAction } from '../test/kit/runner.ts';
import { Chance } from './chance.ts';
import { startRandomApi } from './random/api.ts';
import { judgeEnd } from './random/judge.ts';
import { drawOrder } from './random/order.ts';

const AT_ONCE = 4;
const LIMIT_MS = 120_000;

const { values } = parseArgs({
  options: { runs: { type: 'string', default: '500' }, seed: { type: 'string', default: '1' } },
});
const first = Number(values.seed);
const seeds = Array.from({ length: Number(values.runs) }, (_, n) => first + n);
const open = seeds.flatMap((seed) => MODES.map((mode) => ({ seed, mode })));
const ends = { succeeded: 0, failed: 0, wrong: 0 };
await Promise.all(Array.from({ length: AT_ONCE }, work));
console.log(`${ends.succeeded} runs succeeded, ${ends.failed} failed as they should, ${ends.wrong} ended wrongly.`);
process.exitCode = ends.wrong > 0 ? 1 : 0;

async function work(): Promise<void> {
  for (let next = open.shift(); next !== undefined; next = open.shift()) {
    const { seed, mode } = next;
    const chance = new Chance(seed);
    const order = drawOrder(mode, chance);
    await using api = await startRandomApi(chance, order.likely);
    const inputs = { ...order.inputs, api_base_url: api.apiBaseUrl };
    let wrong: string[];
    try {
      const step = await runAction({ inputs, timeoutMs: LIMIT_MS });
      wrong = judgeEnd(order, api.exchanges, step);
      if (wrong.length === 0) ends[step.exitCode === 0 ? 'succeeded' : 'failed'] += 1;
    } catch (error) {
      wrong = [error instanceof Error ? error.message.slice(0, 2000) : String(error)];
    }
    if (wrong.length === 0) continue;
    ends.wrong += 1;
    const asked = api.exchanges
      .slice(-6)
      .map(({ method, path, status, body }) => `${method} ${path}: ${status} ${JSON.stringify(body)}`);
    console.log(
      [
        `Seed ${seed}, ${JSON.stringify(order.inputs)}`,
        ...wrong,
        ...asked.map((line) => `  ${line.slice(0, 600)}`),
      ].join('\n'),
    );
  }
}
