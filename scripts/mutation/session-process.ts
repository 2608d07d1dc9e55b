/** Vitest, kept warm, in a copy of the repository: `node scripts/mutation/session-process.ts record|kill WORKERS`. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { relative } from 'node:path';
import { BaseSequencer, createVitest, type TestCase, type TestModule, type TestSpecification } from 'vitest/node';
import type { Ended, Order, TestEnd } from './protocol.ts';

class InGivenOrder extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    return files;
  }
}

/** They read the sources as text, which says something else when mutants are built in, or never touch them. */
const NO_JUDGES = ['test/unit/{folders,regular-expressions}.test.ts', 'test/kit/**'];

const [purpose, workers] = process.argv.slice(2);
const vitest = await createVitest('test', {
  watch: false,
  reporters: [{}],
  exclude: NO_JUDGES,
  // A mutant is woken when its module is loaded: for each file where it is recorded which loads it, else once for a run.
  isolate: purpose === 'record',
  testTimeout: 40_000,
  setupFiles: ['scripts/mutation/setup.mjs'],
  maxWorkers: Number(workers),
  ...(purpose === 'kill' && { bail: 1, sequence: { sequencer: InGivenOrder } }),
});
const all = await vitest.globTestSpecifications();
mkdirSync('mutation', { recursive: true });

process.on('message', async (order: Order) => process.send?.(await run(order)));
process.on('disconnect', () => process.exit());
process.send?.('ready');

async function run({ mutant, files }: Order): Promise<Ended> {
  writeFileSync('mutation/mutant', mutant);
  // Vitest keeps the results of earlier runs, and its `bail` counts their failures too.
  vitest.state.filesMap.clear();
  vitest.state.idMap.clear();
  const project = vitest.getRootProject();
  const specifications = files?.map(({ file, tests }) =>
    project.createSpecification(`${project.config.root}/${file}`, tests && { testIds: [...tests] }),
  );
  const { testModules, unhandledErrors } = await vitest.runTestSpecifications(specifications ?? all);
  const tests = testModules.flatMap(endsOf);
  const failed = tests.find(({ passed }) => !passed);
  const broken = testModules.find((module) => module.state() === 'failed');
  const others = [...(broken ? [`${fileOf(broken)} as a whole`] : []), ...unhandledErrors.map(String)];
  const failure = failed ? `${failed.file}: ${failed.name}` : others[0];
  return { tests, failure, failed, isCut: failure === undefined && testModules.some(isCut) };
}

/** Whether `bail` has ended a file: then a test has failed, though one that ran at the same time may hide which. */
function isCut(module: TestModule): boolean {
  const hasNoEnd = (test: TestCase) => ['skipped', 'pending'].includes(test.result().state);
  return [...module.children.allTests()].some((test) => hasNoEnd(test) && test.options.mode === 'run');
}

function endsOf(module: TestModule): TestEnd[] {
  return [...module.children.allTests()].flatMap((test) => {
    const { state } = test.result();
    if (state === 'skipped' || state === 'pending') return [];
    const ms = test.diagnostic()?.duration ?? 0;
    const { id, fullName: name } = test;
    return { file: fileOf(module), fileId: module.id, id, name, passed: state === 'passed', ms };
  });
}

function fileOf({ moduleId }: TestModule): string {
  return relative(vitest.config.root, moduleId).replaceAll('\\', '/');
}
