import type { Connector } from '../connector/connector.ts';
import { domainForPeople } from '../connector/domain.ts';
import type { Job } from '../job/job.ts';
import type { Outcome } from '../job/outcome.ts';
import { oneLine } from '../untrusted.ts';
import { describeTxt, isNearMiss } from './txt-record.ts';

/** Why a domain is not verified, in the parts of a failure's record. */
interface Explanation {
  readonly problem: string;
  readonly message: string;
  readonly action: string;
  readonly detail: string;
}

interface ExplainOptions {
  /** What goes behind "acme.example is not verified (pending)" in the message. */
  readonly context?: string;
  /** How long DNS is asked for, in milliseconds. */
  readonly dnsLimitMs?: number;
}

/**
 * What is missing for the domain to be verified: the TXT record, what public DNS says of it, and the next step.
 * https://developers.cloudflare.com/fundamentals/manage-members/dashboard-sso/
 */
export async function explainUnverified(
  job: Job,
  outcome: Outcome,
  connector: Connector,
  { context = '', dnsLimitMs }: ExplainOptions = {},
): Promise<Explanation> {
  const { email_domain: domain, verification_code: code, verification_status: status } = connector;
  const problem = `not verified (${status === undefined ? 'status unknown' : oneLine(status, 40)})`;
  const state = `${domain === undefined ? 'The domain of ' : ''}${outcome.name} is ${problem}${context}.`;
  if (domain === undefined || code === undefined) {
    outcome.dnsSays = '';
    const lack = 'Cloudflare gives no TXT record to add.';
    return { problem, message: `${state} ${lack}`, action: READ_AGAIN, detail: lack };
  }
  const answer = await job.lookUpTxt(domain, job.signal, dnsLimitMs);
  outcome.dnsSays = describeTxt(answer, code);
  const record = `The TXT record at ${oneLine(domainForPeople(domain), 255)} must be ${oneLine(code)}`;
  const isThere = 'records' in answer && answer.records.includes(code);
  const remedy = isThere ? '' : `${isNearMiss(answer, code) ? 'Correct' : 'Add'} the TXT record. `;
  // The record and what DNS says stand in a table of their own.
  return {
    problem,
    message: `${state} ${record}; ${outcome.dnsSays}.`.replace('?.', '?'),
    action: describeNextStep(status, remedy),
    detail: '',
  };
}

/** Has a connector, as last read, fail because its domain is not verified. */
export async function failUnverified(job: Job, outcome: Outcome, options: ExplainOptions): Promise<void> {
  const { connector } = outcome;
  if (!connector) return;
  outcome.fail({ kind: 'not_verified', ...(await explainUnverified(job, outcome, connector, options)) });
}

const READ_AGAIN = 'Run this again to read the connector once more.';

function describeNextStep(status: string | undefined, remedy: string): string {
  if (status === 'pending') return `${remedy}Cloudflare checks for it for two days after the verification began.`;
  if (status !== 'awaiting' && status !== 'failed') return `${remedy}${READ_AGAIN}`;
  return `${remedy}${remedy === '' ? 'Run' : 'Then run'} mode: update or mode: reconcile with begin_verification: true.`;
}
