import * as v from 'valibot';
import type { GitHub } from './github.ts';
import { unlessRefused } from './github-refusal.ts';

/** Whose issues count beside those of bots, such as `github-actions[bot]`, as far as the issue itself says so. */
const WRITERS = ['OWNER', 'MEMBER', 'COLLABORATOR'];

const ISSUES = '/repos/{owner}/{repo}/issues';
const ISSUE = `${ISSUES}/{issue_number}`;

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

/** An issue, as far as this action is concerned with it. */
export interface Issue {
  readonly number: number;
  readonly body: string;
}

/** What may be changed of an issue. */
export interface IssueChange {
  readonly body?: string;
  readonly state?: 'open' | 'closed';
}

/** The issues of the repository. https://docs.github.com/en/rest/issues/issues */
export class Issues {
  readonly #github: GitHub;
  #login: Promise<string | undefined> | undefined;

  constructor(github: GitHub) {
    this.#github = github;
  }

  async create(title: string, body: string): Promise<number> {
    const { data } = await this.#github.request(v.object({ number: v.number() }), `POST ${ISSUES}`, { title, body });
    return data.number;
  }

  async update(issue_number: number, change: IssueChange): Promise<void> {
    await this.#github.request(v.unknown(), `PATCH ${ISSUE}`, { issue_number, ...change });
  }

  async comment(issue_number: number, body: string): Promise<void> {
    await this.#github.request(v.unknown(), `POST ${ISSUE}/comments`, { issue_number, body });
  }

  /** The open issues with this marker in their body, oldest first. One of a stranger, who may have copied it, is none. */
  async findOpen(marker: string): Promise<Issue[]> {
    for await (const page of this.#search()) {
      const found = await this.#pick(page, marker, 'open');
      if (found.length > 0) return found;
    }
    return [];
  }

  /** Likewise among the hundred closed ones that changed last. */
  async findClosed(marker: string): Promise<Issue[]> {
    const { data } = await this.#list({ state: 'closed', sort: 'updated' });
    return await this.#pick(data, marker, 'closed');
  }

  /**
   * Pages of open issues, to be read until one has the issue. With more than a hundred, the oldest follow the newest: an
   * issue is young, or has been open for long. Then come those of the token's user alone, few however many others there
   * are. A label would be found as quickly, but anyone may take it off, and it would be made in a repository that did not
   * ask for it; and the index of GitHub's search lags by minutes. Not found is one between 200 others or more whose
   * author is not the token's user any more.
   */
  async *#search(): AsyncGenerator<readonly Item[]> {
    const newest = await this.#list({ state: 'open' });
    yield newest.data;
    if (!newest.goesOn) return;
    yield (await this.#list({ state: 'open', direction: 'asc' })).data;
    const creator = await this.#whoAmI();
    for (let page = 1, goesOn = true; goesOn; page++) {
      const next = await this.#list({ state: 'open', page, ...(creator && { creator, created_by: creator }) });
      yield next.data;
      goesOn = next.goesOn;
    }
  }

  /**
   * One page, newest first by default. Pages go by their number, so that no link can lead the token elsewhere. Gitea
   * and Forgejo say `limit` for `per_page`, and `created_by` for `creator`.
   */
  #list(query: Record<string, string | number>) {
    return this.#github.request(v.array(Item), `GET ${ISSUES}`, { ...query, per_page: 100, limit: 100 });
  }

  /** Those with the marker, each read again, since a list may lag behind by seconds. */
  async #pick(page: readonly Item[], marker: string, state: Item['state']): Promise<Issue[]> {
    const found: Issue[] = [];
    for (const item of page) {
      if (item.pull_request || !item.body?.includes(marker) || !(await this.#isOurs(item))) continue;
      const { data } = await this.#github.request(Item, `GET ${ISSUE}`, { issue_number: item.number });
      if (data.state === state && data.body?.includes(marker)) found.push({ number: data.number, body: data.body });
    }
    return found.sort((one, other) => one.number - other.number);
  }

  /** Whether the author is a bot, the token's user, or may write. GitHub is asked only if the issue does not say so. */
  async #isOurs({ user, author_association: role }: Item): Promise<boolean> {
    if (user?.type === 'Bot' || WRITERS.includes(role ?? '')) return true;
    return user?.login !== undefined && (user.login === (await this.#whoAmI()) || (await this.#mayWrite(user.login)));
  }

  /** https://docs.github.com/en/rest/collaborators/collaborators#get-repository-permissions-for-a-user */
  async #mayWrite(username: string): Promise<boolean> {
    const route = 'GET /repos/{owner}/{repo}/collaborators/{username}/permission';
    const shape = v.object({ permission: v.string() });
    const answer = await unlessRefused(this.#github.request(shape, route, { username }));
    return answer !== undefined && ['admin', 'write'].includes(answer.data.permission);
  }

  /** The login of the token's user; undefined if unknown. The token of a workflow or an app has a viewer alone. */
  #whoAmI(): Promise<string | undefined> {
    this.#login ??= (async () => {
      const user = await unlessRefused(this.#github.request(User, 'GET /user'));
      if (user) return user.data.login;
      const answer = await unlessRefused(this.#github.query(v.object({ viewer: User }), '{ viewer { login } }'));
      return answer?.viewer.login;
    })();
    return this.#login;
  }
}
