import type { Connector } from '../simulator/connectors.ts';
import type { Simulator } from '../simulator/simulator.ts';

/** The inputs of a step that may all in the simulator's account, looks every second, and has these of its own. */
export function inputsFor(simulator: Simulator, inputs: Readonly<Record<string, string>>): Record<string, string> {
  return {
    api_token: simulator.tokens.edit,
    account_id: simulator.accountId,
    api_base_url: simulator.apiBaseUrl,
    poll_interval: '1s',
    ...inputs,
  };
}

/** What the simulator was asked so far, in order, from the account's connectors on: `GET`, `PATCH /id {"enabled":true}`. */
export function asked(simulator: Simulator): string[] {
  return simulator.requests.map(({ method, path, body }) =>
    `${method} ${path.replace(/^.*\/sso_connectors/, '')} ${body}`.replace(/ +/g, ' ').trim(),
  );
}

/** How the log names a connector that has been seen. */
export function nameOf({ id, email_domain: domain }: Connector): string {
  return `${domain} (connector ${id})`;
}

export const NO_RECORD = 'public DNS does not have it: there is no TXT record at all';

/** What is said of a domain that is not verified: its TXT record, what public DNS says, and the next step. */
export function explanation(
  { email_domain: domain, verification }: Connector,
  status: string,
  dns = NO_RECORD,
): string {
  const step = NEXT_STEPS[status] ?? 'Look at the connector in the dashboard.';
  return `The domain ${domain} is not verified (status ${status}). It needs the TXT record ${verification?.code}; ${dns}. ${step}`;
}

const BEGIN = 'Once it is there, have Cloudflare look for it: mode update or reconcile with begin_verification: true.';
const NEXT_STEPS: Readonly<Record<string, string>> = {
  awaiting: BEGIN,
  failed: BEGIN,
  pending: 'Cloudflare looks for it for two days from when the verification began.',
};
