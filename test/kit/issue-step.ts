import type { World } from '../../src/job/job.ts';
import type { Result } from '../../src/job/result.ts';
import { keepIssue } from '../../src/report/issue.ts';
import { isGitHub } from '../simulator/exchange.ts';
import type { GitHubIssue } from '../simulator/github-issues.ts';
import type { Simulator } from '../simulator/simulator.ts';
import { recordsOf, resultOfBadInputs } from './results.ts';
import { type RunningAction, type RunOptions, type StepResult, startAction } from './runner.ts';

export const repository = 'acme/platform';

/** What GitHub is asked first, always: the open issues, newest first. */
export const SEARCH = `GET /repos/${repository}/issues?state=open&per_page=100&limit=100`;
/** What it is asked before an issue is opened: whether another step has just closed it. */
export const CLOSED = `GET /repos/${repository}/issues?state=closed&sort=updated&per_page=100&limit=100`;
export const RUN = `[run 1658821493](https://github.com/${repository}/actions/runs/1658821493)`;

/** A step with `report_issue` on, with the other inputs and variables as given. */
export function begin(
  simulator: Simulator,
  inputs: Record<string, string>,
  env: RunOptions['env'] = {},
): Promise<RunningAction> {
  return startAction({
    inputs: {
      api_base_url: simulator.apiBaseUrl,
      api_token: simulator.tokens.edit,
      account_id: simulator.accountId,
      report_issue: 'true',
      ...inputs,
    },
    githubToken: simulator.githubToken,
    env: { GITHUB_API_URL: simulator.githubApiUrl, ...env },
  });
}

/** The same, run to its end. */
export async function report(...step: Parameters<typeof begin>): Promise<StepResult> {
  await using action = await begin(...step);
  return await action.result;
}

export const WELL = resultOfBadInputs([]);
export const WRONG = resultOfBadInputs(recordsOf({ kind: 'drift', problem: 'drift', message: 'It differs.' }));

/** A world for GitHub alone: its clock does not wait, and `lines` has what was logged, such as `info: Opened issue #1.` */
export function issueWorld(simulator: Simulator, env: NodeJS.ProcessEnv = {}): World & { readonly lines: string[] } {
  const lines: string[] = [];
  const write = (kind: string) => (line: string) => void lines.push(`${kind}: ${line}`);
  const now = { ms: Date.UTC(2026, 10, 25, 14, 11) };
  return {
    lines,
    env: {
      GITHUB_API_URL: simulator.githubApiUrl,
      GITHUB_REPOSITORY: repository,
      GITHUB_SERVER_URL: 'https://github.com',
      GITHUB_RUN_ID: '1658821493',
      GITHUB_WORKFLOW: 'SSO',
      GITHUB_JOB: 'sso',
      INPUT_ACCOUNT_ID: 'account',
      INPUT_EMAIL_DOMAIN: 'acme.example',
      ...env,
    },
    clock: {
      now: () => now.ms,
      random: () => 0.5,
      deadline: () => new AbortController().signal,
      sleep: async (ms) => {
        now.ms += ms;
      },
    },
    log: {
      ...{ info: write('info'), notice: write('notice'), warning: write('warning'), error: write('error') },
      group() {},
      debug: (line) => write('debug')(line()),
    },
    lookUpTxt: () => Promise.reject(new Error('no DNS here')),
    signal: new AbortController().signal,
  };
}

/** Keeps the issue of a result, and returns what was logged. */
export async function keep(
  simulator: Simulator,
  result: Result,
  env: NodeJS.ProcessEnv = {},
  token = simulator.githubToken,
): Promise<string[]> {
  const world = issueWorld(simulator, env);
  await keepIssue(result, token, world);
  return world.lines;
}

/** What GitHub was asked so far, and forgets it. */
export function takeGitHubRequests(simulator: Simulator): string[] {
  const requests = simulator.requests.filter(isGitHub);
  simulator.requests.length = 0;
  return requests.map(({ method, path }) => `${method} ${path.replace(/^\/api\/v[13]/, '')}`);
}

/** The only issue. */
export function onlyIssue({ github }: Simulator): GitHubIssue {
  const [issue, ...others] = github.issues;
  if (!issue || others.length > 0) throw new Error(`There are ${github.issues.length} issues`);
  return issue;
}
