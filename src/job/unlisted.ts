import { nameOfConnector } from '../connector/connector.ts';
import { canonicalDomain } from '../connector/domain.ts';
import { Failure, type FailureRecord } from '../failure.ts';
import type { Job } from './job.ts';
import type { Unlisted } from './result.ts';

/**
 * The connectors of the account that no entry names, those that cannot be read among them. Undefined if `unlisted` is
 * `ignore`, for a single connector, and if the whole list was not read.
 */
export function findUnlisted({ settings, list, outcomes, log }: Job): Unlisted[] | undefined {
  if (!settings.many || settings.unlisted === 'ignore' || !list) return undefined;
  if (list.missing !== undefined) {
    // With `fail`, that is a failure.
    const line = `Whether the account has unlisted connectors is unknown: Cloudflare's list is incomplete, ${list.missing}.`;
    if (settings.unlisted === 'report') log.info(line);
    return undefined;
  }
  const ids = new Set(outcomes.map(({ id }) => id));
  ids.delete(undefined);
  // An entry whose connector was not found, is lost or has no id still names its domain.
  const lost = outcomes.filter(({ found, isOutdated }) => found?.id === undefined || isOutdated);
  const domains = new Set(lost.map(({ target }) => canonicalDomain(target.email_domain)));
  domains.delete(undefined);
  return [...list.connectors, ...list.unreadable].filter(
    ({ id, email_domain: domain }) => !ids.has(id) && !domains.has(canonicalDomain(domain)),
  );
}

/** The failures that `unlisted: fail` makes of unlisted connectors, or of a list that may lack some. */
export function failUnlisted({ settings, list }: Job, unlisted: readonly Unlisted[] | undefined): FailureRecord[] {
  if (settings.unlisted !== 'fail') return [];
  if (list?.missing !== undefined) {
    return new Failure({
      kind: 'ambiguous',
      about: `Account ${settings.accountId}`,
      problem: 'incomplete list of connectors',
      message: `Cloudflare's list of the connectors of account ${settings.accountId} is incomplete: ${list.missing}. Whether it has unlisted connectors is unknown.`,
      action: 'Run it again. If that does not help, use unlisted: report.',
    }).record();
  }
  return (unlisted ?? []).flatMap(({ id, email_domain }) => {
    const name = nameOfConnector(id, email_domain);
    return new Failure({
      kind: 'unlisted',
      problem: 'not in the list',
      detail: '',
      message: `The account has ${name}, which is not in the list.`,
      action: 'Add what is missing to the list, or use unlisted: report. The job summary has the YAML to paste.',
    }).record({ sso_connector_id: id, email_domain, name });
  });
}
