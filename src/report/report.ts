import type { Log } from '../job.ts';
import { isSuccess, type Result } from '../result.ts';
import { writeLines } from './lines.ts';
import { setOutputs } from './outputs.ts';

/** Tells all who have to know of a run's result. Returns whether the step succeeds. */
export async function report(result: Result, _env: NodeJS.ProcessEnv, log: Log): Promise<boolean> {
  writeLines(result, log);
  setOutputs(result);
  return isSuccess(result);
}
