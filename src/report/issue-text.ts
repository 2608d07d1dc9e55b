import { describeMinute } from '../clock.ts';
import { nameOfConnector } from '../connector/connector.ts';
import { asksNothing } from '../inputs/settings.ts';
import { isAllWell, type Result } from '../job/result.ts';
import { oneLine } from '../untrusted.ts';
import { EXISTENCE_LINE, issueMarker, readIssueNames, runStamp, TOKEN_LINE } from './issue-marker.ts';
import { code } from './markdown.ts';
import { composePage } from './page.ts';

/** GitHub refuses a body of more characters. */
const LIMIT = 65_536;
const LEAST_PAGE = 4_000;
const NO_ROOM =
  'Something is wrong. What people wrote below the line leaves no room to tell it here: see the summary of the run.';
/** How the page begins of a run in which nothing is wrong but the end of the token, or when that is. */
const ONLY_TOKEN = '### ⚠️ ';
const TOKEN_UNKNOWN = `${ONLY_TOKEN}Cloudflare SSO: when the API token expires is unknown now

An earlier run warned of its end: renew it, if nobody has. Nothing else is wrong.`;
const GAP = '\n\n';

const FIRST_SEEN = '- First seen: ';

/** The title: the domain, or for many the account. It stays the same while the issue is open. */
export function composeTitle({ outcomes }: Result, env: NodeJS.ProcessEnv): string {
  const { account, workflow, id, domain } = readIssueNames(env);
  const single = nameOfConnector(id, outcomes[0]?.domain ?? (domain || undefined));
  const what = id || domain ? single : account ? `account ${account}` : `workflow ${workflow}`;
  return `Cloudflare SSO needs attention: ${oneLine(what, 100).replace(/[@#]/g, '$&\u200b')}`;
}

/**
 * The body: what is wrong, since when, and from where. `earlier` is the body so far, of which "first seen" and what people
 * wrote below the line stay, in a body that GitHub takes. If all is well, it says that only the end of the token is
 * unknown. `now` is in milliseconds since the epoch.
 */
export function composeBody(result: Result, env: NodeJS.ProcessEnv, now: number, earlier = ''): string {
  const { account, workflow, job, issue_key } = readIssueNames(env);
  const marker = issueMarker(env);
  const [ours = '', ...theirs] = earlier.split(marker);
  // The first line may be code, by its indentation.
  const notes = theirs
    .join(marker)
    .replace(/^\s*---/, '')
    .replace(/^\s*\n/, '')
    .trimEnd();
  const seen = `${describeMinute(now)}, ${runLink(env)}`;
  // What the issue was opened for may be the end of the token alone.
  const since = isNewTrouble(result, earlier) ? [] : ours.split(/\r?\n/);
  const firstSeen = since.findLast((line) => line.startsWith(FIRST_SEEN)) ?? `${FIRST_SEEN}${seen}`;
  // A warning holds until the end of the token is known again.
  const isWarned = result.tokenExpiry ? result.tokenExpiry.warning !== undefined : ours.includes(TOKEN_LINE);
  const isEmpty = result.settings ? asksNothing(result.settings) : result.asksNothing;
  const isOfExistence = isEmpty && (earlier === '' || ours.includes(EXISTENCE_LINE));
  const place = Object.entries({ account, workflow, job, issue_key }).filter(([, name]) => name !== '');
  const keeper = place.map(([what, name]) => `${what} ${code(name)}`).join(', ');
  const parts = [
    `${firstSeen}\n- Last seen: ${seen}`,
    `The action keeps this issue for ${keeper}. It updates it while something is wrong, and closes it when all is well. What you write below the line stays.`,
    isOfExistence ? EXISTENCE_LINE : '',
    runStamp(env),
    isWarned ? TOKEN_LINE : '',
    marker,
    '---',
    notes,
  ].filter((part) => part !== '');
  const room = LIMIT - parts.join(GAP).length - GAP.length;
  parts.unshift(isAllWell(result) ? TOKEN_UNKNOWN : room < LEAST_PAGE ? NO_ROOM : composePage(result)(room).trim());
  // What people wrote is never cut: of the rest, as much goes as it takes.
  while (parts.join(GAP).length > LIMIT && parts[0] !== marker) parts.shift();
  return parts.join(GAP);
}

/** Whether a body tells of nothing but the end of the API token. */
export function tellsOnlyToken(body: string): boolean {
  return body.startsWith(ONLY_TOKEN);
}

/** Whether something is wrong now, where an issue told of nothing but the end of the API token so far. */
export function isNewTrouble({ failures }: Result, body: string): boolean {
  return tellsOnlyToken(body) && failures.length > 0;
}

/** A link to the run. https://docs.github.com/en/actions/reference/workflows-and-actions/variables */
export function runLink(env: NodeJS.ProcessEnv): string {
  const run = `${env['GITHUB_RUN_ID']}`;
  const url = `${env['GITHUB_SERVER_URL']}/${env['GITHUB_REPOSITORY']}/actions/runs/${run}`;
  return /^\d+$/.test(run) && URL.canParse(url) ? `[run ${run}](${url})` : 'a run outside GitHub';
}
