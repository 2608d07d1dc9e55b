/**
 * `npm run test:oldest [-- FILE…]`: the suite on the oldest runtime that the README promises, which comes from the npm
 * package `node`, into a folder of its own.
 */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';

/** What node24 means on the oldest runner that has it: https://github.com/actions/runner/releases/tag/v2.327.1 */
const OLDEST = '24.4.0';

const folder = mkdtempSync(join(tmpdir(), 'oldest-'));
try {
  // The package fetches the runtime for this platform in a script, which newer versions of npm have to be allowed to run.
  writeFileSync(join(folder, 'package.json'), JSON.stringify({ private: true, allowScripts: { node: true } }));
  const windows = process.platform === 'win32';
  execFileSync('npm', ['install', `node@${OLDEST}`], { cwd: folder, stdio: 'inherit', shell: windows });
  const bin = join(folder, 'node_modules/node/bin');
  const node = join(bin, windows ? 'node.exe' : 'node');
  const env = { ...process.env, PATH: [bin, process.env['PATH']].join(delimiter) };
  const version = execFileSync(node, ['--version'], { encoding: 'utf8' }).trim();
  if (version !== `v${OLDEST}`) throw new Error(`The runtime must be v${OLDEST}, not ${version}`);
  console.log(`The suite on Node ${version}`);
  execFileSync(node, ['node_modules/vitest/vitest.mjs', 'run', ...process.argv.slice(2)], { env, stdio: 'inherit' });
} catch (error) {
  // What a process has to say it has said.
  if (!(error instanceof Error && 'status' in error)) throw error;
  process.exitCode = 1;
} finally {
  rmSync(folder, { recursive: true, maxRetries: 3 });
}
