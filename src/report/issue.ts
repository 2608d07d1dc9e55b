import type { Log, World } from '../job/job.ts';
import { isSuccess, type Result } from '../job/result.ts';

import { oneLine } from '../untrusted.ts';
import { type Issue, type Issues, issuesOfRepository } from './github.ts';
import { composeBody, composeTitle, issueMarker, runLink } from './issue-text.ts';

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
    log.warning(
      signal.aborted
        ? `The run was cancelled while it kept the GitHub issue, which may be out of date. ${SAME_RESULT}`
        : `Could not keep the GitHub issue: ${describe(error)}. ${SAME_RESULT} report_issue needs permissions: issues: write.`,
    );
  }
}

const SAME_RESULT = 'The result of this step stays as it is.';

function describe(error: unknown): string {
  const root = rootOf(error);
  if (!(root instanceof Error)) return oneLine(String(root), 300);
  return root.name === 'TimeoutError'
    ? 'it took GitHub more than 30 seconds'
    : oneLine(root.message, 300).replace(/\.$/, '');
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

/** What lies behind an error: the client says `fetch failed` or `Request was cancelled`, and its cause says why. */
function rootOf(error: unknown): unknown {
  return error instanceof Error && error.cause instanceof Error && error.cause.message !== ''
    ? rootOf(error.cause)
    : error;
}
