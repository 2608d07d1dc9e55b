import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { keepIssue } from '../../src/report/issue.ts';
import {
  CLOSED,
  issueWorld,
  keep,
  onlyIssue,
  repository,
  SEARCH,
  takeGitHubRequests,
  WELL,
  WRONG,
} from '../kit/issue-step.ts';
import { type Simulator, startSimulator } from '../simulator/simulator.ts';

const GIVE_KEY = 'Give each of these steps an issue_key of its own.';
const LEFT = `warning: Left issue #1 as it is, since another step of this run keeps it. ${GIVE_KEY}`;
const AGAIN = `warning: Opened issue #1 again. Another step of this run keeps it too, and that step or a person closed it. ${GIVE_KEY}`;
const [FIRST, SECOND] = [{ GITHUB_RUN_ID: '1' }, { GITHUB_RUN_ID: '2' }];
let simulator: Simulator;

beforeEach(async () => {
  simulator = await startSimulator();
});
afterEach(() => simulator.close());

const states = () => simulator.github.issues.map(({ state }) => state);

describe('steps of one run that share a marker', () => {
  it('where all is well with the second, it leaves the issue of the first open', async () => {
    expect(await keep(simulator, WRONG, FIRST)).toEqual(['info: Opened issue #1.']);
    const before = structuredClone(onlyIssue(simulator));
    expect(await keep(simulator, WELL, FIRST)).toEqual([LEFT]);
    expect(onlyIssue(simulator)).toEqual(before);
  });

  it('where something is wrong with the second too, it neither overwrites it nor opens another', async () => {
    await keep(simulator, WRONG, FIRST);
    const before = structuredClone(onlyIssue(simulator));
    expect(await keep(simulator, WRONG, FIRST)).toEqual([LEFT]);
    expect(onlyIssue(simulator)).toEqual(before);
  });

  it('the same in every later run, and though the list lags behind', async () => {
    await keep(simulator, WRONG, FIRST);
    expect(await keep(simulator, WRONG, SECOND)).toEqual(['info: Updated issue #1.']);
    simulator.github.lag = { requests: 1 };
    expect(await keep(simulator, WELL, SECOND)).toEqual([LEFT]);
    expect(states()).toEqual(['open']);
  });

  it('where the first closes it, the second opens the same one again', async () => {
    await keep(simulator, WRONG, FIRST);
    const issue = onlyIssue(simulator);
    simulator.github.changeIssue(issue, { body: `${issue.body}\n\nA note.` });
    expect(await keep(simulator, WELL, SECOND)).toEqual(['info: Closed issue #1.']);
    expect(await keep(simulator, WRONG, SECOND)).toEqual([AGAIN]);
    expect(onlyIssue(simulator)).toMatchObject({
      state: 'open',
      body: expect.stringMatching(/run 1\].*run 2\].*A note\.$/s),
    });
  });

  it('where a person closes the issue of the first, the second opens the same one again', async () => {
    await keep(simulator, WRONG, FIRST);
    simulator.github.changeIssue(onlyIssue(simulator), { state: 'closed' });
    expect(await keep(simulator, WRONG, FIRST)).toEqual([AGAIN]);
    expect(states()).toEqual(['open']);
  });

  it('an issue_key of its own for each keeps them apart', async () => {
    await keep(simulator, WRONG, { ...FIRST, INPUT_ISSUE_KEY: 'one' });
    expect(await keep(simulator, WELL, { ...FIRST, INPUT_ISSUE_KEY: 'two' })).toEqual([]);
    expect(await keep(simulator, WRONG, { ...FIRST, INPUT_ISSUE_KEY: 'two' })).toEqual(['info: Opened issue #2.']);
    expect(await keep(simulator, WELL, { ...SECOND, INPUT_ISSUE_KEY: 'one' })).toEqual(['info: Closed issue #1.']);
    expect(states()).toEqual(['closed', 'open']);
  });

  it('two that open one at once leave both, and ask for a key', async () => {
    simulator.github.lag = { requests: 2 };
    const lines = (await Promise.all([keep(simulator, WRONG, FIRST), keep(simulator, WRONG, FIRST)])).flat();
    expect(states()).toEqual(['open', 'open']);
    expect(lines.filter((line) => line.endsWith(GIVE_KEY)).length).toBeGreaterThan(0);
    simulator.github.lag = {};
    expect(await keep(simulator, WRONG, SECOND)).toEqual(['info: Updated issue #1.', 'info: Closed issue #2.']);
  });
});

it('a further attempt of a run, often the one after the repair, closes the issue of the one before', async () => {
  await keep(simulator, WRONG, { ...FIRST, GITHUB_RUN_ATTEMPT: '1' });
  expect(await keep(simulator, WELL, { ...FIRST, GITHUB_RUN_ATTEMPT: '2' })).toEqual(['info: Closed issue #1.']);
});

it('outside of a run, no issue is taken for that of another step', async () => {
  const outside = { GITHUB_RUN_ID: '' };
  await keep(simulator, WRONG, outside);
  expect(await keep(simulator, WRONG, outside)).toEqual(['info: Updated issue #1.']);
  expect(await keep(simulator, WELL, outside)).toEqual(['info: Closed issue #1.']);
});

describe('of several with the same marker', () => {
  async function openThree(): Promise<void> {
    await keep(simulator, WRONG, FIRST);
    const { body } = onlyIssue(simulator);
    for (let n = 0; n < 2; n++) simulator.github.addIssue({ repository, body });
  }

  it('all are closed when all is well, before the first comment', async () => {
    await openThree();
    takeGitHubRequests(simulator);
    expect(await keep(simulator, WELL, SECOND)).toEqual([1, 2, 3].map((n) => `info: Closed issue #${n}.`));
    expect(states()).toEqual(['closed', 'closed', 'closed']);
    const kinds = takeGitHubRequests(simulator).map((request) => request.replace(/ .*\//, ' '));
    expect(kinds.slice(-6)).toEqual(['PATCH 1', 'PATCH 2', 'PATCH 3', ...Array(3).fill('POST comments')]);
  });

  it('the oldest is kept while something is wrong', async () => {
    await openThree();
    expect(await keep(simulator, WRONG, SECOND)).toEqual([
      ...['info: Updated issue #1.', 'info: Closed issue #2.', 'info: Closed issue #3.'],
    ]);
    expect(states()).toEqual(['open', 'closed', 'closed']);
    expect(simulator.github.issues.map(({ comments }) => comments.map(({ body }) => body))).toEqual([
      ...[[], ['Duplicate of #1'], ['Duplicate of #1']],
    ]);
  });

  it.each([0, 1, 2, 5])('two runs at once leave one, with a list that lags %i requests behind', async (requests) => {
    simulator.github.lag = { requests };
    const lines = await Promise.all([keep(simulator, WRONG, FIRST), keep(simulator, WRONG, SECOND)]);
    expect(states().filter((state) => state === 'open')).toEqual(['open']);
    expect(lines.flat().filter((line) => line.startsWith('warning'))).toEqual([]);
  });
});

describe('a new issue', () => {
  it('is looked for until it is there itself, though that of another run is there already', async () => {
    await keep(simulator, WRONG, FIRST);
    const { body } = onlyIssue(simulator);
    simulator.github.issues.length = 0;
    const other = simulator.github.addIssue({ repository, body });
    simulator.github.lag = { requests: 2 };
    expect(await keep(simulator, WRONG, SECOND)).toEqual(['info: Opened issue #2.', 'info: Closed issue #2.']);
    expect(simulator.github.issues.map(({ state, comments }) => [state, comments.map((one) => one.body)])).toEqual([
      ['open', []],
      ['closed', [`Duplicate of #${other.number}`]],
    ]);
  });

  const WARNING =
    'warning: Issue #1 is open, but GitHub does not list it as one that this action keeps, so the next run may open another. Check that the user of github_token may write to acme/platform.';
  const CREATE = `POST /repos/${repository}/issues`;

  it('is looked for once, if GitHub lists it at once', async () => {
    await keep(simulator, WRONG);
    expect(takeGitHubRequests(simulator)).toEqual([
      ...[SEARCH, CLOSED, CREATE, SEARCH, `GET /repos/${repository}/issues/1`],
    ]);
  });

  it('is waited for, if the list lags behind', async () => {
    simulator.github.lag = { requests: 2 };
    expect(await keep(simulator, WRONG)).toEqual(['info: Opened issue #1.']);
    expect(takeGitHubRequests(simulator).filter((request) => request === SEARCH)).toHaveLength(4);
  });

  it('is waited for up to 7 s', async () => {
    const world = issueWorld(simulator);
    simulator.github.now = world.clock.now;
    simulator.github.lag = { ms: 7000 };
    await keepIssue(WRONG, simulator.githubToken, world);
    expect(world.lines).toEqual(['info: Opened issue #1.']);
  });

  /** What a run logs whose new issue sees this before the run looks whether GitHub lists it. */
  async function keepWhile(happens: () => Promise<unknown>): Promise<string[]> {
    const world = issueWorld(simulator, FIRST);
    let once: typeof happens | undefined = happens;
    world.clock.sleep = async () => {
      await once?.();
      once = undefined;
    };
    await keepIssue(WRONG, simulator.githubToken, world);
    return world.lines;
  }

  it('that another run, in which all is well, closes at once is opened again with what people wrote', async () => {
    const lines = await keepWhile(async () => {
      await keep(simulator, WELL, SECOND);
      const issue = onlyIssue(simulator);
      simulator.github.changeIssue(issue, { body: `${issue.body}\n\nA note.` });
    });
    expect(lines).toEqual([
      'info: Opened issue #1.',
      'info: Opened issue #1 again: another run or a person closed it meanwhile.',
    ]);
    expect(onlyIssue(simulator)).toMatchObject({
      state: 'open',
      body: expect.stringMatching(/<!-- last seen in run 1, attempt 1 -->.*\n\nA note\.$/s),
    });
    expect(await keep(simulator, WELL, { GITHUB_RUN_ID: '3' })).toEqual(['info: Closed issue #1.']);
  });

  it('that another run closes, which keeps one of its own, stays closed', async () => {
    const lines = await keepWhile(async () => {
      await keep(simulator, WELL, SECOND);
      await keep(simulator, WRONG, { GITHUB_RUN_ID: '3' });
    });
    expect(lines).toEqual(['info: Opened issue #1.', 'info: Issue #1 was closed meanwhile, and issue #2 is open.']);
    expect(states()).toEqual(['closed', 'open']);
  });

  it.each([
    ['a search of the list', /state=open/, 1],
    ['a look at the issue itself', /issues\/1$/, 0],
  ])('is told as open, if only the check fails whether GitHub lists it: %s', async (_, path, after) => {
    const respond = { status: 500, body: { message: 'Server Error' } };
    simulator.fault({ method: 'GET', path, after, respond });
    expect(await keep(simulator, WRONG)).toEqual([
      'info: Opened issue #1.',
      'warning: Issue #1 is open, but whether the next run finds it could not be checked: GitHub, or something in front of it, answered 500 "Server Error". The next run tries again. The result of this step stays as it is.',
    ]);
    expect(states()).toEqual(['open']);
  });

  it('after which the run is cancelled is told as that', async () => {
    const cancel = new AbortController();
    simulator.fault({
      ...{ method: 'GET', path: /state=open/, after: 1 },
      respond() {
        cancel.abort();
        return 'hang';
      },
    });
    const world = { ...issueWorld(simulator), signal: cancel.signal };
    await keepIssue(WRONG, simulator.githubToken, world);
    expect(world.lines).toEqual([
      'info: Opened issue #1.',
      'warning: The run was cancelled while it kept the GitHub issue, which may be out of date. The result of this step stays as it is.',
    ]);
  });

  it('that the list does not show within 7 s is a warning', async () => {
    simulator.github.lag = { requests: 1000 };
    expect(await keep(simulator, WRONG)).toEqual(['info: Opened issue #1.', WARNING]);
  });

  it('whose author neither may write nor is known to be the user of the token is a warning', async () => {
    simulator.github.people.add('token', { login: 'ann', permission: 'read' });
    const no = { status: 403, body: { message: 'Not for this token' } };
    simulator.fault({ path: /\/(user|graphql|permission)$/, times: Infinity, respond: no });
    expect(await keep(simulator, WRONG, {}, 'token')).toEqual(['info: Opened issue #1.', WARNING]);
  });
});
