import { table } from '../../bench/table.ts';
import { describeMutant, type Fate, type Mutant } from './mutant.ts';
import { confidence } from './sample.ts';

/** A mutant, and what became of it. */
export interface Verdict {
  readonly mutant: Mutant;
  readonly fate: Fate;
  /** The test that noticed it. */
  readonly by?: string;
  /** Whether `docs/mutants.md` says that nobody can notice it. */
  readonly isEquivalent: boolean;
}

/** What is to be seen of a run: numbers by file, those that live, and the score with its interval. */
export function describeVerdicts(verdicts: readonly Verdict[]): string {
  const files = [...Map.groupBy(verdicts, ({ mutant }) => mutant.file)].map(([file, all]) => ({ file, all }));
  const weakestFirst = files.sort((one, other) => share(one.all) - share(other.all));
  const alive = verdicts.filter(isAlive).filter(({ isEquivalent }) => !isEquivalent);
  const byFile = Map.groupBy(alive, ({ mutant }) => mutant.file);
  return [
    table(
      ['file', 'mutants', 'killed', 'timeout', 'survived', 'uncovered', 'equivalent'],
      weakestFirst.map(({ file, all }) => [file, String(all.length), ...counts(all)]),
    ),
    ...[...byFile].map(([file, own]) =>
      [
        `\n### ${file}\n`,
        ...own.map(({ mutant, fate }) => `- ${describeMutant(mutant)}: line ${mutant.line}, ${fate}`),
      ].join('\n'),
    ),
    '',
    `All: ${score(verdicts)}`,
    `Without those in docs/mutants.md: ${score(verdicts.filter((verdict) => !(verdict.isEquivalent && isAlive(verdict))))}`,
  ].join('\n');
}

function counts(verdicts: readonly Verdict[]): string[] {
  const fates: Fate[] = ['killed', 'timeout', 'survived', 'uncovered'];
  const equivalent = verdicts.filter((verdict) => verdict.isEquivalent && isAlive(verdict));
  return [...fates.map((fate) => verdicts.filter((verdict) => verdict.fate === fate).length), equivalent.length].map(
    String,
  );
}

function score(verdicts: readonly Verdict[]): string {
  const dead = verdicts.filter((verdict) => !isAlive(verdict)).length;
  const [low, high] = confidence(dead, verdicts.length).map(percent);
  return `${dead} of ${verdicts.length} noticed, ${percent(dead / verdicts.length)} (${low} to ${high})`;
}

function share(verdicts: readonly Verdict[]): number {
  return verdicts.filter((verdict) => !isAlive(verdict) || verdict.isEquivalent).length / verdicts.length;
}

function isAlive({ fate }: Verdict): boolean {
  return fate === 'survived' || fate === 'uncovered';
}

function percent(value: number): string {
  return `${(value * 100).toFixed(1)} %`;
}
