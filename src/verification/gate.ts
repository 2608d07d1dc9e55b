import { isVerified } from '../connector/connector.ts';
import { mustBeVerified } from '../inputs/settings.ts';
import type { Job } from '../job/job.ts';
import { failUnverified } from './explain.ts';

/**
 * Judges `require_verified` on the final state, and a wait that came to its end: a domain may not stay verified. One that
 * could not be read, or failed for this reason, has failed already.
 */
export async function judgeGate(job: Job): Promise<void> {
  const { settings, outcomes } = job;
  if (!mustBeVerified(settings)) return;
  const wish = settings.requireVerified ? 'require_verified is true' : 'wait_for_verification asks for that';
  const open = outcomes
    .filter(({ failed }) => settings.requireVerified || !failed)
    .filter(({ connector, isOutdated }) => connector && !isOutdated && !isVerified(connector))
    .filter(({ isToldUnverified }) => !isToldUnverified);
  await failUnverified(job, open, `, and ${wish}`);
}
