import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { systemClock } from '../../src/clock.ts';
import { Failure } from '../../src/failure.ts';
import { keepIssue } from '../../src/report/issue.ts';
import { lookUpTxt } from '../../src/verification/dns.ts';
import { begin, onlyIssue, report, SEARCH, takeGitHubRequests } from '../kit/issue-step.ts';
import { type Simulator, startSimulator } from '../simulator/simulator.ts';

const CHECK = { email_domain: 'acme.example', mode: 'check' };
let simulator: Simulator;

beforeAll(async () => {
  simulator = await startSimulator();
  simulator.addConnector({ email_domain: 'acme.example' });
  // GitHub's client reads it once, when it is loaded.
  vi.stubEnv('GITHUB_API_URL', simulator.githubApiUrl);
});
afterEach(() => {
  vi.restoreAllMocks();
  simulator.clearFaults();
  simulator.github.issues.length = 0;
  simulator.requests.length = 0;
});
afterAll(async () => {
  vi.unstubAllEnvs();
  await simulator.close();
});

const warningOf = (what: string) =>
  `Could not keep the GitHub issue: ${what}. The result of this step stays as it is. report_issue needs permissions: issues: write.`;

describe('GitHub saying no is one warning, and changes nothing else', () => {
  const NO = 'Resource not accessible by integration - https://docs.github.com/rest';

  it('in a step that fails', async () => {
    const inputs = { ...CHECK, enabled: 'true', github_token: simulator.githubTokenReadOnly };
    const { exitCode, errors, warnings, outputs } = await report(simulator, inputs);
    expect({ exitCode, warnings, inSync: outputs['in_sync'] }).toEqual({
      exitCode: 1,
      warnings: [warningOf(NO)],
      inSync: 'false',
    });
    expect(errors).toEqual([expect.stringContaining('Drift: acme.example')]);
  });

  it('in a step that succeeds', async () => {
    await report(simulator, { ...CHECK, enabled: 'true' });
    const before = structuredClone(onlyIssue(simulator));
    const inputs = { ...CHECK, enabled: 'false', github_token: simulator.githubTokenReadOnly };
    const { exitCode, errors, warnings, outputs } = await report(simulator, inputs);
    expect({ exitCode, errors, warnings, inSync: outputs['in_sync'] }).toEqual({
      exitCode: 0,
      errors: [],
      warnings: [warningOf(NO)],
      inSync: 'true',
    });
    expect(onlyIssue(simulator)).toEqual(before);
  });
});

/** A busy machine can add to the second that the action may take, so that one slow run is no proof against it. */
const BOUNDED = { retry: 2 };

describe('one warning, which names the permission, is given where', () => {
  const failed = { failures: [new Failure('It is broken.')], outcomes: [] };

  /** Keeps the issue of a failed run, and returns what was logged. */
  async function keep(): Promise<string[]> {
    const lines: string[] = [];
    const write = (kind: string) => (line: string) => void lines.push(`${kind}: ${line}`);
    await keepIssue(failed, simulator.githubToken, {
      env: { GITHUB_REPOSITORY: 'acme/platform' },
      clock: systemClock,
      log: {
        ...{ info: write('info'), notice: write('notice'), warning: write('warning'), error: write('error') },
        debug() {},
      },
      lookUpTxt,
      signal: new AbortController().signal,
    });
    return lines;
  }

  it.each<[string, number, Record<string, string>, unknown, string]>([
    [
      'the rate limit is reached',
      403,
      { 'x-ratelimit-remaining': '0' },
      { message: 'API rate limit exceeded for installation ID 1.' },
      'API rate limit exceeded for installation ID 1',
    ],
    ['GitHub is down', 503, {}, { message: 'Service unavailable' }, 'Service unavailable'],
    ['the token has expired', 401, {}, { message: 'Bad credentials' }, 'Bad credentials'],
    ['the repository has no issues', 410, {}, { message: 'Issues are disabled' }, 'Issues are disabled'],
    [
      'GitHub tells a command',
      500,
      {},
      { message: '::error::no\n::set-output name=x::y' },
      ': :error::no ::set-output name=x::y',
    ],
  ])('%s', async (_, status, headers, body, what) => {
    simulator.fault({ path: /^\/api\/v3/, respond: { status, headers, body } });
    expect(await keep()).toEqual([`warning: ${warningOf(what)}`]);
    expect(takeGitHubRequests(simulator)).toEqual([SEARCH]);
  });

  it('GitHub closes the connection', async () => {
    simulator.fault({ path: /^\/api\/v3/, respond: 'reset' });
    const [warning, ...others] = await keep();
    expect(others).toEqual([]);
    expect(warning).toMatch(/^warning: Could not keep the GitHub issue: (read ECONNRESET|other side closed)\. /);
  });

  it('something else than GitHub answers', async () => {
    const body = '<html>Sign in to the proxy</html>';
    simulator.fault({ path: /^\/api\/v3/, respond: { status: 502, headers: { 'content-type': 'text/html' }, body } });
    const [warning, ...others] = await keep();
    expect(others).toEqual([]);
    expect(warning).toContain('report_issue needs permissions: issues: write.');
  });

  it.each([
    ['the first page', 0],
    ['a further page', 1],
    ['the change', 2],
  ])('%s does not come within 30 seconds', async (_, after) => {
    for (let n = 1; n <= 150; n++) simulator.github.addIssue({ repository: 'acme/platform' });
    const limit = new AbortController();
    const timeout = vi.spyOn(AbortSignal, 'timeout').mockReturnValue(limit.signal);
    const late = () => limit.abort(new DOMException('The operation was aborted due to timeout', 'TimeoutError'));
    simulator.fault({
      path: /^\/api\/v3/,
      after,
      respond() {
        late();
        return 'hang';
      },
    });
    expect(await keep()).toEqual([`warning: ${warningOf('it took GitHub more than 30 seconds')}`]);
    expect(timeout.mock.calls).toEqual([[30_000]]);
  });
});

it('a notice of deprecation from GitHub is not for the log', async () => {
  const headers = { deprecation: 'true', sunset: '##[error]now', 'content-type': 'application/json' };
  simulator.fault({ path: /^\/api\/v3/, respond: { status: 200, headers, body: [] } });
  const { stdout, stderr } = await report(simulator, { ...CHECK, enabled: 'false' });
  expect(`${stdout}${stderr}`).not.toContain('now');
});

it(
  'a run that is cancelled while GitHub does not answer ends within a second, with its own result',
  BOUNDED,
  async () => {
    simulator.fault({ path: /^\/api\/v3/, respond: 'hang' });
    await using action = await begin(simulator, { ...CHECK, enabled: 'true' });
    await new Promise((resolve) => {
      simulator.on('request', ({ path }) => path.startsWith('/api/v3') && resolve(path));
    });
    const start = performance.now();
    action.kill('SIGTERM');
    const { exitCode, errors, warnings } = await action.result;
    expect(performance.now() - start).toBeLessThan(1000);
    expect({ exitCode, warnings }).toEqual({
      exitCode: 1,
      warnings: [
        'The run was cancelled while it kept the GitHub issue, which may be out of date. The result of this step stays as it is.',
      ],
    });
    expect(errors).toEqual([expect.stringContaining('Drift: acme.example')]);
  },
);
