import type { Connector } from '../connector/connector.ts';
import { domainForPeople } from '../connector/domain.ts';
import type { Job } from '../job/job.ts';
import type { Outcome } from '../job/outcome.ts';
import { oneLine, quoted } from '../untrusted.ts';

/**
 * What is missing for the domain to be verified: the TXT record, what public DNS says of it, and the next step.
 * https://developers.cloudflare.com/fundamentals/manage-members/dashboard-sso/
 */
export async function explainUnverified(job: Job, outcome: Outcome, connector: Connector, dnsLimitMs?: number) {
  const { email_domain: domain, verification_code: code, verification_status: status } = connector;
  const name = domain === undefined ? 'The domain' : `The domain ${oneLine(domainForPeople(domain), 255)}`;
  const state = status === undefined ? 'the API gives no status' : `status ${quoted(status).slice(1, -1)}`;
  if (domain === undefined || code === undefined) {
    outcome.dnsSays = '';
    return `${name} is not verified (${state}), and the API gives no TXT record to add. Look at the connector in the dashboard.`;
  }
  outcome.dnsSays = await job.lookUpTxt(domain, code, job.signal, dnsLimitMs);
  return `${name} is not verified (${state}). It needs the TXT record ${oneLine(code)}; ${outcome.dnsSays}. ${nextStep(status)}`;
}

function nextStep(status: string | undefined): string {
  if (status === 'pending') return 'Cloudflare looks for it for two days from when the verification began.';
  if (status === 'awaiting' || status === 'failed') {
    return 'Once it is there, have Cloudflare look for it: mode update or reconcile with begin_verification: true.';
  }
  return 'Look at the connector in the dashboard.';
}
