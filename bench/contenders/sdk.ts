import { execFileSync } from 'node:child_process';
import { symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { bundleSize, type Contender } from './contender.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));

export const SDK_ACTION = "`@actions/core` and the vendor's SDK";

/** Builds the action made from the vendor's SDK as this one is built (the compiler, then ncc), into an empty folder. */
export function buildSdkAction(folder: string): Contender {
  symlinkSync(join(ROOT, 'node_modules'), join(folder, 'node_modules'), 'junction');
  writeFileSync(join(folder, 'package.json'), '{ "type": "module" }');
  writeFileSync(
    join(folder, 'tsconfig.json'),
    JSON.stringify({
      extends: join(ROOT, 'tsconfig.json'),
      compilerOptions: {
        allowImportingTsExtensions: false,
        noEmit: false,
        rootDir: join(ROOT, 'bench/contenders'),
        outDir: 'build',
      },
      include: [],
      files: [join(ROOT, 'bench/contenders/sdk-action.ts')],
    }),
  );
  const dist = join(folder, 'dist');
  run('typescript/bin/tsc', '-p', folder);
  run('@vercel/ncc/dist/ncc/cli.js', 'build', join(folder, 'build/sdk-action.js'), '--out', dist, '--no-cache');
  return {
    name: SDK_ACTION,
    command: [process.execPath, join(dist, 'index.js')],
    bytes: bundleSize(dist),
  };
}

function run(tool: string, ...args: string[]): void {
  execFileSync(process.execPath, [join(ROOT, 'node_modules', tool), ...args], {
    stdio: ['ignore', 'ignore', 'inherit'],
  });
}
