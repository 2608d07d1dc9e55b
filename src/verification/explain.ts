import type { Connector } from '../connector/connector.ts';
import { domainForPeople } from '../connector/domain.ts';
import type { Job } from '../job/job.ts';
import type { Outcome } from '../job/outcome.ts';
import { oneLine } from '../untrusted.ts';
import { describeTxt } from './txt-record.ts';

/** Why a domain is not verified, in the parts of a failure's record. */
interface Explanation {
  readonly problem: string;
  readonly message: string;
  readonly action: string;
}

/**
 * What is missing for the domain to be verified: the TXT record, what public DNS says of it, and the next step.
 * https://developers.cloudflare.com/fundamentals/manage-members/dashboard-sso/
 */
export async function explainUnverified(
  job: Job,
  outcome: Outcome,
  connector: Connector,
  dnsLimitMs?: number,
): Promise<Explanation> {
  const { email_domain: domain, verification_code: code, verification_status: status } = connector;
  const problem = `not verified (${status === undefined ? 'status unknown' : oneLine(status, 40)})`;
  const state = `${domain === undefined ? 'The domain' : outcome.name} is ${problem}.`;
  if (domain === undefined || code === undefined) {
    outcome.dnsSays = '';
    return { problem, message: `${state} Cloudflare gives no TXT record to add.`, action: RUN_CHECK };
  }
  outcome.dnsSays = describeTxt(await job.lookUpTxt(domain, job.signal, dnsLimitMs), code);
  const record = `The TXT record at ${oneLine(domainForPeople(domain), 255)} must be ${oneLine(code)}`;
  return { problem, message: `${state} ${record}; ${outcome.dnsSays}.`, action: nextStep(status) };
}

const RUN_CHECK = 'Run mode: check to read the connector again.';

function nextStep(status: string | undefined): string {
  if (status === 'pending')
    return 'Add the TXT record. Cloudflare checks for it for two days after the verification began.';
  if (status === 'awaiting' || status === 'failed') {
    return 'Add the TXT record, then run mode: update or mode: reconcile with begin_verification: true.';
  }
  return RUN_CHECK;
}
