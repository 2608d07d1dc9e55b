import type { FailureRecord } from '../../src/failure.ts';
import type { Simulator } from '../simulator/simulator.ts';
import { type RunOptions, runAction, type StepResult } from './runner.ts';

/** The inputs of a step that may all in the simulator's account, and has these of its own. */
export function inputsFor(simulator: Simulator, inputs: Readonly<Record<string, string>>): Record<string, string> {
  return {
    api_token: simulator.tokens.edit,
    account_id: simulator.accountId,
    api_base_url: simulator.apiBaseUrl,
    poll_interval: '1s',
    ...inputs,
  };
}

/** Runs a step against the simulator, by default with the token that may all. */
export function runStep(
  simulator: Simulator,
  inputs: Readonly<Record<string, string>>,
  options: RunOptions = {},
): Promise<StepResult> {
  return runAction({ ...options, inputs: inputsFor(simulator, inputs) });
}

/** Every request so far, its path from the account's connectors on: `PATCH /023e… {"enabled":true}`. */
export function sent(simulator: Simulator): string[] {
  const collection = `/client/v4/accounts/${simulator.accountId}/sso_connectors`;
  return simulator.requests.map(({ method, path, body }) => {
    const rest = path.startsWith(collection) ? path.slice(collection.length) : path;
    return [method, rest, body].filter((part) => part !== '').join(' ');
  });
}

/** What names the answer to a request, counted from 0, or from the last with a negative number. */
export function answerTo(simulator: Simulator, n: number): string {
  const request = simulator.requests.at(n);
  return `HTTP ${request?.status}, cf-ray ${request?.responseHeaders['cf-ray']}`;
}

/** What the output `failures` has of each. */
export type OutputFailure = Omit<FailureRecord, 'problem' | 'name' | 'entry' | 'detail' | 'isDeed'>;

/** The records under the output `failures`. */
export function failuresOf({ outputs }: Pick<StepResult, 'outputs'>): OutputFailure[] {
  return JSON.parse(outputs['failures'] ?? '');
}

/** The list under an output, such as `drift` or `unlisted`. */
export function listOf({ outputs }: Pick<StepResult, 'outputs'>, name: string): unknown[] {
  return JSON.parse(outputs[name] ?? '');
}

/** A list for the input `connectors`: these connectors by id, each with the same fields. */
export function listById(connectors: readonly { id: string }[], fields: string): string {
  return connectors.map(({ id }) => `- {sso_connector_id: ${id}, ${fields}}`).join('\n');
}
