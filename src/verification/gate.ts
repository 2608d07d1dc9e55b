import { isVerified } from '../connector/connector.ts';
import type { Job } from '../job/job.ts';
import { failUnverified } from './explain.ts';

/**
 * Judges `require_verified` on the final state. One that could not be read, or failed for this reason, has failed
 * already.
 */
export async function judgeGate(job: Job): Promise<void> {
  if (!job.settings.requireVerified) return;
  const open = job.outcomes.filter(
    ({ connector, dnsSays, isOutdated }) => connector && !isOutdated && !isVerified(connector) && dnsSays === undefined,
  );
  await failUnverified(job, open, ', and require_verified is true');
}
