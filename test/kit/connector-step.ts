import type { Simulator } from '../simulator/simulator.ts';
import { type RunOptions, runAction, type StepResult } from './runner.ts';

/** Runs a step against the simulator, by default with the token that may all. */
export function runStep(
  simulator: Simulator,
  inputs: Readonly<Record<string, string>>,
  options: RunOptions = {},
): Promise<StepResult> {
  const target = {
    api_token: simulator.tokens.edit,
    account_id: simulator.accountId,
    api_base_url: simulator.apiBaseUrl,
  };
  return runAction({ ...options, inputs: { ...target, ...inputs } });
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
