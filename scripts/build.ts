/** Builds `dist/`, what users run: the compiler checks and strips the types, then ncc makes one bundle of it all. */
import { spawnSync } from 'node:child_process';
import { renameSync, rmSync, writeFileSync } from 'node:fs';
import { rolldown } from 'rolldown';
import { collectLicenses } from './licenses.ts';

const ENTRY = 'build/shaken/index.js';
const BUNDLE = 'build/dist';
const STATS = 'build/stats.json';
/** Our own files, and the library that every run loads. */
const SHAKEN = /^\.|^\/|^valibot$/;

rmSync('build', { recursive: true, force: true });
run('typescript/bin/tsc', '-p', 'tsconfig.build.json');
const modules = await shake();
// As CommonJS, which a cold process loads in some 4 ms less. ncc goes by the nearest package.json, and so does Node.
writeFileSync('build/shaken/package.json', '{}\n');
// Without the cache that ncc keeps in the home folder: what it has of a build as an ES module breaks this one.
run('@vercel/ncc/dist/ncc/cli.js', 'build', ENTRY, '--out', BUNDLE, '--stats-out', STATS, '--no-cache');
writeFileSync(`${BUNDLE}/package.json`, '{ "type": "commonjs" }\n');
writeFileSync(`${BUNDLE}/licenses.txt`, collectLicenses(modules, STATS));
// Not before: a build that fails leaves what was there.
rmSync('dist', { recursive: true, force: true });
renameSync(BUNDLE, 'dist');

/** Runs a tool, whose output is told only if it fails. */
function run(tool: string, ...args: string[]): void {
  const { status, stdout, stderr } = spawnSync(process.execPath, [`node_modules/${tool}`, ...args], {
    encoding: 'utf8',
  });
  if (status === 0) return;
  process.stderr.write(`${stdout}${stderr}`);
  process.exit(1);
}

/**
 * Makes one module of what every run loads, without the exports that nothing uses. ncc keeps them all, and wraps each
 * module: a cold process pays for every line that it parses, and for every call from one module into another. Returns
 * the paths of the modules in it.
 */
async function shake(): Promise<string[]> {
  const bundle = await rolldown({ input: 'build/index.js', platform: 'node', external: (id) => !SHAKEN.test(id) });
  const { output } = await bundle.write({ dir: 'build/shaken', chunkFileNames: '[name].js' });
  return output.flatMap((part) => (part.type === 'chunk' ? part.moduleIds : []));
}
