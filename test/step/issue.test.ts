import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { begin, CLOSED, keep, onlyIssue, RUN, report, SEARCH, takeGitHubRequests } from '../kit/issue-step.ts';
import { runQuick } from '../kit/quick-run.ts';
import type { Connector } from '../simulator/connectors.ts';
import { type Simulator, startSimulator } from '../simulator/simulator.ts';

const CREATE = 'POST /repos/acme/platform/issues';
const READ = 'GET /repos/acme/platform/issues/1';
const CHANGE = 'PATCH /repos/acme/platform/issues/1';
const COMMENT = 'POST /repos/acme/platform/issues/1/comments';
const OPENING = [SEARCH, CLOSED, CREATE, SEARCH];
const CHECK = { email_domain: 'acme.example', mode: 'check', enabled: 'true' };

let simulator: Simulator;
let connector: Connector;

beforeEach(async () => {
  simulator = await startSimulator();
  connector = simulator.addConnector({ email_domain: 'acme.example' });
});
afterEach(() => simulator.close());

const run = (id: number) => ({ GITHUB_RUN_ID: String(id) });

describe('an issue is opened', () => {
  it('for drift in mode check, with what the summary says, since when, and by whom it is kept', async () => {
    const { exitCode, log, warnings, outputs } = await report(simulator, CHECK);
    expect({ exitCode, warnings }).toEqual({ exitCode: 1, warnings: [] });
    expect(log.split('\n').at(-1)).toBe('Opened issue #1.');
    expect(takeGitHubRequests(simulator)).toEqual([...OPENING, READ]);
    const { title, body } = onlyIssue(simulator);
    expect(title).toBe('Cloudflare SSO needs attention: acme.example');
    const time = /First seen: (.*) UTC/.exec(body ?? '')?.[1];
    expect(body).toBe(
      [
        outputs['summary']?.trim(),
        '',
        `- First seen: ${time} UTC, ${RUN}`,
        `- Last seen: ${time} UTC, ${RUN}`,
        '',
        `The action keeps this issue for account \`${simulator.accountId}\`, workflow \`SSO\`, job \`sso\`. It updates it while something is wrong, and closes it when all is well. What you write below the line stays.`,
        '',
        '<!-- last seen in run 1658821493, attempt 1 -->',
        '',
        /<!-- cloudflare-sso-connector [0-9a-f]{64} -->/.exec(body ?? '')?.[0],
        '',
        '---',
      ].join('\n'),
    );
  });

  it.each<[string, Record<string, string>, string]>([
    ['problems of the inputs', { enabled: 'yes' }, 'enabled'],
    ['an expired token', { api_token: 'x'.repeat(40) }, 'token not accepted'],
  ])('for %s', async (_, inputs, words) => {
    const { exitCode, warnings } = await report(simulator, { ...CHECK, ...inputs });
    expect({ exitCode, warnings }).toEqual({ exitCode: 1, warnings: [] });
    expect(takeGitHubRequests(simulator)).toEqual([...OPENING, READ]);
    expect(onlyIssue(simulator).body).toContain(words);
  });

  it('for many connectors as one, named by the account', async () => {
    simulator.addConnector({ email_domain: 'branch.example' });
    const connectors = '[{email_domain: acme.example, enabled: true}, {email_domain: branch.example, enabled: true}]';
    await report(simulator, { mode: 'check', connectors });
    const { title, body } = onlyIssue(simulator);
    expect(title).toBe(`Cloudflare SSO needs attention: account ${simulator.accountId}`);
    expect(body).toContain('acme.example');
    expect(body).toContain('branch.example');
  });

  it('named by the domain of a connector that an id names', async () => {
    await report(simulator, { mode: 'check', enabled: 'true', sso_connector_id: connector.id });
    expect(onlyIssue(simulator).title).toBe('Cloudflare SSO needs attention: acme.example');
  });

  it('for a token that expires soon, though the step succeeds, and closed when it does not', async () => {
    const inputs = { ...CHECK, enabled: 'false', token_expiry_warning: '30d' };
    const soon = new Date(Date.now() + 86_400_000).toISOString().slice(0, 19);
    simulator.setToken(simulator.tokens.edit, { expires_on: `${soon}Z` });
    const { exitCode } = await report(simulator, inputs, run(1));
    expect(exitCode).toBe(0);
    expect(onlyIssue(simulator)).toMatchObject({ state: 'open', body: expect.stringContaining(soon.slice(0, 10)) });
    simulator.setToken(simulator.tokens.edit, { expires_on: undefined });
    await report(simulator, inputs, run(2));
    expect(onlyIssue(simulator).state).toBe('closed');
  });

  it('also if there are so many failures that its body has to be cut', async () => {
    const entries = Array.from({ length: 2000 }, (_, n) => `- {email_domain: missing-${n}.example}`);
    const { warnings } = await report(simulator, { mode: 'check', connectors: entries.join('\n') });
    expect(warnings).not.toContainEqual(expect.stringContaining('issue'));
    const { body } = onlyIssue(simulator);
    expect(body).toMatch(/\d+ more failures are left out here/);
    expect(body).toMatch(/\n- Last seen: .*\n<!-- \S+ \w+ -->\n\n---$/s);
  });
});

describe('an open issue', () => {
  it('has its body replaced by every later run, but for when it was first seen', async () => {
    await report(simulator, CHECK, run(1));
    takeGitHubRequests(simulator);
    simulator.changeConnector(connector.id, { use_fedramp_language: true });
    const { log } = await report(simulator, { ...CHECK, use_fedramp_language: 'false' }, run(2));
    expect(log.split('\n').at(-1)).toBe('Updated issue #1.');
    const [update] = simulator.requestsTo('PATCH');
    // Someone may close it meanwhile.
    expect(JSON.parse(update?.body ?? '')).toEqual({ state: 'open', body: expect.any(String) });
    expect(takeGitHubRequests(simulator)).toEqual([SEARCH, READ, CHANGE]);
    const { body } = onlyIssue(simulator);
    expect(body).toContain('use_fedramp_language');
    expect(body).toMatch(/- First seen: .*\[run 1\].*\n- Last seen: .*\[run 2\]/);
  });

  it('is closed, then commented on, when all is well, and the next time a new one is opened', async () => {
    await report(simulator, CHECK, run(1));
    takeGitHubRequests(simulator);
    const { exitCode, log } = await report(simulator, { ...CHECK, mode: 'reconcile' });
    expect(exitCode).toBe(0);
    expect(log.split('\n').at(-1)).toBe('Closed issue #1.');
    expect(takeGitHubRequests(simulator)).toEqual([SEARCH, READ, CHANGE, COMMENT]);
    const closed = structuredClone(onlyIssue(simulator));
    expect(closed).toMatchObject({ state: 'closed', comments: [{ body: `All is well again, as of ${RUN}.` }] });

    await report(simulator, CHECK, run(3));
    expect(takeGitHubRequests(simulator)).toEqual([SEARCH]);

    simulator.changeConnector(connector.id, { enabled: false });
    const { log: later } = await report(simulator, CHECK, run(4));
    expect(later.split('\n').at(-1)).toBe('Opened issue #2.');
    expect(simulator.github.issues).toEqual([closed, expect.objectContaining({ number: 2, state: 'open' })]);
  });

  const LIST = '- email_domain: acme.example';
  it.each<[string, Record<string, string>, string]>([
    ['left open', { mode: 'check', email_domain: 'acme.example', enabled: '' }, 'open'],
    ['left open', { mode: 'reconcile', email_domain: 'acme.example', enabled: '' }, 'open'],
    ['left open', { mode: 'update', email_domain: 'acme.example', enabled: '' }, 'open'],
    ['left open', { mode: 'check', connectors: LIST }, 'open'],
    ['closed', { mode: 'check', connectors: LIST.replace(/e.*/, '{$&, enabled: false}') }, 'closed'],
    ['closed', { mode: 'check', email_domain: 'acme.example', require_verified: 'true' }, 'closed'],
    ['closed', { mode: 'reconcile', connectors: LIST, unlisted: 'fail' }, 'closed'],
    ['closed', { mode: 'reconcile', email_domain: 'acme.example', begin_verification: 'true' }, 'closed'],
  ])('is %s by a run that succeeds with %j', async (_, inputs, state) => {
    const wrong = await runQuick(simulator, { mode: 'check', email_domain: 'acme.example', enabled: 'true' });
    await keep(simulator, wrong.result, run(1));
    const { result, failures, warnings } = await runQuick(simulator, inputs);
    expect(failures).toEqual([]);
    const left = state === 'open';
    expect(await keep(simulator, result, run(2))).toEqual([
      left ? 'info: Left issue #1 open: this run asked for no field and no gate.' : 'info: Closed issue #1.',
    ]);
    expect(onlyIssue(simulator).state).toBe(state);
    const warned = warnings.filter((line) => /^There is nothing to (check|keep in sync)/.test(line));
    expect(warned).toHaveLength(left && inputs['mode'] !== 'update' ? 1 : 0);
  });

  it.each([{ connectors: LIST }, { email_domain: 'acme.example' }])(
    'is closed by a run that asks for nothing if it was opened for a problem in the other inputs: %j',
    async (names) => {
      const wrong = await runQuick(simulator, { mode: 'check', ...names, api_token: '"quoted"' });
      expect(await keep(simulator, wrong.result, run(1))).toEqual(['info: Opened issue #1.']);
      const { result } = await runQuick(simulator, { mode: 'check', ...names });
      expect(await keep(simulator, result, run(2))).toEqual(['info: Closed issue #1.']);
    },
  );

  it('is closed by a run that asks for nothing if those before asked for nothing, or had other problems', async () => {
    const MISSING = { mode: 'check', connectors: '- email_domain: gone.example' };
    const THERE = { mode: 'check', connectors: LIST };
    const PROBLEM = { ...THERE, max_retries: 'x' };
    const asking = (enabled: string) => ({
      mode: 'check',
      connectors: LIST.replace(/e.*/, `{$&, enabled: ${enabled}}`),
    });
    let id = 0;
    const last = async (...runs: Record<string, string>[]) => {
      for (const inputs of runs) {
        const { result } = await runQuick(simulator, inputs);
        id += 1;
        await keep(simulator, result, run(id));
      }
      return simulator.github.issues.at(-1)?.state;
    };
    expect(await last(MISSING, THERE)).toBe('closed');
    expect(await last(PROBLEM, THERE)).toBe('closed');
    expect(await last(PROBLEM, MISSING, PROBLEM, THERE)).toBe('closed');
    // What is about a field stays until a run asks for one.
    expect(await last(asking('true'), PROBLEM, THERE)).toBe('open');
    expect(await last(MISSING, THERE)).toBe('open');
    expect(await last({ ...THERE, token_expiry_warning: '30d' })).toBe('open');
    expect(await last(asking('false'))).toBe('closed');
    expect(await last(PROBLEM, asking('true'), THERE)).toBe('open');
  });

  it('that someone closes while something is wrong is followed by a new one', async () => {
    await report(simulator, CHECK, run(1));
    simulator.github.changeIssue(onlyIssue(simulator), { state: 'closed' });
    await report(simulator, CHECK, run(2));
    expect(simulator.github.issues.map(({ state }) => state)).toEqual(['closed', 'open']);
  });
});

describe('an issue', () => {
  it('is one for each connector of a matrix, however its domain is spelled', async () => {
    const other = simulator.addConnector({ enabled: true });
    const check = { mode: 'check', enabled: 'true' };
    await Promise.all([
      report(simulator, { ...check, email_domain: 'acme.example' }, run(1)),
      report(simulator, { ...check, email_domain: other.email_domain, enabled: 'false' }, run(1)),
    ]);
    const issues = () =>
      simulator.github.issues.map(({ title, state }) => `${title.split(': ')[1]} ${state}`).toSorted();
    expect(issues()).toEqual(['acme.example open', `${other.email_domain} open`]);
    await report(simulator, { ...check, email_domain: 'ACME.example.', enabled: 'false' }, run(2));
    expect(issues()).toEqual(['acme.example closed', `${other.email_domain} open`]);
  });

  it('neither mentions nor refers to anyone or anything in text from the API', async () => {
    const message = 'ask @acme/admins, see #1, acme/platform#2 and GH-3 <img src=x> | **now** https://evil.example';
    const body = { success: false, errors: [{ code: 1000, message }], messages: [], result: null };
    simulator.fault({ respond: { status: 400, body } });
    const { outputs } = await report(simulator, { sso_connector_id: connector.id, enabled: 'false' });
    const text = onlyIssue(simulator).body ?? '';
    expect(text).toContain(outputs['summary']?.trim());
    expect(text.replace(/`[^`]*`|&#\d+;/g, '')).not.toMatch(/@acme|#1|GH-3|<img|\*\*now|evil/);
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

  it("is kept with the job's own token, and each API sees its own token alone", async () => {
    await report(simulator, CHECK);
    const seen = simulator.requests.map(({ path, headers }) => [path.split('/')[1], headers.authorization]);
    expect(seen).toEqual([
      ['client', `Bearer ${simulator.tokens.edit}`],
      ...Array(5).fill(['api', `token ${simulator.githubToken}`]),
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
    expect(body).toContain(', [run 1658821493](https://git.acme.example/team/infra/actions/runs/1658821493)\n');
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
