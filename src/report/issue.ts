import type { Log } from '../job.ts';
import { isSuccess, type Result } from '../result.ts';
import type { World } from '../run.ts';
import { oneLine } from '../untrusted.ts';
import { composeBody, composeTitle, issueMarker, runLink } from './issue-text.ts';
import { type Issue, type Issues, issuesOfRepository } from './issues.ts';

/**
 * Keeps one GitHub issue open while something is wrong, and closes it with a comment when all is well. GitHub saying
 * no is a warning and changes nothing else.
 */
export async function keepIssue(result: Result, token: string, { env, log, signal }: World): Promise<void> {
  try {
    const issues = await issuesOfRepository(env, token, signal);
    const issue = await issues.findOpen(issueMarker(env));
    if (isSuccess(result)) await closeIssue(issues, issue, env, log);
    else await openIssue(issues, issue, result, env, log);
  } catch (error) {
    const what = oneLine(error instanceof Error ? error.message : String(error), 300);
    log.warning(
      `Could not keep the GitHub issue: ${what}. The result of this step stays as it is. report_issue needs permissions: issues: write.`,
    );
  }
}

async function openIssue(issues: Issues, issue: Issue | undefined, result: Result, env: NodeJS.ProcessEnv, log: Log) {
  const body = composeBody(result, env, issue?.body);
  if (!issue) {
    const { number } = await issues.create(composeTitle(env), body);
    log.info(`Opened issue #${number}.`);
  } else if (issue.body !== body) {
    await issues.update(issue.number, { body });
    log.info(`Updated issue #${issue.number}.`);
  }
}

async function closeIssue(issues: Issues, issue: Issue | undefined, env: NodeJS.ProcessEnv, log: Log): Promise<void> {
  if (!issue) return;
  await issues.comment(issue.number, `All is well again, as of ${runLink(env)}.`);
  await issues.update(issue.number, { state: 'closed' });
  log.info(`Closed issue #${issue.number}.`);
}
