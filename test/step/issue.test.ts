import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { prose } from '../../src/report/markdown.ts';
import { begin, onlyIssue, RUN, report, SEARCH, takeGitHubRequests } from '../kit/issue-step.ts';
import type { Connector } from '../simulator/connectors.ts';
import { type Simulator, startSimulator } from '../simulator/simulator.ts';

const CREATE = 'POST /repos/acme/platform/issues';
const CHANGE = 'PATCH /repos/acme/platform/issues/1';
const COMMENT = 'POST /repos/acme/platform/issues/1/comments';
const CHECK = { email_domain: 'acme.example', mode: 'check', enabled: 'true' };

let simulator: Simulator;
let connector: Connector;

beforeEach(async () => {
  simulator = await startSimulator();
  connector = simulator.addConnector({ email_domain: 'acme.example' });
});
afterEach(() => simulator.close());

describe('an issue is opened', () => {
  it('for drift in mode check, and says what, since when, and what to do', async () => {
    const minute = () => new Date().toISOString().slice(0, 16).replace('T', ' ');
    const before = minute();
    const { exitCode, errors, log, warnings } = await report(simulator, CHECK);
    expect({ exitCode, warnings }).toEqual({ exitCode: 1, warnings: [] });
    expect(log.split('\n').at(-1)).toBe('Opened issue #1.');
    expect(takeGitHubRequests(simulator)).toEqual([SEARCH, CREATE]);
    const { title, body } = onlyIssue(simulator);
    expect(title).toBe('Cloudflare SSO needs attention: acme.example');
    const since = [before, minute()].find((time) => body?.includes(time));
    expect(body?.split('\n')).toEqual([
      '### ❌ Cloudflare SSO (check): 1 error',
      '',
      ...errors.map((error) => `- ${prose(error)}`),
      '',
      '| Domain | Connector | Enabled | FedRAMP language | Verification |',
      '|---|---|---|---|---|',
      `| ❌ acme.example | \`${connector.id}\` | false | false | verified |`,
      '',
      '#### Still to change, as last seen',
      '',
      '```diff',
      `@@ acme.example (connector ${connector.id}) @@`,
      '- enabled: false',
      '+ enabled: true',
      '```',
      '',
      `Since ${since} UTC, ${RUN}.`,
      '',
      'Kept by workflow `SSO`, job `sso`: it is updated while something is wrong, and closed when all is well.',
      '',
      expect.stringMatching(/^<!-- cloudflare-sso-connector [0-9a-f]{64} -->$/),
    ]);
  });

  it.each<[string, Record<string, string>, string]>([
    ['problems of the inputs', { enabled: 'yes' }, 'Input enabled is "yes"; accepted are true'],
    ['an expired token', { api_token: 'x'.repeat(40) }, 'Cloudflare error 9109 "Invalid access token"'],
  ])('for %s', async (_, inputs, words) => {
    const { exitCode, warnings } = await report(simulator, { ...CHECK, ...inputs });
    expect({ exitCode, warnings }).toEqual({ exitCode: 1, warnings: [] });
    expect(takeGitHubRequests(simulator)).toEqual([SEARCH, CREATE]);
    expect(onlyIssue(simulator).body).toContain(words);
  });

  it('for many connectors as one, that shows only those that failed', async () => {
    simulator.addConnector({ email_domain: 'branch.example', enabled: true });
    const connectors = '[{email_domain: acme.example, enabled: true}, {email_domain: branch.example, enabled: true}]';
    await report(simulator, { mode: 'check', connectors });
    const { title, body } = onlyIssue(simulator);
    expect(title).toBe('Cloudflare SSO needs attention: SSO / sso');
    expect(body).toContain('\n2 connectors: 0 changed, 1 as asked for, 1 failed.\n');
    expect(body).toContain('| ❌ acme.example |');
    expect(body).not.toContain('branch.example');
  });

  it('also where there are so many failures that its body has to be cut', async () => {
    const entries = Array.from({ length: 700 }, (_, n) => `- {email_domain: missing-${n}.example}`);
    const { warnings } = await report(simulator, { mode: 'check', connectors: entries.join('\n') });
    expect(warnings).not.toContainEqual(expect.stringContaining('issue'));
    const { body } = onlyIssue(simulator);
    expect(body).toMatch(/\n\*\d+ more errors are left out here; the log of the step has all\.\*\n/);
    expect(body).toMatch(/\nSince .*\n\nKept by .*\n\n<!-- \S+ \w+ -->$/);
  });
});

describe('an open issue', () => {
  it('is not touched while nothing differs; where something does, its body is replaced, but for since when', async () => {
    await report(simulator, CHECK);
    const before = structuredClone(onlyIssue(simulator));
    takeGitHubRequests(simulator);
    const { log } = await report(simulator, CHECK, { GITHUB_RUN_ID: '2' });
    expect(takeGitHubRequests(simulator)).toEqual([SEARCH]);
    expect(onlyIssue(simulator)).toEqual(before);
    expect(log).not.toContain('issue');

    simulator.changeConnector(connector.id, { use_fedramp_language: true });
    const inputs = { ...CHECK, use_fedramp_language: 'false' };
    const { log: later } = await report(simulator, inputs, { GITHUB_RUN_ID: '3' });
    expect(later.split('\n').at(-1)).toBe('Updated issue #1.');
    const [update] = simulator.requestsTo('PATCH');
    expect(Object.keys(JSON.parse(update?.body ?? ''))).toEqual(['body']);
    expect(takeGitHubRequests(simulator)).toEqual([SEARCH, CHANGE]);
    const after = onlyIssue(simulator);
    const since = (issue: typeof after) => /^Since .*$/m.exec(issue.body ?? '')?.[0];
    expect(after.body).toContain('- use_fedramp_language: true\n');
    expect(since(after)).toBe(since(before));
    expect(since(after)).toContain(RUN);
  });

  it('is closed with a comment when all is well, then left alone, and the next time a new one is opened', async () => {
    await report(simulator, CHECK);
    takeGitHubRequests(simulator);
    const { exitCode, log } = await report(simulator, { ...CHECK, mode: 'reconcile' });
    expect(exitCode).toBe(0);
    expect(log.split('\n').at(-1)).toBe('Closed issue #1.');
    expect(takeGitHubRequests(simulator)).toEqual([SEARCH, COMMENT, CHANGE]);
    const closed = structuredClone(onlyIssue(simulator));
    expect(closed).toMatchObject({ state: 'closed', comments: [{ body: `All is well again, as of ${RUN}.` }] });

    await report(simulator, CHECK);
    expect(takeGitHubRequests(simulator)).toEqual([SEARCH]);

    simulator.changeConnector(connector.id, { enabled: false });
    const { log: later } = await report(simulator, CHECK);
    expect(later.split('\n').at(-1)).toBe('Opened issue #2.');
    expect(takeGitHubRequests(simulator)).toEqual([SEARCH, CREATE]);
    expect(simulator.github.issues).toEqual([closed, expect.objectContaining({ number: 2, state: 'open' })]);
  });
});

describe('an issue', () => {
  it('neither mentions nor refers to anyone or anything in text from the API', async () => {
    const message = 'ask @acme/admins, see #1, acme/platform#2 and GH-3 <img src=x> | **now** https://evil.example';
    const body = { success: false, errors: [{ code: 1000, message }], messages: [], result: null };
    simulator.fault({ respond: { status: 400, body } });
    await report(simulator, { sso_connector_id: connector.id, enabled: 'false' });
    expect(onlyIssue(simulator).body).toContain(
      '"ask `@acme/admins`, see `#1`, `acme/platform#2` and `GH-3` &#60;img `src=x>` &#124; &#42;&#42;now&#42;&#42; `https://evil.example`"',
    );
  });

  it("is not kept unless asked for: GitHub's client is not even loaded", async () => {
    // The client says so, as soon as it is loaded, where the event's file is missing.
    const env = { GITHUB_EVENT_PATH: '/missing/event.json' };
    const isLoaded = async (flag: string) => {
      const { log } = await report(simulator, { ...CHECK, report_issue: flag }, env);
      return log.includes('GITHUB_EVENT_PATH /missing/event.json does not exist');
    };
    expect([await isLoaded('false'), await isLoaded('yes')]).toEqual([false, false]);
    expect(takeGitHubRequests(simulator)).toEqual([]);
    expect(await isLoaded('true')).toBe(true);
  });

  it('is not kept without a token for it, which is a problem of the inputs', async () => {
    const { errors } = await report(simulator, { ...CHECK, github_token: '' });
    expect(errors).toEqual([
      'Input github_token is empty, which report_issue needs; leave it out to have the token of the job.',
    ]);
    expect(simulator.requests).toEqual([]);
  });

  it("is kept with the job's own token, and each API sees its own token alone", async () => {
    await report(simulator, CHECK);
    const seen = simulator.requests.map(({ path, headers }) => [path.split('/')[1], headers.authorization]);
    expect(seen).toEqual([
      ['client', `Bearer ${simulator.tokens.edit}`],
      ['api', `token ${simulator.githubToken}`],
      ['api', `token ${simulator.githubToken}`],
    ]);
  });

  it('is kept at the API of GITHUB_API_URL, in the repository of the run', async () => {
    await using enterprise = await startSimulator();
    await report(
      simulator,
      { ...CHECK, github_token: enterprise.githubToken },
      {
        GITHUB_API_URL: enterprise.githubApiUrl,
        GITHUB_REPOSITORY: 'team/infra',
        GITHUB_SERVER_URL: 'https://git.acme.example',
      },
    );
    expect(takeGitHubRequests(simulator)).toEqual([]);
    const { repository, body } = onlyIssue(enterprise);
    expect(repository).toBe('team/infra');
    expect(body).toContain(', [run 1658821493](https://git.acme.example/team/infra/actions/runs/1658821493).');
  });

  it('is left alone by a cancelled run, which says nothing of the connectors', async () => {
    const inputs = { ...CHECK, require_verified: 'true', wait_for_verification: '1h' };
    simulator.changeConnector(connector.id, { verification: { status: 'pending' } });
    await using action = await begin(simulator, inputs);
    await action.waitForLine('Waiting for');
    action.kill('SIGINT');
    const { exitCode, warnings } = await action.result;
    expect({ exitCode, warnings }).toEqual({ exitCode: 1, warnings: [] });
    expect(takeGitHubRequests(simulator)).toEqual([]);
  });
});
