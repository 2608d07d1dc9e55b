import { type Connector, nameOfConnector } from '../connector/connector.ts';
import type { Problem } from '../failure.ts';
import { isToWrite, type Settings } from '../inputs/settings.ts';
import type { Job } from '../job/job.ts';
import type { Outcome } from '../job/outcome.ts';
import { oneLine } from '../untrusted.ts';
import { describeTxt } from './txt-record.ts';

/**
 * What is missing for the domain to be verified: the TXT record, what public DNS says of it within its limit, and the next
 * step. The context goes behind "acme.example is not verified (pending)". Notes in the outcome that a failure tells it.
 * https://developers.cloudflare.com/fundamentals/manage-members/dashboard-sso/
 */
export async function explainUnverified(
  job: Job,
  outcome: Outcome,
  context: string,
  dnsLimitMs?: number,
): Promise<Problem & { readonly detail: string }> {
  outcome.isToldUnverified = true;
  const { connector = {}, name } = outcome;
  const { email_domain: domain, verification_code: code, verification_status: status }: Partial<Connector> = connector;
  const problem = `not verified (${status === undefined ? 'status unknown' : oneLine(status, 40)})`;
  const state = `${domain === undefined ? 'The domain of ' : ''}${name} is ${problem}${context}.`;
  if (domain === undefined || code === undefined) {
    const detail = 'Cloudflare gives no TXT record to add.';
    return { kind: 'not_verified', problem, message: `${state} ${detail}`, action: READ_AGAIN, detail };
  }
  const answer = await job.lookUpTxt(domain, job.signal, dnsLimitMs);
  const { says, found, remedy } = describeTxt(answer, code);
  outcome.dnsSays = found;
  const record = `The TXT record at ${nameOfConnector(undefined, domain)} must be ${oneLine(code)}`;
  return {
    kind: 'not_verified',
    problem,
    message: `${state} ${record}; ${says}.`,
    action: `${remedy}${remedy && ' '}${nextStep(status, remedy === '', job.settings)}`,
    // The record and what DNS says stand in a table of their own.
    detail: '',
  };
}

/** Fails connectors, as last read, because their domains are not verified. */
export async function failUnverified(
  job: Job,
  outcomes: readonly Outcome[],
  context: string,
  dnsLimitMs?: number,
): Promise<void> {
  const fail = async (outcome: Outcome) => outcome.fail(await explainUnverified(job, outcome, context, dnsLimitMs));
  await Promise.all(outcomes.map(fail));
}

const READ_AGAIN = 'Run this again to read the connector once more.';

function nextStep(status: string | undefined, isThere: boolean, settings: Settings): string {
  const { mode, many, beginVerification, waitForVerification } = settings;
  if (status === 'pending') {
    const wait = `${waitForVerification === undefined ? '' : 'a longer '}wait_for_verification`;
    // `plan` never waits.
    const again = mode === 'plan' ? 'Run this again later.' : `Run this again later, or use ${wait}.`;
    return `Cloudflare checks DNS for two days after the verification began. ${again}`;
  }
  if (status !== 'awaiting' && status !== 'failed') return READ_AGAIN;
  // A list waits for its last domain.
  const isAlone = many && !beginVerification;
  const modes = isToWrite(settings) ? undefined : 'mode: update or mode: reconcile';
  const what = `${modes ?? (isAlone ? 'the action' : 'this again')}${isAlone ? ' for this domain alone' : ''}`;
  const missing = [
    ...(beginVerification ? [] : ['begin_verification: true']),
    ...(isAlone || waitForVerification === undefined ? ['wait_for_verification'] : []),
  ];
  return `${isThere ? 'Run' : 'Then run'} ${what}${missing.length > 0 ? ` with ${missing.join(' and ')}` : ''}.`;
}
