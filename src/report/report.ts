import { readIssueToken } from '../inputs/settings.ts';
import type { Log } from '../job.ts';
import { isSuccess, type Result } from '../result.ts';
import { keepIssue } from './issue.ts';
import { writeLines } from './lines.ts';
import { setOutputs } from './outputs.ts';
import { writeSummary } from './summary.ts';

/** Tells all who have to know of a run's result: the log, later steps, the run's page, and an issue if that is asked for. */
export async function report(result: Result, env: NodeJS.ProcessEnv, log: Log): Promise<boolean> {
  writeLines(result, log);
  setOutputs(result);
  await writeSummary(result, log);
  const token = readIssueToken(env);
  // A cancelled run says nothing of the connectors, and has no time left.
  if (token && !result.cancelled) await keepIssue(result, env, token, log);
  return isSuccess(result);
}
