/** What provokes the messages of docs/messages.md: inputs, and a world that answers in a certain way. */
import type { TxtAnswer } from '../src/job/job.ts';
import { playGroups } from '../test/simulator/elsewhere.ts';
import type { Simulator } from '../test/simulator/simulator.ts';

export interface Provocation {
  readonly inputs: Readonly<Record<string, string>>;
  readonly env?: Readonly<Record<string, string>>;
  readonly dns?: (code: string) => TxtAnswer;
  /** Cancelled when it waits. */
  readonly isCancelled?: boolean;
}

/** Sets the simulator up, and says what to run. */
export type Provoke = (simulator: Simulator) => Provocation;

const DOMAIN = 'acme.example';
const UPDATE = { email_domain: DOMAIN, enabled: 'true' };

/** Inputs of which one or more are wrong. */
const wrongInputs: readonly Readonly<Record<string, string>>[] = [
  { api_token: '', account_id: '' },
  { api_token: 'two words of a token' },
  { api_token: 'Bearer x' },
  { api_token: 'cfk_0123456789' },
  { api_token: 'CLOUDFLARE_API_TOKEN=x' },
  { api_token: '{"token":"x"}' },
  { api_token: '"quoted"' },
  { api_token: 'secrets.CLOUDFLARE_API_TOKEN' },
  { account_id: 'a/b' },
  { api_token: 'the-value-of-a-token', account_id: 'the-value-of-a-token' },
  { mode: 'chek' },
  { mode: 'dry-run' },
  { mode: 'apply' },
  { mode: 'validate' },
  { mode: '' },
  { require_verified: '' },
  { enabled: 'yes' },
  { email_domain: `https://${DOMAIN}` },
  { email_domain: `*.${DOMAIN}` },
  { email_domain: '192.0.2.1' },
  { email_domain: `${'a'.repeat(64)}.example` },
  { email_domain: '0123456789abcdef0123456789abcdef' },
  { email_domain: '' },
  { sso_connector_id: 'a b' },
  { sso_connector_id: DOMAIN },
  { sso_connector_id: '0f9d5b2e-7a43-4c1e-9a55-3d0f6c1b2a77' },
  { wait_for_verification: '10 minutes' },
  { wait_for_verification: 'false' },
  { poll_interval: '0s' },
  { max_retries: '11' },
  { api_base_url: 'http://api.cloudflare.com/client/v4' },
  { api_base_url: 'cloudflare' },
  { dry_run: 'true' },
  { disable: 'true' },
  { require_verifed: 'true' },
  { require_enabled: 'true' },
  { something_else: 'true' },
  { connectors: 'lists/sso.yml' },
  { connectors: '- a: [' },
  { connectors: '[]' },
  { connectors: '- {email_domain: a.example, enabled: yes}' },
  { connectors: '- {enabled: true}' },
  { connectors: '- {domain: a.example}' },
  { connectors: '- {email_domain: a.example}\n- {email_domain: A.example.}' },
  { connectors: '- &a {email_domain: a.example}\n- *a' },
  { connectors: '- {email_domain: a.example}', connectors_file: 'sso.yml' },
  { connectors_file: '/etc/passwd' },
  { connectors_file: 'missing.yml' },
  { mode: 'check', begin_verification: 'true' },
  { mode: 'plan', wait_for_verification: '1m', report_issue: 'true' },
  { unlisted: 'fail' },
  { token_expiry_warning: '30d' },
  { token_expiry_warning: '30', mode: 'check' },
  { report_issue: 'true', github_token: '' },
];

const input =
  (inputs: Readonly<Record<string, string>>): Provoke =>
  () => {
    const isList = 'connectors' in inputs || 'connectors_file' in inputs;
    return { inputs: isList ? inputs : { ...UPDATE, ...inputs } };
  };

/** One connector and a mode. */
const unverified =
  (
    status: string,
    more: Readonly<Record<string, string>>,
    dns: Provocation['dns'] = () => ({ records: [] }),
  ): Provoke =>
  (simulator) => {
    simulator.addConnector({ email_domain: DOMAIN, verification: { status } });
    return { inputs: { ...UPDATE, ...more }, dns };
  };
const gate = (dns: (code: string) => TxtAnswer) =>
  unverified('awaiting', { mode: 'check', enabled: '', require_verified: 'true' }, dns);
const records = (...values: string[]): TxtAnswer => ({ records: values });
const bare = (code: string) => code.replace(/^.*=/, '');

const states: readonly Provoke[] = [
  unverified('awaiting', { mode: 'reconcile' }),
  unverified('failed', { mode: 'reconcile' }),
  unverified('pending', { mode: 'reconcile' }),
  unverified('resting', { mode: 'reconcile' }),
  unverified('awaiting', { mode: 'plan' }),
  unverified('awaiting', { mode: 'update' }),
  unverified('pending', { mode: 'reconcile', wait_for_verification: '1m' }),
  unverified('awaiting', { mode: 'check' }),
  gate(() => ({ noDomain: true })),
  gate(() => ({ unknown: 'no answer within 3 s' })),
  gate((code) => records(code)),
  gate((code) => records(`"${code}"`)),
  gate((code) => records(bare(code))),
  gate((code) => records(code.toUpperCase())),
  gate((code) => records(`cloudflared_dashboard_sso=${bare(code)}`)),
  gate((code) => records(`v=spf1 ${code}`)),
  gate(() => records('cloudflare_dashboard_sso=1')),
  gate(() => records('v=spf1 -all', 'other')),
  (simulator) => {
    simulator.addConnector({ email_domain: DOMAIN, enabled: false, use_fedramp_language: true });
    return { inputs: { ...UPDATE, mode: 'check', use_fedramp_language: 'false' } };
  },
  (simulator) => {
    simulator.addConnector({ email_domain: DOMAIN });
    return { inputs: { email_domain: DOMAIN } };
  },
  (simulator) => {
    simulator.addConnector({ email_domain: DOMAIN });
    return { inputs: { email_domain: DOMAIN, mode: 'check' } };
  },
];

const searches: readonly Provoke[] = [
  () => ({ inputs: UPDATE }),
  (simulator) => {
    simulator.addConnector({ email_domain: 'acne.example' });
    return { inputs: UPDATE };
  },
  (simulator) => {
    simulator.addConnector({ email_domain: DOMAIN });
    simulator.addConnector({ email_domain: DOMAIN });
    return { inputs: UPDATE };
  },
  (simulator) => {
    const { id } = simulator.addConnector({ email_domain: 'other.example' });
    return { inputs: { ...UPDATE, sso_connector_id: id } };
  },
  (simulator) => {
    const { id } = simulator.addConnector({ email_domain: DOMAIN });
    return {
      inputs: {
        mode: 'check',
        connectors: `- {email_domain: ${DOMAIN}, enabled: true}\n- {sso_connector_id: ${id}, enabled: false}`,
      },
    };
  },
  (simulator) => {
    simulator.addConnector({ email_domain: DOMAIN });
    simulator.fault({ transform: (envelope) => ({ ...envelope, result_info: { total_count: 40 } }), times: 9 });
    return { inputs: UPDATE };
  },
  (simulator) => {
    for (const email_domain of [DOMAIN, 'other.example']) simulator.addConnector({ email_domain, enabled: true });
    return { inputs: { mode: 'check', unlisted: 'fail', connectors: `- {email_domain: ${DOMAIN}, enabled: true}` } };
  },
  (simulator) => {
    simulator.addConnector({ email_domain: DOMAIN, enabled: true });
    simulator.setToken(simulator.tokens.user, { expires_on: '2026-08-20T00:00:00Z' });
    return { inputs: { ...UPDATE, mode: 'check', api_token: simulator.tokens.user, token_expiry_warning: '30d' } };
  },
  (simulator) => {
    const { id } = simulator.addConnector({ email_domain: DOMAIN, verification: { status: 'pending' } });
    return {
      inputs: { sso_connector_id: id, enabled: 'true', mode: 'reconcile', wait_for_verification: '1h' },
      isCancelled: true,
    };
  },
];

/** Answers that every change may get; the plays of the simulator are named in its introduction. */
const PLAYS = [
  ...[
    'edge-1020',
    'edge-1015',
    'edge-522',
    'error-1010-text',
    'firewall-page',
    'challenge',
    'gateway-policy',
    'page-404',
  ],
  ...[
    'page-200',
    'redirect',
    'bare-code-error',
    'empty-200',
    'empty-403',
    'json-array',
    'reset',
    'apply-then-reset',
    'truncate',
  ],
];
const refusals = playGroups.find(({ title }) => title === 'Refusals by the API')?.plays.map(({ name }) => name) ?? [];
const plays = [...PLAYS, ...refusals].map(
  (name): Provoke =>
    (simulator) => {
      const { id } = simulator.addConnector({ email_domain: DOMAIN, enabled: true });
      simulator.play(name);
      return { inputs: { sso_connector_id: id, enabled: 'false' } };
    },
);

const answers: readonly Provoke[] = [
  (simulator) => {
    const { id } = simulator.addConnector({ email_domain: DOMAIN, enabled: true });
    simulator.fault({
      method: 'PATCH',
      transform: ({ result, ...rest }) => ({ ...rest, result: { ...(result as object), enabled: true } }),
    });
    return { inputs: { sso_connector_id: id, enabled: 'false' } };
  },
  (simulator) => {
    const { id } = simulator.addConnector({ email_domain: DOMAIN, enabled: true });
    simulator.fault({
      method: 'PATCH',
      transform: ({ result, ...rest }) => ({ ...rest, result: { ...(result as object), id: 'another' } }),
    });
    return { inputs: { sso_connector_id: id, enabled: 'false' } };
  },
  (simulator) => {
    simulator.addConnector({ email_domain: DOMAIN, enabled: false });
    simulator.addConnector({ email_domain: DOMAIN, enabled: true }, simulator.otherAccountId);
    return { inputs: UPDATE };
  },
  (simulator) => {
    simulator.addConnector({ email_domain: DOMAIN });
    return { inputs: { ...UPDATE, api_token: simulator.tokens.read } };
  },
];

/** All provocations, under the title of what they are about. */
export const provocations: Readonly<Record<string, readonly Provoke[]>> = {
  Inputs: [
    ...wrongInputs.map(input),
    () => ({
      inputs: { ...UPDATE, api_base_url: 'https://api.cloudflare.com/client/v4' },
      env: { NODE_TLS_REJECT_UNAUTHORIZED: '0' },
    }),
    ...['socks5://proxy.example:1080', 'http://acme:8642#x@proxy.example:3128'].map((HTTPS_PROXY) => () => ({
      inputs: { ...UPDATE, api_base_url: 'https://api.cloudflare.com/client/v4' },
      env: { HTTPS_PROXY },
    })),
    () => ({ inputs: { ...UPDATE, api_token: '', account_id: '' }, env: { CF_API_TOKEN: 'x', CF_ACCOUNT_ID: 'x' } }),
  ],
  'Connectors and the list': searches,
  'State and verification': states,
  'Answers of Cloudflare, and others in its place': [...plays, ...answers],
};
