import { basename } from 'node:path/posix';
import { expect, it } from 'vitest';
import { nodesOf, parseSources, type SourceFile, type SyntaxNode } from '../kit/sources.ts';

/** Where the files of `src` are, from the head to the base: an import stays in its place or goes further down. */
const ORDER = ['head', 'report', 'runner', 'modes', 'verification', 'job', 'cloudflare', 'inputs', 'connector', 'base'];
const HEAD = ['index.ts', 'run.ts'];

const files = parseSources();

it('has these folders in src, and no other', () => {
  expect([...new Set(files.map(({ path }) => placeOf(path)))].sort()).toEqual([...ORDER].sort());
});

it('imports down the order of the folders alone, types included', () => {
  const upwards = files.flatMap((file) =>
    importsOf(file)
      .filter((target) => rank(target) < rank(file.path))
      .map((target) => `${file.path} imports ${target}`),
  );
  expect(upwards).toEqual([]);
});

it('has no two files of one name, whatever their folders', () => {
  const sameName = [...Map.groupBy(files, ({ path }) => basename(path)).values()].filter(({ length }) => length > 1);
  expect(sameName.map((same) => same.map(({ path }) => path))).toEqual([]);
});

it('defines no name of the top level in two files', () => {
  const definitions = files.flatMap(({ path, body }) => body.flatMap(namesOf).map((name) => ({ name, path })));
  const places = [...Map.groupBy(definitions, ({ name }) => name)].map(
    ([name, all]) => [name, new Set(all.map(({ path }) => path))] as const,
  );
  expect(places.filter(([, { size }]) => size > 1).map(([name, paths]) => [name, ...paths].join(' '))).toEqual([]);
});

function placeOf(path: string): string {
  if (HEAD.includes(path)) return 'head';
  return path.includes('/') ? path.replace(/\/.*/, '') : 'base';
}

function rank(path: string): number {
  return ORDER.indexOf(placeOf(path));
}

/** The files of `src` that a file names, in whatever form: a statement, `import()`, or a type. */
function importsOf({ path, body }: SourceFile): string[] {
  return nodesOf('StringLiteral', body)
    .map(({ value }) => String(value))
    .filter((text) => /^\.\.?\/.*\.ts$/.test(text))
    .map((specifier) => new URL(specifier, `file:///src/${path}`).pathname.replace('/src/', ''));
}

/** What a statement of the top level defines. */
function namesOf({ type, id, declaration, declarations }: SyntaxNode): string[] {
  if (declaration) return namesOf(declaration as SyntaxNode);
  if (type === 'VariableDeclaration') return (declarations as SyntaxNode[]).flatMap(namesOf);
  const { typeAnnotation: _, ...pattern } = (id ?? {}) as SyntaxNode;
  return nodesOf('Identifier', pattern).map(({ name }) => String(name));
}
