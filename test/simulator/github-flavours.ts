import type { GitHubIssue } from './github-issues.ts';

/** GitHub itself, GitHub Enterprise Server, GitHub Enterprise Cloud with data residency, and Gitea (and Forgejo). */
export type FlavourName = 'github' | 'ghes' | 'ghe.com' | 'gitea';

/** In what one API of this kind differs from the next. */
export interface Flavour {
  /** Where the API is, below its origin. */
  readonly apiPath: string;
  /** Where people see an issue; the API's origin where absent. */
  readonly webOrigin?: string;
  /** The parameters that a list heeds, beside `state`, `labels` and `page`. */
  readonly parameters: { readonly size: string; readonly creator: string; readonly sorts: boolean };
  readonly pageSize: { readonly usual: number; readonly greatest: number };
  /** Next pages are named by the repository's number and a cursor, and the last one is not named. */
  readonly cursorLinks: boolean;
  /** Whether users have a `type` and issues an `author_association`. */
  readonly saysWho: boolean;
  /** Labels are named by number when an issue is made. */
  readonly labelNumbers: boolean;
  /** Status and text of a refusal for this cause. */
  readonly refusals: Readonly<Record<'disabled' | 'archived' | 'locked', readonly [status: number, message: string]>>;
  /** The login of a workflow's own token. */
  readonly workflowLogin: string;
  readonly changedStatus: number;
}

/** https://docs.github.com/en/rest/issues/issues */
const GITHUB: Flavour = {
  apiPath: '',
  webOrigin: 'https://github.com',
  parameters: { size: 'per_page', creator: 'creator', sorts: true },
  pageSize: { usual: 30, greatest: 100 },
  cursorLinks: true,
  saysWho: true,
  labelNumbers: false,
  refusals: {
    disabled: [410, 'Issues has been disabled in this repository.'],
    archived: [403, 'Repository was archived so is read-only.'],
    locked: [403, 'Unable to create comment because issue is locked.'],
  },
  workflowLogin: 'github-actions[bot]',
  changedStatus: 200,
};

/** https://docs.gitea.com/api/#tag/issue */
const GITEA: Flavour = {
  apiPath: '/api/v1',
  parameters: { size: 'limit', creator: 'created_by', sorts: false },
  pageSize: { usual: 30, greatest: 50 },
  cursorLinks: false,
  saysWho: false,
  labelNumbers: true,
  refusals: {
    disabled: [404, 'The target could not be found.'],
    archived: [423, 'Repository is archived.'],
    locked: [403, 'Issue is locked.'],
  },
  workflowLogin: 'gitea-actions',
  changedStatus: 201,
};

export const flavours: Readonly<Record<FlavourName, Flavour>> = {
  github: GITHUB,
  'ghe.com': { ...GITHUB, webOrigin: 'https://acme.ghe.com' },
  ghes: (({ webOrigin: _, ...rest }) => ({ ...rest, apiPath: '/api/v3', cursorLinks: false }))(GITHUB),
  gitea: GITEA,
};

/** As the REST API shows it: `comments` is their number. */
export function issueAsJson(issue: GitHubIssue, flavour: Flavour, apiUrl: string): Record<string, unknown> {
  const { repository, comments, user, author_association, locked, labels, pull_request, ...rest } = issue;
  const [owner = '', name = ''] = repository.split('/');
  const web = flavour.webOrigin ?? new URL(apiUrl).origin;
  const common = {
    ...rest,
    id: issue.number,
    comments: comments.length,
    labels: labels.map((label, n) => ({ id: n + 1, name: label, color: 'ededed' })),
    url: `${apiUrl}/repos/${repository}/issues/${issue.number}`,
    html_url: `${web}/${repository}/issues/${issue.number}`,
  };
  if (!flavour.saysWho) {
    const pull = pull_request === undefined ? null : { merged: false, html_url: pull_request.url };
    const place = { id: 1, name, owner, full_name: repository };
    return { ...common, user: userAsJson(user, flavour), is_locked: locked, pull_request: pull, repository: place };
  }
  return {
    ...common,
    user: userAsJson(user, flavour),
    author_association,
    locked,
    repository_url: `${apiUrl}/repos/${repository}`,
    ...(pull_request && { pull_request }),
  };
}

/** Without `type` where the flavour has none. */
export function userAsJson({ login, type }: GitHubIssue['user'], { saysWho }: Flavour): Record<string, unknown> {
  const id = [...login].reduce((sum, character) => sum * 31 + character.charCodeAt(0), 7) % 1e9;
  if (!saysWho) return { id, login, username: login, full_name: '' };
  return { login, id, type: type ?? (login.endsWith('[bot]') ? 'Bot' : 'User') };
}
