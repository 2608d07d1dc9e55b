// The job of the action with @actions/core and the vendor's SDK, as an action made from them would do it. The SDK is
// taken in the form that its README recommends where size matters, which starts faster than `new Cloudflare()`.
import * as core from '@actions/core';
import { BaseSSO, type SSOGetResponse } from 'cloudflare/resources/iam/sso';
import { createClient } from 'cloudflare/tree-shakable';

type Connector = SSOGetResponse;
interface Target {
  readonly sso_connector_id: string;
  readonly enabled: boolean;
}

const MOST_AT_ONCE = 8;
const apiToken = core.getInput('api_token', { required: true });
core.setSecret(apiToken);
const { sso } = createClient({ resources: [BaseSSO], apiToken, baseURL: core.getInput('api_base_url') }).iam;
const account = { account_id: core.getInput('account_id', { required: true }) };

try {
  if (core.getInput('connectors')) await reconcile(JSON.parse(core.getInput('connectors')));
  else await single(core.getInput('sso_connector_id'), core.getBooleanInput('enabled'));
} catch (error) {
  core.setFailed(error instanceof Error ? error : String(error));
}
process.exit();

async function single(id: string, enabled: boolean): Promise<void> {
  const connector =
    core.getInput('mode') === 'check' ? await sso.get(id, account) : await sso.update(id, { ...account, enabled });
  describe(connector);
  for (const name of ['email_domain', 'enabled', 'use_fedramp_language', 'created_on', 'updated_on'] as const) {
    core.setOutput(name, connector[name]);
  }
  core.setOutput('sso_connector_id', connector.id);
  core.setOutput('verification_status', connector.verification?.status);
  refuseDrift(connector, enabled);
}

async function reconcile(targets: readonly Target[]): Promise<void> {
  const connectors = new Map<string | undefined, Connector>();
  for await (const connector of sso.list(account)) connectors.set(connector.id, connector);
  const drifted = targets.filter(({ sso_connector_id: id, enabled }) => connectors.get(id)?.enabled !== enabled);
  const waiting = [...drifted];
  const work = async () => {
    for (let target = waiting.shift(); target; target = waiting.shift()) {
      const connector = await sso.update(target.sso_connector_id, { ...account, enabled: target.enabled });
      refuseDrift(connector, target.enabled);
      connectors.set(connector.id, connector);
    }
  };
  await Promise.all(Array.from({ length: MOST_AT_ONCE }, work));
  const result = targets.map(({ sso_connector_id: id }) => connectors.get(id));
  for (const connector of result) describe(connector);
  core.setOutput('result', result);
  core.setOutput('changed', drifted.length > 0);
}

/** The SDK does not look at `success`, but what is no success has no connector. */
function refuseDrift(connector: Connector | undefined, enabled: boolean): void {
  if (connector?.enabled !== enabled) throw new Error(`enabled is ${connector?.enabled}, not ${enabled}`);
}

function describe(connector: Connector | undefined): void {
  core.info(
    `${connector?.email_domain}: enabled=${connector?.enabled}, verification ${connector?.verification?.status}`,
  );
}
