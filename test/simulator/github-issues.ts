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
  comments: GitHubComment[];
  created_at: string;
  updated_at: string;
  user: { login: string };
  /** What the user is to the repository. */
  author_association: 'OWNER' | 'MEMBER' | 'COLLABORATOR' | 'CONTRIBUTOR' | 'NONE';
  /** There for a pull request. */
  pull_request?: { url: string };
}

/** What a request may set. */
export type IssueTexts = Partial<Pick<GitHubIssue, 'title' | 'body' | 'state'>>;

/** The issues of all repositories, oldest first. */
export class GitHubIssues {
  readonly issues: GitHubIssue[] = [];
  #comments = 0;

  /** Opens an issue; numbers count on through all repositories, and the user is that of a workflow's token. */
  addIssue(fields: Partial<GitHubIssue> & { repository: string }): GitHubIssue {
    const now = new Date().toISOString();
    const issue: GitHubIssue = {
      number: this.issues.length + 1,
      title: '',
      body: null,
      state: 'open',
      comments: [],
      created_at: now,
      updated_at: now,
      user: { login: 'github-actions[bot]' },
      author_association: 'NONE',
      ...fields,
    };
    this.issues.push(issue);
    return issue;
  }

  changeIssue(issue: GitHubIssue, fields: IssueTexts): void {
    Object.assign(issue, fields, { updated_at: new Date().toISOString() });
  }

  addComment(issue: GitHubIssue, body: string): GitHubComment {
    this.#comments += 1;
    const comment = { id: this.#comments, body, created_at: new Date().toISOString() };
    issue.comments.push(comment);
    return comment;
  }

  /** Open ones and newest first by default; `state`, `creator`, `sort` and `direction` as GitHub's. */
  query(repository: string, query: URLSearchParams): GitHubIssue[] {
    const state = query.get('state') ?? 'open';
    const creator = query.get('creator');
    const key = query.get('sort') === 'updated' ? 'updated_at' : 'created_at';
    const sign = query.get('direction') === 'asc' ? 1 : -1;
    return this.issues
      .filter((issue) => issue.repository === repository && (state === 'all' || issue.state === state))
      .filter((issue) => creator === null || issue.user.login === creator)
      .sort((a, b) => sign * (a[key].localeCompare(b[key]) || a.number - b.number));
  }
}

/** As the REST API shows it: `comments` is their number. */
export function issueAsJson({ repository, comments, user, ...issue }: GitHubIssue, apiUrl: string) {
  return {
    ...issue,
    user: { ...user, type: user.login.endsWith('[bot]') ? 'Bot' : 'User' },
    id: issue.number,
    comments: comments.length,
    url: `${apiUrl}/repos/${repository}/issues/${issue.number}`,
    html_url: `${new URL(apiUrl).origin}/${repository}/issues/${issue.number}`,
  };
}
