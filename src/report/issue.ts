import type { World } from '../job/job.ts';
import { isAllWell, type Result } from '../job/result.ts';
import { connectToGitHub } from './github.ts';
import { explainRefusal } from './github-refusal.ts';
import { composeBody, composeTitle, isOfThisRun, issueMarker, runLink, stampBody } from './issue-text.ts';
import { type Issue, Issues } from './issues.ts';

const SAME_RESULT = 'The result of this step stays as it is.';

/** How long to wait for a new issue to be in GitHub's list, in milliseconds between one look and the next. */
const LOOKS = [0, 1000, 2000, 4000];

/**
 * Keeps one GitHub issue open while something is wrong, and closes it with a comment when all is well. GitHub saying
 * no is a warning and changes nothing else.
 */
export async function keepIssue(result: Result, token: string, world: World): Promise<void> {
  const { env, log, signal } = world;
  try {
    await new Keeper(new Issues(await connectToGitHub(env, token, signal)), world).keep(result);
  } catch (error) {
    log.warning(
      signal.aborted
        ? `The run was cancelled while it kept the GitHub issue, which may be out of date. ${SAME_RESULT}`
        : `Could not keep the GitHub issue: ${explain(error, env)} ${SAME_RESULT}`,
    );
  }
}

function explain(error: unknown, env: NodeJS.ProcessEnv): string {
  return explainRefusal(error, env['GITHUB_REPOSITORY'] ?? '');
}

class Keeper {
  readonly #issues: Issues;
  readonly #world: World;
  readonly #marker: string;

  constructor(issues: Issues, world: World) {
    this.#issues = issues;
    this.#world = world;
    this.#marker = issueMarker(world.env);
  }

  async keep(result: Result): Promise<void> {
    const found = await this.#issues.findOpen(this.#marker);
    const ours = this.#leaveNeighbours(found);
    if (isAllWell(result)) {
      await this.#close(ours, `All is well again, as of ${runLink(this.#world.env)}.`);
    } else if (ours.length > 0) {
      await this.#update(ours, result);
    } else if (found.length === 0) {
      await this.#open(result);
    }
  }

  /** Without those that another step of this very run has seen to. */
  #leaveNeighbours(found: readonly Issue[], own?: number): Issue[] {
    const { env, log } = this.#world;
    const isNeighbours = ({ number, body }: Issue) => number !== own && isOfThisRun(body, env);
    for (const { number } of found.filter(isNeighbours)) {
      log.warning(
        `Issue #${number} is left as it is, since another step of this run keeps it. Give each of these steps an issue_key of its own.`,
      );
    }
    return found.filter((issue) => !isNeighbours(issue));
  }

  async #update([oldest, ...others]: readonly Issue[], result: Result): Promise<void> {
    if (!oldest) return;
    const { env, clock, log } = this.#world;
    await this.#issues.update(oldest.number, { body: composeBody(result, env, clock.now(), oldest.body) });
    log.info(`Updated issue #${oldest.number}.`);
    await this.#close(others, `Issue #${oldest.number} is about the same.`);
  }

  /** Opens one, and sees to it that the next run will find it. Two runs at once each open one, and then see both. */
  async #open(result: Result): Promise<void> {
    const { env, clock, log, signal } = this.#world;
    const body = composeBody(result, env, clock.now());
    const [closed] = (await this.#issues.findClosed(this.#marker)).filter((issue) => isOfThisRun(issue.body, env));
    if (closed) {
      await this.#issues.update(closed.number, { state: 'open', body });
      log.warning(
        `Opened issue #${closed.number} again, since another step of this run closed it. Give each of these steps an issue_key of its own.`,
      );
      return;
    }
    const number = await this.#issues.create(composeTitle(result, env), body);
    log.info(`Opened issue #${number}.`);
    for (const wait of LOOKS) {
      if (wait > 0) await clock.sleep(wait, signal);
      const found = await this.#issues.findOpen(this.#marker);
      if (!found.some((issue) => issue.number === number)) continue;
      const [oldest, ...others] = this.#leaveNeighbours(found, number);
      await this.#close(others, `Issue #${oldest?.number} is about the same.`);
      return;
    }
    log.warning(
      `Issue #${number} is open, but GitHub's list does not show it as one that this action may keep, so the next run may open another. Check that the user of github_token may write to ${env['GITHUB_REPOSITORY']}.`,
    );
  }

  /** Closes all before it comments: a locked issue takes no comment. */
  async #close(issues: readonly Issue[], comment: string): Promise<void> {
    const { env, log } = this.#world;
    for (const { number, body } of issues) {
      await this.#issues.update(number, { state: 'closed', body: stampBody(body, env) });
      log.info(`Closed issue #${number}.`);
    }
    for (const { number } of issues) {
      try {
        await this.#issues.comment(number, comment);
      } catch (error) {
        log.warning(`Issue #${number} is closed, but without a comment: ${explain(error, env)}`);
      }
    }
  }
}
