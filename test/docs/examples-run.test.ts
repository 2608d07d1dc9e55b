/** The steps of the examples, run against the simulator as a runner would run them. */
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { USES } from '../../scripts/repository.ts';
import { readSnippets } from '../../scripts/snippets.ts';
import { type Contexts, expand, holds } from '../kit/github-parser.ts';
import { type RunningAction, type StepResult, startAction } from '../kit/runner.ts';
import { type DnsServer, startDnsServer } from '../network/dns-server.ts';
import { type Simulator, startSimulator } from '../simulator/simulator.ts';

let simulator: Simulator;
let dns: DnsServer;
let workspace: string;
/** Each is a run of its own to GitHub. */
let runs = 0;
beforeEach(async () => {
  simulator = await startSimulator({ verifyAfterLooks: 1 });
  dns = await startDnsServer();
  workspace = mkdtempSync(join(tmpdir(), 'workspace-'));
});
afterEach(async () => {
  await simulator.close();
  await dns.close();
  rmSync(workspace, { recursive: true });
});

describe('break-glass.yml', () => {
  it.each([
    ['disable', true, false],
    ['enable', false, true],
  ])('%ss SSO with one request', async (sso, before, after) => {
    const { id } = simulator.addConnector({ enabled: before });
    const { exitCode } = await run('break-glass', { vars: { SSO_CONNECTOR_ID: id }, inputs: { sso } });
    expect(exitCode).toBe(0);
    expect(simulator.connector(id)?.enabled).toBe(after);
    expect(sent()).toEqual([`PATCH {"enabled":${after}}`]);
  });

  it.each([
    ['drill', { sso: 'drill' }],
    ['a schedule, which has no inputs', {}],
    ['any other value', { sso: 'disabled' }],
  ])('only reads at %s, and shows what a disable would change', async (_, inputs) => {
    const { id } = simulator.addConnector({ enabled: true });
    const { exitCode, outputs } = await run('break-glass', { vars: { SSO_CONNECTOR_ID: id }, inputs });
    expect(exitCode).toBe(0);
    expect(new Set(sent())).toEqual(new Set(['GET']));
    expect(JSON.parse(outputs['drift'] ?? '')).toMatchObject([{ sso_connector_id: id, expected: false, actual: true }]);
    expect(outputs['token_expires_on']).toBe('never');
  });

  it('fails the drill if the connector is not there', async () => {
    const { exitCode } = await run('break-glass', { vars: { SSO_CONNECTOR_ID: 'f'.repeat(32) } });
    expect(exitCode).toBe(1);
  });

  it.each([
    ['disable', 'sso-connectors'],
    ['enable', 'sso-connectors'],
    ['drill', 'sso-drill'],
    [undefined, 'sso-drill'],
  ])('is at %s in the group %s', (sso, group) => {
    expect(expand(readExample('break-glass').concurrency.group, { inputs: { sso } })).toBe(group);
  });
});

describe('the last steps of break-glass.yml', () => {
  const stepsThatRun = (sso: string, SSO_BREAK_GLASS?: string) => {
    const { steps } = readExample('break-glass').jobs['switch'] ?? { steps: [] };
    const reminders = steps.filter(({ run }) => run?.includes('SSO_BREAK_GLASS'));
    const contexts = { inputs: { sso }, vars: { SSO_BREAK_GLASS } };
    return reminders.filter((step) => holds(step.if?.replace('!cancelled() &&', '') ?? '', contexts));
  };

  it.each([
    ['disable', undefined, /::warning .*::Set the variable SSO_BREAK_GLASS now/],
    ['enable', 'true', /::warning .*::Delete the variable SSO_BREAK_GLASS now/],
  ])('remind of the variable after %s if it is %s', (sso, variable, expected) => {
    expect(stepsThatRun(sso, variable).map(({ run }) => run)).toEqual([expect.stringMatching(expected)]);
  });

  it('remind of it also after a disable that has failed: another connector may be off', () => {
    expect(stepsThatRun('disable').map((step) => step.if)).toEqual([expect.stringMatching(/^!cancelled\(\) && /)]);
  });

  it('say after a disable that has failed what else there is to do', () => {
    const { steps } = readExample('break-glass').jobs['switch'] ?? { steps: [] };
    const ways = steps.filter((step) => step.if?.startsWith('failure() && '));
    expect(ways).toHaveLength(1);
    expect(ways[0]?.run).toMatch(/::error .*::SSO may still be on\. Run disable again.* One-time PIN .* curl /);
    const condition = ways[0]?.if?.replace('failure() && ', '') ?? '';
    expect(['disable', 'enable', 'drill'].filter((sso) => holds(condition, { inputs: { sso }, vars: {} }))).toEqual([
      'disable',
    ]);
  });

  it.each([
    ['disable', 'true'],
    ['enable', undefined],
    ['drill', undefined],
    ['drill', 'true'],
  ])('say nothing after %s if it is %s', (sso, variable) => {
    expect(stepsThatRun(sso, variable)).toEqual([]);
  });
});

// The runner has bash and GNU date.
describe.runIf(process.platform === 'linux')('the drill of break-glass.yml, on the end of the token', () => {
  const drill = (expiresOn: string) => {
    const { steps } = readExample('break-glass').jobs['switch'] ?? { steps: [] };
    const script = steps.find(({ name }) => name?.startsWith('The token lasts'))?.run ?? '';
    const env = { PATH: process.env['PATH'], EXPIRES_ON: expiresOn };
    return spawnSync('bash', ['-e', '-c', script], { env, encoding: 'utf8' });
  };
  const inDays = (days: number) => new Date(Date.now() + days * 86_400_000).toISOString();

  it.each([
    ['never', 'never'],
    ['in 8 days', inDays(8)],
  ])('passes if it is %s', (_, expiresOn) => {
    expect(drill(expiresOn)).toMatchObject({ status: 0, stdout: '' });
  });

  it('warns if it is unknown', () => {
    expect(drill('')).toMatchObject({
      status: 0,
      stdout: '::warning title=Drill::It is unknown when the token expires.\n',
    });
  });

  it('fails if it is within 7 days, and names the day alone', () => {
    const end = inDays(5);
    const message = `The token expires on ${end.slice(0, 10)}. Renew it now, or there is no way back in.`;
    expect(drill(end)).toMatchObject({ status: 1, stdout: `::error title=Drill::${message}\n` });
  });

  it('fails on what is no date, and lets it be no command', () => {
    const { status, stdout, stderr } = drill('soon\n::stop-commands::x');
    expect(status).toBe(1);
    expect(stdout).not.toMatch(/soon|stop-commands/);
    expect(stderr).not.toMatch(/^\s*::/m);
  });
});

/** Somebody who types one of these at 3 a.m. means that SSO is to stay off. */
const ANYTHING = ['on', 'true', 'yes', '1', '0', 'on.', 'off', 'false'];
const RECONCILING = ['nightly', 'nightly-fleet', 'many-accounts', 'pull-request'];

describe.each(RECONCILING)('%s.yml', (name) => {
  const modeWith = (SSO_BREAK_GLASS?: string) => {
    const { jobs } = readExample(name);
    return expand(String(stepOf(jobs, 'reconcile').with['mode']), { vars: { SSO_BREAK_GLASS } });
  };

  it.each(ANYTHING)('only checks while SSO_BREAK_GLASS is %s', (value) => {
    expect(modeWith(value)).toBe('check');
  });

  it.each([[undefined], ['']])('reconciles while SSO_BREAK_GLASS is %j', (value) => {
    expect(modeWith(value)).toBe('reconcile');
  });
});

describe('gate-deploy.yml', () => {
  it.each([
    ['opens while SSO is on and the domain is verified', { enabled: true }, 0],
    ['holds while SSO is off', { enabled: false }, 1],
    ['holds while the domain is not verified', { enabled: true, verification: { status: 'awaiting' } }, 1],
  ])('%s, with a token that only reads', async (_, fields, expected) => {
    const { id } = simulator.addConnector(fields);
    const { exitCode } = await run('gate-deploy', { vars: { SSO_CONNECTOR_ID: id } });
    expect(exitCode).toBe(expected);
    expect(sent()).toEqual(['GET']);
  });

  it('deploys only after the gate', () => {
    expect(readExample('gate-deploy').jobs['deploy']).toMatchObject({ needs: 'sso' });
    expect(readExample('gate-deploy').jobs['deploy']?.if).toBeUndefined();
  });
});

describe('nightly.yml', () => {
  it('puts the connector back, and sends nothing more while it is as agreed', async () => {
    const { id } = simulator.addConnector({ enabled: false });
    const contexts = { vars: { SSO_CONNECTOR_ID: id } };
    expect((await run('nightly', contexts)).outputs).toMatchObject({ changed: 'true', in_sync: 'true' });
    expect((await run('nightly', contexts)).outputs).toMatchObject({ changed: 'false', in_sync: 'true' });
    expect(writes()).toEqual(['PATCH {"enabled":true}']);
  });

  it('has one issue open while something is wrong', async () => {
    const { id } = simulator.addConnector({ verification: { status: 'failed' } });
    const contexts = { vars: { SSO_CONNECTOR_ID: id } };
    expect((await run('nightly', contexts)).exitCode).toBe(1);
    expect(issues()).toEqual(['open']);
    simulator.changeConnector(id, { verification: { status: 'verified' } });
    expect((await run('nightly', contexts)).exitCode).toBe(0);
    expect(issues()).toEqual(['closed']);
  });
});

const LIST = `- email_domain: example.com
  enabled: true
- email_domain: example.org
  enabled: true
  use_fedramp_language: true
- email_domain: example.net
  enabled: false
`;

describe.each(['nightly-fleet', 'pull-request'])('%s.yml', (name) => {
  it('puts every connector of the file back with what differs', async () => {
    addListed();
    expect((await run(name, { files: { 'sso-connectors.yml': LIST }, job: 'reconcile' })).exitCode).toBe(0);
    expect(writes().sort()).toEqual(['PATCH {"enabled":true}', 'PATCH {"use_fedramp_language":true}']);
  });
});

describe('pull-request.yml', () => {
  it('shows on a pull request what would change, with a token that only reads', async () => {
    addListed();
    const { exitCode, outputs } = await run('pull-request', { files: { 'sso-connectors.yml': LIST }, job: 'plan' });
    expect(exitCode).toBe(0);
    expect(writes()).toEqual([]);
    expect(JSON.parse(outputs['drift'] ?? '')).toHaveLength(2);
    expect(outputs['summary']).toContain('example.com');
  });

  const pull = (repository: string, login: string) => ({
    event_name: 'pull_request',
    repository: 'acme/platform',
    event: { pull_request: { head: { repo: { full_name: repository } }, user: { login } } },
  });
  it.each([
    ['plans on a pull request', pull('acme/platform', 'octocat'), ['plan']],
    ['does nothing for a fork, which gets no secrets', pull('mallory/platform', 'mallory'), []],
    ['does nothing for Dependabot, which gets none either', pull('acme/platform', 'dependabot[bot]'), []],
    ['reconciles after the merge', { event_name: 'push', repository: 'acme/platform', event: {} }, ['reconcile']],
    ['reconciles every night', { event_name: 'schedule', repository: 'acme/platform', event: {} }, ['reconcile']],
  ])('%s', (_, github, expected) => {
    const { jobs } = readExample('pull-request');
    expect(Object.keys(jobs).filter((name) => holds(jobs[name]?.if ?? 'true', { github }))).toEqual(expected);
  });
});

describe('many-accounts.yml', () => {
  it.each(['production', 'research'])('reconciles the list of %s, with an issue of its own', async (account) => {
    simulator.addConnector({ email_domain: 'example.com', verification: { status: 'failed' } });
    const files = { [`sso/${account}.yml`]: '[{ email_domain: example.com, enabled: true }]' };
    expect((await run('many-accounts', { files, matrix: { account } })).exitCode).toBe(1);
    expect(issues()).toEqual(['open']);
    expect((await run('many-accounts', { files: {}, matrix: { account: 'other' } })).exitCode).toBe(1);
    expect(issues()).toEqual(['open', 'open']);
  });
});

describe('onboard-domain.yml', () => {
  it('begins the verification, waits for it and enables SSO', async () => {
    const { id } = simulator.addConnector({ email_domain: 'example.com', verification: { status: 'awaiting' } });
    const { exitCode } = await run('onboard-domain', { inputs: { email_domain: 'example.com' } });
    expect(exitCode).toBe(0);
    expect(simulator.connector(id)).toMatchObject({ enabled: true, verification: { status: 'verified' } });
  });

  it('gives the job more time than the wait', () => {
    const { jobs } = readExample('onboard-domain');
    expect(stepOf(jobs).with['wait_for_verification']).toBe('1h');
    expect(jobs['onboard']?.['timeout-minutes']).toBeGreaterThan(60);
  });

  const runsWith = (SSO_BREAK_GLASS?: string) => {
    const { jobs } = readExample('onboard-domain');
    return holds(jobs['onboard']?.if ?? '', { vars: { SSO_BREAK_GLASS } });
  };

  it('runs unless SSO_BREAK_GLASS is set', () => {
    expect([runsWith(), runsWith('')]).toEqual([true, true]);
  });

  it.each(ANYTHING)('does not run while SSO_BREAK_GLASS is %s', (value) => {
    expect(runsWith(value)).toBe(false);
  });
});

describe('the lists in README.md and docs/', () => {
  const lists = readSnippets().filter(({ kind }) => kind === 'connectors');

  it.each(lists)('are read ($place)', async ({ text }) => {
    const files = { 'sso-connectors.yml': text };
    const { outputs } = await run('nightly-fleet', { files, vars: { SSO_BREAK_GLASS: 'on' } });
    const failures: { kind: string }[] = JSON.parse(outputs['failures'] ?? '');
    // None of these connectors exists in the simulator.
    expect(new Set(failures.map(({ kind }) => kind))).toEqual(new Set(['not_found']));
  });
});

describe('a night without the identity provider', () => {
  it('goes by the examples: off, stays off, is drilled, and is on again', async () => {
    const { id } = simulator.addConnector({ enabled: true });
    const vars = { SSO_CONNECTOR_ID: id };
    const isOn = () => simulator.connector(id)?.enabled;

    // A nightly run is under way. GitHub cancels it, as break-glass.yml is in the same group.
    simulator.fault({ respond: 'hang' });
    const asked = new Promise((resolve) => simulator.once('request', resolve));
    await using nightly = await start('nightly', { vars });
    await asked;
    nightly.kill('SIGINT');
    expect((await nightly.result).exitCode).not.toBe(0);

    expect((await run('break-glass', { vars, inputs: { sso: 'disable' } })).exitCode).toBe(0);
    expect(isOn()).toBe(false);

    // The next night: it stays off, and an issue says so.
    expect((await run('nightly', { vars: { ...vars, SSO_BREAK_GLASS: 'on' } })).exitCode).toBe(1);
    expect([isOn(), ...issues()]).toEqual([false, 'open']);

    expect((await run('break-glass', { vars, inputs: { sso: 'drill' } })).exitCode).toBe(0);
    expect(isOn()).toBe(false);

    // The identity provider is back, and the variable is deleted.
    expect((await run('break-glass', { vars, inputs: { sso: 'enable' } })).exitCode).toBe(0);
    expect((await run('nightly', { vars })).exitCode).toBe(0);
    expect([isOn(), ...issues()]).toEqual([true, 'closed']);
    expect(writes()).toEqual(['PATCH {"enabled":false}', 'PATCH {"enabled":true}']);
  });
});

interface Step {
  name?: string;
  if?: string;
  uses?: string;
  run?: string;
  with: Record<string, string | boolean>;
}
type Jobs = Record<string, { needs?: string; if?: string; 'timeout-minutes'?: number; steps: Step[] }>;
interface Example {
  concurrency: { group: string };
  jobs: Jobs;
}

function readExample(name: string): Example {
  return parse(readFileSync(new URL(`../../examples/${name}.yml`, import.meta.url), 'utf8'));
}

/** The first step that uses the action, of all jobs or of one. */
function stepOf(jobs: Jobs, only?: string): Step {
  const steps = Object.entries(jobs).flatMap(([job, { steps }]) => (job === (only ?? job) ? steps : []));
  const step = steps.find(({ uses }) => uses === USES);
  if (!step) throw new Error(`No step uses ${USES}`);
  return step;
}

interface Run {
  vars?: Record<string, string>;
  inputs?: Record<string, string>;
  matrix?: Record<string, string>;
  /** What the checkout has, path to text. */
  files?: Record<string, string>;
  /** Which job of the example, the first by default. */
  job?: string;
}

async function run(name: string, options: Run = {}): Promise<StepResult> {
  await using action = await start(name, options);
  return await action.result;
}

function start(name: string, { vars, inputs = {}, matrix = {}, files = {}, job }: Run): Promise<RunningAction> {
  const contexts: Contexts = {
    secrets: { CLOUDFLARE_API_TOKEN: simulator.tokens.edit, CLOUDFLARE_READ_TOKEN: simulator.tokens.read },
    vars: { CLOUDFLARE_ACCOUNT_ID: simulator.accountId, ...vars },
    inputs,
    matrix,
  };
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(workspace, path)), { recursive: true });
    writeFileSync(join(workspace, path), text);
  }
  const given = Object.entries(stepOf(readExample(name).jobs, job).with);
  const expanded = Object.fromEntries(given.map(([input, value]) => [input, expand(String(value), contexts)]));
  return startAction({
    inputs: { ...expanded, api_base_url: simulator.apiBaseUrl },
    githubToken: simulator.githubToken,
    dns: dns.address,
    env: { GITHUB_API_URL: simulator.githubApiUrl, GITHUB_WORKSPACE: workspace, GITHUB_RUN_ID: `${++runs}` },
  });
}

function addListed(): void {
  simulator.addConnector({ email_domain: 'example.com' });
  simulator.addConnector({ email_domain: 'example.org', enabled: true });
  simulator.addConnector({ email_domain: 'example.net' });
}

const issues = () => simulator.github.issues.map(({ state }) => state);

/** What Cloudflare was asked, by method and body. */
function sent(): string[] {
  return simulator.requests
    .filter(({ path }) => path.startsWith('/client/v4/'))
    .map(({ method, body }) => `${method} ${body}`.trim());
}

const writes = () => sent().filter((request) => request !== 'GET');
