import { isVerified } from '../connector/connector.ts';
import type { Job } from '../job/job.ts';
import type { Outcome } from '../job/outcome.ts';
import { explainUnverified } from './explain.ts';

/**
 * Judges `require_verified` on the final state: only the status `verified` passes. A connector that was never read has
 * failed for another reason already.
 */
export async function judgeGate(job: Job): Promise<void> {
  if (!job.settings.requireVerified) return;
  await Promise.all(job.outcomes.map((outcome) => judge(job, outcome)));
}

async function judge(job: Job, outcome: Outcome): Promise<void> {
  const { connector, dnsSays } = outcome;
  const isExplained = dnsSays !== undefined;
  if (!connector || isVerified(connector) || isExplained) return;
  const { problem, message, action } = await explainUnverified(job, outcome, connector);
  outcome.fail({ kind: 'not_verified', problem, message: `require_verified is true. ${message}`, action });
}
