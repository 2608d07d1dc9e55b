/** The runs whose summaries are worth a look, each against a simulator of its own. */
import { type RunOptions, type StepResult, startAction } from '../test/kit/runner.ts';
import { type DnsServer, startDnsServer } from '../test/network/dns-server.ts';
import { type Simulator, startSimulator } from '../test/simulator/simulator.ts';

interface Stage {
  readonly simulator: Simulator;
  readonly dns: DnsServer;
  readonly step: (inputs: Record<string, string>, untilLine?: string) => Promise<StepResult>;
}

type Scene = (stage: Stage) => Promise<StepResult>;

const NAMES =
  'alpha beta gamma delta epsilon zeta eta theta iota kappa lambda mu nu xi omicron pi rho sigma tau upsilon phi chi psi omega';

/** 25 connectors of which one is missing and two are not verified; three are switched on. */
function addFleet({ simulator, dns }: Stage): string {
  const domains = [...NAMES.split(' ').map((name) => `${name}.example`), 'xn--bcher-kva.example'];
  for (const email_domain of domains) {
    const status = { 'eta.example': 'awaiting', 'xi.example': 'failed' }[email_domain];
    const isOff = ['alpha.example', 'nu.example', 'tau.example'].includes(email_domain);
    simulator.addConnector({
      email_domain,
      enabled: status === undefined && !isOff,
      ...(status === undefined ? {} : { verification: { status } }),
    });
  }
  dns.setTxt('eta.example', []);
  dns.setTxt('xi.example', ['v=spf1 -all']);
  return domains
    .map((domain) => `- {email_domain: ${domain === 'beta.example' ? 'betta.example' : domain}, enabled: true}`)
    .join('\n');
}

export const scenes: Readonly<Record<string, Scene>> = {
  async success({ simulator, step }) {
    simulator.addConnector({ email_domain: 'acme.example', enabled: true });
    return step({ mode: 'check', email_domain: 'acme.example', enabled: 'true', require_verified: 'true' });
  },
  async drift({ simulator, step }) {
    simulator.addConnector({ email_domain: 'acme.example', enabled: false });
    return step({ mode: 'check', email_domain: 'acme.example', enabled: 'true' });
  },
  async fleet(stage) {
    return stage.step({ mode: 'reconcile', connectors: addFleet(stage) });
  },
  async plan(stage) {
    const connectors = addFleet(stage)
      .replace('betta', 'beta')
      .replace(/^.*(eta|xi|chi|psi)\.example.*\n/gm, '');
    return stage.step({ mode: 'plan', connectors });
  },
  async 'refused-enable'({ simulator, dns, step }) {
    const { id, verification } = simulator.addConnector({
      email_domain: 'newcomer.example',
      verification: { status: 'awaiting' },
    });
    dns.setTxt('newcomer.example', [`"${verification?.code}"`]);
    return step({ sso_connector_id: id, enabled: 'true' });
  },
  async disable({ simulator, step }) {
    const { id } = simulator.addConnector({ email_domain: 'acme.example', enabled: true });
    return step({ sso_connector_id: id, enabled: 'false' });
  },
  async inputs({ step }) {
    return step({
      api_token: '"quoted"',
      email_domain: 'https://acme.example',
      enabled: 'yes',
      require_verifed: 'true',
      wait_for_verification: '10 minutes',
    });
  },
  async cancelled(stage) {
    const connectors = addFleet(stage).replace('betta', 'beta');
    return stage.step(
      { mode: 'reconcile', connectors, wait_for_verification: '1h', begin_verification: 'true' },
      'Waiting for',
    );
  },
  async 'bad-token'(stage) {
    return stage.step({ mode: 'reconcile', connectors: addFleet(stage), api_token: stage.simulator.tokens.none });
  },
};

/** The summary of a scene. A scene that waits is cancelled once it says so. */
export async function summarize(scene: Scene): Promise<StepResult> {
  await using simulator = await startSimulator();
  await using dns = await startDnsServer();
  return await scene({
    simulator,
    dns,
    async step(inputs, untilLine) {
      const { apiBaseUrl, accountId, tokens } = simulator;
      const common = { api_base_url: apiBaseUrl, account_id: accountId, api_token: tokens.edit };
      const options: RunOptions = { inputs: { ...common, ...inputs }, dns: dns.address };
      await using action = await startAction(options);
      if (untilLine !== undefined) {
        await action.waitForLine(untilLine);
        action.kill('SIGINT');
      }
      return await action.result;
    },
  });
}
