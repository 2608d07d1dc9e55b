/** Runs the built action as GitHub's runner does: a process of its own, the runner's environment, its reading of it all. */
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { inputVariables, MAIN, runnerVariables } from './runner-environment.ts';
import { failure, type ProcessEnd, readResult, type StepResult } from './runner-result.ts';
import { ProcessStream } from './runner-stream.ts';

export type { StepResult } from './runner-result.ts';

/** What Node has compiled of a script before: a quarter less to do for each. https://nodejs.org/api/module.html#module-compile-cache */
const COMPILED = join(tmpdir(), 'cloudflare-sso-connector-compiled');

export interface RunOptions {
  /** What a workflow has under `with`; inputs that `action.yml` does not declare are passed on too. */
  inputs?: Readonly<Record<string, string>>;
  /** What `${{ github.token }}` stands for; empty by default. */
  githubToken?: string;
  /** Goes before the runner's own variables; `undefined` takes one away. */
  env?: Readonly<Record<string, string | undefined>>;
  /** As "Enable debug logging" of a re-run. */
  debug?: boolean;
  /** The one DNS server that the step's look-ups of records go to, such as `127.0.0.1:5353`. */
  dns?: string;
  /** The step is killed after this many milliseconds, and its result is a failure of the test; 120,000 by default, for what never ends. */
  timeoutMs?: number;
  /** Another script than the `main` of `action.yml`. */
  script?: string;
}

/** A step under way. Its disposal kills what still runs. */
export interface RunningAction extends AsyncDisposable {
  readonly child: ChildProcess;
  /**
   * Rejects, with the log, where the step takes too long, leaves a broken output file, or sets an output that
   * `action.yml` does not declare.
   */
  readonly result: Promise<StepResult>;
  /** The first line, already there or to come, that contains the text or matches. Rejects where the step ends without. */
  waitForLine(wanted: string | RegExp): Promise<string>;
  /** A cancelled job sends SIGINT, then SIGTERM. On Windows, every signal ends the process at once. */
  kill(signal?: NodeJS.Signals): void;
}

/** Runs the action to its end. Rejects as the `result` of `startAction` does. */
export async function runAction(options: RunOptions = {}): Promise<StepResult> {
  await using action = await startAction(options);
  return await action.result;
}

/** Starts the action, for tests that do something while it runs. */
export async function startAction(options: RunOptions = {}): Promise<RunningAction> {
  const folder = await mkdtemp(join(tmpdir(), 'step-'));
  const child = spawn(process.execPath, [options.script ?? MAIN], {
    cwd: folder,
    env: {
      ...runnerVariables(folder),
      NODE_COMPILE_CACHE: COMPILED,
      ...inputVariables(options.inputs ?? {}, options.githubToken ?? ''),
      ...(options.debug && { RUNNER_DEBUG: '1' }),
      ...(options.dns !== undefined && { NODE_OPTIONS: askDnsServer(options.dns) }),
      ...options.env,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const stream = new ProcessStream(child);
  const result = waitForEnd(child, stream, options.timeoutMs ?? 120_000)
    .then((end) => readResult(end, stream, folder))
    .finally(() => rm(folder, { recursive: true, force: true, maxRetries: 3 }));
  result.catch(() => {}); // Whoever awaits it hears of it; whoever only waits for a line need not.

  return {
    child,
    result,
    waitForLine: (wanted) => stream.waitForLine(wanted),
    kill: (signal = 'SIGTERM') => void child.kill(signal),
    async [Symbol.asyncDispose]() {
      child.kill('SIGKILL');
      await result.catch(() => {});
    },
  };
}

/** https://nodejs.org/api/cli.html#--importmodule: a module that runs before the script. */
function askDnsServer(address: string): string {
  const module = `import { setServers } from 'node:dns'; setServers([${JSON.stringify(address)}]);`;
  return `--import=data:text/javascript,${encodeURIComponent(module)}`;
}

function waitForEnd(child: ChildProcess, stream: ProcessStream, timeoutMs: number): Promise<ProcessEnd> {
  const started = performance.now();
  return new Promise((resolve, reject) => {
    let timedOut = false;
    const limit = setTimeout(() => {
      timedOut = true;
      child.kill('SIGKILL');
    }, timeoutMs);
    child.once('error', reject);
    child.once('close', (exitCode, signal) => {
      clearTimeout(limit);
      if (timedOut) reject(failure(`The step was killed after ${timeoutMs} ms`, stream));
      else resolve({ exitCode, signal, durationMs: performance.now() - started });
    });
  });
}
