import type { FailureRecord } from '../../src/failure.ts';
import type { Log, TxtLookup } from '../../src/job/job.ts';
import { isSuccess, type Result } from '../../src/job/result.ts';
import { collectOutputs } from '../../src/report/outputs.ts';
import { run } from '../../src/run.ts';
import type { Simulator } from '../simulator/simulator.ts';
import { FakeClock } from './clock.ts';
import { inputsFor } from './connector-step.ts';
import { renderPage } from './results.ts';
import { inputVariables } from './runner-environment.ts';

/** What a run within the process of the test came to, without its reports. */
export interface QuickRun {
  readonly result: Result;
  readonly exitCode: 0 | 1;
  readonly outputs: Record<string, string>;
  readonly failures: readonly FailureRecord[];
  /** What the failures say. */
  readonly errors: string[];
  /** Lines of the log, notices and warnings in their order. */
  readonly lines: string[];
  readonly notices: string[];
  readonly warnings: string[];
  readonly clock: FakeClock;
}

export interface QuickRunOptions {
  readonly clock?: FakeClock;
  /** By default no domain has a TXT record. */
  readonly lookUpTxt?: TxtLookup;
  readonly signal?: AbortSignal;
}

/** Runs the job on the simulator with a fake clock, in no time, without retries: for tables of which a process has shown a row. */
export async function runQuick(
  simulator: Simulator,
  inputs: Readonly<Record<string, string>>,
  {
    clock = new FakeClock(),
    lookUpTxt = async () => ({ records: [] }),
    signal = new AbortController().signal,
  }: QuickRunOptions = {},
): Promise<QuickRun> {
  const [lines, notices, warnings]: [string[], string[], string[]] = [[], [], []];
  const log: Log = {
    info: (line) => void lines.push(line),
    group: (title, grouped) => void lines.push(title, ...grouped),
    notice: (line) => void notices.push(line),
    warning: (line) => void warnings.push(line),
    error: () => {},
    debug: () => {},
  };
  const env = inputVariables(inputsFor(simulator, { poll_interval: '15s', max_retries: '0', ...inputs }), '');
  const result = await run({ env, clock, log, lookUpTxt, signal });
  const { failures } = result;
  const outputs = JSON.parse(JSON.stringify(collectOutputs(result, renderPage(result, 60_000))));
  const errors = failures.map(({ message }) => message);
  return { result, exitCode: isSuccess(result) ? 0 : 1, outputs, failures, errors, lines, notices, warnings, clock };
}
