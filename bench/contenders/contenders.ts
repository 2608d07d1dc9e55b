import { spawnSync } from 'node:child_process';
import { statSync } from 'node:fs';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { MAIN } from '../../test/kit/runner-environment.ts';
import { bundleSize, type Contender } from './contender.ts';
import { buildSdkAction, SDK_ACTION } from './sdk.ts';

const CURL = '`curl` and `jq` in bash';

/** This action, as users run it. */
export const ACTION: Contender = {
  name: "this action's `dist/`",
  command: [process.execPath, MAIN],
  bytes: bundleSize(dirname(MAIN)),
};

/** The limit: the others are ratios to it. */
export const STANDARD_LIBRARY = script("Node's standard library alone", [
  process.execPath,
  fileURLToPath(new URL('standard-library.cjs', import.meta.url)),
]);

/** The limit first, then those whose names match. What has to be built goes into `folder`, which is empty. */
export function chooseContenders(only: RegExp, folder: string): Contender[] {
  return [
    STANDARD_LIBRARY,
    ...(only.test(ACTION.name) ? [ACTION] : []),
    ...(only.test(CURL) && isInstalled('curl') && isInstalled('jq')
      ? [script(CURL, ['bash', fileURLToPath(new URL('curl.sh', import.meta.url))])]
      : []),
    ...(only.test(SDK_ACTION) ? [buildSdkAction(folder)] : []),
  ];
}

function script(name: string, command: readonly [string, string]): Contender {
  return { name, command, bytes: statSync(command[1]).size };
}

function isInstalled(command: string): boolean {
  return spawnSync(command, ['--version']).status === 0;
}
