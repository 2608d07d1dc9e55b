/**
 * `npm run vendor:tests [-- --only Python --typescript PATH]`: the tests that the vendor publishes with its libraries, of
 * the SSO connectors, with their skips lifted, against the simulator. They are outside judges: nothing of them is kept
 * here. Those of the TypeScript library are in no package, so a path to them has to be given.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { startFront } from './vendor/front.ts';
import { go } from './vendor/go.ts';
import { python } from './vendor/python.ts';
import { count, type Suite } from './vendor/suite.ts';
import { typescript } from './vendor/typescript.ts';

const { values } = parseArgs({ options: { only: { type: 'string', default: '' }, typescript: { type: 'string' } } });
const suites = [python, go, ...(values.typescript === undefined ? [] : [typescript(values.typescript)])];
if (values.typescript === undefined) console.log('TypeScript: left out, since no --typescript PATH was given');

for (const suite of suites.filter(({ name }) => name.startsWith(values.only))) {
  try {
    console.log(`${suite.name}: ${await judge(suite)}`);
  } catch (error) {
    process.exitCode = 1;
    console.log(`${suite.name}: ${error instanceof Error ? error.message : error}`);
  }
}

async function judge(suite: Suite): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), 'vendor-'));
  await using front = await startFront();
  try {
    const output = await suite.run(folder, front.url);
    const passed = count(output, suite.passed);
    const skipped = count(output, suite.skipped);
    if (passed === 0 || skipped > 0) throw new Error(`${passed} passed, ${skipped} skipped\n${output.slice(-4000)}`);
    return `${passed} passed`;
  } finally {
    rmSync(folder, { recursive: true, force: true, maxRetries: 3 });
  }
}
