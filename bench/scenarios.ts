import type { Account, AccountOptions } from './simulators.ts';

/** A job to measure: the account it finds, and the inputs that tell it what to do. In the end all are to be enabled. */
export interface Scenario extends AccountOptions {
  readonly title: string;
  readonly inputs: (account: Account) => Readonly<Record<string, string>>;
}

/** One PATCH. */
export const UPDATE: Scenario = {
  title: '1 update',
  ...{ connectors: 1, drifted: true, latencyMs: 0 },
  inputs: (account) => inputsOfOne('update', account),
};

/** One GET. */
export const CHECK: Scenario = {
  title: 'check in sync',
  ...{ connectors: 1, drifted: false, latencyMs: 0 },
  inputs: (account) => inputsOfOne('check', account),
};

/** One look at the list, then one PATCH for each that drifted. */
export function fleet(title: string, options: AccountOptions): Scenario {
  return { title, ...options, inputs: inputsOfFleet };
}

function inputsOfOne(mode: string, account: Account): Record<string, string> {
  const [id = ''] = account.ids;
  return { ...accountInputs(account), mode, sso_connector_id: id, enabled: 'true' };
}

/** JSON, which is YAML too, since that is what all contenders can read. */
function inputsOfFleet(account: Account): Record<string, string> {
  const connectors = account.ids.map((id) => ({ sso_connector_id: id, enabled: true }));
  return { ...accountInputs(account), mode: 'reconcile', connectors: JSON.stringify(connectors) };
}

function accountInputs({ apiBaseUrl, accountId, apiToken }: Account): Record<string, string> {
  return { api_base_url: apiBaseUrl, account_id: accountId, api_token: apiToken };
}
