import { describeUpdate } from '../cloudflare/client.ts';
import { describeId } from '../cloudflare/connectors.ts';
import { ApiFailure } from '../cloudflare/envelope.ts';
import { type Connector, type Desired, findDrift, isVerified } from '../connector/connector.ts';
import { Failure } from '../failure.ts';
import type { Job } from '../job/job.ts';
import type { Outcome } from '../job/outcome.ts';
import { explainUnverified } from '../verification/explain.ts';

/** Sends these fields of one connector and makes sure that it has them afterwards. Throws a Failure where it has not. */
export async function apply(job: Job, outcome: Outcome, fields: Desired): Promise<void> {
  const { client, signal } = job;
  const id = outcome.id;
  if (id === undefined) throw new Failure(`There is no id to update ${outcome.name} by.`);
  const asked = describeUpdate(id, fields);
  let answer: Connector | undefined;
  try {
    answer = await outcome.send(asked, (doubt) => client.update(id, fields, signal, doubt));
  } catch (failure) {
    throw await explainRefusal(job, outcome, id, fields, failure);
  }
  const connector = answer ?? (await readBack(job, id, asked));
  if (connector.id !== id) {
    throw new Failure(
      `Cloudflare was asked to ${asked}, and answered with connector ${describeId(connector.id)}. Look at connector ${id} in the dashboard: what it is now is not known.`,
    );
  }
  outcome.connector = connector;
  refuseDrift(connector, outcome.target.desired, asked);
}

/** A success without a result says nothing of the connector, so it is looked at. */
async function readBack({ client, signal }: Job, id: string, asked: string): Promise<Connector> {
  try {
    return await client.get(id, signal);
  } catch (failure) {
    if (!(failure instanceof Failure)) throw failure;
    throw failure.explained(`Cloudflare accepted to ${asked}, but what the connector is now is not known.`);
  }
}

/** After a change the connector must have each field that was asked for. */
function refuseDrift(connector: Connector, desired: Desired, asked: string): void {
  const drift = findDrift(connector, desired);
  if (drift.length === 0) return;
  const fields = drift.map(({ field, actual }) => (actual === null ? `no ${field}` : `${field}=${actual}`));
  throw new Failure(
    `Cloudflare accepted to ${asked}, but answered with ${fields.join(', ')}. Look at the connector in the dashboard, then run this again.`,
  );
}

/** Cloudflare refuses to enable an unverified domain. One look, best effort, tells whether that is why, and what to do. */
async function explainRefusal(job: Job, outcome: Outcome, id: string, fields: Desired, failure: unknown) {
  if (fields.enabled !== true || !(failure instanceof ApiFailure) || !failure.isRefusal) return failure;
  try {
    outcome.connector = await job.client.get(id, job.signal);
  } catch (secondary) {
    if (secondary instanceof Failure) return failure;
    throw secondary;
  }
  if (isVerified(outcome.connector)) {
    return failure.explained(
      'The domain is verified. If SSO is enabled for it in another account, it must be disabled there first.',
    );
  }
  return failure.explained(await explainUnverified(job, outcome, outcome.connector));
}
