import { readIssueToken } from '../inputs/settings.ts';
import type { World } from '../job/job.ts';
import { isSuccess, type Result } from '../job/result.ts';
import { writeAnnotations } from './annotations.ts';
import { writeLines } from './log-lines.ts';
import { setOutputs } from './outputs.ts';
import { writeSummary } from './summary.ts';

/**
 * Tells all who have to know of a run's result: later steps, the log, the run's page, and an issue if that is asked for.
 * The outputs come first, so that all others tell of their failing. Returns whether the step succeeds.
 */
export async function report(told: Result, world: World): Promise<boolean> {
  const { env, log } = world;
  const result = { ...told, failures: [...told.failures, ...setOutputs(told, env)] };
  // A thousand lines go out at once.
  process.stdout.cork();
  try {
    writeLines(result, log);
    writeAnnotations(result, log);
  } finally {
    process.stdout.uncork();
  }
  writeSummary(result, log);
  const token = readIssueToken(env);
  // A cancelled run says nothing of the connectors, and has no time left.
  if (token && !result.cancelled) {
    // Loaded here, since few runs need it.
    const { keepIssue } = await import('./issue.ts');
    await keepIssue(result, token, world);
  }
  return isSuccess(result);
}
