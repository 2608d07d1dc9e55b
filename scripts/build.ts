/** Builds `dist/`, what users run: the compiler checks and strips the types, then ncc makes one bundle of it all. */
import { execFileSync } from 'node:child_process';
import { rmSync, writeFileSync } from 'node:fs';
import { collectLicenses } from './licenses.ts';

const STATS = 'build/stats.json';

for (const folder of ['build', 'dist']) rmSync(folder, { recursive: true, force: true });
run('typescript/bin/tsc', '-p', 'tsconfig.build.json');
run('@vercel/ncc/dist/ncc/cli.js', 'build', 'build/index.js', '--out', 'dist', '--stats-out', STATS);
writeFileSync('dist/licenses.txt', collectLicenses(STATS));

function run(tool: string, ...args: string[]): void {
  execFileSync(process.execPath, [`node_modules/${tool}`, ...args], { stdio: ['ignore', 'ignore', 'inherit'] });
}
