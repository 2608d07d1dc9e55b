import type { Clock } from '../../src/clock.ts';
import type { FailureRecord } from '../../src/failure.ts';
import type { Result } from '../../src/job/result.ts';
import { run } from '../../src/run.ts';
import type { Fault } from '../simulator/faults.ts';
import type { Simulator } from '../simulator/simulator.ts';
import { type RunOptions, runAction, type StepResult } from './runner.ts';
import { inputVariables } from './runner-environment.ts';

export const ACCOUNT = '9f1c0de55a2b4e0d8c7b6a5948372615';
export const ID = '023e105f4ecef8ad9ca31a8372d0c353';
export const TOKEN = 'Vt3kS9xQw1mZr7Lp0aBcDeFgHiJkMnOpQrStUvWx';

/** The connector that the servers of these tests have, as asked for by `inputsFor`. */
export const CONNECTOR = {
  id: ID,
  email_domain: 'acme.example',
  enabled: true,
  use_fedramp_language: false,
  verification: { code: 'cloudflare_dashboard_sso=1234', status: 'verified' },
};

/** What a workflow has under `with` to have the connector enabled, at an API of the test. */
export function inputsFor(apiBaseUrl: string, more: Readonly<Record<string, string>> = {}): Record<string, string> {
  return {
    api_base_url: apiBaseUrl,
    api_token: TOKEN,
    account_id: ACCOUNT,
    sso_connector_id: ID,
    enabled: 'true',
    ...more,
  };
}

/** The answer that a success has. */
export function success(result: unknown = CONNECTOR, messages: unknown[] = []): string {
  return JSON.stringify({ success: true, errors: [], messages, result });
}

/** A run within the process of the test, in which pauses take no time. */
export interface QuickRun {
  result: Result;
  log: string[];
  warnings: string[];
  debugs: string[];
  errors: string[];
  /** What was slept, in milliseconds. */
  pauses: number[];
}

/** Runs everything but the reports, with a clock that jumps over pauses, and chance that is always one half. */
export async function runQuickly(
  inputs: Readonly<Record<string, string>>,
  env: NodeJS.ProcessEnv = {},
): Promise<QuickRun> {
  const pauses: number[] = [];
  let skipped = 0;
  const clock: Clock = {
    now: () => Date.now() + skipped,
    random: () => 0.5,
    deadline: (milliseconds) => AbortSignal.timeout(milliseconds),
    sleep: async (milliseconds) => {
      pauses.push(milliseconds);
      skipped += milliseconds;
    },
  };
  const lines = { info: [] as string[], warning: [] as string[], debug: [] as string[] };
  const log = {
    info: (line: string) => void lines.info.push(line),
    group: () => {},
    notice: () => {},
    warning: (line: string) => void lines.warning.push(line),
    error: () => {},
    debug: (line: () => string) => void lines.debug.push(line()),
  };
  const result = await run({
    env: { ...inputVariables(inputs, ''), ...env },
    clock,
    log,
    lookUpTxt: async () => ({ unknown: 'not asked' }),
    signal: new AbortController().signal,
  });
  const errors = result.failures.map(tell);
  return { result, log: lines.info, warnings: lines.warning, debugs: lines.debug, errors, pauses };
}

/** What a failure says, and then what to do. */
function tell({ message, action }: Pick<FailureRecord, 'message' | 'action'>): string {
  return action === null ? message : `${message} -> ${action}`;
}

/** The failures of a step, as its output has them. */
export function failuresOf({ outputs }: StepResult): FailureRecord[] {
  return JSON.parse(outputs['failures'] ?? 'null');
}

/** What the failures of a step say, each with what to do behind an arrow. */
export function toldBy(result: StepResult): string[] {
  return failuresOf(result).map(tell);
}

/** How often a step tried its only request: once, and once more for each line that says so. */
export function countAttempts({ lines }: StepResult): number {
  return 1 + lines.filter((line) => / Retry \d+ of \d+ in \d+ m?s\.$/.test(line)).length;
}

/** Runs the built action, which must end in a way that a person can read: exit code 0 or 1, and no stack trace. */
export async function runReadably(options: RunOptions): Promise<StepResult> {
  const result = await runAction(options);
  const stackTrace = result.lines.filter((line) => /^\s*at .+:\d+|node:internal|should not have happened/.test(line));
  if (stackTrace.length > 0 || (result.exitCode !== 0 && result.exitCode !== 1) || result.stderr !== '') {
    throw new Error(`Not an end for people (exit code ${result.exitCode}):\n${result.lines.join('\n')}`);
  }
  return result;
}

/** What became of one of the connectors that `strikeEach` has changed. */
export interface Struck {
  readonly failures: readonly FailureRecord[];
  /** The methods of the requests that were sent for it. */
  readonly methods: readonly string[];
}

/**
 * One step in mode update on as many connectors as there are faults. Each fault strikes every request for the connector
 * in its place, so that a single process shows what becomes of them all.
 */
export async function strikeEach(
  simulator: Simulator,
  faults: readonly Fault[],
  { inputs = {}, ...options }: RunOptions = {},
): Promise<{ result: StepResult; struck: Struck[] }> {
  simulator.requests.length = 0;
  simulator.clearFaults();
  const ids = faults.map((fault, n) => {
    const id = String(n).padStart(32, '0');
    if (simulator.connector(id) === undefined)
      simulator.addConnector({ ...CONNECTOR, id, email_domain: `d${n}.example` });
    simulator.fault({ times: Number.POSITIVE_INFINITY, ...fault, path: new RegExp(`/${id}$`) });
    return id;
  });
  const connectors = ids.map((id) => `- {sso_connector_id: ${id}, enabled: false}`).join('\n');
  const { sso_connector_id: _, enabled: __, ...shared } = inputsFor(simulator.apiBaseUrl, inputs);
  const result = await runReadably({ ...options, inputs: { ...shared, mode: 'update', connectors } });
  const failures = failuresOf(result);
  const struck = ids.map((id) => ({
    failures: failures.filter(({ sso_connector_id }) => sso_connector_id === id),
    methods: simulator.requests.filter(({ path }) => path.endsWith(id)).map(({ method }) => method),
  }));
  return { result, struck };
}
