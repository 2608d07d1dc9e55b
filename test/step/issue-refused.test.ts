import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Cancelled } from '../../src/failure.ts';
import { keepIssue } from '../../src/report/issue.ts';
import {
  begin,
  issueWorld,
  keep,
  onlyIssue,
  report,
  SEARCH,
  takeGitHubRequests,
  WELL,
  WRONG,
} from '../kit/issue-step.ts';
import { startProxy } from '../network/proxy.ts';
import type { Answer } from '../simulator/answer.ts';
import type { FaultResponse } from '../simulator/faults.ts';
import { type Simulator, startSimulator } from '../simulator/simulator.ts';

const CHECK = { email_domain: 'acme.example', mode: 'check' };
const GITHUB = /^\/api\//;
let simulator: Simulator;

beforeEach(async () => {
  simulator = await startSimulator();
  simulator.addConnector({ email_domain: 'acme.example' });
});
afterEach(() => simulator.close());

/** The warning, without the words around the cause and what to do. */
function causeOf(lines: readonly string[]): string {
  const [line = '', ...others] = lines;
  expect(others).toEqual([]);
  const [, cause] =
    /^warning: Could not (?:keep the GitHub issue|close issue #1): (.*) The result of this step stays as it is\.$/.exec(
      line,
    ) ?? [];
  return cause ?? `not a warning of that form: ${line}`;
}

const json = (status: number, message: string, headers: Record<string, string> = {}): Answer => ({
  status,
  headers,
  body: { message },
});
const PERMISSION = 'report_issue needs permissions: issues: write.';

describe('GitHub saying no is one warning, with its cause as what it is', () => {
  it.each<[FaultResponse, string]>([
    [
      json(401, 'Bad credentials'),
      `GitHub does not accept github_token (401 "Bad credentials"). Leave the input out to use the token of the job. ${PERMISSION}`,
    ],
    [
      json(403, 'Resource not accessible by integration'),
      `GitHub does not let github_token do this in acme/platform (403 "Resource not accessible by integration"). ${PERMISSION}`,
    ],
    [json(404, 'Not Found'), `GitHub shows github_token no issues of acme/platform (404 "Not Found"). ${PERMISSION}`],
    [
      json(410, 'Issues has been disabled in this repository.'),
      'Issues are switched off in acme/platform (410 "Issues has been disabled in this repository"). Switch them on in its settings, or leave report_issue out.',
    ],
    [
      json(403, 'Repository was archived so is read-only.'),
      'acme/platform is archived, so nobody can change its issues (403 "Repository was archived so is read-only").',
    ],
    [
      json(423, 'Repository is archived.'),
      'acme/platform is archived, so nobody can change its issues (423 "Repository is archived").',
    ],
    [
      json(403, 'You have exceeded a secondary rate limit.', { 'retry-after': '60' }),
      'GitHub\'s rate limit is reached (403 "You have exceeded a secondary rate limit"). The next run tries again.',
    ],
    [
      json(403, 'Too much.', { 'x-ratelimit-remaining': '0' }),
      'GitHub\'s rate limit is reached (403 "Too much"). The next run tries again.',
    ],
    [json(429, 'Slow down'), 'GitHub\'s rate limit is reached (429 "Slow down"). The next run tries again.'],
    [
      json(422, 'Validation Failed'),
      'GitHub, or something in front of it, answered 422 "Validation Failed". The next run tries again.',
    ],
    [
      json(503, 'Unavailable'),
      'GitHub, or something in front of it, answered 503 "Unavailable". The next run tries again.',
    ],
    [
      { status: 502, headers: { 'content-type': 'text/html' }, body: '<html>Sign in to the proxy</html>' },
      'GitHub, or something in front of it, answered 502. The next run tries again.',
    ],
    [
      json(500, '::error::no\n::set-output name=x::y ##[error]z'),
      'GitHub, or something in front of it, answered 500 ": :error::no ::set-output name=x::y # #[error]z". The next run tries again.',
    ],
    ...[{}, null, [null], 'issues', [{ number: 'x' }]].map((body): [Answer, string] => [
      { status: 200, body },
      'What came back for GET /repos/{owner}/{repo}/issues is not as GitHub documents it.',
    ]),
  ])('%j', async (respond, cause) => {
    simulator.fault({ path: GITHUB, respond });
    expect(causeOf(await keep(simulator, WRONG))).toBe(cause);
    expect(takeGitHubRequests(simulator)).toEqual([SEARCH]);
    expect(simulator.github.issues).toEqual([]);
  });

  it('by what the simulator itself says of an archived repository, and of one without issues', async () => {
    simulator.github.setRepository('acme/platform', { archived: true });
    expect(causeOf(await keep(simulator, WRONG))).toMatch(/^acme\/platform is archived/);
    simulator.github.setRepository('acme/platform', { archived: false, hasIssues: false });
    expect(causeOf(await keep(simulator, WRONG))).toMatch(/^Issues are switched off in acme\/platform/);
  });

  it('a connection that breaks', async () => {
    simulator.fault({ path: GITHUB, respond: 'reset' });
    expect(causeOf(await keep(simulator, WRONG))).toMatch(
      /^GitHub cannot be reached \((read ECONNRESET|other side closed)\)\.$/,
    );
  });

  it.each(['', 'acme', undefined])('a run that is not of a repository: %s', async (name) => {
    expect(causeOf(await keep(simulator, WRONG, { GITHUB_REPOSITORY: name }))).toBe(
      'GITHUB_REPOSITORY names no repository.',
    );
    expect(simulator.requests).toEqual([]);
  });

  it('a runner that gives no URL of the API', async () => {
    expect(causeOf(await keep(simulator, WRONG, { GITHUB_API_URL: 'x' }))).toBe('GITHUB_API_URL is no URL.');
    const env = { GITHUB_API_URL: 'https://api.github.test', NODE_TLS_REJECT_UNAUTHORIZED: '0' };
    expect(causeOf(await keep(simulator, WRONG, env))).toBe(
      'Environment variable NODE_TLS_REJECT_UNAUTHORIZED must not be 0, or whoever answers gets the token.',
    );
    expect(simulator.requests).toEqual([]);
  });

  it('an issue that is deleted between two requests', async () => {
    await keep(simulator, WRONG);
    simulator.fault({ method: 'PATCH', respond: json(410, 'This issue was deleted') });
    expect(causeOf(await keep(simulator, WELL, { GITHUB_RUN_ID: '2' }))).toBe(
      'GitHub, or something in front of it, answered 410 "This issue was deleted". The next run tries again.',
    );
  });

  it.each([
    ['the first page', 0],
    ['the oldest page', 1],
    ["the token's user", 2],
    ['the last page', 4],
    ['the new issue', 6],
  ])('%s not coming within 30 seconds', async (_, after) => {
    for (let n = 1; n <= 150; n++) simulator.github.addIssue({ repository: 'acme/platform' });
    const world = issueWorld(simulator);
    const limit = new AbortController();
    const limits: number[] = [];
    world.clock.deadline = (ms) => {
      limits.push(ms);
      return limit.signal;
    };
    simulator.fault({
      path: GITHUB,
      after,
      respond() {
        limit.abort(new DOMException('The operation was aborted due to timeout', 'TimeoutError'));
        return 'hang';
      },
    });
    await keepIssue(WRONG, simulator.githubToken, world);
    expect([causeOf(world.lines), limits]).toEqual(['GitHub took more than 30 seconds.', [30_000]]);
  });
});

describe('GitHub saying no changes nothing else', () => {
  it('in a step that fails', async () => {
    const inputs = { ...CHECK, enabled: 'true', github_token: simulator.githubTokenReadOnly };
    const { exitCode, warnings, outputs } = await report(simulator, inputs);
    expect({ exitCode, warnings: warnings.length, inSync: outputs['in_sync'] }).toEqual({
      exitCode: 1,
      warnings: 1,
      inSync: 'false',
    });
  });

  it('in a step that succeeds', async () => {
    await report(simulator, { ...CHECK, enabled: 'true' });
    const before = structuredClone(onlyIssue(simulator));
    const inputs = { ...CHECK, enabled: 'false', github_token: simulator.githubTokenReadOnly };
    const { exitCode, errors, warnings, outputs } = await report(simulator, inputs, { GITHUB_RUN_ID: '2' });
    expect({ exitCode, errors, warnings, inSync: outputs['in_sync'] }).toEqual({
      exitCode: 0,
      errors: [],
      warnings: [
        'Could not close issue #1: GitHub does not let github_token do this in acme/platform (403 "Resource not accessible by integration"). report_issue needs permissions: issues: write. The result of this step stays as it is.',
      ],
      inSync: 'true',
    });
    expect(onlyIssue(simulator)).toEqual(before);
  });
});

describe('an issue that GitHub does not close', () => {
  const SECOND = { GITHUB_RUN_ID: '2' };
  const WELL_AGAIN = [{ body: expect.stringMatching(/^All is well again/) }];
  beforeEach(async () => {
    await keep(simulator, WRONG);
    const { body } = onlyIssue(simulator);
    for (let n = 2; n <= 4; n++) simulator.github.addIssue({ repository: 'acme/platform', body });
  });

  it('does not keep the others open', async () => {
    simulator.fault({ method: 'PATCH', path: /\/1$/, respond: json(422, 'Validation Failed') });
    expect(await keep(simulator, WELL, SECOND)).toEqual([
      ...[2, 3, 4].map((n) => `info: Closed issue #${n}.`),
      'warning: Could not close issue #1: GitHub, or something in front of it, answered 422 "Validation Failed". The next run tries again. The result of this step stays as it is.',
    ]);
    expect(simulator.github.issues).toMatchObject([
      { state: 'open', comments: [] },
      ...Array(3).fill({ state: 'closed', comments: WELL_AGAIN }),
    ]);
  });

  it.each<[string, Answer]>([
    ['nothing', { status: 204, body: '' }],
    ['an empty object', { status: 200, body: {} }],
    ['a page', { status: 200, headers: { 'content-type': 'text/html' }, body: '<html>Maintenance</html>' }],
    ['the issue as it was', { status: 200, body: { number: 1, state: 'open' } }],
    ['another issue', { status: 200, body: { number: 2, state: 'closed' } }],
    ['a promise', { status: 202, body: { message: 'queued' } }],
  ])('is told as such, though GitHub answers with a success: %s', async (_, respond) => {
    simulator.fault({ method: 'PATCH', path: /\/1$/, respond });
    const lines = await keep(simulator, WELL, SECOND);
    expect(lines.at(-1)).toBe(
      'warning: Could not close issue #1: What came back for PATCH /repos/{owner}/{repo}/issues/{issue_number} is not as GitHub documents it. The result of this step stays as it is.',
    );
    expect(lines).not.toContain('info: Closed issue #1.');
    expect(simulator.github.issues[0]).toMatchObject({ state: 'open', comments: [] });
  });

  it('is told with others in one warning, each cause once', async () => {
    simulator.fault({ method: 'PATCH', path: /\/[13]$/, times: 2, respond: json(500, 'No') });
    simulator.fault({ method: 'PATCH', path: /\/4$/, respond: json(403, 'Not you') });
    expect(await keep(simulator, WELL, SECOND)).toEqual([
      'info: Closed issue #2.',
      `warning: Could not close issues #1, #3 and #4: GitHub, or something in front of it, answered 500 "No". The next run tries again. GitHub does not let github_token do this in acme/platform (403 "Not you"). ${PERMISSION} The result of this step stays as it is.`,
    ]);
  });

  it('since the run is cancelled is told as such', async () => {
    const cancel = new AbortController();
    simulator.fault({
      method: 'PATCH',
      respond() {
        cancel.abort();
        return 'hang';
      },
    });
    const world = { ...issueWorld(simulator, SECOND), signal: cancel.signal };
    await keepIssue(WELL, simulator.githubToken, world);
    expect(world.lines).toEqual([
      'warning: The run was cancelled while it kept the GitHub issue, which may be out of date. The result of this step stays as it is.',
    ]);
  });
});

it('a comment that GitHub refuses does not keep an issue open', async () => {
  await keep(simulator, WRONG);
  simulator.github.changeIssue(onlyIssue(simulator), { locked: true });
  expect(await keep(simulator, WELL, { GITHUB_RUN_ID: '2' })).toEqual([
    'info: Closed issue #1.',
    'warning: Could not comment on issue #1, which is closed: It is locked (403 "Unable to create comment because issue is locked").',
  ]);
  expect(onlyIssue(simulator)).toMatchObject({ state: 'closed', comments: [] });
});

it('a comment during which the run is cancelled is told as a cancel', async () => {
  await keep(simulator, WRONG);
  const cancel = new AbortController();
  simulator.fault({
    ...{ method: 'POST', path: /comments$/ },
    respond() {
      cancel.abort(new Cancelled('SIGINT'));
      return 'hang';
    },
  });
  const world = { ...issueWorld(simulator, { GITHUB_RUN_ID: '2' }), signal: cancel.signal };
  await keepIssue(WELL, simulator.githubToken, world);
  expect(world.lines).toEqual([
    'info: Closed issue #1.',
    'warning: The run was cancelled while it kept the GitHub issue, which may be out of date. The result of this step stays as it is.',
  ]);
});

it('a notice of deprecation from GitHub is not for the log', async () => {
  const headers = { deprecation: 'true', sunset: '##[error]now', 'content-type': 'application/json' };
  simulator.fault({ path: GITHUB, respond: { status: 200, headers, body: [] } });
  const { stdout, stderr } = await report(simulator, { ...CHECK, enabled: 'false' });
  expect(`${stdout}${stderr}`).not.toContain('now');
});

describe('a proxy', () => {
  it.each(['http://127.0.0.1', '127.0.0.1', 'localhost'])('at %s is used', async (host) => {
    const { host: target } = new URL(simulator.origin);
    await using proxy = await startProxy({ resolve: { 'api.github.test': target } });
    const HTTP_PROXY = `${host}:${new URL(proxy.url).port}`;
    const env = { GITHUB_API_URL: 'http://api.github.test/api/v3', HTTP_PROXY };
    expect(await keep(simulator, WRONG, env)).toEqual(['info: Opened issue #1.']);
    expect([...proxy.connects, ...proxy.forwards].length).toBeGreaterThan(0);
  });

  it("is used to GitHub's own API, if the run names no other", async () => {
    await using proxy = await startProxy();
    const env = { GITHUB_API_URL: '', HTTPS_PROXY: proxy.url };
    expect(causeOf(await keep(simulator, WRONG, env))).toBe(
      'GitHub cannot be reached, since the proxy did not connect to it (HTTP 502).',
    );
    expect(proxy.connects).toEqual(['api.github.com:443']);
  });

  it('is not used for a loopback address', async () => {
    await using proxy = await startProxy();
    await keep(simulator, WRONG, { HTTP_PROXY: proxy.url });
    expect([onlyIssue(simulator).state, proxy.connects, proxy.forwards]).toEqual(['open', [], []]);
  });

  it('is of no account for a host that is exempt, whatever the form of either', async () => {
    const env = {
      GITHUB_API_URL: 'http://ghe.corp.test',
      HTTP_PROXY: 'http://proxy.test:3128/path',
      NO_PROXY: '*.corp.test',
    };
    expect(causeOf(await keep(simulator, WRONG, env))).toMatch(/^GitHub cannot be reached \(.*ghe\.corp\.test/);
  });

  it.each([
    ['http://user:pass%word@proxy.example', 'must be the URL of an http or https proxy'],
    ['http://user:8642#word@proxy.example', 'must not have # / ? or \\ in its user name or password'],
  ])('whose URL cannot be read is told without its password: %s', async (HTTPS_PROXY, must) => {
    const env = { GITHUB_API_URL: 'https://api.github.test', HTTPS_PROXY };
    expect(causeOf(await keep(simulator, WRONG, env))).toBe(`Environment variable HTTPS_PROXY ${must}.`);
  });
});

it('a run that is cancelled while GitHub does not answer ends, with its own result', async () => {
  simulator.fault({ path: GITHUB, respond: 'hang' });
  await using action = await begin(simulator, { ...CHECK, enabled: 'true' });
  await new Promise((resolve) => {
    simulator.on('request', ({ path }) => path.startsWith('/api/v3') && resolve(path));
  });
  action.kill('SIGTERM');
  const { exitCode, warnings, outputs } = await action.result;
  expect({ exitCode, warnings, inSync: outputs['in_sync'] }).toEqual({
    exitCode: 1,
    warnings: [
      'The run was cancelled while it kept the GitHub issue, which may be out of date. The result of this step stays as it is.',
    ],
    inSync: 'false',
  });
});
