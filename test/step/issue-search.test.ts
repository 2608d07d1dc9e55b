import * as v from 'valibot';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { connectToGitHub } from '../../src/report/github.ts';
import { type Issue, Issues } from '../../src/report/repository-issues.ts';
import { issueWorld, repository, SEARCH, takeGitHubRequests } from '../kit/issue-step.ts';
import type { FlavourName } from '../simulator/github-flavours.ts';
import type { GitHubIssue } from '../simulator/github-issues.ts';
import { type Simulator, startSimulator } from '../simulator/simulator.ts';

const MARKER = '<!-- cloudflare-sso-connector 0123 -->';
const body = `What is wrong.\n\n${MARKER}`;
const OLDEST = `GET /repos/${repository}/issues?state=open&direction=asc&per_page=100&limit=100`;
const USER = 'GET /user';
const VIEWER = 'POST /api/graphql';
const readOf = (number: number) => `GET /repos/${repository}/issues/${number}`;
const byOf = (login: string, page = 1) => {
  const creator = encodeURIComponent(login);
  return `GET /repos/${repository}/issues?state=open&page=${page}&creator=${creator}&created_by=${creator}&per_page=100&limit=100`;
};
const permissionOf = (login: string) => `GET /repos/${repository}/collaborators/${login}/permission`;
const mallory = { user: { login: 'mallory' }, author_association: 'NONE' } as const;
const octocat = { user: { login: 'octocat' }, author_association: 'NONE' } as const;

let simulator: Simulator;

async function start(githubFlavour: FlavourName = 'ghes'): Promise<void> {
  await simulator?.close();
  simulator = await startSimulator({ githubFlavour });
}
beforeEach(() => start());
afterEach(() => simulator.close());

async function find(token = simulator.githubToken): Promise<Issue[]> {
  simulator.requests.length = 0;
  return await new Issues(await connectToGitHub(token, issueWorld(simulator))).findOpen(MARKER);
}

/** So many issues of others, of which one, counted from 1, is this. */
function fill(count: number, at = 0, fields: Partial<GitHubIssue> = {}): void {
  simulator.github.addIssues(count, (n) => ({ repository, ...mallory, ...(n + 1 === at && { body, ...fields }) }));
}
const bot = { user: { login: 'github-actions[bot]' } };

describe('the issue is found among 9,000', () => {
  const BOTS = [USER, VIEWER, byOf('github-actions[bot]')];
  it.each([
    ['the newest hundred', 8_901, [SEARCH, readOf(8_901), OLDEST, ...BOTS]],
    ['the oldest hundred', 100, [SEARCH, OLDEST, readOf(100), ...BOTS]],
  ])('with few requests in %s, and read once', async (_, at, requests) => {
    fill(9_000, at, bot);
    expect(await find()).toEqual([{ number: at, body }]);
    expect(takeGitHubRequests(simulator)).toEqual(requests);
  });

  it.each([
    ['found', 8_901, [8_901]],
    ['not found', 4_500, undefined],
  ])('and kept if the search for others goes wrong, but only then: %s', async (_, at, found) => {
    fill(9_000, at, bot);
    simulator.fault({ path: /issues.*direction=asc/, respond: { status: 502 } });
    const numbers = find().then((issues) => issues.map(({ number }) => number));
    expect(await numbers.catch(() => undefined)).toEqual(found);
  });

  it('with all others that have the marker', async () => {
    fill(9_000, 4_500, bot);
    const [oldest, newest] = [simulator.github.issues[0], simulator.github.issues[8_999]];
    for (const issue of [oldest, newest]) if (issue) Object.assign(issue, { body, ...bot });
    expect((await find()).map(({ number }) => number)).toEqual([1, 4_500, 9_000]);
  });

  it('and others on at most ten pages, if the token has opened them all', async () => {
    const marked = [1, 101, 1_201, 2_000];
    simulator.github.addIssues(2_000, (n) => ({
      repository,
      ...bot,
      body: marked.includes(n + 1) ? body : 'Another.',
    }));
    // The newest hundred, the oldest, and eight pages of the token's user.
    expect((await find()).map(({ number }) => number)).toEqual([1, 1_201, 2_000]);
    expect(takeGitHubRequests(simulator).filter((request) => request.includes('per_page'))).toHaveLength(10);
  });

  it("anywhere between, if the token's user opened it", async () => {
    fill(9_000, 4_500, bot);
    expect(await find()).toEqual([{ number: 4_500, body }]);
    expect(takeGitHubRequests(simulator)).toEqual([
      ...[SEARCH, OLDEST, USER, VIEWER, byOf('github-actions[bot]'), readOf(4_500)],
    ]);
  });

  it('anywhere between, by a person', async () => {
    fill(300, 150, octocat);
    expect(await find(simulator.githubUserToken)).toEqual([{ number: 150, body }]);
    expect(takeGitHubRequests(simulator)).toEqual([SEARCH, OLDEST, USER, byOf('octocat'), readOf(150)]);
  });

  it('and it is known for sure that there is none', async () => {
    fill(9_000);
    expect(await find()).toEqual([]);
    expect(takeGitHubRequests(simulator)).toEqual([SEARCH, OLDEST, USER, VIEWER, byOf('github-actions[bot]')]);
  });

  it('on page after page of a user who has opened many', async () => {
    simulator.github.addIssues(350, (n) => ({ repository, ...bot, body: n === 180 ? body : 'Another.' }));
    expect(await find()).toEqual([{ number: 181, body }]);
    expect(takeGitHubRequests(simulator).slice(4)).toEqual([
      ...[byOf('github-actions[bot]'), byOf('github-actions[bot]', 2), readOf(181)],
      ...[byOf('github-actions[bot]', 3), byOf('github-actions[bot]', 4)],
    ]);
  });

  it('on page after page of all, if GitHub does not say whose the token is', async () => {
    fill(350, 180, bot);
    const no = { status: 403, body: { message: 'Resource not accessible by integration' } };
    simulator.fault({ path: /\/(user|graphql)$/, times: 2, respond: no });
    expect(await find()).toEqual([{ number: 180, body }]);
  });
});

it.each<FlavourName>(['github', 'ghes', 'ghe.com', 'gitea'])('all of it goes with %s', async (flavour) => {
  await start(flavour);
  const login = flavour === 'gitea' ? 'gitea-actions' : 'github-actions[bot]';
  for (const at of [1, 150, 300]) {
    simulator.github.issues.length = 0;
    fill(300, at, { user: { login } });
    expect(await find()).toEqual([{ number: at, body }]);
  }
  for (const at of [1, 150, 300]) {
    simulator.github.issues.length = 0;
    fill(300, at, octocat);
    expect(await find(simulator.githubUserToken)).toEqual([{ number: at, body }]);
  }
});

describe('an issue counts', () => {
  it.each<[string, Partial<GitHubIssue>, string[]]>([
    ['a workflow', bot, []],
    ['another app', { user: { login: 'acme-ops[bot]' } }, []],
    ['an owner', { ...octocat, author_association: 'OWNER' }, []],
    ...(['MEMBER', 'COLLABORATOR', 'CONTRIBUTOR', 'NONE'] as const).map(
      (author_association): [string, Partial<GitHubIssue>, string[]] => [
        `a person who may write, which GitHub has to be asked: ${author_association}`,
        { ...octocat, author_association },
        [USER, VIEWER, permissionOf('octocat')],
      ],
    ),
  ])('if its author is %s', async (_, fields, asked) => {
    simulator.github.addIssue({ repository, body, ...fields });
    expect(await find()).toEqual([{ number: 1, body }]);
    expect(takeGitHubRequests(simulator)).toEqual([SEARCH, ...asked, readOf(1)]);
  });

  it("if its author is the token's user, whose membership is private", async () => {
    simulator.github.addIssue({ repository, body, ...octocat });
    expect(await find(simulator.githubUserToken)).toEqual([{ number: 1, body }]);
    expect(takeGitHubRequests(simulator)).toEqual([SEARCH, USER, readOf(1)]);
  });

  it('not if it is only much like one', async () => {
    const reader = { user: { login: 'reader' } };
    simulator.github.people.add('ghp_reader', { login: 'reader', permission: 'read' });
    const others: [string, Partial<GitHubIssue>][] = [
      ['a pull request', { pull_request: { url: 'https://api.github.com/repos/acme/platform/pulls/1' } }],
      ['closed', { state: 'closed' }],
      ['in another repository', { repository: 'acme/other' }],
      ["a stranger's, who copied the marker", mallory],
      ["a contributor's, who copied the marker", { ...mallory, author_association: 'CONTRIBUTOR' }],
      ["a member's, who may only read", { ...reader, author_association: 'MEMBER' }],
      ["a collaborator's, who may only read", { ...reader, author_association: 'COLLABORATOR' }],
      ["someone's without the marker", { body: 'SSO is broken', author_association: 'OWNER' }],
      ['of another step', { body: MARKER.replace('0123', '4567') }],
      ['without a body', { body: null }],
    ];
    for (const [title, fields] of others) simulator.github.addIssue({ repository, body, title, ...fields });
    expect(await find()).toEqual([]);
    simulator.github.addIssue({ repository, body });
    expect(await find()).toEqual([{ number: others.length + 1, body }]);
  });

  it('not if its author is gone', async () => {
    simulator.github.addIssue({ repository, body });
    const gone = { number: 1, state: 'open', body, user: null, author_association: 'NONE' };
    simulator.fault({ path: /issues\?/, respond: { status: 200, body: [gone] } });
    expect(await find()).toEqual([]);
    expect(takeGitHubRequests(simulator)).toEqual([SEARCH]);
  });

  it('once for each author that GitHub is asked about', async () => {
    for (let n = 0; n < 5; n++) simulator.github.addIssue({ repository, body, ...mallory });
    expect(await find()).toEqual([]);
    expect(takeGitHubRequests(simulator)).toEqual([SEARCH, USER, VIEWER, permissionOf('mallory')]);
  });

  it("as unknown, if GitHub has no time to say whose it is: it must not be taken for a stranger's", async () => {
    simulator.github.addIssue({ repository, body, ...octocat });
    const message = 'You have exceeded a secondary rate limit.';
    simulator.fault({ path: /\/user$/, respond: { status: 403, body: { message } } });
    await expect(find(simulator.githubUserToken)).rejects.toThrow(message);
  });

  it('as it is now, though the list lags behind', async () => {
    const issue = simulator.github.addIssue({ repository, body });
    const other = simulator.github.addIssue({ repository, body });
    const unmarked = simulator.github.addIssue({ repository, body });
    const emptied = simulator.github.addIssue({ repository, body });
    simulator.github.lag = { ms: 60_000 };
    simulator.github.now = () => Date.now() + 60_000;
    simulator.github.changeIssue(issue, { state: 'closed' });
    simulator.github.changeIssue(unmarked, { body: 'The marker is gone.' });
    simulator.github.changeIssue(emptied, { body: null });
    simulator.github.changeIssue(other, { body: `${body}\n\n---\n\nA note.` });
    expect(await find()).toEqual([{ number: 2, body: `${body}\n\n---\n\nA note.` }]);
  });

  it('of several, all do, the oldest first', async () => {
    for (const title of ['first', 'second']) simulator.github.addIssue({ repository, title, body });
    expect(await find()).toEqual([
      { number: 1, body },
      { number: 2, body },
    ]);
  });
});

it.each([
  [true, '<https://x.example/?page=2>; rel="next", <https://x.example/?page=3>; rel="last"'],
  [true, '<https://x.example/?page=2>; rel=next'],
  [false, '<https://x.example/?page=1>; rel="prev"'],
  [false, null],
])('a list goes on (%s) with the link %s', async (expected, link) => {
  simulator.fault({ respond: { status: 200, headers: link === null ? {} : { link }, body: [] } });
  const ask = await connectToGitHub(simulator.githubToken, issueWorld(simulator));
  expect(await ask(v.array(v.unknown()), 'GET /repos/{owner}/{repo}/issues')).toEqual({ data: [], goesOn: expected });
});

it('no link leads the token to another host', async () => {
  await using other = await startSimulator();
  simulator.github.linkOrigin = other.origin;
  fill(300, 150, bot);
  expect(await find()).toEqual([{ number: 150, body }]);
  expect(other.requests).toEqual([]);
});

it('nor does a redirect', async () => {
  await using other = await startSimulator();
  const location = `${other.githubApiUrl}/repos/${repository}/issues`;
  simulator.fault({ path: /issues/, respond: { status: 301, headers: { location }, body: {} } });
  await expect(find()).rejects.toThrow();
  expect(other.requests.map(({ headers }) => headers.authorization)).toEqual([undefined]);
});
