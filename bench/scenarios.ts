import type { Account, AccountOptions } from './simulators.ts';

type Inputs = Readonly<Record<string, string>>;

/** A job to measure: the account that it finds, and the inputs that tell it what to do. */
export interface Scenario extends AccountOptions {
  readonly title: string;
  readonly inputs: (account: Account) => Inputs;
  /** What the action is given instead, and in which files of the workspace, for what the others cannot do. */
  readonly actionInputs?: (account: Account) => Inputs;
  readonly actionFiles?: (account: Account) => Inputs;
  /** Whether all contenders do it; otherwise the action and the limit alone. */
  readonly isForAll: boolean;
}

const SIZES = [1, 10, 100, 1000];
const LATENCY_MS = 50;
const LIST_FILE = 'connectors.yml';

const one = { connectors: 1, latencyMs: 0 };
const hundred = { connectors: 100, drifted: false, latencyMs: 0 };
/** The least that has to be read to know. */
const check = (account: Account) => inputsOfOne('check', account);

/** After each of them, every connector is enabled. */
export const SCENARIOS: readonly Scenario[] = [
  { title: '1 update', ...one, drifted: true, inputs: (account) => inputsOfOne('update', account), isForAll: true },
  { title: '1 check, in sync', ...one, drifted: false, inputs: check, isForAll: true },
  {
    title: '1 plan, in sync',
    ...{ ...one, drifted: false, isForAll: false },
    inputs: check,
    actionInputs: (account) => inputsOfOne('plan', account),
  },
  list('100 in sync', { ...hundred, isForAll: true }),
  {
    ...list('100 in sync, `connectors_file`', { ...hundred, isForAll: false }),
    actionInputs: (account) => inputsOfMany(account, { connectors_file: LIST_FILE }),
    actionFiles: ({ ids }) => ({ [LIST_FILE]: yamlList(ids) }),
  },
  list('100 drifted, 50 ms', { connectors: 100, drifted: true, latencyMs: LATENCY_MS, isForAll: true }),
  ...[false, true].flatMap((drifted) =>
    SIZES.map((connectors) =>
      list(`fleet of ${connectors}, ${drifted ? 'all drifted' : 'in sync'}, 50 ms`, {
        ...{ connectors, drifted, latencyMs: LATENCY_MS, isForAll: false },
      }),
    ),
  ),
];

/** One look at the list, then one PATCH for each that drifted. The action reads YAML; JSON is what all can read. */
function list(title: string, options: AccountOptions & Pick<Scenario, 'isForAll'>): Scenario {
  return {
    title,
    ...options,
    inputs: (account) => inputsOfMany(account, { connectors: jsonList(account.ids) }),
    actionInputs: (account) => inputsOfMany(account, { connectors: yamlList(account.ids) }),
  };
}

function jsonList(ids: readonly string[]): string {
  return JSON.stringify(ids.map((id) => ({ sso_connector_id: id, enabled: true })));
}

function yamlList(ids: readonly string[]): string {
  return ids.map((id) => `- sso_connector_id: ${id}\n  enabled: true\n`).join('');
}

function inputsOfOne(mode: string, account: Account): Inputs {
  const [id = ''] = account.ids;
  return { ...accountInputs(account), mode, sso_connector_id: id, enabled: 'true' };
}

function inputsOfMany(account: Account, list: Inputs): Inputs {
  return { ...accountInputs(account), mode: 'reconcile', ...list };
}

function accountInputs({ apiBaseUrl, accountId, apiToken }: Account): Inputs {
  return { api_base_url: apiBaseUrl, account_id: accountId, api_token: apiToken };
}
