import { describeUpdate } from '../cloudflare/client.ts';
import { describeId } from '../cloudflare/connectors.ts';
import { type Connector, type Desired, isVerified } from '../connector/connector.ts';
import { canonicalDomain, sameDomain } from '../connector/domain.ts';
import { findDrift } from '../connector/drift.ts';
import { Failure, type Problem } from '../failure.ts';
import type { Job } from '../job/job.ts';
import type { Outcome } from '../job/outcome.ts';
import { quoted } from '../untrusted.ts';
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
      connector.id === undefined ? 'no id in the answer' : 'another connector answered',
      `Cloudflare was asked to ${asked}, and answered with a connector ${describeId(connector.id)}. The state of connector ${ref.id} is unknown.`,
    );
  }
  refuseOtherDomain(outcome, connector, asked);
  outcome.connector = connector;
  refuseOther(outcome, connector, asked);
}

function notAsAsked(problem: string, message: string): Failure {
  return new Failure(
    { kind: 'unexpected', problem, message, action: 'The change may have taken effect: run mode: check to see.' },
    { mayHaveTakenEffect: true },
  );
}

/** A success without a result says nothing of the connector, so it is read. */
async function readBack({ client, signal }: Job, outcome: Outcome, asked: string): Promise<Connector> {
  try {
    return await client.get(outcome.ref(), signal);
  } catch (failure) {
    if (!(failure instanceof Failure)) throw failure;
    const state = `Cloudflare was asked to ${asked} and said that this was done, but the connector could not be read afterwards.`;
    throw failure.changed((problem) => ({ ...problem, message: `${state} ${problem.message}` }), true);
  }
}

/** The connector must still be of the domain that it was given or found by. */
function refuseOtherDomain({ domain }: Outcome, { email_domain: actual }: Connector, asked: string): void {
  if (domain === undefined || actual === undefined || sameDomain(domain, actual)) return;
  throw notAsAsked(
    'another domain answered',
    `Cloudflare was asked to ${asked}, and answered with a connector of the domain ${quoted(actual)}.`,
  );
}

/** After a change the connector must have each field that you asked for. */
function refuseOther(outcome: Outcome, connector: Connector, asked: string): void {
  const drift = findDrift(connector, outcome.target.desired);
  if (drift.length === 0) return;
  outcome.isUncertain = true;
  const actual = drift.map(({ field, actual }) => (actual === null ? `no ${field}` : `${field}=${actual}`)).join(', ');
  throw notAsAsked(
    `Cloudflare answered with ${actual}`,
    `Cloudflare was asked to ${asked}. It said that this was done, but answered with ${actual}.`,
  );
}

/** Cloudflare refuses to enable an unverified domain. One read, best effort, tells whether that is why. */
async function explainRefusedEnable(job: Job, outcome: Outcome, fields: Desired, failure: unknown): Promise<unknown> {
  if (fields.enabled !== true || !(failure instanceof Failure)) return failure;
  // A refusal with advice of its own needs no other.
  const isUnexplained = failure.problems.every(({ kind, action }) => kind === 'refused' && !action);
  if (failure.mayHaveTakenEffect || !isUnexplained) return failure;
  try {
    outcome.connector = await job.client.get(outcome.ref(), job.signal, { explains: true });
  } catch (secondary) {
    if (secondary instanceof Failure)
      return failure.changed((refused) => ({ ...refused, action: refused.action ?? ASK }));
    // The job was cancelled: the refusal is known all the same.
    outcome.fail(failure);
    throw secondary;
  }
  const last = failure.problems.at(-1);
  const explain = (change: (refused: Problem) => Problem) =>
    failure.changed((refused) => (refused === last ? change(refused) : refused));
  if (findDrift(outcome.connector, fields).length === 0) {
    return explain((refused) => ({
      ...refused,
      action: `${outcome.name} is in sync all the same: nothing is left to do.`,
    }));
  }
  if (isVerified(outcome.connector)) {
    const action = /\.(edu|ac)(\.[a-z]{2})?$/.test(canonicalDomain(outcome.domain ?? '') ?? '') ? ACADEMIC : ELSEWHERE;
    return explain((refused) => ({ ...refused, action: `The domain is verified. ${action}` }));
  }
  const { problem, message, action, detail } = await explainUnverified(job, outcome, outcome.connector);
  return explain((refused) => ({
    ...refused,
    kind: 'not_verified',
    problem: `${problem}, so not enabled`,
    message: `${message} ${refused.message}`,
    action,
    detail: `${detail} ${refused.message}`.trim(),
  }));
}

/** https://developers.cloudflare.com/fundamentals/manage-members/dashboard-sso/ */
const ELSEWHERE = 'Is SSO enabled for it in another account? Disable it there first.';
const ACADEMIC = `An academic domain needs an approval by Cloudflare support. ${ELSEWHERE}`;

const ASK = 'Run mode: check to see whether the domain is verified.';
