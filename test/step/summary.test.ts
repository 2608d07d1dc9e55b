import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { marked } from 'marked';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { prose } from '../../src/report/markdown.ts';
import { type RunOptions, runAction, type StepResult, startAction } from '../kit/runner.ts';
import { type DnsServer, startDnsServer } from '../network/dns-server.ts';
import type { Connector } from '../simulator/connectors.ts';
import { type Simulator, startSimulator } from '../simulator/simulator.ts';

const HEAD = ['| Domain | Connector | Enabled | FedRAMP language | Verification |', '|---|---|---|---|---|'];
let simulator: Simulator;
let dns: DnsServer;
let acme: Connector;

beforeEach(async () => {
  simulator = await startSimulator();
  dns = await startDnsServer();
  acme = simulator.addConnector({ email_domain: 'acme.example' });
});
afterEach(async () => {
  await simulator.close();
  await dns.close();
});

function options(inputs: Record<string, string>, env: RunOptions['env'] = {}): RunOptions {
  const { apiBaseUrl, accountId, tokens } = simulator;
  const common = { api_base_url: apiBaseUrl, account_id: accountId, api_token: tokens.edit };
  return { inputs: { ...common, ...inputs }, env, dns: dns.address };
}

function run(inputs: Record<string, string>, env?: RunOptions['env']): Promise<StepResult> {
  return runAction(options(inputs, env));
}

const lines = ({ summary }: StepResult) => summary.trimEnd().split('\n');

describe('the summary', () => {
  it('of an update has the connector as it is now', async () => {
    const result = await run({ sso_connector_id: acme.id, enabled: 'true' });
    expect(lines(result)).toEqual([
      '### ✅ Cloudflare SSO (update): all is well',
      '',
      ...HEAD,
      `| ✅ acme.example | \`${acme.id}\` | true | false | verified |`,
    ]);
  });

  it('of many has a count, every reason, a row a connector, the changes, and the TXT record with what DNS says', async () => {
    const branch = simulator.addConnector({ email_domain: 'xn--bcher-kva.example', enabled: true });
    const fresh = simulator.addConnector({ email_domain: 'new.example', verification: { status: 'awaiting' } });
    dns.setTxt('new.example', ['v=spf1 -all', 'other']);
    const result = await run({
      mode: 'reconcile',
      connectors: `
        - {email_domain: acme.example, enabled: true, use_fedramp_language: true}
        - {email_domain: bücher.example, enabled: true}
        - {email_domain: new.example, enabled: true}
        - {email_domain: missing.example, enabled: true}`,
    });
    const code = fresh.verification?.code;
    expect(lines(result)).toEqual([
      '### ❌ Cloudflare SSO (reconcile): 2 errors',
      '',
      '4 connectors: 1 changed, 2 as asked for, 2 failed.',
      '',
      ...result.errors.map((error) => `- ${prose(error)}`),
      '',
      ...HEAD,
      `| ✏️ acme.example | \`${acme.id}\` | true | true | verified |`,
      `| ✅ bücher.example (xn--bcher-kva.example) | \`${branch.id}\` | true | false | verified |`,
      `| ❌ new.example | \`${fresh.id}\` | false | false | awaiting |`,
      '| ❌ missing.example | – | – | – | – |',
      '',
      '#### Changed',
      '',
      '```diff',
      `@@ acme.example (connector ${acme.id}) @@`,
      '- enabled: false',
      '+ enabled: true',
      '- use_fedramp_language: false',
      '+ use_fedramp_language: true',
      '```',
      '',
      '#### Still to change, as last seen',
      '',
      '```diff',
      `@@ new.example (connector ${fresh.id}) @@`,
      '- enabled: false',
      '+ enabled: true',
      '```',
      '',
      '#### TXT record for new.example',
      '',
      '```',
      code,
      '```',
      '',
      'Public DNS does not have it: there are only 2 other TXT records.',
    ]);
  });

  it('of a gate that holds says what DNS has at that moment', async () => {
    const { verification } = simulator.addConnector({
      email_domain: 'new.example',
      verification: { status: 'pending' },
    });
    dns.setTxt('new.example', [verification?.code ?? '']);
    const { summary } = await run({ email_domain: 'new.example', mode: 'check', require_verified: 'true' });
    expect(summary).toContain(
      `#### TXT record for new.example\n\n\`\`\`\n${verification?.code}\n\`\`\`\n\nPublic DNS has it by now`,
    );
  });

  it('of an error has the hint, and what is known of the connector', async () => {
    const result = await run({ sso_connector_id: acme.id, enabled: 'true', api_token: simulator.tokens.none });
    const { errors } = result;
    expect(errors).toEqual([expect.stringContaining('Does the token have the permission')]);
    expect(lines(result)).toEqual([
      '### ❌ Cloudflare SSO (update): 1 error',
      '',
      `- ${prose(errors.join())}`,
      '',
      ...HEAD,
      `| ❌ – | \`${acme.id}\` | – | – | – |`,
    ]);
  });

  it('of problems of the inputs has them all, and that nothing was sent', async () => {
    const result = await run({ sso_connector_id: acme.id, mode: 'chek', enabled: 'yes' });
    expect(lines(result)).toEqual([
      '### ❌ Cloudflare SSO: 2 errors',
      '',
      'Nothing was sent to Cloudflare:',
      '',
      ...result.errors.map((error) => `- ${prose(error)}`),
    ]);
    expect(result.errors).toHaveLength(2);
  });

  it('of a connector that was changed, and then failed, has both', async () => {
    simulator.changeConnector(acme.id, { verification: { status: 'pending' } });
    const { summary } = await run({
      ...{ sso_connector_id: acme.id, mode: 'reconcile' },
      ...{ use_fedramp_language: 'true', require_verified: 'true' },
    });
    expect(summary).toContain(`| ❌ acme.example | \`${acme.id}\` | false | true | pending |`);
    expect(summary).toContain('#### Changed\n');
    expect(summary).not.toContain('#### Still to change');
  });

  it('of a change whose answer is lost does not claim it', async () => {
    simulator.fault({ method: 'PATCH', respond: 'apply-then-reset' });
    const { summary } = await run({
      email_domain: 'acme.example',
      mode: 'reconcile',
      enabled: 'true',
      max_retries: '0',
    });
    expect(summary).not.toContain('#### Changed');
    expect(summary).toContain(`| ❌ acme.example | \`${acme.id}\` | false | false | verified |`);
  });

  it('of a cancelled run says what had been done and what had not', async () => {
    simulator.changeConnector(acme.id, { verification: { status: 'pending' } });
    const waiting = { email_domain: 'acme.example', mode: 'reconcile', enabled: 'true', wait_for_verification: '1h' };
    await using action = await startAction(options(waiting));
    await action.waitForLine('Waiting for');
    action.kill('SIGINT');
    expect(lines(await action.result)).toEqual([
      '### ❌ Cloudflare SSO (reconcile): cancelled',
      '',
      `The run was cancelled (SIGINT). Done: nothing. Not done: \`enabled=true\` for acme.example (connector \`${acme.id}\`).`,
      '',
      ...HEAD,
      `| ⏹️ acme.example | \`${acme.id}\` | false | false | pending |`,
      '',
      '#### Still to change, as last seen',
      '',
      '```diff',
      `@@ acme.example (connector ${acme.id}) @@`,
      '- enabled: false',
      '+ enabled: true',
      '```',
    ]);
  });

  it('shows text from the API and never takes it for markup', async () => {
    const hostile = 'a|b`<img src=x>\n```\n# c [d](e) @octocat';
    simulator.changeConnector(acme.id, {
      email_domain: hostile,
      verification: { status: `${hostile} status`, code: `${hostile} code` },
    });
    const { summary } = await run({
      sso_connector_id: acme.id,
      mode: 'check',
      enabled: 'true',
      require_verified: 'true',
    });
    const tokens = marked.lexer(summary).filter(({ type }) => type !== 'space');
    expect(tokens.map(({ type, raw }) => `${type} ${/^#+|^`+\w*/.exec(raw) ?? ''}`.trim())).toEqual([
      ...['heading ###', 'list', 'table', 'heading ####', 'code ```diff', 'heading ####', 'code ````', 'paragraph'],
    ]);
    const html = marked.parse(summary, { async: false });
    expect(html.match(/<tr>/g)).toHaveLength(2);
    expect(html).not.toMatch(/<(img|a|h1)\b/);
    expect(html.replace(/<(code|pre).*?<\/\1>/gs, '')).not.toContain('@octocat');
  });
});

describe('a summary that cannot be written never fails the step', () => {
  it.each<[string, (folder: string) => string | undefined]>([
    ['there is no place for it', () => undefined],
    ['its file is missing', (folder) => join(folder, 'missing')],
    ['its file is a folder', (folder) => folder],
  ])('where %s', async (_, place) => {
    const folder = await mkdtemp(join(tmpdir(), 'summary-'));
    try {
      const env = { GITHUB_STEP_SUMMARY: place(folder), RUNNER_DEBUG: '1' };
      const result = await run({ sso_connector_id: acme.id, enabled: 'true' }, env);
      const { exitCode, errors, warnings, outputs, summary } = result;
      expect({ exitCode, errors, warnings, summary }).toEqual({ exitCode: 0, errors: [], warnings: [], summary: '' });
      expect(outputs['enabled']).toBe('true');
      expect(result.debugs.at(-1)).toMatch(/^No job summary: /);
    } finally {
      await rm(folder, { recursive: true });
    }
  });
});
