import { readIssueToken } from '../inputs/settings.ts';
import type { World } from '../job/job.ts';
import { isSuccess, type Result } from '../job/result.ts';
import { keepIssue } from './issue.ts';
import { writeLines } from './log-lines.ts';
import { setOutputs } from './outputs.ts';
import { writeSummary } from './summary.ts';

/**
 * Tells all who have to know of a run's result: the log, later steps, the run's page, and an issue if that is asked for.
 * Returns whether the step succeeds.
 */
export async function report(result: Result, world: World): Promise<boolean> {
  const { env, log } = world;
  // A thousand lines go out at once.
  process.stdout.cork();
  try {
    writeLines(result, log);
  } finally {
    process.stdout.uncork();
  }
  setOutputs(result);
  await writeSummary(result, log);
  const token = readIssueToken(env);
  // A cancelled run says nothing of the connectors, and has no time left.
  if (token && !result.cancelled) await keepIssue(result, token, world);
  return isSuccess(result);
}
