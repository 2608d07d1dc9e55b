import { isVerified } from '../connector/connector.ts';
import type { Job } from '../job/job.ts';
import { failUnverified } from './explain.ts';

/**
 * Judges `require_verified` on the final state: only the status `verified` passes. A connector that was never read has
 * failed for another reason already, and one that failed for this reason says so already.
 */
export async function judgeGate(job: Job): Promise<void> {
  if (!job.settings.requireVerified) return;
  const open = job.outcomes.filter(
    ({ connector, dnsSays }) => connector && !isVerified(connector) && dnsSays === undefined,
  );
  await Promise.all(open.map((outcome) => failUnverified(job, outcome, { context: ', and require_verified is true' })));
}
