/** The steps of the examples, run against the simulator as a runner would run them. */
import { readFileSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { ACTION, expand } from '../kit/github-parser.ts';
import { runAction } from '../kit/runner.ts';
import { type DnsServer, startDnsServer } from '../network/dns-server.ts';
import { type Simulator, startSimulator } from '../simulator/simulator.ts';

let simulator: Simulator;
let dns: DnsServer;
beforeEach(async () => {
  simulator = await startSimulator({ verifyAfterLooks: 1 });
  dns = await startDnsServer();
});
afterEach(async () => {
  await simulator.close();
  await dns.close();
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
    expect(readExample('gate-deploy').jobs['deploy']?.needs).toBe('sso');
  });
});

describe('nightly.yml', () => {
  it('puts the connector back, and sends nothing more while it is as agreed', async () => {
    const { id } = simulator.addConnector({ enabled: false });
    const contexts = { vars: { SSO_CONNECTOR_ID: id } };
    expect((await run('nightly', contexts)).outputs).toMatchObject({ changed: 'true', in_sync: 'true' });
    expect((await run('nightly', contexts)).outputs).toMatchObject({ changed: 'false', in_sync: 'true' });
    expect(sent()).toEqual(['GET', 'PATCH {"enabled":true}', 'GET']);
  });

  it('has one issue open while something is wrong', async () => {
    const { id } = simulator.addConnector({ verification: { status: 'failed' } });
    const contexts = { vars: { SSO_CONNECTOR_ID: id } };
    const states = () => simulator.github.issues.map(({ state }) => state);
    expect((await run('nightly', contexts)).exitCode).toBe(1);
    expect(states()).toEqual(['open']);
    simulator.changeConnector(id, { verification: { status: 'verified' } });
    expect((await run('nightly', contexts)).exitCode).toBe(0);
    expect(states()).toEqual(['closed']);
  });
});

describe('nightly-fleet.yml', () => {
  it('puts every connector back with one look and what differs', async () => {
    simulator.addConnector({ email_domain: 'example.com' });
    simulator.addConnector({ email_domain: 'example.org', enabled: true });
    simulator.addConnector({ email_domain: 'example.net' });
    expect((await run('nightly-fleet')).exitCode).toBe(0);
    expect(sent().sort()).toEqual(['GET', 'PATCH {"enabled":true}', 'PATCH {"use_fedramp_language":true}']);
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
});

interface Step {
  uses?: string;
  with: Record<string, string | boolean>;
}
type Jobs = Record<string, { needs?: string; 'timeout-minutes'?: number; steps: Step[] }>;
type Contexts = { vars?: Record<string, string>; inputs?: Record<string, string> };

function readExample(name: string): { jobs: Jobs } {
  return parse(readFileSync(new URL(`../../examples/${name}.yml`, import.meta.url), 'utf8'));
}

function stepOf(jobs: Jobs): Step {
  const step = Object.values(jobs)
    .flatMap(({ steps }) => steps)
    .find(({ uses }) => uses === ACTION);
  if (!step) throw new Error(`No step uses ${ACTION}`);
  return step;
}

function run(name: string, { vars, inputs }: Contexts = {}) {
  const contexts = {
    secrets: { CLOUDFLARE_API_TOKEN: simulator.tokens.edit, CLOUDFLARE_READ_TOKEN: simulator.tokens.read },
    vars: { CLOUDFLARE_ACCOUNT_ID: simulator.accountId, ...vars },
    inputs: { ...inputs },
  };
  const given = Object.entries(stepOf(readExample(name).jobs).with);
  const expanded = Object.fromEntries(given.map(([input, value]) => [input, expand(String(value), contexts)]));
  return runAction({
    inputs: { ...expanded, api_base_url: simulator.apiBaseUrl },
    githubToken: simulator.githubToken,
    dns: dns.address,
    env: { GITHUB_API_URL: simulator.githubApiUrl },
  });
}

/** What Cloudflare was asked, by method and body. */
function sent(): string[] {
  return simulator.requests
    .filter(({ path }) => path.startsWith('/client/v4/'))
    .map(({ method, body }) => `${method} ${body}`.trim());
}
