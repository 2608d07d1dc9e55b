/** Builds `dist/`, what users run: the compiler checks and strips the types, then ncc makes one bundle of it all. */
import { execFileSync } from 'node:child_process';
import { rmSync, writeFileSync } from 'node:fs';
import { rolldown } from 'rolldown';
import { collectLicenses } from './licenses.ts';

const STATS = 'build/stats.json';
/** Our own files, and the library that every run loads. */
const SHAKEN = /^\.|^\/|^valibot$/;

for (const folder of ['build', 'dist']) rmSync(folder, { recursive: true, force: true });
run('typescript/bin/tsc', '-p', 'tsconfig.build.json');
await shake();
run('@vercel/ncc/dist/ncc/cli.js', 'build', 'build/shaken/index.js', '--out', 'dist', '--stats-out', STATS);
writeFileSync('dist/licenses.txt', collectLicenses(STATS));

function run(tool: string, ...args: string[]): void {
  execFileSync(process.execPath, [`node_modules/${tool}`, ...args], { stdio: ['ignore', 'ignore', 'inherit'] });
}

/** Drops the exports that nothing uses. ncc keeps them all, and a cold process pays for every line that it parses. */
async function shake(): Promise<void> {
  const bundle = await rolldown({ input: 'build/index.js', platform: 'node', external: (id) => !SHAKEN.test(id) });
  await bundle.write({ dir: 'build/shaken', preserveModules: true, preserveModulesRoot: 'build' });
}
