import { createHash } from 'node:crypto';
import type { Result } from '../job/result.ts';
import { oneLine } from '../untrusted.ts';
import { code } from './markdown.ts';
import { renderPage } from './page.ts';

/** GitHub refuses bodies over 65,536 characters. */
const PAGE_LIMIT = 60_000;

/** The inputs that keep apart the legs of a matrix; those of `connectors` all go into one issue. */
const NAMES = ['INPUT_SSO_CONNECTOR_ID', 'INPUT_EMAIL_DOMAIN'];
const PLACE = ['GITHUB_WORKFLOW', 'GITHUB_JOB', 'GITHUB_ACTION'];

/**
 * The hidden line that an issue is found again by: one for an account, workflow, job and step, and for a single
 * connector its id or domain as given. Hashed, so that nothing in it can end the comment.
 */
export function issueMarker(env: NodeJS.ProcessEnv): string {
  const account = read(env, 'INPUT_ACCOUNT_ID') || read(env, 'CLOUDFLARE_ACCOUNT_ID');
  const key = [account, ...[...PLACE, ...NAMES].map((name) => read(env, name))];
  return `<!-- cloudflare-sso-connector ${createHash('sha256').update(JSON.stringify(key)).digest('hex')} -->`;
}

/** The title, which stays the same while the issue is open. */
export function composeTitle(env: NodeJS.ProcessEnv): string {
  const domain = read(env, 'INPUT_EMAIL_DOMAIN');
  const id = read(env, 'INPUT_SSO_CONNECTOR_ID');
  const what = domain || (id && `connector ${id}`) || `${read(env, 'GITHUB_WORKFLOW')} / ${read(env, 'GITHUB_JOB')}`;
  return `Cloudflare SSO needs attention: ${oneLine(what, 100).replace(/[@#]/g, '$&\u200b')}`;
}

/**
 * The body: what is wrong and what to do, since when, and from where. `earlier` is the body so far, which tells since
 * when; with nothing new to say the two are the same.
 */
export function composeBody(result: Result, env: NodeJS.ProcessEnv, earlier = ''): string {
  const now = `${new Date().toISOString().slice(0, 16).replace('T', ' ')} UTC`;
  const since = /^Since .*$/m.exec(earlier)?.[0] ?? `Since ${now}, ${runLink(env)}.`;
  const place = `workflow ${code(read(env, 'GITHUB_WORKFLOW'))}, job ${code(read(env, 'GITHUB_JOB'))}`;
  return [
    renderPage(result, PAGE_LIMIT).trim(),
    since,
    `Kept by ${place}: it is updated while something is wrong, and closed when all is well.`,
    issueMarker(env),
  ].join('\n\n');
}

/** A link to the run. https://docs.github.com/en/actions/reference/workflows-and-actions/variables */
export function runLink(env: NodeJS.ProcessEnv): string {
  const run = read(env, 'GITHUB_RUN_ID');
  const url = `${read(env, 'GITHUB_SERVER_URL')}/${read(env, 'GITHUB_REPOSITORY')}/actions/runs/${run}`;
  return /^\d+$/.test(run) && URL.canParse(url) ? `[run ${run}](${url})` : 'a run outside GitHub';
}

function read(env: NodeJS.ProcessEnv, name: string): string {
  return env[name]?.trim() ?? '';
}
