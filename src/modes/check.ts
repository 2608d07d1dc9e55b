import { describeDrift } from '../connector/drift.ts';
import { countsFieldsAlone } from '../inputs/settings.ts';
import { findConnectors } from '../job/find.ts';
import type { Job } from '../job/job.ts';
import type { Outcome } from '../job/outcome.ts';
import { oneLine } from '../untrusted.ts';
import { waitForVerification } from '../verification/wait.ts';
import { describeEmpty, isBlocked } from './intent.ts';

/** Only reads, and fails if a connector differs from the fields given. */
export async function check(job: Job): Promise<void> {
  const { settings, outcomes, log } = job;
  // A gate without a condition is open; whoever wrote it will want to know.
  const empty = countsFieldsAlone(settings) ? describeEmpty(job) : undefined;
  if (empty !== undefined) {
    log.warning(
      `There is nothing to check${empty}. Give enabled, use_fedramp_language or require_verified. Without them, every connector that exists passes.`,
    );
  }
  await findConnectors(job);
  const found = outcomes.filter(({ failed }) => !failed);
  await waitForVerification(job);
  // Also if the wait has failed: drift is another thing to know of.
  for (const outcome of found) failDrift(outcome);
}

function failDrift(outcome: Outcome): void {
  const { connector, isOutdated, remainingDrift: drift, name } = outcome;
  if (!connector || isOutdated) return;
  outcome.drift = drift;
  if (drift.length === 0) return;
  const differences = describeDrift(drift);
  const since = connector.updated_on && ` The connector was last changed on ${oneLine(connector.updated_on, 40)}.`;
  // `reconcile` cannot help either if Cloudflare is to enable SSO for a domain that is not verified.
  const blocked = isBlocked(outcome);
  const isOff = drift.some(({ field, actual }) => field === 'enabled' && actual === false);
  const purpose = isOff ? 'If SSO is off on purpose, leave it. Otherwise run' : 'Run';
  const remedy = blocked
    ? 'Verify the domain first: until then Cloudflare refuses to enable SSO.'
    : `${purpose} mode: reconcile to change it, or change what is expected.`;
  // What the API leaves out, or Cloudflare never enabled, nobody need have changed.
  const isDeed = !blocked && drift.every(({ actual }) => actual !== null);
  outcome.fail({
    kind: 'drift',
    problem: differences,
    message: `${name} is not in sync: ${differences}.${since ?? ''}`,
    detail: '',
    action: `${remedy}${isDeed ? ' The audit log of the Cloudflare dashboard says who changed it.' : ''}`,
    isDeed,
  });
}
