import type { Scene } from './demo-scene.ts';

const secret = (name: string) => `\${{ secrets.${name} }}`;
const variable = (name: string) => `\${{ vars.${name} }}`;

const EDIT = {
  api_token: secret('CLOUDFLARE_API_TOKEN'),
  account_id: variable('CLOUDFLARE_ACCOUNT_ID'),
};
const READ = { ...EDIT, api_token: secret('CLOUDFLARE_READ_TOKEN') };
const LIST = 'GET /sso_connectors -> 200';
const ISSUES = '/repos/acme/platform/issues';

/** What `npm run demo` shows, in this order. */
export const scenes: readonly Scene[] = [
  {
    title: 'An update: one request switches SSO on',
    async play({ simulator, step }) {
      const { id } = simulator.addConnector({ email_domain: 'acme.example' });
      await step({
        with: { ...EDIT, sso_connector_id: id, enabled: 'true' },
        exit: 'succeeded',
        requests: [`PATCH /sso_connectors/${id} {"enabled":true} -> 200`],
      });
    },
  },
  {
    title: 'A refused enable: the error says what is missing',
    async play({ simulator, publishTxt, step }) {
      const { id } = simulator.addConnector({ email_domain: 'newcomer.example', verification: { status: 'awaiting' } });
      publishTxt('newcomer.example', 'v=spf1 -all');
      await step({
        with: { ...EDIT, sso_connector_id: id, enabled: 'true' },
        exit: 'failed',
        requests: [`PATCH /sso_connectors/${id} {"enabled":true} -> 400`, `GET /sso_connectors/${id} -> 200`],
      });
    },
  },
  {
    title: 'Break-glass: one request switches SSO off, and the summary says how people get in',
    async play({ simulator, step }) {
      const { id } = simulator.addConnector({ email_domain: 'acme.example', enabled: true });
      await step({
        with: { ...EDIT, sso_connector_id: id, enabled: 'false' },
        exit: 'succeeded',
        requests: [`PATCH /sso_connectors/${id} {"enabled":false} -> 200`],
      });
    },
  },
  {
    title: 'An error envelope: the token may read and not write',
    async play({ simulator, step }) {
      const { id } = simulator.addConnector({ email_domain: 'acme.example', enabled: true });
      await step({
        with: { ...READ, sso_connector_id: id, enabled: 'false' },
        exit: 'failed',
        requests: [`PATCH /sso_connectors/${id} {"enabled":false} -> 403`],
      });
    },
  },
  {
    title: 'All problems of the inputs at once, a misspelt gate among them; no request',
    async play({ step }) {
      await step({
        with: {
          api_token: secret('CLOUDFLARE_TOKEN'),
          account_id: variable('CLOUDFLARE_ACCOUNT_ID'),
          email_domain: 'https://acme.example',
          enabled: 'yes',
          require_verifed: 'true',
          wait_for_verification: '10 minutes',
        },
        exit: 'failed',
        requests: [],
      });
    },
  },
  {
    title: 'An error of the edge, before the API: no word of the token, and what to do',
    async play({ simulator, step }) {
      const { id } = simulator.addConnector({ email_domain: 'acme.example', enabled: true });
      simulator.play('edge-1020');
      await step({
        with: { ...EDIT, sso_connector_id: id, enabled: 'false' },
        exit: 'failed',
        requests: [`PATCH /sso_connectors/${id} {"enabled":false} -> 403`],
      });
    },
  },
  {
    title: 'A gate that holds: the domain is not verified',
    async play({ simulator, step }) {
      simulator.addConnector({ email_domain: 'newcomer.example', verification: { status: 'failed' } });
      await step({
        with: { ...READ, email_domain: 'newcomer.example', mode: 'check', require_verified: 'true' },
        exit: 'failed',
        requests: [LIST],
      });
    },
  },
  {
    title: 'A gate that opens: verified, and SSO is on; a token that can only read is enough',
    async play({ simulator, step }) {
      simulator.addConnector({ email_domain: 'acme.example', enabled: true });
      await step({
        with: { ...READ, email_domain: 'acme.example', mode: 'check', enabled: 'true', require_verified: 'true' },
        exit: 'succeeded',
        requests: [LIST],
      });
    },
  },
  {
    title: 'Drift that is healed: only what differs is sent',
    async play({ simulator, step }) {
      const { id } = simulator.addConnector({ email_domain: 'acme.example', use_fedramp_language: true });
      await step({
        with: {
          ...EDIT,
          email_domain: 'acme.example',
          mode: 'reconcile',
          enabled: 'true',
          use_fedramp_language: 'true',
        },
        exit: 'succeeded',
        requests: [LIST, `PATCH /sso_connectors/${id} {"enabled":true} -> 200`],
      });
    },
  },
  {
    title: 'A plan on a pull request: what reconcile would change, with a token that can only read',
    async play({ simulator, step }) {
      simulator.addConnector({ email_domain: 'acme.example' });
      simulator.addConnector({ email_domain: 'branch.example', enabled: true });
      await step({
        with: {
          ...READ,
          mode: 'plan',
          connectors: [
            '- { email_domain: acme.example, enabled: true }',
            '- { email_domain: branch.example, enabled: true, use_fedramp_language: true }',
          ].join('\n'),
        },
        exit: 'succeeded',
        requests: [LIST],
      });
    },
  },
  {
    title: 'A connector that nobody listed: a failure, with the entry to paste',
    async play({ simulator, step }) {
      simulator.addConnector({ email_domain: 'acme.example', enabled: true });
      simulator.addConnector({ email_domain: 'xn--bcher-kva.example', enabled: true });
      await step({
        with: {
          ...READ,
          mode: 'check',
          unlisted: 'fail',
          connectors: '- { email_domain: acme.example, enabled: true }',
        },
        exit: 'failed',
        requests: [LIST],
      });
    },
  },
  {
    title: 'A token that expires soon: a warning, before nobody can switch SSO off any more',
    async play({ simulator, step }) {
      simulator.addConnector({ email_domain: 'acme.example', enabled: true });
      const inTenDays = new Date(Date.now() + 10 * 86_400_000).toISOString().replace(/\.\d+/, '');
      simulator.setToken(simulator.tokens.user, { expires_on: inTenDays });
      await step({
        with: {
          ...EDIT,
          api_token: secret('CLOUDFLARE_USER_TOKEN'),
          email_domain: 'acme.example',
          mode: 'check',
          enabled: 'true',
          token_expiry_warning: '30d',
        },
        exit: 'succeeded',
        requests: [LIST, 'GET /user/tokens/verify -> 200'],
      });
    },
  },
  {
    title: 'Onboarding: begin the verification, wait for the TXT record, then enable',
    async play({ simulator, publishTxt, step }) {
      const domain = 'newcomer.example';
      const { id } = simulator.addConnector({ email_domain: domain, verification: { status: 'awaiting' } });
      simulator.on('read', (_, n) => {
        if (n === 4) publishTxt(domain);
      });
      const look = `GET /sso_connectors/${id} -> 200`;
      await step({
        with: {
          ...EDIT,
          sso_connector_id: id,
          enabled: 'true',
          begin_verification: 'true',
          wait_for_verification: '1h',
          poll_interval: '1s',
        },
        exit: 'succeeded',
        requests: [
          ...[look, `POST /sso_connectors/${id}/begin_verification -> 200`, look, look, look],
          `PATCH /sso_connectors/${id} {"enabled":true} -> 200`,
        ],
      });
    },
  },
  {
    title: 'A fleet in one step: one is healed, two are in sync, one cannot be enabled and stops no other',
    async play({ simulator, step }) {
      const { id } = simulator.addConnector({ email_domain: 'acme.example' });
      simulator.addConnector({ email_domain: 'branch.example', enabled: true });
      simulator.addConnector({ email_domain: 'federal.example', enabled: true, use_fedramp_language: true });
      simulator.addConnector({ email_domain: 'newcomer.example', verification: { status: 'pending' } });
      await step({
        with: {
          ...EDIT,
          mode: 'reconcile',
          connectors: [
            '- { email_domain: acme.example, enabled: true }',
            '- { email_domain: branch.example, enabled: true }',
            '- { email_domain: federal.example, enabled: true, use_fedramp_language: true }',
            '- { email_domain: newcomer.example, enabled: true }',
          ].join('\n'),
        },
        exit: 'failed',
        requests: [LIST, `PATCH /sso_connectors/${id} {"enabled":true} -> 200`],
      });
    },
  },
  {
    title: 'Drift that is reported: an issue is opened, the drift healed, the issue closed',
    async play({ simulator, step }) {
      const { id } = simulator.addConnector({ email_domain: 'acme.example' });
      const check = { ...READ, email_domain: 'acme.example', mode: 'check', enabled: 'true', report_issue: 'true' };
      const search = `GitHub: GET ${ISSUES} -> 200`;
      const issue = `GitHub: GET ${ISSUES}/1 -> 200`;
      await step({
        says: 'One night:',
        with: check,
        exit: 'failed',
        requests: [LIST, search, search, `GitHub: POST ${ISSUES} -> 201`, search, issue],
      });
      await step({
        says: 'The next day, by hand:',
        with: { ...EDIT, sso_connector_id: id, enabled: 'true' },
        exit: 'succeeded',
        requests: [`PATCH /sso_connectors/${id} {"enabled":true} -> 200`],
      });
      await step({
        says: 'The next night:',
        with: check,
        exit: 'succeeded',
        requests: [
          ...[LIST, search, issue],
          ...[`GitHub: PATCH ${ISSUES}/1 -> 200`, `GitHub: POST ${ISSUES}/1/comments -> 201`],
        ],
      });
    },
  },
];
