import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { TestEnd, TestFile } from './protocol.ts';

/** The tests that may notice a mutant, those files first that are the fastest to run, and about how long they take. */
export interface Judges {
  readonly files: readonly (TestFile & { readonly ms: number })[];
  readonly ms: number;
}

/** Starting a test file takes about that long. */
const START_MS = 500;

/** Reads what a workspace recorded: a function from a mutant to its judges. Tests that did not pass are none. */
export function readCoverage(workspace: string, tests: readonly TestEnd[]): (mutantId: string) => Judges {
  const usable = tests.filter(({ passed }) => passed);
  const byKey = Map.groupBy(
    [...usable.map((test) => ({ key: test.id, test })), ...usable.map(ofFile)],
    ({ key }) => key,
  );
  const reachedBy = new Map<string, Set<string>>();
  const folder = join(workspace, 'mutation/reached');
  for (const file of readdirSync(folder)) {
    const records: [key: string, mutants: string[]][] = JSON.parse(readFileSync(join(folder, file), 'utf8'));
    for (const [key, mutants] of records) {
      for (const mutant of mutants) reachedBy.set(mutant, (reachedBy.get(mutant) ?? new Set()).add(key));
    }
  }
  return (mutantId) => {
    const keys = [...(reachedBy.get(mutantId) ?? [])];
    const judges = new Set(keys.flatMap((key) => byKey.get(key) ?? []).map(({ test }) => test));
    const files = [...Map.groupBy(judges, ({ file }) => file)].map(([file, own]) => ({
      file,
      tests: own.map(({ id }) => id),
      ms: own.reduce((sum, { ms }) => sum + ms, START_MS),
    }));
    files.sort((one, other) => one.ms - other.ms);
    return { files, ms: files.reduce((sum, { ms }) => sum + ms, 0) };
  };
}

/** What is recorded for a file may be noticed by any of its tests. */
function ofFile(test: TestEnd): { key: string; test: TestEnd } {
  return { key: test.fileId, test };
}
