import { execFileSync } from 'node:child_process';
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { type File, Instrumenter } from '@stryker-mutator/instrumenter';
import { changeOf, type Mutant } from './mutant.ts';

/** A copy of the repository with all mutants built in, each asleep. */
export interface Instrumented {
  readonly mutants: readonly Mutant[];
  readonly workspace: string;
}

/** Makes a workspace of the files that git knows or would take, with the sources instrumented and built. */
export async function instrument(): Promise<Instrumented> {
  const workspace = mkdtempSync(join(tmpdir(), 'mutants-'));
  const listed = execFileSync('git', ['ls-files', '-z', '--cached', '--others', '--exclude-standard'], {
    encoding: 'utf8',
  });
  for (const file of listed.split('\0').filter((name) => !/^(src|dist)\/|^$/.test(name) && existsSync(name))) {
    copyInto(workspace, file, readFileSync(file));
  }
  symlinkSync(resolve('node_modules'), join(workspace, 'node_modules'), 'junction');
  const sources = readSources();
  const silent = new Proxy({}, { get: () => () => false }) as ConstructorParameters<typeof Instrumenter>[0];
  const { files, mutants } = await new Instrumenter(silent).instrument(sources, {
    plugins: null,
    excludedMutations: [],
    ignorers: [],
  });
  for (const { name, content } of files) copyInto(workspace, name, content);
  build(workspace);
  const texts = new Map(sources.map(({ name, content }) => [name, content.split('\n')]));
  return {
    workspace,
    mutants: mutants.map(({ id, fileName, location: { start, end }, replacement = '' }) => ({
      id,
      file: fileName,
      line: start.line + 1,
      ...changeOf(texts.get(fileName) ?? [], start, end, replacement),
    })),
  };
}

/** Another one like it, for a session of its own. */
export function copyWorkspace(workspace: string): string {
  const copy = mkdtempSync(join(tmpdir(), 'mutants-'));
  const records = join(workspace, 'mutation');
  cpSync(workspace, copy, { recursive: true, verbatimSymlinks: true, filter: (file) => file !== records });
  return copy;
}

function readSources(): File[] {
  return readdirSync('src', { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.ts'))
    .map((file) => `src/${file.replaceAll('\\', '/')}`)
    .sort()
    .map((name) => ({ name, mutate: true, content: readFileSync(name, 'utf8') }));
}

/** As `npm run build`, but each file stays a module, and the compiler only strips the types: many a mutant has a wrong one. */
function build(workspace: string): void {
  const run = (tool: string, ...args: string[]) =>
    execFileSync(process.execPath, [join('node_modules', tool), ...args], {
      cwd: workspace,
      stdio: ['ignore', 'ignore', 'inherit'],
    });
  run('typescript/bin/tsc', '-p', 'tsconfig.build.json', '--noCheck');
  writeFileSync(join(workspace, 'build/package.json'), '{}\n');
  run('@vercel/ncc/dist/ncc/cli.js', 'build', 'build/index.js', '--out', 'dist', '--no-cache');
  writeFileSync(join(workspace, 'dist/package.json'), '{ "type": "commonjs" }\n');
  const main = join(workspace, 'dist/index.js');
  writeFileSync(main, `require('../scripts/mutation/switch.mjs');\n${readFileSync(main, 'utf8')}`);
}

function copyInto(workspace: string, name: string, content: string | Buffer): void {
  const path = join(workspace, name);
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, content);
}
