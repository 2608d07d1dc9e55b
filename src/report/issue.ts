import { asksNothing } from '../inputs/settings.ts';
import type { World } from '../job/job.ts';
import { isAllWell, type Result } from '../job/result.ts';
import { listed } from '../plural.ts';
import { connectToGitHub } from './github.ts';
import { explainRefusal } from './github-refusal.ts';
import { EXISTENCE_LINE, isOfThisRun, issueMarker, stampBody, TOKEN_LINE } from './issue-marker.ts';
import { composeBody, composeTitle, isNewTrouble, runLink, tellsOnlyToken } from './issue-text.ts';
import { type Issue, Issues } from './repository-issues.ts';

const SAME_RESULT = 'The result of this step stays as it is.';
const GIVE_KEY = 'Give each of these steps an issue_key of its own.';

/** Milliseconds before each check whether GitHub lists a new issue. */
const WAITS = [0, 1000, 2000, 4000];

/**
 * Keeps one GitHub issue open while something is wrong, and closes it with a comment when all is well. One that warns of
 * the end of the API token stays open until that is known. GitHub saying no is only a warning.
 */
export async function keepIssue(result: Result, token: string, world: World): Promise<void> {
  const { env, clock, log, signal } = world;
  try {
    const issues = new Issues(await connectToGitHub(token, world));
    const found = await issues.findOpen(issueMarker(env));
    const ours = leaveNeighbours(found, world);
    const [oldest, ...others] = ours;
    if (isAllWell(result)) {
      const isEmpty = result.settings !== undefined && asksNothing(result.settings);
      const fateOf = ({ body }: Issue) => {
        if (isEmpty && !body.includes(EXISTENCE_LINE) && !tellsOnlyToken(body)) return 'unchecked';
        return !result.tokenExpiry && body.includes(TOKEN_LINE) ? 'warned' : 'over';
      };
      const { unchecked = [], warned = [], over = [] } = Object.groupBy(ours, fateOf);
      await close(issues, over, `All is well again, as of ${runLink(env)}.`, world);
      for (const { number } of unchecked) {
        log.info(`Left issue #${number} open: this run asked for no field and no gate.`);
      }
      for (const { number, body } of warned) {
        // A drift that is over must not go on showing.
        if (!tellsOnlyToken(body)) {
          await issues.update(number, { state: 'open', body: composeBody(result, env, clock.now(), body) });
        }
        log.info(`Left issue #${number} open: it warns of the end of the API token, which is unknown now.`);
      }
    } else if (oldest) {
      await issues.update(oldest.number, { state: 'open', body: composeBody(result, env, clock.now(), oldest.body) });
      log.info(`Updated issue #${oldest.number}.`);
      await close(issues, others, `Duplicate of #${oldest.number}`, world);
      // Nobody hears of a body that changes.
      if (isNewTrouble(result, oldest.body)) {
        const news = `Something is wrong now, not just the end of the token: ${runLink(env)}.`;
        await comment(issues, oldest.number, 'open', news, world);
      }
    } else if (found.length === 0) {
      await open(issues, result, world);
    }
  } catch (error) {
    log.warning(
      signal.aborted
        ? `The run was cancelled while it kept the GitHub issue, which may be out of date. ${SAME_RESULT}`
        : `Could not keep the GitHub issue: ${explainRefusal(error, env)} ${SAME_RESULT}`,
    );
  }
}

/**
 * Opens an issue, and checks that the next run will find it. Two runs at once each open one, and then see both; one in
 * which all is well may close it at once.
 */
async function open(issues: Issues, result: Result, world: World): Promise<void> {
  const { env, clock, log, signal } = world;
  const closed = (await issues.findClosed(issueMarker(env))).find((issue) => isOfThisRun(issue.body, env));
  const body = composeBody(result, env, clock.now(), closed?.body);
  if (closed) {
    await issues.update(closed.number, { state: 'open', body });
    log.warning(
      `Opened issue #${closed.number} again. Another step of this run keeps it too, and that step or a person closed it. ${GIVE_KEY}`,
    );
    return;
  }
  const number = await issues.create(composeTitle(result, env), body);
  log.info(`Opened issue #${number}.`);
  const seen = await lookFor(issues, number, world).catch((error: unknown) => {
    if (signal.aborted) throw error;
    log.warning(
      `Issue #${number} is open, but whether the next run finds it could not be checked: ${explainRefusal(error, env)} ${SAME_RESULT}`,
    );
  });
  if (!seen) return;
  const { found, unlisted } = seen;
  const [other] = found;
  if (!unlisted) {
    const [oldest, ...others] = leaveNeighbours(found, world, number);
    await close(issues, others, `Duplicate of #${oldest?.number}`, world);
  } else if (unlisted.state === 'open') {
    log.warning(
      `Issue #${number} is open, but GitHub does not list it as one that this action keeps, so the next run may open another. Check that the user of github_token may write to ${env['GITHUB_REPOSITORY']}.`,
    );
  } else if (other) {
    log.info(`Issue #${number} was closed meanwhile, and issue #${other.number} is open.`);
  } else {
    await issues.update(number, { state: 'open', body: composeBody(result, env, clock.now(), unlisted.body ?? body) });
    log.info(`Opened issue #${number} again: another run or a person closed it meanwhile.`);
  }
}

/** Looks for a new issue, for up to 7 s, among those that GitHub lists; `unlisted` is the issue if it does not list it. */
async function lookFor(issues: Issues, number: number, { env, clock, signal }: World) {
  let found: Issue[] = [];
  for (const wait of WAITS) {
    await clock.sleep(wait, signal);
    found = await issues.findOpen(issueMarker(env));
    if (found.some((issue) => issue.number === number)) return { found };
  }
  return { found, unlisted: await issues.read(number) };
}

/** The issues without those that another step of this run keeps; `own` is the number of this step's. */
function leaveNeighbours(found: readonly Issue[], { env, log }: World, own?: number): Issue[] {
  return found.filter(({ number, body }) => {
    if (number === own || !isOfThisRun(body, env)) return true;
    log.warning(`Left issue #${number} as it is, since another step of this run keeps it. ${GIVE_KEY}`);
    return false;
  });
}

/** Closes all it can before it comments, since a locked issue takes no comment. */
async function close(issues: Issues, closing: readonly Issue[], reason: string, world: World): Promise<void> {
  const { env, log, signal } = world;
  const closed: number[] = [];
  const left: string[] = [];
  const causes = new Set<string>();
  for (const { number, body } of closing) {
    try {
      await issues.update(number, { state: 'closed', body: stampBody(body, env) });
      log.info(`Closed issue #${number}.`);
      closed.push(number);
    } catch (error) {
      if (signal.aborted) throw error;
      left.push(`#${number}`);
      causes.add(explainRefusal(error, env));
    }
  }
  if (left.length > 0) {
    const which = `${left.length === 1 ? 'issue' : 'issues'} ${listed(left, 9)}`;
    log.warning(`Could not close ${which}: ${[...causes].join(' ')} ${SAME_RESULT}`);
  }
  for (const number of closed) await comment(issues, number, 'closed', reason, world);
}

/** A comment that GitHub does not take is only a warning. */
async function comment(
  issues: Issues,
  number: number,
  state: 'open' | 'closed',
  text: string,
  world: World,
): Promise<void> {
  const { env, log, signal } = world;
  try {
    await issues.comment(number, text);
  } catch (error) {
    if (signal.aborted) throw error;
    log.warning(`Could not comment on issue #${number}, which is ${state}: ${explainRefusal(error, env)}`);
  }
}
