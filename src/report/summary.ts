import type { Log } from '../job/job.ts';
import type { Result } from '../job/result.ts';
import { appendToRunnerFile } from '../runner/files.ts';
import { renderPage } from './page.ts';

/** GitHub drops a summary over 1 MiB whole. https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-commands#adding-a-job-summary */
const LARGEST_SUMMARY = 1024 * 1024 - 1024;

/** Writes the job summary, best effort: if that cannot be done, the step's result stays as it is. */
export function writeSummary(result: Result, log: Log): void {
  try {
    appendToRunnerFile('STEP_SUMMARY', renderPage(result, LARGEST_SUMMARY));
  } catch (error) {
    log.debug(() => `No job summary: ${error instanceof Error ? error.message : String(error)}`);
  }
}
