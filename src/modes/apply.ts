import { describeChange } from '../cloudflare/client.ts';
import { CHECK_STATE, MAY_HAVE } from '../cloudflare/effect.ts';
import { describeId } from '../cloudflare/read-connector.ts';
import { type Connector, type Desired, fillIn, givenFields, isVerified } from '../connector/connector.ts';
import { canonicalDomain, sameDomain } from '../connector/domain.ts';
import { describeDrift, findDrift } from '../connector/drift.ts';
import { Failure, type Problem } from '../failure.ts';
import { mustBeVerified } from '../inputs/settings.ts';
import type { Job } from '../job/job.ts';
import type { Outcome } from '../job/outcome.ts';
import { readToExplain } from '../job/read-again.ts';
import { quoted } from '../untrusted.ts';
import { explainUnverified } from '../verification/explain.ts';

/** Sends these fields of one connector and makes sure that it has them afterwards. Throws a Failure if it has not. */
export async function apply(job: Job, outcome: Outcome, fields: Desired): Promise<void> {
  const { client, signal } = job;
  const ref = outcome.ref();
  const asked = describeChange(outcome.name, fields);
  let answer: Connector | undefined;
  try {
    answer = await outcome.send(fields, (doubt) => client.update(ref, fields, signal, doubt));
  } catch (failure) {
    if (!(failure instanceof Failure)) throw failure;
    if (fields.enabled !== true) throw failure;
    throw await explainRefusedEnable(job, outcome, fields, failure);
  }
  const connector = answer ?? (await readBack(job, outcome, asked));
  const said = answer ? 'answered with' : 'a read afterwards has';
  const { email_domain: domain } = connector;
  const { domain: known } = outcome;
  // The API may have what is no domain name by our rules.
  const isOtherDomain = domain !== undefined && known !== undefined && domain !== known && !sameDomain(domain, known);
  const other = isOtherDomain ? `of the domain ${quoted(domain)}` : undefined;
  const stranger = connector.id === ref.id ? other : describeId(connector.id);
  if (stranger !== undefined) {
    outcome.takeBack(fields, givenFields(fields));
    const what = `, and ${said} a connector ${stranger}. The state of connector ${ref.id} is unknown.`;
    throw notAsAsked(outcome, fields, 'no answer about this connector', what);
  }
  const latest = fillIn(connector, outcome.connector, fields);
  const ignored = findDrift(connector, fields);
  if (ignored.length > 0) {
    const actual = ignored
      .map(({ field, actual }) => (actual === null ? `no ${field}` : `${field}=${actual}`))
      .join(', ');
    const names = ignored.map(({ field }) => field);
    const what = `. It said that this was done, but ${said} ${actual}.`;
    outcome.takeBack(fields, names, latest);
    throw notAsAsked(outcome, fields, `${answer ? 'Cloudflare answered with' : said} ${actual}`, what);
  }
  outcome.see(latest);
  if (connector.verification_status === undefined) await readVerification(job, outcome, asked);
  failMoved(outcome, fields);
}

/** Fails a connector that was changed as asked if it is not as you asked for all the same, as of the last read. */
export function failMoved(outcome: Outcome, sent: Desired): void {
  const differences = describeDrift(outcome.remainingDrift);
  if (differences === '') return;
  const isLeftOut = outcome.remainingDrift.every(({ actual }) => actual === null);
  outcome.fail({
    kind: 'unexpected',
    problem: differences,
    message: `Cloudflare was asked to ${describeChange(outcome.name, sent)}, which is done. But ${differences}.`,
    action: isLeftOut
      ? 'The last answer leaves this out. Run mode: check to see.'
      : 'Someone else may have changed it meanwhile: the audit log of the Cloudflare dashboard says who. Run this again if it is to be as you asked.',
    isDeed: !isLeftOut,
  });
}

/** What Cloudflare said to be done may not be. */
function notAsAsked(outcome: Outcome, sent: Desired, problem: string, said: string): Failure {
  const message = `Cloudflare was asked to ${describeChange(outcome.name, sent)}${said}`;
  return new Failure({ kind: 'unexpected', problem, message, action: MAY_HAVE }, { mayHaveTakenEffect: true });
}

/** Reads the verification that an answer left out, if anything hangs on it. */
async function readVerification(job: Job, outcome: Outcome, asked: string): Promise<void> {
  const { client, settings, signal } = job;
  const isGate = mustBeVerified(settings);
  if (!settings.beginVerification && !isGate) return;
  try {
    outcome.see(await client.get(outcome.ref(), signal));
  } catch (failure) {
    if (!(failure instanceof Failure)) throw failure;
    // What was read before is enough to begin by, and opens no gate.
    if (!isGate && outcome.connector?.verification_status !== undefined) return;
    outcome.forgetVerification();
    const state = `Cloudflare was asked to ${asked}, which is done, but the verification could not be read afterwards.`;
    throw failure.changed((problem) => ({ ...problem, message: `${state} ${problem.message}` }));
  }
}

/** A success without a result says nothing of the connector, so it is read. */
async function readBack({ client, signal }: Job, outcome: Outcome, asked: string): Promise<Connector> {
  try {
    return await client.get(outcome.ref(), signal);
  } catch (failure) {
    if (!(failure instanceof Failure)) throw failure;
    const state = `Cloudflare was asked to ${asked} and said that this was done, but the connector could not be read afterwards.`;
    const explain = ({ message, action, ...rest }: Problem) => ({
      ...rest,
      message: `${state} ${message}`,
      action: action ? `${CHECK_STATE} ${action}` : CHECK_STATE,
    });
    throw failure.changed(explain, true);
  }
}

/** Cloudflare refuses to enable an unverified domain. One read, best effort, tells whether that is why. */
async function explainRefusedEnable(job: Job, outcome: Outcome, fields: Desired, failure: Failure): Promise<Failure> {
  // A refusal with advice of its own needs no other, and what may have taken effect is no refusal.
  if (failure.mayHaveTakenEffect || failure.problems.some(({ action }) => action)) return failure;
  const { connector: known } = outcome;
  const connector =
    (await readToExplain(job, outcome, failure, { atOnce: true })) ??
    (known && !outcome.isOutdated && isVerified(known) ? known : undefined);
  if (!connector) {
    const action = 'Run mode: check to see whether the domain is verified.';
    return failure.changed((refused) => ({ ...refused, action }));
  }
  const isOfVerification = ({ problem }: Problem) => /verif/i.test(problem);
  const reason = failure.problems.find(isOfVerification) ?? failure.problems.at(-1);
  const explain = (explanation: Partial<Problem>) =>
    failure.changed((refused) => (refused === reason ? { ...refused, ...explanation } : refused));
  if (findDrift(connector, fields).length === 0) {
    return explain({ action: `${outcome.name} is in sync all the same: nothing is left to do.` });
  }
  const isUnsaid = connector.verification_status === undefined && !failure.problems.some(isOfVerification);
  if (isVerified(connector) || isUnsaid) {
    const state = isUnsaid ? 'Cloudflare does not say whether the domain is verified.' : 'The domain is verified.';
    // https://developers.cloudflare.com/fundamentals/manage-members/dashboard-sso/
    const isAcademic = /\.(edu|ac)(\.[a-z]{2})?$/.test(canonicalDomain(outcome.domain) ?? '');
    const approval = isAcademic ? ' An academic domain needs an approval by Cloudflare support.' : '';
    const action = `${state}${approval} Is SSO enabled for it in another account? Disable it there first.`;
    return explain({ action });
  }
  const refusal = reason?.message;
  const { problem, message, detail, ...rest } = await explainUnverified(job, outcome, '');
  return explain({
    ...rest,
    problem: `${problem}, so not enabled`,
    message: `${message} ${refusal}`,
    detail: `${detail} ${refusal}`.trim(),
  });
}
