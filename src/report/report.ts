import { readIssueToken } from '../inputs/read-settings.ts';
import type { World } from '../job/job.ts';
import { isSuccess, type Result } from '../job/result.ts';
import { appendToRunnerFile } from '../runner/files.ts';
import { writeAnnotations } from './annotations.ts';
import { writeLines } from './log-lines.ts';
import { setOutputs } from './outputs.ts';
import { composePage } from './page.ts';

/** GitHub drops a summary over 1 MiB whole. https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-commands#adding-a-job-summary */
const SUMMARY_LIMIT = 1_047_000;

/** The output `summary` has to fit into a comment, of 65,536 characters, with room for more text. */
const OUTPUT_LIMIT = 60_000;

/**
 * Tells later steps, the log, the job summary and, if asked for, an issue of a run's result. The outputs come first, so
 * that all others tell of their failing. Returns whether the step succeeds.
 */
export async function report(told: Result, world: World): Promise<boolean> {
  const { env, log } = world;
  const render = composePage(told);
  const page = render(SUMMARY_LIMIT);
  const short = Buffer.byteLength(page) <= OUTPUT_LIMIT ? page : render(OUTPUT_LIMIT);
  const lost = setOutputs(told, short, env);
  const result = { ...told, failures: [...told.failures, ...lost] };
  // A thousand lines go out at once.
  process.stdout.cork();
  try {
    writeLines(result, log);
    writeAnnotations(result, log);
  } finally {
    process.stdout.uncork();
  }
  const summary = lost.length > 0 ? composePage(result)(SUMMARY_LIMIT) : page;
  const obstacle = appendToRunnerFile('STEP_SUMMARY', summary);
  if (obstacle !== undefined) log.debug(() => `No job summary: ${obstacle}`);
  const token = readIssueToken(env);
  // A cancelled run says nothing of the connectors, and has no time left.
  if (token && !result.cancelled) {
    // Loaded here, since few runs need it.
    const { keepIssue } = await import('./issue.ts');
    await keepIssue(result, token, world);
  }
  return isSuccess(result);
}
