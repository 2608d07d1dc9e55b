import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { inputVariables, runnerVariables } from '../test/kit/runner-environment.ts';
import type { Contender } from './contenders/contender.ts';
import { ACTION } from './contenders/contenders.ts';
import type { Scenario } from './scenarios.ts';
import type { Served, Simulators } from './simulators.ts';

/** One run of a whole process. */
export interface Run extends Served {
  /** From the start of the process to the end of its output, in milliseconds. */
  readonly ms: number;
  /** Peak of the resident set in bytes, where that was asked for and the process is one of Node. */
  readonly peakMemory?: number;
}

export interface MeasureOptions {
  /** Measures the memory instead of the time, which a preloaded script would spoil. */
  readonly memory: boolean;
}

const fileOf = (path: string) => fileURLToPath(new URL(path, import.meta.url));

/** Runs a contender once as a runner would. Throws where it did not do the job, with what it wrote. */
export async function measure(
  contender: Contender,
  scenario: Scenario,
  simulators: Simulators,
  { memory }: MeasureOptions,
): Promise<Run> {
  const folder = mkdtempSync(join(tmpdir(), 'bench-'));
  const memoryFile = join(folder, 'peak-memory');
  const account = await simulators.start(scenario);
  const { inputs, actionInputs = inputs, actionFiles } = scenario;
  const isAction = contender === ACTION;
  for (const [name, text] of Object.entries((isAction && actionFiles?.(account)) || {}))
    writeFileSync(join(folder, name), text);
  const env: Record<string, string> = {
    ...runnerVariables(folder),
    ...inputVariables(isAction ? actionInputs(account) : inputs(account), ''),
    NODE_EXTRA_CA_CERTS: fileOf('../test/fixtures/tls/ca.pem'),
    ...(memory && { NODE_OPTIONS: `--require ${fileOf('peak-memory.cjs')}`, PEAK_MEMORY_FILE: memoryFile }),
  };
  const { ms, exitCode, output } = await runProcess(contender.command, folder, env);
  const served = await simulators.stop();
  const outputs = readFileSync(env['GITHUB_OUTPUT'] ?? '', 'utf8');
  const peakMemory = existsSync(memoryFile) ? Number(readFileSync(memoryFile, 'utf8')) : undefined;
  rmSync(folder, { recursive: true });

  const isMasked = output.startsWith(`::add-mask::${account.apiToken}`);
  if (exitCode !== 0 || served.enabled !== scenario.connectors || !isMasked || outputs === '') {
    throw new Error(`${contender.name} did not do its job in "${scenario.title}" (exit code ${exitCode}):\n${output}`);
  }
  return { ...served, ms, ...(peakMemory !== undefined && { peakMemory }) };
}

async function runProcess([command = '', ...args]: readonly string[], cwd: string, env: NodeJS.ProcessEnv) {
  const { promise, resolve, reject } = Promise.withResolvers<number | null>();
  const started = performance.now();
  const child = spawn(command, args, { cwd, env, stdio: ['ignore', 'pipe', 'pipe'] });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) stream.setEncoding('utf8').on('data', (text) => (output += text));
  child.once('error', reject).once('close', resolve);
  const exitCode = await promise;
  return { ms: performance.now() - started, exitCode, output };
}
