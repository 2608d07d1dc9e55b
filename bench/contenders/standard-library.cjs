// The job of the action with nothing but Node: a CommonJS script, the least that a process of Node can take. It knows
// neither proxies nor retries nor limits, and says little where something goes wrong.
const { appendFileSync } = require('node:fs');
const { Agent, request } = require('node:https');

const MOST_AT_ONCE = 8;
const { INPUT_API_TOKEN: token, INPUT_API_BASE_URL: baseUrl, INPUT_ACCOUNT_ID: accountId } = process.env;
const agent = new Agent({ keepAlive: true, maxSockets: MOST_AT_ONCE });

console.log(`::add-mask::${token}`);
main().then(
  () => process.exit(0),
  (error) => {
    console.log(`::error::${error.message}`);
    process.exit(1);
  },
);

async function main() {
  const { INPUT_CONNECTORS: list, INPUT_MODE: mode } = process.env;
  if (list) return reconcile(JSON.parse(list));
  const { INPUT_SSO_CONNECTOR_ID: id, INPUT_ENABLED: enabled } = process.env;
  return mode === 'check' ? check(id, enabled === 'true') : update(id, enabled === 'true');
}

async function update(id, enabled) {
  const connector = await call('PATCH', `/${id}`, { enabled });
  refuseDrift(connector, enabled);
  setOutputs(connector);
}

async function check(id, enabled) {
  const connector = await call('GET', `/${id}`);
  setOutputs(connector);
  refuseDrift(connector, enabled);
}

async function reconcile(targets) {
  const connectors = new Map((await call('GET', '')).map((connector) => [connector.id, connector]));
  const drifted = targets.filter((target) => connectors.get(target.sso_connector_id).enabled !== target.enabled);
  const waiting = [...drifted];
  const work = async () => {
    for (let target = waiting.shift(); target; target = waiting.shift()) {
      const connector = await call('PATCH', `/${target.sso_connector_id}`, { enabled: target.enabled });
      refuseDrift(connector, target.enabled);
      connectors.set(connector.id, connector);
    }
  };
  await Promise.all(Array.from({ length: MOST_AT_ONCE }, work));
  const result = targets.map((target) => connectors.get(target.sso_connector_id));
  for (const connector of result) describe(connector);
  setOutput('result', JSON.stringify(result));
  setOutput('changed', drifted.length > 0);
}

function call(method, path, fields) {
  const body = fields === undefined ? undefined : JSON.stringify(fields);
  const headers = {
    authorization: `Bearer ${token}`,
    ...(body && { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) }),
  };
  const url = `${baseUrl}/accounts/${accountId}/sso_connectors${path}`;
  return new Promise((resolve, reject) => {
    const sent = request(url, { method, headers, agent }, (response) => {
      const chunks = [];
      response.on('data', (chunk) => chunks.push(chunk));
      response.on('error', reject);
      response.on('end', () => {
        try {
          resolve(readEnvelope(response.statusCode, Buffer.concat(chunks).toString()));
        } catch (error) {
          reject(error);
        }
      });
    });
    sent.on('error', reject);
    sent.end(body);
  });
}

function readEnvelope(status, text) {
  const { success, errors, result } = JSON.parse(text);
  if (status < 200 || status > 299 || success !== true || errors?.length > 0) {
    throw new Error(`HTTP ${status}: ${JSON.stringify(errors)}`);
  }
  return result;
}

function refuseDrift(connector, enabled) {
  if (connector.enabled !== enabled) throw new Error(`${connector.email_domain}: enabled is ${connector.enabled}`);
}

function setOutputs(connector) {
  describe(connector);
  for (const name of ['email_domain', 'enabled', 'use_fedramp_language', 'created_on', 'updated_on']) {
    setOutput(name, connector[name]);
  }
  setOutput('sso_connector_id', connector.id);
  setOutput('verification_status', connector.verification?.status);
}

function describe({ email_domain: domain, enabled, verification }) {
  console.log(`${domain}: enabled=${enabled}, verification ${verification?.status}`);
}

function setOutput(name, value) {
  appendFileSync(process.env.GITHUB_OUTPUT, `${name}<<end-of-output\n${value}\nend-of-output\n`);
}
