import { getOctokit } from '@actions/github';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { type Simulator, startSimulator } from '../simulator/simulator.ts';

// GitHub's own client is the judge of whether the simulator speaks as GitHub does.
const repository = { owner: 'acme', repo: 'infrastructure' };
let simulator: Simulator;

beforeEach(async () => {
  simulator = await startSimulator();
});
afterEach(() => simulator.close());

function issues(token = simulator.githubToken) {
  return getOctokit(token, { baseUrl: simulator.githubApiUrl }).rest.issues;
}

it('opens, changes, comments on and closes an issue', async () => {
  const { data: issue } = await issues().create({ ...repository, title: 'SSO', body: 'is off' });
  expect(issue).toMatchObject({ number: 1, title: 'SSO', body: 'is off', state: 'open', comments: 0 });
  const target = { ...repository, issue_number: issue.number };
  await issues().createComment({ ...target, body: 'on again' });
  const { data: closed } = await issues().update({ ...target, body: 'was off', state: 'closed' });
  expect(closed).toMatchObject({ title: 'SSO', body: 'was off', state: 'closed', comments: 1 });
  expect((await issues().get(target)).data).toEqual(closed);
  expect(simulator.github.issues).toMatchObject([
    { repository: 'acme/infrastructure', number: 1, state: 'closed', comments: [{ body: 'on again' }] },
  ]);
});

it('lists open issues of the repository, pull requests among them, the newest first', async () => {
  const name = 'acme/infrastructure';
  simulator.github.addIssue({ repository: name, title: 'first' });
  simulator.github.addIssue({ repository: name, title: 'pull request', pull_request: { url: 'https://example' } });
  simulator.github.addIssue({ repository: name, title: 'closed', state: 'closed' });
  simulator.github.addIssue({ repository: 'acme/other', title: 'elsewhere' });
  const titles = async (query = {}) => {
    const { data } = await issues(simulator.githubTokenReadOnly).listForRepo({ ...repository, ...query });
    return data.map(({ title }) => title);
  };
  expect(await titles()).toEqual(['pull request', 'first']);
  expect(await titles({ state: 'all', direction: 'asc' })).toEqual(['first', 'pull request', 'closed']);
  expect(await titles({ creator: 'someone' })).toEqual([]);
});

it('pages with a Link header that the client can follow', async () => {
  for (let n = 1; n <= 5; n++) simulator.github.addIssue({ repository: 'acme/infrastructure', title: String(n) });
  const octokit = getOctokit(simulator.githubToken, { baseUrl: simulator.githubApiUrl });
  const all = await octokit.paginate(octokit.rest.issues.listForRepo, { ...repository, per_page: 2 });
  expect(all.map(({ title }) => title)).toEqual(['5', '4', '3', '2', '1']);
  expect(simulator.requests.map(({ path }) => path.split('?')[1])).toEqual([
    'per_page=2',
    'per_page=2&page=2',
    'per_page=2&page=3',
  ]);
});

it('refuses a write without `issues: write`', async () => {
  const refused = issues(simulator.githubTokenReadOnly).create({ ...repository, title: 'SSO' });
  await expect(refused).rejects.toMatchObject({ status: 403, message: /Resource not accessible by integration/ });
  expect(simulator.github.issues).toEqual([]);
});

it('refuses an unknown token, an unknown issue and what GitHub finds invalid', async () => {
  await expect(issues('unknown').listForRepo(repository)).rejects.toMatchObject({ status: 401 });
  await expect(issues().get({ ...repository, issue_number: 7 })).rejects.toMatchObject({ status: 404 });
  await expect(issues().create({ ...repository, title: '' })).rejects.toMatchObject({ status: 422 });
  const long = { ...repository, title: 'SSO', body: 'x'.repeat(65537) };
  await expect(issues().create(long)).rejects.toMatchObject({ status: 422 });
});

it('has faults on demand too', async () => {
  simulator.fault({ path: /^\/api\/v3\//, respond: { status: 503, body: { message: 'Unavailable' } } });
  await expect(issues().listForRepo(repository)).rejects.toMatchObject({ status: 503 });
});
