import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { actionFile, type StepFile } from './runner-environment.ts';
import { type Command, readLog } from './runner-log.ts';
import { parseOutputs } from './runner-outputs.ts';
import type { ProcessStream } from './runner-stream.ts';

/** How a step's process ended. */
export interface ProcessEnd {
  /** Null where a signal ended the process. */
  exitCode: number | null;
  signal: NodeJS.Signals | null;
  /** From the start of the process to the end of its output. */
  durationMs: number;
}

/** All that a runner gets from a step. */
export interface StepResult extends ProcessEnd {
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
}

/**
 * Puts together what a step left in its streams and in the files of `folder`. Throws where its output file is broken,
 * or has an output that `action.yml` does not declare.
 */
export async function readResult(end: ProcessEnd, stream: ProcessStream, folder: string): Promise<StepResult> {
  return { ...end, ...readStream(stream), ...(await readFiles(folder, stream)) };
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

/** An error of a test that has the step's log. */
export function failure(reason: string, { lines }: ProcessStream): Error {
  return new Error([`${reason}. Its log:`, ...lines].join('\n'));
}
