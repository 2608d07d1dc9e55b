import * as v from 'valibot';
import type { AskGitHub } from './github.ts';
import { unlessRefused } from './github-refusal.ts';

const ISSUES = '/repos/{owner}/{repo}/issues';
const ISSUE = `${ISSUES}/{issue_number}`;

/** Of a hundred issues each; a repository may have many thousands. */
const ENOUGH_PAGES = 10;

const User = v.object({ login: v.string(), type: v.nullish(v.string()) });

/** Gitea and Forgejo send neither a user's `type` nor `author_association`, and `pull_request: null` for an issue. */
const Item = v.object({
  number: v.number(),
  state: v.string(),
  body: v.nullish(v.string()),
  user: v.nullish(User),
  author_association: v.nullish(v.string()),
  pull_request: v.optional(v.unknown()),
});
type Item = v.InferOutput<typeof Item>;

export interface Issue {
  readonly number: number;
  readonly body: string;
}

/** The issues of the repository. https://docs.github.com/en/rest/issues/issues */
export class Issues {
  readonly #ask: AskGitHub;
  readonly #writers = new Map<string, Promise<boolean>>();
  #login: Promise<string | undefined> | undefined;

  constructor(ask: AskGitHub) {
    this.#ask = ask;
  }

  async create(title: string, body: string): Promise<number> {
    const { data } = await this.#ask(v.object({ number: v.number() }), `POST ${ISSUES}`, { title, body });
    return data.number;
  }

  /** As it is now: a list may lag by seconds. */
  async read(issue_number: number): Promise<Item> {
    return (await this.#ask(Item, `GET ${ISSUE}`, { issue_number })).data;
  }

  /** Throws too if what comes back is not this issue in this state, such as the page of a proxy. */
  async update(issue_number: number, change: { body: string; state: 'open' | 'closed' }): Promise<void> {
    const shape = v.object({ number: v.literal(issue_number), state: v.literal(change.state) });
    await this.#ask(shape, `PATCH ${ISSUE}`, { issue_number, ...change });
  }

  async comment(issue_number: number, body: string): Promise<void> {
    await this.#ask(v.unknown(), `POST ${ISSUE}/comments`, { issue_number, body });
  }

  /** Our open issues with this marker, oldest first, each as it is now. Once there is one, it looks at few pages for others. */
  async findOpen(marker: string): Promise<Issue[]> {
    const found: Issue[] = [];
    const seen = new Set<number>();
    let pages = 0;
    try {
      for await (const page of this.#search()) {
        for (const { number } of await this.#pick(page, marker)) {
          if (seen.has(number)) continue;
          seen.add(number);
          const { state, body } = await this.read(number);
          if (state === 'open' && body?.includes(marker)) found.push({ number, body });
        }
        pages += 1;
        if (found.length > 0 && pages >= ENOUGH_PAGES) break;
      }
    } catch (error) {
      // What is found is worth more than what else there may be.
      if (found.length === 0) throw error;
    }
    return found.sort((one, other) => one.number - other.number);
  }

  /** Ours among the hundred closed ones that changed last. */
  async findClosed(marker: string): Promise<Issue[]> {
    const { data } = await this.#list({ state: 'closed', sort: 'updated' });
    return await this.#pick(data, marker);
  }

  /**
   * Pages of open issues: the newest hundred, the oldest hundred (an issue is young, or has been open for long), and all
   * those of the token's user. Not by a label, which anyone may take off, nor by the search, which lags by minutes.
   */
  async *#search(): AsyncGenerator<readonly Item[]> {
    let { data, goesOn } = await this.#list({ state: 'open' });
    yield data;
    if (!goesOn) return;
    yield (await this.#list({ state: 'open', direction: 'asc' })).data;
    const creator = await this.#whoAmI();
    for (let page = 1; goesOn; page++) {
      ({ data, goesOn } = await this.#list({ state: 'open', page, ...(creator && { creator, created_by: creator }) }));
      yield data;
    }
  }

  /**
   * A page by its number, so that no link can lead the token elsewhere. Gitea and Forgejo say `limit` for `per_page`, and
   * `created_by` for `creator`.
   */
  #list(query: Record<string, string | number>) {
    return this.#ask(v.array(Item), `GET ${ISSUES}`, { ...query, per_page: 100, limit: 100 });
  }

  async #pick(page: readonly Item[], marker: string): Promise<Issue[]> {
    const found: Issue[] = [];
    for (const item of page) {
      const { number, body, pull_request: isPull } = item;
      if (!isPull && body?.includes(marker) && (await this.#isOurs(item))) found.push({ number, body });
    }
    return found;
  }

  /**
   * Whether the author is a bot, the token's user, or may write: a stranger may have copied the marker. Members and
   * collaborators may well have no more than the right to read.
   */
  async #isOurs({ user, author_association: role }: Item): Promise<boolean> {
    if (user?.type === 'Bot' || role === 'OWNER') return true;
    if (!user) return false;
    if (user.login === (await this.#whoAmI())) return true;
    const mayWrite = this.#writers.get(user.login) ?? this.#mayWrite(user.login);
    this.#writers.set(user.login, mayWrite);
    return mayWrite;
  }

  /** https://docs.github.com/en/rest/collaborators/collaborators#get-repository-permissions-for-a-user */
  async #mayWrite(username: string): Promise<boolean> {
    const route = 'GET /repos/{owner}/{repo}/collaborators/{username}/permission';
    const answer = await unlessRefused(this.#ask(v.object({ permission: v.string() }), route, { username }));
    return ['admin', 'write'].includes(`${answer?.permission}`);
  }

  /**
   * The login of the token's user; undefined if unknown. The token of a workflow or an app has a viewer instead, in GraphQL:
   * `/graphql`, or on GitHub Enterprise Server, beside `/api/v3`, `/api/graphql`.
   */
  #whoAmI(): Promise<string | undefined> {
    this.#login ??= (async () => {
      const user = await unlessRefused(this.#ask(User, 'GET /user'));
      if (user) return user.login;
      const shape = v.fallback(v.optional(v.object({ data: v.object({ viewer: User }) })), undefined);
      const answer = await unlessRefused(this.#ask(shape, 'POST /../graphql', { query: '{ viewer { login } }' }));
      return answer?.data.viewer.login;
    })();
    return this.#login;
  }
}
