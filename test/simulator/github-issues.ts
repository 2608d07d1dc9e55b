export interface GitHubComment {
  id: number;
  body: string;
  created_at: string;
}

/** An issue, or a pull request, which GitHub lists among the issues. */
export interface GitHubIssue {
  repository: string;
  number: number;
  title: string;
  body: string | null;
  state: 'open' | 'closed';
  labels: string[];
  /** Takes no comments. */
  locked: boolean;
  comments: GitHubComment[];
  created_at: string;
  updated_at: string;
  closed_at: string | null;
  /** A `type` only where it is not the one that the login shows. */
  user: { login: string; type?: string };
  /** What the user is to the repository. */
  author_association: 'OWNER' | 'MEMBER' | 'COLLABORATOR' | 'CONTRIBUTOR' | 'NONE';
  /** There for a pull request. */
  pull_request?: { url: string };
}

/** What can be changed of an issue. */
export type IssueTexts = Partial<Pick<GitHubIssue, 'title' | 'body' | 'state' | 'labels' | 'locked'>>;

/** How far the list lags behind: it does not see what the last so many requests, or milliseconds, have changed. */
export interface Lag {
  requests?: number;
  ms?: number;
}

/** An issue as it was, since this request and this time. */
interface Version {
  request: number;
  time: number;
  issue: GitHubIssue;
}

/** The issues of all repositories, oldest first. */
export class GitHubIssues {
  readonly issues: GitHubIssue[] = [];
  /** Milliseconds since 1970, for every time that is told; may be set. */
  now: () => number = Date.now;
  /** Of the list alone; a change must be made by a request or by a method of this class to be held back. */
  lag: Lag = {};
  /** The requests to GitHub so far. */
  protected requestCount = 0;
  readonly #versions = new WeakMap<GitHubIssue, Version[]>();
  #comments = 0;

  /** Opens an issue; numbers count on through all repositories, and the user is that of a workflow's token. */
  addIssue(fields: Partial<GitHubIssue> & { repository: string }): GitHubIssue {
    const now = this.#timestamp();
    const issue: GitHubIssue = {
      number: this.issues.length + 1,
      title: '',
      body: null,
      state: 'open',
      labels: [],
      locked: false,
      comments: [],
      created_at: now,
      updated_at: now,
      closed_at: fields.state === 'closed' ? now : null,
      user: { login: 'github-actions[bot]' },
      author_association: 'NONE',
      ...fields,
    };
    this.issues.push(issue);
    this.#keepVersion(issue);
    return issue;
  }

  /** Opens so many, the n-th (from 0) with these fields. */
  addIssues(count: number, fields: (n: number) => Partial<GitHubIssue> & { repository: string }): void {
    for (let n = 0; n < count; n++) this.addIssue(fields(n));
  }

  /** By a request, or by a person past all rules. */
  changeIssue(issue: GitHubIssue, fields: IssueTexts): void {
    const now = this.#timestamp();
    if (fields.state !== undefined && fields.state !== issue.state) {
      issue.closed_at = fields.state === 'closed' ? now : null;
    }
    Object.assign(issue, fields, { updated_at: now });
    this.#keepVersion(issue);
  }

  addComment(issue: GitHubIssue, body: string): GitHubComment {
    this.#comments += 1;
    const comment = { id: this.#comments, body, created_at: this.#timestamp() };
    issue.comments.push(comment);
    issue.updated_at = comment.created_at;
    this.#keepVersion(issue);
    return comment;
  }

  /**
   * The issues of the repository as a list shows them, open ones and newest first by default. `state`, `labels`, `since`,
   * `sort` and `direction` as GitHub's; the login by `creator`.
   */
  query(repository: string, query: URLSearchParams, creator = query.get('creator')): GitHubIssue[] {
    const state = query.get('state') ?? 'open';
    const labels = query.get('labels')?.split(',').filter(Boolean) ?? [];
    const since = query.get('since');
    const key = query.get('sort') === 'updated' ? 'updated_at' : 'created_at';
    const sign = query.get('direction') === 'asc' ? 1 : -1;
    return this.#visible(repository)
      .filter((issue) => state === 'all' || issue.state === state)
      .filter((issue) => creator === null || issue.user.login === creator)
      .filter((issue) => labels.every((label) => issue.labels.includes(label)))
      .filter((issue) => since === null || Date.parse(issue.updated_at) >= Date.parse(since))
      .sort((a, b) => sign * (compare(a[key], b[key]) || a.number - b.number));
  }

  #visible(repository: string): GitHubIssue[] {
    const ours = this.issues.filter((issue) => issue.repository === repository);
    const { requests = 0, ms = 0 } = this.lag;
    if (requests === 0 && ms === 0) return ours;
    const [lastRequest, lastTime] = [this.requestCount - 1 - requests, this.now() - ms];
    return ours.flatMap((issue) => {
      const versions = this.#versions.get(issue) ?? [];
      return versions.findLast(({ request, time }) => request <= lastRequest && time <= lastTime)?.issue ?? [];
    });
  }

  #keepVersion(issue: GitHubIssue): void {
    const version = {
      request: this.requestCount,
      time: this.now(),
      issue: { ...issue, comments: [...issue.comments] },
    };
    const versions = this.#versions.get(issue);
    if (versions === undefined) this.#versions.set(issue, [version]);
    else versions.push(version);
  }

  /** RFC 3339 in whole seconds, as GitHub's. */
  #timestamp(): string {
    return new Date(this.now()).toISOString().replace(/\.\d+/, '');
  }
}

function compare(a: string, b: string): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}
