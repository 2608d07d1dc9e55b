import { createHash } from 'node:crypto';
import { canonicalDomain } from '../connector/domain.ts';
import { Reader } from '../inputs/reader.ts';

/** What an issue is about, read from the environment, since the inputs may have problems. Of a list, not its entries. */
export function readIssueNames(env: NodeJS.ProcessEnv) {
  const read = new Reader(env);
  return {
    account: read.text('account_id') ?? read.variable('CLOUDFLARE_ACCOUNT_ID') ?? '',
    workflow: env['GITHUB_WORKFLOW'] ?? '',
    job: env['GITHUB_JOB'] ?? '',
    step: env['GITHUB_ACTION'] ?? '',
    issue_key: read.text('issue_key') ?? '',
    id: (!read.givesList && read.text('sso_connector_id')) || '',
    domain: (!read.givesList && read.text('email_domain')) || '',
  };
}

/** The hidden line that an issue is found again by. Hashed, so that nothing in it can end the comment. */
export function issueMarker(env: NodeJS.ProcessEnv): string {
  const { id, domain, ...names } = readIssueNames(env);
  const key = JSON.stringify([...Object.values(names), id || canonicalDomain(domain) || domain]);
  return `<!-- cloudflare-sso-connector ${createHash('sha256').update(key).digest('hex')} -->`;
}

/** The hidden line that names the run and attempt in which an issue was last seen; empty outside of a run. */
export function runStamp({ GITHUB_RUN_ID: run, GITHUB_RUN_ATTEMPT: attempt }: NodeJS.ProcessEnv): string {
  const number = `${run}, attempt ${attempt || '1'}`;
  return /^\d+, attempt \d+$/.test(number) ? `<!-- last seen in run ${number} -->` : '';
}

/** Whether another step of this very run saw the issue last. */
export function isOfThisRun(body: string, env: NodeJS.ProcessEnv): boolean {
  return runStamp(env) !== '' && body.includes(runStamp(env));
}

/** The body as last seen in this run. */
export function stampBody(body: string, env: NodeJS.ProcessEnv): string {
  return body.replace(/<!-- last seen in run \d+, attempt \d+ -->/, runStamp(env));
}

/** The hidden line of an issue that warns of the end of the API token. */
export const TOKEN_LINE = '<!-- warns of the end of the API token -->';

/** The hidden line of an issue of a run that asked for nothing but that its connectors are there. */
export const EXISTENCE_LINE = '<!-- asks for no field and no gate -->';
