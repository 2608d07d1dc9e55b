import { isGitHub } from '../simulator/exchange.ts';
import type { GitHubIssue } from '../simulator/github-issues.ts';
import type { Simulator } from '../simulator/simulator.ts';
import { type RunningAction, type RunOptions, type StepResult, startAction } from './runner.ts';

/** What GitHub is asked first, always: the open issues, oldest first. */
export const SEARCH = 'GET /repos/acme/platform/issues?state=open&sort=created&direction=asc&per_page=100';
export const RUN = '[run 1658821493](https://github.com/acme/platform/actions/runs/1658821493)';

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

/** What GitHub was asked so far, and forgets it. */
export function takeGitHubRequests(simulator: Simulator): string[] {
  const requests = simulator.requests.filter(isGitHub);
  simulator.requests.length = 0;
  return requests.map(({ method, path }) => `${method} ${path.replace('/api/v3', '')}`);
}

/** The only issue. */
export function onlyIssue({ github }: Simulator): GitHubIssue {
  const [issue, ...others] = github.issues;
  if (!issue || others.length > 0) throw new Error(`There are ${github.issues.length} issues`);
  return issue;
}
