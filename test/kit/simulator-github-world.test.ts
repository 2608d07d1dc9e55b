import { getOctokit } from '@actions/github';
import { afterEach, describe, expect, it } from 'vitest';
import type { FlavourName } from '../simulator/github-flavours.ts';
import { type Simulator, startSimulator } from '../simulator/simulator.ts';

// The flavours of GitHub's API, and all that may stand in a reporter's way.
const repository = 'acme/platform';
let simulator: Simulator;

async function start(githubFlavour: FlavourName = 'github'): Promise<void> {
  simulator = await startSimulator({ githubFlavour });
}
afterEach(() => simulator.close());

/** What comes to one request, its path from the API's URL on. */
async function call(method: string, path: string, body?: object, token = simulator.githubToken) {
  const url = /^http/.test(path) ? path : simulator.githubApiUrl + path;
  const headers = { authorization: `token ${token}`, 'content-type': 'application/json' };
  const answer = await fetch(url, { method, headers, ...(body && { body: JSON.stringify(body) }) });
  return { status: answer.status, headers: answer.headers, body: JSON.parse(await answer.text()) };
}

const ISSUES = `/repos/${repository}/issues`;

async function titles(query = '', token = simulator.githubToken): Promise<string[]> {
  const { body } = await call('GET', ISSUES + query, undefined, token);
  return body.map(({ title }: { title: string }) => title);
}

function add(title: string, fields: Parameters<Simulator['github']['addIssue']>[0] | object = {}) {
  return simulator.github.addIssue({ repository, title, ...fields });
}

const FLAVOURS: FlavourName[] = ['github', 'ghes', 'ghe.com', 'gitea'];

describe.each(FLAVOURS)('%s', (flavour) => {
  it('lists, opens, changes, comments on and closes issues', async () => {
    await start(flavour);
    const made = await call('POST', ISSUES, { title: 'SSO', body: 'is off' });
    expect(made).toMatchObject({ status: 201, body: { number: 1, title: 'SSO', state: 'open', comments: 0 } });
    expect((await call('POST', `${ISSUES}/1/comments`, { body: 'on' })).status).toBe(201);
    const closed = await call('PATCH', `${ISSUES}/1`, { state: 'closed' });
    expect(closed).toMatchObject({ status: flavour === 'gitea' ? 201 : 200, body: { state: 'closed', comments: 1 } });
    expect((await call('GET', `${ISSUES}/1`)).body).toEqual(closed.body);
    expect([await titles(), await titles('?state=closed'), await titles('?state=all')]).toEqual([[], ['SSO'], ['SSO']]);
  });

  it('says who wrote an issue, as far as it does', async () => {
    await start(flavour);
    await call('POST', ISSUES, { title: 'a bot' });
    await call('POST', ISSUES, { title: 'a person' }, simulator.githubUserToken);
    const { body } = await call('GET', ISSUES);
    const [person, bot] = body.map(({ user, author_association }: Record<string, { login: string; type?: string }>) => {
      return [user?.login, user?.type, author_association];
    });
    expect(person).toEqual(flavour === 'gitea' ? ['octocat', undefined, undefined] : ['octocat', 'User', 'NONE']);
    expect(bot).toEqual(
      flavour === 'gitea' ? ['gitea-actions', undefined, undefined] : ['github-actions[bot]', 'Bot', 'NONE'],
    );
  });

  it('pages, with a Link header that leads to the end', async () => {
    await start(flavour);
    simulator.github.addIssues(5, (n) => ({ repository, title: String(n) }));
    const seen: string[] = [];
    let next: string | undefined = `${ISSUES}?per_page=2&limit=2`;
    for (let pages = 0; next !== undefined && pages < 9; pages++) {
      const { body, headers } = await call('GET', next);
      seen.push(...body.map(({ title }: { title: string }) => title));
      next = /<([^>]+)>; rel="next"/.exec(headers.get('link') ?? '')?.[1];
      expect(headers.get('x-total-count')).toBe(flavour === 'gitea' ? '5' : null);
    }
    expect(seen).toEqual(['4', '3', '2', '1', '0']);
    expect(simulator.requests).toHaveLength(3);
  });

  it('is where its API is alone', async () => {
    await start(flavour);
    const paths = ['', '/api/v3', '/api/v1'].map((path) => simulator.origin + path);
    const statuses = await Promise.all(paths.map(async (path) => (await call('GET', `${path}${ISSUES}`)).status));
    const there = { github: 0, 'ghe.com': 0, ghes: 1, gitea: 2 }[flavour];
    expect(statuses).toEqual([404, 404, 404].with(there, 200));
  });

  it('refuses comments in a locked issue, which can be closed', async () => {
    await start(flavour);
    const issue = add('locked');
    simulator.github.changeIssue(issue, { locked: true });
    expect((await call('POST', `${ISSUES}/1/comments`, { body: 'on' })).status).toBe(403);
    await call('PATCH', `${ISSUES}/1`, { state: 'closed' });
    expect(simulator.github.issues).toMatchObject([{ state: 'closed', comments: [] }]);
  });

  it('refuses all without issues, and writes in an archive', async () => {
    await start(flavour);
    const statuses = async () => [
      (await call('GET', ISSUES)).status,
      (await call('POST', ISSUES, { title: 'a' })).status,
    ];
    simulator.github.setRepository(repository, { archived: true });
    expect(await statuses()).toEqual([200, flavour === 'gitea' ? 423 : 403]);
    simulator.github.setRepository(repository, { archived: false, hasIssues: false });
    expect(await statuses()).toEqual(flavour === 'gitea' ? [404, 404] : [410, 410]);
  });

  it('knows the user of a token', async () => {
    await start(flavour);
    const person = await call('GET', '/user', undefined, simulator.githubUserToken);
    expect(person).toMatchObject({ status: 200, body: { login: 'octocat' } });
    expect((await call('GET', '/user')).status).toBe(flavour === 'gitea' ? 200 : 403);
    const viewer = await call('POST', `${simulator.githubApiUrl.replace(/\/v\d$/, '')}/graphql`, {
      query: '{ viewer { login } }',
    });
    expect([viewer.status, viewer.body.data]).toEqual(
      flavour === 'gitea' ? [404, undefined] : [200, { viewer: { login: 'github-actions[bot]' } }],
    );
  });
});

it('shows an issue where people see it', async () => {
  const urls: Record<string, string> = {};
  for (const flavour of FLAVOURS) {
    await start(flavour);
    const { body } = await call('POST', ISSUES, { title: 'SSO' });
    urls[flavour] = body.html_url.replace(simulator.origin, 'ORIGIN');
    await simulator.close();
  }
  expect(urls).toEqual({
    github: `https://github.com/${repository}/issues/1`,
    ghes: `ORIGIN/${repository}/issues/1`,
    'ghe.com': `https://acme.ghe.com/${repository}/issues/1`,
    gitea: `ORIGIN/${repository}/issues/1`,
  });
});

describe('the list', () => {
  it('heeds creator, labels, since, sort and direction', async () => {
    await start();
    const at = (month: number) => {
      simulator.github.now = () => Date.UTC(2026, month - 1);
    };
    at(1);
    const first = add('first', { labels: ['sso', 'bug'] });
    at(2);
    add('second', { user: { login: 'octocat' } });
    at(3);
    add('third', { labels: ['sso'] });
    at(4);
    simulator.github.changeIssue(first, { body: 'new' });
    expect(await titles()).toEqual(['third', 'second', 'first']);
    expect(await titles('?direction=asc')).toEqual(['first', 'second', 'third']);
    expect(await titles('?sort=updated')).toEqual(['first', 'third', 'second']);
    expect(await titles('?creator=octocat')).toEqual(['second']);
    expect(await titles('?labels=sso')).toEqual(['third', 'first']);
    expect(await titles('?labels=sso,bug')).toEqual(['first']);
    expect(await titles('?since=2026-03-15T00:00:00Z')).toEqual(['first']);
  });

  it('of Gitea heeds neither creator nor order, its own size alone, and separates pull requests', async () => {
    await start('gitea');
    add('first', { user: { login: 'octocat' } });
    add('pull', { pull_request: { url: 'https://example.invalid' } });
    expect(await titles('?creator=octocat&sort=created&direction=asc&per_page=1')).toEqual(['pull', 'first']);
    expect(await titles('?created_by=octocat')).toEqual(['first']);
    expect([await titles('?type=issues'), await titles('?type=pulls')]).toEqual([['first'], ['pull']]);
    expect(await titles('?limit=1')).toEqual(['pull']);
    simulator.github.addIssues(60, () => ({ repository, title: 'more' }));
    expect([(await titles('')).length, (await titles('?limit=100')).length]).toEqual([30, 50]);
  });

  it('names the next page on another host, if asked to', async () => {
    await start();
    simulator.github.addIssues(31, (n) => ({ repository, title: String(n) }));
    simulator.github.linkOrigin = 'https://elsewhere.example';
    const { headers } = await call('GET', ISSUES);
    expect(headers.get('link')).toMatch(
      /^<https:\/\/elsewhere\.example\/repositories\/\d+\/issues\?after=.*&page=2>; rel="next"$/,
    );
  });

  it('holds 3,000 issues and pull requests, which GitHub’s own client reads', async () => {
    await start();
    simulator.github.addIssues(3000, (n) => ({
      repository,
      title: String(n),
      ...(n % 2 === 1 && { pull_request: { url: 'https://example.invalid' } }),
    }));
    const octokit = getOctokit(simulator.githubToken, { baseUrl: simulator.githubApiUrl });
    const params = { owner: 'acme', repo: 'platform', per_page: 100 };
    const all = await octokit.paginate(octokit.rest.issues.listForRepo, params);
    expect(all.map(({ title }) => Number(title))).toEqual(Array.from({ length: 3000 }, (_, n) => 2999 - n));
    expect(simulator.requests).toHaveLength(30);
  });
});

describe('the list lags behind', () => {
  it('by requests: a new issue, and a change, are not seen by the next ones', async () => {
    await start();
    simulator.github.lag = { requests: 2 };
    await call('POST', ISSUES, { title: 'new' });
    expect((await call('GET', `${ISSUES}/1`)).status).toBe(200);
    expect([await titles(), await titles(), await titles()]).toEqual([[], ['new'], ['new']]);
    await call('PATCH', `${ISSUES}/1`, { state: 'closed' });
    expect([await titles(), await titles(), await titles()]).toEqual([['new'], ['new'], []]);
  });

  it('by time, of a clock that can be set', async () => {
    await start();
    let now = Date.parse('2026-01-01T00:00:00Z');
    simulator.github.now = () => now;
    simulator.github.lag = { ms: 5000 };
    await call('POST', ISSUES, { title: 'new' });
    now += 4999;
    expect(await titles()).toEqual([]);
    now += 1;
    expect(await titles()).toEqual(['new']);
    expect(simulator.github.issues[0]?.created_at).toBe('2026-01-01T00:00:00Z');
  });

  it('not at all by default', async () => {
    await start();
    await call('POST', ISSUES, { title: 'new' });
    expect(await titles()).toEqual(['new']);
  });
});

describe('permissions', () => {
  const permission = async (login: string, token?: string) => {
    const { status, body } = await call(
      'GET',
      `/repos/${repository}/collaborators/${login}/permission`,
      undefined,
      token,
    );
    return [status, body.permission];
  };

  it('are told of people and not of bots', async () => {
    await start();
    simulator.github.people.add('reader-token', { login: 'reader', permission: 'read' });
    expect(await permission('octocat')).toEqual([200, 'write']);
    expect(await permission('reader')).toEqual([200, 'read']);
    expect(await permission('stranger')).toEqual([404, undefined]);
    expect(await permission(encodeURIComponent('github-actions[bot]'))).toEqual([404, undefined]);
  });

  it('are told by Gitea to an administrator, and to oneself', async () => {
    await start('gitea');
    simulator.github.people.add('admin-token', { login: 'root', permission: 'admin' });
    expect(await permission('octocat')).toEqual([403, undefined]);
    expect(await permission('octocat', simulator.githubUserToken)).toEqual([200, 'write']);
    expect(await permission('octocat', 'admin-token')).toEqual([200, 'write']);
  });
});

describe('labels', () => {
  it('are set with an issue, by name', async () => {
    await start();
    await call('POST', ISSUES, { title: 'SSO', labels: ['sso', { name: 'bug' }] });
    expect((await call('GET', ISSUES)).body).toMatchObject([{ labels: [{ name: 'sso' }, { name: 'bug' }] }]);
    expect((await call('PATCH', `${ISSUES}/1`, { labels: [] })).body).toMatchObject({ labels: [] });
    expect((await call('POST', ISSUES, { title: 'SSO', labels: 'sso' })).status).toBe(422);
  });

  it('are numbers for Gitea', async () => {
    await start('gitea');
    expect((await call('POST', ISSUES, { title: 'SSO', labels: ['sso'] })).status).toBe(422);
    expect((await call('POST', ISSUES, { title: 'SSO', labels: [3] })).status).toBe(201);
  });
});

describe('a play', () => {
  it('refuses for the secondary limit', async () => {
    await start();
    simulator.play('github-secondary-limit');
    const { status, headers, body } = await call('POST', ISSUES, { title: 'SSO' });
    expect([status, headers.get('retry-after'), body.message]).toEqual([403, '60', expect.stringMatching(/secondary/)]);
    expect(simulator.github.issues).toEqual([]);
  });

  it.each([
    ['github-list-object', {}],
    ['github-list-null', null],
    ['github-list-null-item', [null, {}]],
    ['github-list-text', 'issues'],
  ])('%s makes the list odd, and strikes nothing else', async (name, body) => {
    await start();
    simulator.play(name);
    expect((await call('POST', ISSUES, { title: 'SSO' })).status).toBe(201);
    expect((await call('GET', ISSUES)).body).toEqual(body);
  });

  it('for Cloudflare does not strike GitHub, nor the other way round', async () => {
    await start();
    const plays = [simulator.play('edge-522'), simulator.play('github-502')];
    expect((await call('GET', ISSUES)).status).toBe(502);
    expect(plays.map(({ hits }) => hits)).toEqual([0, 1]);
  });
});
