/** Runs the built action as GitHub's runner does: a process of its own, the runner's environment, its reading of it all. */
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { actionFile, inputVariables, MAIN, runnerVariables, type StepFile } from './runner-environment.ts';
import { type Command, readLog } from './runner-log.ts';
import { parseOutputs } from './runner-outputs.ts';
import { ProcessStream } from './runner-stream.ts';

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
  /** The step is killed after this many milliseconds, and its result is a failure of the test; 30,000 by default. */
  timeoutMs?: number;
  /** Another script than the `main` of `action.yml`. */
  script?: string;
}

export interface StepResult {
  /** Null where a signal ended the process. */
  exitCode: number | null;
  signal: NodeJS.Signals | null;
  stdout: string;
  stderr: string;
  /** The lines of stdout and stderr, in the order in which they arrived. */
  lines: string[];
  /** All workflow commands, also those that no runner knows (`registered: false`). */
  commands: Command[];
  /** Messages of the annotations and debug lines, unescaped. */
  errors: string[];
  warnings: string[];
  notices: string[];
  debugs: string[];
  /** The values that the runner was told to mask. Nothing else of a result is masked. */
  masks: string[];
  /** The lines that are printed as they stand, joined by `\n`. */
  log: string;
  outputs: Record<string, string>;
  summary: string;
  /** What was written for later steps, as raw text: `GITHUB_ENV`, `GITHUB_STATE` and `GITHUB_PATH`. */
  files: { env: string; state: string; path: string };
  /** From the start of the process to the end of its output. */
  durationMs: number;
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
      ...inputVariables(options.inputs ?? {}, options.githubToken ?? ''),
      ...(options.debug && { RUNNER_DEBUG: '1' }),
      ...(options.dns !== undefined && { NODE_OPTIONS: askDnsServer(options.dns) }),
      ...options.env,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const stream = new ProcessStream(child);
  const result = waitForEnd(child, stream, options.timeoutMs ?? 30_000)
    .then(async (end) => ({ ...end, ...readStream(stream), ...(await readFiles(folder, stream)) }))
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

type End = Pick<StepResult, 'exitCode' | 'signal' | 'durationMs'>;

function waitForEnd(child: ChildProcess, stream: ProcessStream, timeoutMs: number): Promise<End> {
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

function readStream({ stdout, stderr, lines }: ProcessStream) {
  const { commands, log } = readLog(lines);
  const messages = (name: string) => commands.filter(({ command }) => command === name).map(({ message }) => message);
  return {
    ...{ stdout, stderr, lines, commands, log: log.join('\n') },
    errors: messages('error'),
    warnings: messages('warning'),
    notices: messages('notice'),
    debugs: messages('debug'),
    masks: messages('add-mask'),
  };
}

async function readFiles(folder: string, stream: ProcessStream) {
  const read = (name: StepFile) => readFile(join(folder, name), 'utf8');
  return {
    outputs: readOutputs(await read('GITHUB_OUTPUT'), stream),
    summary: await read('GITHUB_STEP_SUMMARY'),
    files: { env: await read('GITHUB_ENV'), state: await read('GITHUB_STATE'), path: await read('GITHUB_PATH') },
  };
}

function readOutputs(text: string, stream: ProcessStream): Record<string, string> {
  let outputs: Record<string, string>;
  try {
    outputs = parseOutputs(text);
  } catch (error) {
    throw failure(`Unable to process file command 'output' successfully. ${error}`, stream);
  }
  const unknown = Object.keys(outputs).filter((name) => !Object.hasOwn(actionFile.outputs, name));
  if (unknown.length > 0) throw failure(`action.yml does not declare the outputs ${unknown.join(', ')}`, stream);
  return outputs;
}

function failure(reason: string, { lines }: ProcessStream): Error {
  return new Error([`${reason}. Its log:`, ...lines].join('\n'));
}
