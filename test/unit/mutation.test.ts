import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { describeMutant, Equivalents, type Mutant } from '../../scripts/mutation/mutant.ts';
import { Ranking } from '../../scripts/mutation/ranking.ts';
import { confidence, drawByFile } from '../../scripts/mutation/sample.ts';

const mutant = (file: string, n: number): Mutant => ({
  id: `${n}`,
  file,
  line: n,
  before: `a(${n})`,
  after: `b(${n})`,
});
const many = (file: string, count: number) => Array.from({ length: count }, (_, n) => mutant(file, n));

it('gives a score with the interval that it is known to lie in', () => {
  const [low, high] = confidence(765, 831);
  expect([low.toFixed(3), high.toFixed(3)]).toEqual(['0.900', '0.937']);
});

it('draws of every file in proportion, and as many as were asked for', () => {
  const drawn = drawByFile([...many('src/a.ts', 60), ...many('src/b.ts', 30), ...many('src/c.ts', 7)], 20, '1');
  const counts = Map.groupBy(drawn, ({ file }) => file);
  expect([...counts].map(([file, all]) => [file, all.length])).toEqual([
    ['src/a.ts', 12],
    ['src/b.ts', 7],
    ['src/c.ts', 1],
  ]);
});

it('draws the same again by the same seed, whatever changed in other files', () => {
  const ofA = (all: Mutant[]) => drawByFile(all, all.length / 10, '7').filter(({ file }) => file === 'src/a.ts');
  expect(ofA([...many('src/a.ts', 100), ...many('src/b.ts', 50)])).toEqual(ofA(many('src/a.ts', 100)));
  const otherSeed = drawByFile(many('src/a.ts', 100), 10, '8');
  expect(otherSeed).not.toEqual(ofA(many('src/a.ts', 100)));
});

it('reads what nobody can notice, and tells what is of no mutant any more', () => {
  const quoted = { ...mutant('src/a.ts', 1), before: 'a || `b`' };
  const list = new Equivalents(
    `# Title\n\n## src/a.ts\n\n- ${describeMutant(quoted)}: b is never empty\n- \`x\` → \`y\`: gone`,
  );
  expect(list.has(quoted)).toBe(true);
  expect(list.has({ ...quoted, file: 'src/b.ts' })).toBe(false);
  expect(list.stale([quoted])).toEqual(['src/a.ts: `x` → `y`: gone']);
});

it('begins with the tests that noticed mutants of the same source, if they are fast', () => {
  const judges = [
    { file: 'slow', ms: 9000 },
    { file: 'middling', ms: 1500 },
    { file: 'fast', ms: 1000 },
  ];
  const ranking = new Ranking();
  const orderFor = (source: string) => ranking.sort(source, judges).map(({ file }) => file);
  expect(orderFor('src/a.ts')).toEqual(['fast', 'middling', 'slow']);
  ranking.count('src/a.ts', 'middling');
  ranking.count('src/a.ts', 'slow');
  expect(orderFor('src/a.ts')).toEqual(['middling', 'fast', 'slow']);
  expect(orderFor('src/b.ts')).toEqual(['fast', 'middling', 'slow']);
});

it('has in docs/mutants.md no line that src/ does not have any more', () => {
  const [, ...chapters] = readFileSync('docs/mutants.md', 'utf8').split(/^### /m);
  const gone = chapters.flatMap((chapter) => {
    const [file = '', ...items] = chapter.split('\n');
    const lines = readFileSync(file, 'utf8')
      .split('\n')
      .map((line) => line.trim());
    const before = items.flatMap((item) => /^- (`+) ?(.*?) ?\1 → /.exec(item)?.[2] ?? []);
    return before.filter((text) => !lines.some((line) => line.startsWith(text.replace(/ ?…$/, ''))));
  });
  expect(gone).toEqual([]);
});
