import { describeUpdate } from '../cloudflare/client.ts';
import { describeId } from '../cloudflare/connectors.ts';
import { type Connector, type Desired, isVerified } from '../connector/connector.ts';
import { findDrift } from '../connector/drift.ts';
import { Failure } from '../failure.ts';
import type { Job } from '../job/job.ts';
import type { Outcome } from '../job/outcome.ts';
import { explainUnverified } from '../verification/explain.ts';

/** Sends these fields of one connector and makes sure that it has them afterwards. Throws a Failure if it has not. */
export async function apply(job: Job, outcome: Outcome, fields: Desired): Promise<void> {
  const { client, signal } = job;
  const ref = outcome.ref();
  const asked = describeUpdate(outcome.name, fields);
  let answer: Connector | undefined;
  try {
    answer = await outcome.send(asked, fields, (doubt) => client.update(ref, fields, signal, doubt));
  } catch (failure) {
    throw await explainRefusedEnable(job, outcome, fields, failure);
  }
  const connector = answer ?? (await readBack(job, outcome, asked));
  if (connector.id !== ref.id) {
    throw notAsAsked(
      'another connector answered',
      `Cloudflare was asked to ${asked}, and answered with connector ${describeId(connector.id)}. The state of connector ${ref.id} is unknown.`,
    );
  }
  outcome.connector = connector;
  refuseOther(connector, outcome.target.desired, asked);
}

function notAsAsked(problem: string, message: string): Failure {
  return new Failure(
    { kind: 'unexpected', problem, message, action: 'Check it with mode: check, then run this again.' },
    { mayHaveTakenEffect: true },
  );
}

/** A success without a result says nothing of the connector, so it is read. */
async function readBack({ client, signal }: Job, outcome: Outcome, asked: string): Promise<Connector> {
  try {
    return await client.get(outcome.ref(), signal);
  } catch (failure) {
    if (!(failure instanceof Failure)) throw failure;
    const state = `Cloudflare accepted to ${asked}, but the connector could not be read afterwards.`;
    throw failure.changed((problem) => ({ ...problem, message: `${state} ${problem.message}` }), true);
  }
}

/** After a change the connector must have each field that was asked for. */
function refuseOther(connector: Connector, desired: Desired, asked: string): void {
  const drift = findDrift(connector, desired);
  if (drift.length === 0) return;
  const actual = drift.map(({ field, actual }) => (actual === null ? `no ${field}` : `${field}=${actual}`)).join(', ');
  throw notAsAsked(
    `Cloudflare answered with ${actual}`,
    `Cloudflare accepted to ${asked}, but answered with ${actual}.`,
  );
}

/** Cloudflare refuses to enable an unverified domain. One read, best effort, tells whether that is why. */
async function explainRefusedEnable(job: Job, outcome: Outcome, fields: Desired, failure: unknown): Promise<unknown> {
  if (fields.enabled !== true || !(failure instanceof Failure)) return failure;
  if (failure.mayHaveTakenEffect || !failure.isAll('refused')) return failure;
  try {
    outcome.connector = await job.client.get(outcome.ref(), job.signal, { explains: true });
  } catch (secondary) {
    if (secondary instanceof Failure) return failure;
    throw secondary;
  }
  const last = failure.problems.at(-1);
  if (isVerified(outcome.connector)) {
    return failure.changed((refused) => (refused === last ? { ...refused, action: REFUSED_THOUGH_VERIFIED } : refused));
  }
  const { problem, message, action } = await explainUnverified(job, outcome, outcome.connector);
  const explained = { kind: 'not_verified', problem: `${problem}, so not enabled`, action } as const;
  return failure.changed((refused) =>
    refused === last ? { ...refused, ...explained, message: `${refused.message} ${message}` } : refused,
  );
}

/** https://developers.cloudflare.com/fundamentals/manage-members/dashboard-sso/ */
const REFUSED_THOUGH_VERIFIED =
  'The domain is verified. Is SSO enabled for it in another account? Disable it there first. An academic domain (.edu, .ac.uk) needs an approval by Cloudflare support.';
