import { createHash } from 'node:crypto';
import { nameOfConnector } from '../connector/connector.ts';
import { canonicalDomain } from '../connector/domain.ts';
import type { Result } from '../job/result.ts';
import { oneLine } from '../untrusted.ts';
import { code } from './markdown.ts';
import { renderPage } from './page.ts';

/** GitHub refuses bodies over 65,536 characters; the rest is for what stands below the page. */
const PAGE_LIMIT = 62_000;
const LEAST_PAGE = 4_000;

const FIRST_SEEN = '- First seen: ';

/**
 * The hidden line that an issue is found again by: one for an account, workflow, job, step and `issue_key`, and for a
 * single connector its id, or else its domain. Hashed, so that nothing in it can end the comment.
 */
export function issueMarker(env: NodeJS.ProcessEnv): string {
  const { account, id, domain } = readNames(env);
  const place = ['GITHUB_WORKFLOW', 'GITHUB_JOB', 'GITHUB_ACTION', 'INPUT_ISSUE_KEY'].map((name) => read(env, name));
  const key = JSON.stringify([account, ...place, id || canonicalDomain(domain) || domain]);
  return `<!-- cloudflare-sso-connector ${createHash('sha256').update(key).digest('hex')} -->`;
}

/** The title, which stays the same while the issue is open: the domain, or for many the account. */
export function composeTitle({ outcomes, settings }: Result, env: NodeJS.ProcessEnv): string {
  const { account, id, domain } = readNames(env);
  const [outcome] = settings?.many === false ? outcomes : [];
  const isNamed = id !== '' || domain !== '';
  const single = nameOfConnector(id || undefined, outcome?.domain ?? (domain || undefined));
  const what = isNamed ? single : account ? `account ${account}` : `workflow ${read(env, 'GITHUB_WORKFLOW')}`;
  return `Cloudflare SSO needs attention: ${oneLine(what, 100).replace(/[@#]/g, '$&\u200b')}`;
}

/**
 * The body: what is wrong and what to do, since when, and from where. `earlier` is the body so far, which tells since
 * when, and what people wrote below its line. `now` is in milliseconds since the epoch.
 */
export function composeBody(result: Result, env: NodeJS.ProcessEnv, now: number, earlier = ''): string {
  const marker = issueMarker(env);
  const [ours = '', ...theirs] = earlier.split(marker);
  const seen = `${new Date(now).toISOString().slice(0, 16).replace('T', ' ')} UTC, ${runLink(env)}`;
  const firstSeen = ours.split(/\r?\n/).findLast((line) => line.startsWith(FIRST_SEEN)) ?? FIRST_SEEN + seen;
  const notes = theirs
    .join(marker)
    .replace(/^\s*---/, '')
    .trim();
  const names = [
    ['account', readNames(env).account],
    ['workflow', read(env, 'GITHUB_WORKFLOW')],
    ['job', read(env, 'GITHUB_JOB')],
    ['issue_key', read(env, 'INPUT_ISSUE_KEY')],
  ];
  const place = names.flatMap(([what, name]) => (name ? `${what} ${code(name)}` : []));
  return [
    renderPage(result, Math.max(LEAST_PAGE, PAGE_LIMIT - notes.length)).trim(),
    `${firstSeen}\n- Last seen: ${seen}`,
    `Kept by ${place.join(', ')}. It is updated while something is wrong, and closed when all is well. What you write below the line stays.`,
    stamp(env),
    marker,
    '---',
    notes,
  ]
    .filter((part) => part !== '')
    .join('\n\n');
}

/**
 * Whether the body was written in this very run, and so by another step with the same marker. A further attempt is a run
 * of its own: it is often the one after the repair.
 */
export function isOfThisRun(body: string, env: NodeJS.ProcessEnv): boolean {
  return stamp(env) !== '' && body.includes(stamp(env));
}

/** The body with the hidden line of this run in it, for an issue that this run closes. */
export function stampBody(body: string, env: NodeJS.ProcessEnv): string {
  return body.replace(/<!-- last seen in run \d+, attempt \d+ -->/, stamp(env));
}

function stamp(env: NodeJS.ProcessEnv): string {
  const [run, attempt] = [read(env, 'GITHUB_RUN_ID'), read(env, 'GITHUB_RUN_ATTEMPT') || '1'];
  return /^\d+\/\d+$/.test(`${run}/${attempt}`) ? `<!-- last seen in run ${run}, attempt ${attempt} -->` : '';
}

/** A link to the run. https://docs.github.com/en/actions/reference/workflows-and-actions/variables */
export function runLink(env: NodeJS.ProcessEnv): string {
  const run = read(env, 'GITHUB_RUN_ID');
  const url = `${read(env, 'GITHUB_SERVER_URL')}/${read(env, 'GITHUB_REPOSITORY')}/actions/runs/${run}`;
  return /^\d+$/.test(run) && URL.canParse(url) ? `[run ${run}](${url})` : 'a run outside GitHub';
}

/** What the inputs name, though there may be problems with them; no connector if they give a list. */
function readNames(env: NodeJS.ProcessEnv): { account: string; id: string; domain: string } {
  const account = read(env, 'INPUT_ACCOUNT_ID') || read(env, 'CLOUDFLARE_ACCOUNT_ID');
  if (read(env, 'INPUT_CONNECTORS') || read(env, 'INPUT_CONNECTORS_FILE')) return { account, id: '', domain: '' };
  return { account, id: read(env, 'INPUT_SSO_CONNECTOR_ID'), domain: read(env, 'INPUT_EMAIL_DOMAIN') };
}

function read(env: NodeJS.ProcessEnv, name: string): string {
  return env[name]?.trim() ?? '';
}
