import { execFileSync } from 'node:child_process';
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

const DETAILS = [
  '| Verdict | Domain | Connector | Enabled | FedRAMP | Verification |',
  '| --- | --- | --- | --- | --- | --- |',
];
const DAY = /; last changed \d{4}-\d\d-\d\d \d\d:\d\d UTC/;

describe('the summary', () => {
  it('of a disable has the verdict, what follows, and the connector as it is now', async () => {
    simulator.changeConnector(acme.id, { enabled: true });
    const result = await run({ sso_connector_id: acme.id, enabled: 'false' });
    expect(lines(result)).toEqual([
      '### ✅ Cloudflare SSO is now off for acme.example',
      '',
      `Account \`${simulator.accountId}\` · mode \`update\``,
      '',
      'Users of acme.example log in with email and password from now on. Those without a password choose "Forgot password", and the mail must reach them without the identity provider.',
      '',
      '<details>',
      '<summary>Details: 1 domain</summary>',
      '',
      ...DETAILS,
      `| ✅&nbsp;in&nbsp;sync | acme.example | \`${acme.id}\` | false | false | verified |`,
      '',
      '</details>',
    ]);
  });

  it('of a fleet has each fact once, in the order in which people need it', async () => {
    simulator.addConnector({ email_domain: 'xn--bcher-kva.example', enabled: true });
    const fresh = simulator.addConnector({ email_domain: 'new.example', verification: { status: 'awaiting' } });
    simulator.addConnector({ email_domain: 'unlisted.example', enabled: true });
    dns.setTxt('new.example', ['v=spf1 -all', 'other']);
    const result = await run({
      mode: 'reconcile',
      connectors: `
        - {email_domain: acme.example, enabled: true, use_fedramp_language: true}
        - {email_domain: bücher.example, enabled: true}
        - {email_domain: new.example, enabled: true}
        - {email_domain: missing.example, enabled: true}`,
    });
    const [first, second, third, fourth, fifth] = [
      '### ❌ Cloudflare SSO: 2 of 4 domains need attention',
      `Account \`${simulator.accountId}\` · mode \`reconcile\` · 1 in sync, 1 changed, 2 failed`,
      '| Domain | Problem | What to do |',
      `| \`new.example\` | TXT | \`${fresh.verification?.code}\` |`,
      '| acme.example | `enabled` | false | **true** |\n| acme.example | `use_fedramp_language` | false | **true** |',
    ];
    const unlisted =
      '<summary>1 connector that is not in the list, as YAML to paste</summary>\n\n```yaml\n- { email_domain: unlisted.example, enabled: true, use_fedramp_language: false }\n```';
    const places = [first, second, third, fourth, fifth, unlisted, '<summary>Details: '].map((part) =>
      result.summary.indexOf(part),
    );
    expect(places).not.toContain(-1);
    expect(places).toEqual(places.toSorted((one, other) => one - other));
    expect(result.summary).toMatch(/^\| new\.example \| not verified \(awaiting\), so not enabled \| .+ \|$/m);
    expect(result.summary).toMatch(/^\| missing\.example \| not in this account \| .+ \|$/m);
  });

  it('of a drift has the field, and since when', async () => {
    const { summary } = await run({ email_domain: 'acme.example', mode: 'check', enabled: 'true' });
    expect(summary).toContain('### ❌ Cloudflare SSO is off for acme.example, and must be on\n');
    expect(summary).toMatch(
      new RegExp(`^\\| acme\\.example \\| enabled is false, must be true${DAY.source} \\| `, 'm'),
    );
  });

  it('of problems of the inputs has them all, and that nothing was sent', async () => {
    const result = await run({ sso_connector_id: acme.id, mode: 'chek', enabled: 'yes' });
    expect(lines(result)).toEqual([
      '### ❌ Cloudflare SSO: 2 problems in the inputs, so nothing was sent to Cloudflare',
      '',
      ...result.errors.map((error) => `- ${prose(error)}`),
    ]);
    expect(result.errors).toHaveLength(2);
  });

  it('of a change whose answer is lost does not claim it', async () => {
    simulator.fault({ method: 'PATCH', respond: 'apply-then-reset' });
    const inputs = { email_domain: 'acme.example', mode: 'reconcile', enabled: 'true', max_retries: '0' };
    const { summary } = await run(inputs);
    expect(summary).toContain('### ❌ Cloudflare SSO: whether SSO is now on for acme.example is unknown\n');
    expect(summary).not.toContain('#### Changed');
    expect(summary).not.toContain('from now on');
  });

  it('of a cancelled run says what had been done and what had not', async () => {
    simulator.changeConnector(acme.id, { verification: { status: 'pending' } });
    const waiting = { email_domain: 'acme.example', mode: 'reconcile', enabled: 'true', wait_for_verification: '1h' };
    await using action = await startAction(options(waiting));
    await action.waitForLine('Waiting for');
    action.kill('SIGINT');
    expect(lines(await action.result).slice(0, 6)).toEqual([
      '### ⏹️ Cloudflare SSO: the run was cancelled',
      '',
      `Account \`${simulator.accountId}\` · mode \`reconcile\``,
      '',
      'The run was cancelled (SIGINT). Done: nothing. Not done: `enabled=true` for acme.example. Run this again if SSO is to be on.',
      '',
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
      ...['heading ###', 'paragraph', 'table', 'heading ####', 'table', 'html', 'table', 'html'],
    ]);
    const html = marked.parse(summary, { async: false });
    expect(html).not.toMatch(/<(img|a|h1)\b/);
    expect(html.replace(/<(code|pre).*?<\/\1>/gs, '')).not.toContain('@octocat');
  });
});

describe('unlisted connectors', () => {
  it('as YAML in the summary, or as the output, put into the list, are in sync', async () => {
    const count = 25;
    for (let n = 0; n < count; n++) {
      const email_domain = n % 5 === 0 ? `bücher-${n}.example` : `department-${n}.example`;
      simulator.addConnector({ email_domain, enabled: n % 2 === 0, use_fedramp_language: n % 3 === 0 });
    }
    const first = '- {email_domain: acme.example, enabled: false}\n';
    const { summary, outputs } = await run({ mode: 'check', connectors: first });
    const [, yaml = ''] = /```yaml\n([\s\S]*?)```/.exec(summary) ?? [];
    for (const connectors of [first + yaml, outputs['unlisted'] ?? '']) {
      const result = await run({ mode: 'check', connectors });
      expect(result).toMatchObject({ exitCode: 0, errors: [], outputs: { in_sync: 'true', drift: '[]' } });
      expect(JSON.parse(result.outputs['result'] ?? '')).toHaveLength(connectors.startsWith('-') ? count + 1 : count);
    }
    expect(yaml.trimEnd().split('\n')).toHaveLength(count);
  });

  it('are a line of the log', async () => {
    for (const email_domain of ['b.example', 'c.example']) simulator.addConnector({ email_domain });
    const { log } = await run({ mode: 'check', connectors: '- {email_domain: acme.example, enabled: false}' });
    expect(log.split('\n')).toContain(
      '2 connectors of the account are not in the list: b.example and c.example. The job summary has the YAML to paste.',
    );
  });
});

describe('the log', () => {
  it('of 25 connectors has the three that failed in its last lines', async () => {
    for (let n = 2; n <= 25; n++) {
      const verification = { status: n % 8 === 0 ? 'awaiting' : 'verified' };
      simulator.addConnector({ email_domain: `d${n}.example`, enabled: n % 8 !== 0, verification });
      dns.setTxt(`d${n}.example`, []);
    }
    const connectors = JSON.stringify(
      simulator.connectors.map(({ email_domain }) => ({ email_domain, enabled: true })),
    );
    const { lines: all, commands } = await run({ mode: 'reconcile', connectors });
    const grouped = all.slice(
      all.findIndex((line) => line.startsWith('::group::')),
      all.indexOf('::endgroup::') + 1,
    );
    expect(grouped).toHaveLength(23);
    expect(grouped[0]).toBe('::group::✅ 21 domains in sync');
    expect(commands.map(({ command }) => command)).toEqual([
      'add-mask',
      'group',
      'endgroup',
      'error',
      'error',
      'error',
    ]);
    const failed = [8, 16, 24].map(
      (n) => `❌ failed   ${`d${n}.example`.padEnd(12)}  not verified (awaiting), so not enabled`,
    );
    expect(all.slice(-10)).toEqual([
      '✏ changed  acme.example  enabled false -> true',
      'Every user of acme.example must log in through SSO from now on, in every account that they belong to.',
      expect.stringMatching(
        /^The last change before this run: acme\.example on 20\d\d-\d\d-\d\d \d\d:\d\d UTC\. The audit log /,
      ),
      ...failed,
      '❌ 3 of 25 domains need attention (21 in sync, 1 changed, 3 failed).',
      ...[8, 16, 24].map((n) => expect.stringMatching(`^::error title=d${n}\\.example%3A not verified`)),
    ]);
  });

  it('whose reader is gone stops nothing', async () => {
    await using action = await startAction(options({ sso_connector_id: acme.id, enabled: 'true' }));
    action.child.stdout?.destroy();
    const { exitCode, outputs } = await action.result;
    expect({ exitCode, enabled: outputs['enabled'] }).toEqual({ exitCode: 0, enabled: 'true' });
    expect(simulator.connector(acme.id)?.enabled).toBe(true);
  });
});

describe.skipIf(process.platform === 'win32')('a summary that cannot be written never fails the step', () => {
  it.each<[string, (folder: string) => string | undefined]>([
    ['there is no place for it', () => undefined],
    ['its file is missing', (folder) => join(folder, 'missing')],
    ['its file is a folder', (folder) => folder],
    ['its file is a pipe that nobody reads', (folder) => join(folder, 'pipe')],
    ['the disk is full', () => '/dev/full'],
  ])('if %s', async (_, place) => {
    const folder = await mkdtemp(join(tmpdir(), 'summary-'));
    try {
      execFileSync('mkfifo', [join(folder, 'pipe')]);
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
