import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { Failure } from '../../src/failure.ts';
import { type Issue, issuesOfRepository } from '../../src/report/github.ts';
import { composeBody, composeTitle, issueMarker, runLink } from '../../src/report/issue-text.ts';
import { report, SEARCH, takeGitHubRequests } from '../kit/issue-step.ts';
import type { GitHubIssue } from '../simulator/github-issues.ts';
import { type Simulator, startSimulator } from '../simulator/simulator.ts';

const repository = 'acme/platform';
const MARKER = issueMarker({});
const body = `What is wrong.\n\n${MARKER}`;
let simulator: Simulator;

beforeAll(async () => {
  simulator = await startSimulator();
  // GitHub's client reads it once, when it is loaded.
  vi.stubEnv('GITHUB_API_URL', simulator.githubApiUrl);
});
afterEach(() => {
  simulator.github.issues.length = 0;
  simulator.requests.length = 0;
});
afterAll(async () => {
  vi.unstubAllEnvs();
  await simulator.close();
});

async function find(): Promise<Issue | undefined> {
  const env = { GITHUB_REPOSITORY: repository };
  const issues = await issuesOfRepository(env, simulator.githubToken, new AbortController().signal);
  return await issues.findOpen(MARKER);
}

describe('the open issue is found', () => {
  it('among many pages, and no page is read after the one that has it', async () => {
    for (let n = 1; n <= 350; n++) {
      simulator.github.addIssue({ repository, title: `Issue ${n}`, body: n === 230 ? body : `About ${n}.` });
    }
    expect(await find()).toEqual({ number: 230, body });
    expect(takeGitHubRequests(simulator)).toEqual([SEARCH, `${SEARCH}&page=2`, `${SEARCH}&page=3`]);
  });

  it.each<[string, Partial<GitHubIssue>]>([
    ['a workflow', {}],
    ['another app', { user: { login: 'acme-ops[bot]' } }],
    ['a member', { user: { login: 'octocat' }, author_association: 'MEMBER' }],
    ['an owner', { user: { login: 'octocat' }, author_association: 'OWNER' }],
    ['a collaborator', { user: { login: 'octocat' }, author_association: 'COLLABORATOR' }],
  ])('where the token that opened it was that of %s', async (_, fields) => {
    simulator.github.addIssue({ repository, body, ...fields });
    expect(await find()).toEqual({ number: 1, body });
  });

  it.each<[string, Partial<GitHubIssue>]>([
    ['a pull request', { pull_request: { url: 'https://api.github.com/repos/acme/platform/pulls/1' } }],
    ['closed', { state: 'closed' }],
    ['in another repository', { repository: 'acme/other' }],
    ["a stranger's, who copied the marker", { user: { login: 'mallory' }, author_association: 'NONE' }],
    ["a contributor's, who copied the marker", { user: { login: 'mallory' }, author_association: 'CONTRIBUTOR' }],
    ["someone's without the marker", { body: 'SSO is broken', author_association: 'OWNER' }],
    ['of another step', { body: issueMarker({ GITHUB_ACTION: 'other' }) }],
    ['without a body', { body: null }],
  ])('and not one that is %s', async (_, fields) => {
    simulator.github.addIssue({ repository, body, ...fields });
    expect(await find()).toBeUndefined();
    simulator.github.addIssue({ repository, body });
    expect(await find()).toEqual({ number: 2, body });
  });

  it('as the oldest, where two runs at once have opened two', async () => {
    for (const title of ['first', 'second']) simulator.github.addIssue({ repository, title, body });
    expect(await find()).toEqual({ number: 1, body });
  });
});

it('the legs of a matrix, each with a connector of its own, have an issue each', async () => {
  const [one, other] = [simulator.addConnector(), simulator.addConnector({ enabled: true })];
  const check = { mode: 'check', enabled: 'true' };
  await Promise.all([
    report(simulator, { ...check, email_domain: one.email_domain }),
    report(simulator, { ...check, sso_connector_id: one.id }),
    report(simulator, { ...check, email_domain: other.email_domain }),
  ]);
  expect(simulator.github.issues.map(({ title }) => title).toSorted()).toEqual([
    `Cloudflare SSO needs attention: connector ${one.id}`,
    `Cloudflare SSO needs attention: ${one.email_domain}`,
  ]);
  await report(simulator, { ...check, enabled: 'false', email_domain: one.email_domain });
  const open = simulator.github.issues.filter(({ state }) => state === 'open');
  expect(open.map(({ title }) => title)).toEqual([`Cloudflare SSO needs attention: connector ${one.id}`]);
});

describe('the marker', () => {
  const env = {
    INPUT_ACCOUNT_ID: 'account',
    INPUT_EMAIL_DOMAIN: 'acme.example',
    GITHUB_WORKFLOW: 'Nightly',
    GITHUB_JOB: 'sso',
    GITHUB_ACTION: 'check',
  };
  const marker = issueMarker(env);

  it.each<[string, Record<string, string>]>([
    ['account', { INPUT_ACCOUNT_ID: 'other' }],
    ['domain', { INPUT_EMAIL_DOMAIN: 'branch.example' }],
    ['id', { INPUT_SSO_CONNECTOR_ID: 'id' }],
    ['workflow', { GITHUB_WORKFLOW: 'Weekly' }],
    ['job', { GITHUB_JOB: 'other' }],
    ['step', { GITHUB_ACTION: 'other' }],
  ])('is another for another %s', (_, change) => {
    expect(issueMarker({ ...env, ...change })).not.toBe(marker);
  });

  it.each<[string, Record<string, string>]>([
    ['mode', { INPUT_MODE: 'check' }],
    ['state asked for', { INPUT_ENABLED: 'true', INPUT_USE_FEDRAMP_LANGUAGE: 'true' }],
    ['list of connectors', { INPUT_CONNECTORS: '[{}]' }],
    ['token', { INPUT_API_TOKEN: 'token' }],
    ['run', { GITHUB_RUN_ID: '2', GITHUB_RUN_NUMBER: '2', GITHUB_RUN_ATTEMPT: '2', GITHUB_SHA: 'abc' }],
    ['spelling with spaces around', { INPUT_EMAIL_DOMAIN: ' acme.example\n' }],
  ])('stays the same with another %s', (_, change) => {
    expect(issueMarker({ ...env, ...change })).toBe(marker);
  });

  it('takes the account from CLOUDFLARE_ACCOUNT_ID too', () => {
    expect(issueMarker({ ...env, INPUT_ACCOUNT_ID: '', CLOUDFLARE_ACCOUNT_ID: 'account' })).toBe(marker);
  });

  it('tells apart what would be the same text when joined', () => {
    const one = issueMarker({ GITHUB_WORKFLOW: 'a', GITHUB_JOB: 'b' });
    expect(issueMarker({ GITHUB_WORKFLOW: 'a","b', GITHUB_JOB: '' })).not.toBe(one);
    expect(issueMarker({ GITHUB_WORKFLOW: 'ab', GITHUB_JOB: '' })).not.toBe(one);
  });

  it('is an HTML comment that nothing in it can end', () => {
    expect(issueMarker({ GITHUB_WORKFLOW: '--><img>' })).toMatch(/^<!-- cloudflare-sso-connector [0-9a-f]{64} -->$/);
  });
});

describe('since when', () => {
  const failed = { failures: [new Failure('It is broken.')], outcomes: [] };
  const sinceOf = (text: string) => /^Since .*$/m.exec(text)?.[0];

  it('is kept from the earlier body, also where someone has edited it on the web, which ends lines with \\r\\n', () => {
    const edited = composeBody(failed, {})
      .replace(/^Since.*$/m, 'Since yesterday.')
      .replaceAll('\n', '\r\n');
    expect(sinceOf(composeBody(failed, {}, `A note.\r\n${edited}`))).toBe('Since yesterday.');
  });

  it('is now, where the earlier body does not say', () => {
    const date = new Date().toISOString().slice(0, 10);
    expect(sinceOf(composeBody(failed, {}, 'Something else.'))).toContain(`Since ${date}`);
  });
});

describe('the title', () => {
  const place = { GITHUB_WORKFLOW: 'Nightly', GITHUB_JOB: 'sso' };

  it.each<[string, Record<string, string>, string]>([
    ['the domain', { ...place, INPUT_EMAIL_DOMAIN: ' acme.example ', INPUT_SSO_CONNECTOR_ID: 'x' }, 'acme.example'],
    ['the id', { ...place, INPUT_SSO_CONNECTOR_ID: '023e' }, 'connector 023e'],
    ['workflow and job, for many', place, 'Nightly / sso'],
    ['nothing that mentions or refers', { INPUT_EMAIL_DOMAIN: 'a@b#1' }, 'a@\u200bb#\u200b1'],
    ['one line', { INPUT_EMAIL_DOMAIN: 'a\nb' }, 'a b'],
  ])('names %s', (_, env, name) => {
    expect(composeTitle(env)).toBe(`Cloudflare SSO needs attention: ${name}`);
  });

  it("never is longer than GitHub's 256 characters", () => {
    expect(composeTitle({ INPUT_EMAIL_DOMAIN: '@'.repeat(500) }).length).toBeLessThanOrEqual(256);
  });
});

describe('the link to the run', () => {
  const env = { GITHUB_SERVER_URL: 'https://github.com', GITHUB_REPOSITORY: repository, GITHUB_RUN_ID: '12' };

  it('leads to the run', () => {
    expect(runLink(env)).toBe('[run 12](https://github.com/acme/platform/actions/runs/12)');
  });

  it.each<[string, Record<string, string>]>([
    ['there is no run', { GITHUB_RUN_ID: '' }],
    ['the id is no number', { GITHUB_RUN_ID: '1](x)' }],
    ['there is no server', { GITHUB_SERVER_URL: '' }],
  ])('is none where %s', (_, change) => {
    expect(runLink({ ...env, ...change })).toBe('a run outside GitHub');
  });
});
