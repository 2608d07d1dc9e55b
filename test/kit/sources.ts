import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { parse } from '@babel/parser';

/** A node of a syntax tree: https://github.com/babel/babel/blob/main/packages/babel-parser/ast/spec.md */
export interface SyntaxNode {
  readonly type: string;
  readonly loc: { readonly start: { readonly line: number } };
  readonly [field: string]: unknown;
}

/** A file of `src`, by its path from there (`report/page.ts`), with the statements of its top level. */
export interface SourceFile {
  readonly path: string;
  readonly body: readonly SyntaxNode[];
}

const SRC = fileURLToPath(new URL('../../src/', import.meta.url));

/** All of `src`, parsed. */
export function parseSources(): SourceFile[] {
  const paths = readdirSync(SRC, { recursive: true, encoding: 'utf8' }).filter((path) => path.endsWith('.ts'));
  return paths.sort().map((path) => {
    const { program } = parse(readFileSync(SRC + path, 'utf8'), { sourceType: 'module', plugins: ['typescript'] });
    return { path: path.replaceAll('\\', '/'), body: program.body as unknown as SyntaxNode[] };
  });
}

/** The nodes of this type, wherever they are in a tree. */
export function nodesOf(type: string, tree: unknown): SyntaxNode[] {
  if (typeof tree !== 'object' || tree === null) return [];
  const own = 'type' in tree && tree.type === type ? [tree as SyntaxNode] : [];
  return [...own, ...Object.values(tree).flatMap((child) => nodesOf(type, child))];
}
