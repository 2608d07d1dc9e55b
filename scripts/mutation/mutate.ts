/**
 * `npm run mutate [-- --sample N --seed S --only PATTERN --tests FILE,FILE --workers N --json FILE]`: does a test fail for
 * every change of src? All mutants are built in at once and woken one at a time, through what ships. See CONTRIBUTING.md.
 * `--only` matches `src/file.ts:line`. `--tests` has these files as the only judges: then nobody has to find out first
 * which test reaches what, and a first survivor is found within a minute.
 */
import { rmSync, writeFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { parseArgs } from 'node:util';
import { type Judges, readCoverage } from './coverage.ts';
import { describeMutant, Equivalents, type Mutant } from './mutant.ts';
import { Ranking } from './ranking.ts';
import { describeVerdicts, type Verdict } from './report.ts';
import { drawByFile } from './sample.ts';
import { Session } from './session.ts';
import { copyWorkspace, instrument } from './workspace.ts';

const RECORD_LIMIT_MS = 30 * 60_000;

const { values } = parseArgs({
  options: {
    sample: { type: 'string' },
    seed: { type: 'string', default: '1' },
    only: { type: 'string', default: '' },
    workers: { type: 'string', default: String(availableParallelism() + 1) },
    tests: { type: 'string' },
    json: { type: 'string' },
  },
});
const workers = Number(values.workers);
const only = new RegExp(values.only);

const equivalents = new Equivalents();

console.error('Building all mutants in');
const { workspace, mutants } = await instrument();
const workspaces = [workspace];
try {
  for (const item of equivalents.stale(mutants)) console.error(`docs/mutants.md has what is no mutant: ${item}`);
  const judgesOf = values.tests === undefined ? await record() : () => judgesNamed(values.tests?.split(',') ?? []);
  const chosen = mutants.filter(({ file, line }) => only.test(`${file}:${line}`));
  const drawn = drawByFile(chosen, Number(values.sample ?? chosen.length), values.seed);
  while (workspaces.length < workers) workspaces.push(copyWorkspace(workspace));
  const verdicts = await judgeAll(drawn, judgesOf);
  if (values.json !== undefined) writeFileSync(values.json, JSON.stringify(verdicts, undefined, 2));
  console.log(describeVerdicts(verdicts));
} finally {
  for (const folder of workspaces) rmSync(folder, { recursive: true, force: true, maxRetries: 3 });
}

async function record(): Promise<(mutantId: string) => Judges> {
  console.error(`${mutants.length} mutants. Running all tests, to see which reach which`);
  using session = new Session(workspace, 'record', Math.max(workers, 2));
  const ended = await session.run({ mutant: '' }, RECORD_LIMIT_MS);
  if (!ended) throw new Error('The tests did not come to an end without any mutant');
  const failed = ended.tests.filter(({ passed }) => !passed);
  for (const { file, name } of failed)
    console.error(`Is no judge, since it fails without any mutant: ${file}: ${name}`);
  return readCoverage(workspace, ended.tests);
}

function judgesNamed(files: readonly string[]): Judges {
  return { files: files.map((file) => ({ file, ms: 1 })), ms: files.length };
}

async function judgeAll(drawn: readonly Mutant[], judgesOf: (mutantId: string) => Judges): Promise<Verdict[]> {
  const verdicts = new Map<Mutant, Verdict>();
  const waiting = [...drawn];
  const ranking = new Ranking();
  const work = async (folder: string) => {
    using session = new Session(folder, 'kill', 1);
    for (let mutant = waiting.shift(); mutant; mutant = waiting.shift()) {
      const { files, ms } = judgesOf(mutant.id);
      const { killer, ...fate } = await judge(session, mutant, { files: ranking.sort(mutant.file, files), ms });
      if (killer !== undefined) ranking.count(mutant.file, killer);
      verdicts.set(mutant, { mutant, ...fate, isEquivalent: equivalents.has(mutant) });
      console.error(
        `${verdicts.size} of ${drawn.length}: ${fate.fate}, ${mutant.file}:${mutant.line} ${fate.by ?? describeMutant(mutant)}`,
      );
    }
  };
  await Promise.all(workspaces.map(work));
  return drawn.flatMap((mutant) => verdicts.get(mutant) ?? []);
}

/** A test that fails must do so twice, since a busy machine can have one fail that is not about the mutant. */
async function judge(
  session: Session,
  { id }: Pick<Mutant, 'id'>,
  { files, ms }: Judges,
): Promise<Pick<Verdict, 'fate' | 'by'> & { killer?: string }> {
  if (files.length === 0) return { fate: 'uncovered' };
  // A test that hangs is ended by its session after 40 s.
  const limitMs = 90_000 + 5 * ms;
  const ended = await session.run({ mutant: id, files }, limitMs);
  if (!ended) return { fate: 'timeout' };
  const { failure, failed, isCut } = ended;
  if (isCut) return judge(session, { id }, { files, ms });
  if (failure === undefined) return { fate: 'survived' };
  if (failed === undefined) return { fate: 'killed', by: failure };
  const again = await session.run({ mutant: id, files: [{ file: failed.file, tests: [failed.id] }] }, limitMs);
  if (!again) return { fate: 'timeout' };
  if (again.failure !== undefined || again.isCut) return { fate: 'killed', by: failure, killer: failed.file };
  const others = files.map(({ tests = [], ...rest }) => ({ ...rest, tests: tests.filter((id) => id !== failed.id) }));
  return judge(session, { id }, { files: others.filter(({ tests }) => tests.length > 0), ms });
}
