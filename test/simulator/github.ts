import type { Answer } from './answer.ts';
import { GitHubIssues, type IssueTexts, issueAsJson } from './github-issues.ts';
import { type RecordedRequest, splitPath } from './request.ts';

/** A refusal in GitHub's form, https://docs.github.com/en/rest/using-the-rest-api/troubleshooting-the-rest-api */
class GitHubRefusal extends Error {
  readonly status: number;

  constructor(status: number, message: string) {
    super(message);
    this.status = status;
  }
}

/** The endpoints of GitHub's REST API for issues that a reporter needs, for any repository. */
export class GitHub extends GitHubIssues {
  readonly #apiUrl: () => string;
  readonly #tokens: { write: string; read: string };

  constructor(apiUrl: () => string, tokens: { write: string; read: string }) {
    super();
    this.#apiUrl = apiUrl;
    this.#tokens = tokens;
  }

  /** Answers as https://docs.github.com/en/rest/issues documents it. */
  answer(request: RecordedRequest): Answer {
    try {
      return this.#route(request);
    } catch (error) {
      if (!(error instanceof GitHubRefusal)) throw error;
      const status = String(error.status);
      const body = { message: error.message, documentation_url: 'https://docs.github.com/rest', status };
      return { status: error.status, body };
    }
  }

  #route(request: RecordedRequest): Answer {
    this.#authorize(request);
    const { pathname, query } = splitPath(request);
    const [, repository, number, comments] =
      /^\/api\/v3\/repos\/([^/]+\/[^/]+)\/issues(?:\/(\d+)(\/comments)?)?$/.exec(pathname) ?? [];
    if (repository === undefined) throw new GitHubRefusal(404, 'Not Found');
    const operation = `${request.method} ${number === undefined ? '' : '/number'}${comments ?? ''}`;
    if (operation === 'GET ') return this.#list(repository, query);
    if (operation === 'POST ') {
      const issue = this.addIssue({ ...texts(request, 'title'), repository });
      return { status: 201, body: issueAsJson(issue, this.#apiUrl()) };
    }
    const issue = this.issues.find((entry) => entry.repository === repository && entry.number === Number(number));
    if (issue === undefined) throw new GitHubRefusal(404, 'Not Found');
    if (operation === 'GET /number') return { status: 200, body: issueAsJson(issue, this.#apiUrl()) };
    if (operation === 'PATCH /number') {
      this.changeIssue(issue, texts(request));
      return { status: 200, body: issueAsJson(issue, this.#apiUrl()) };
    }
    if (operation === 'POST /number/comments') {
      return { status: 201, body: this.addComment(issue, texts(request, 'body').body ?? '') };
    }
    throw new GitHubRefusal(404, 'Not Found');
  }

  #authorize(request: RecordedRequest): void {
    const token = /^(?:token|bearer) (\S+)$/i.exec(request.headers.authorization ?? '')?.[1];
    if (token === undefined) throw new GitHubRefusal(401, 'Requires authentication');
    if (token !== this.#tokens.write && token !== this.#tokens.read) throw new GitHubRefusal(401, 'Bad credentials');
    if (request.method !== 'GET' && token !== this.#tokens.write) {
      throw new GitHubRefusal(403, 'Resource not accessible by integration');
    }
  }

  #list(repository: string, query: URLSearchParams): Answer {
    const issues = this.query(repository, query).map((issue) => issueAsJson(issue, this.#apiUrl()));
    const size = Math.min(Number(query.get('per_page') ?? 30), 100);
    const page = Number(query.get('page') ?? 1);
    const last = Math.max(1, Math.ceil(issues.length / size));
    const link = Object.entries({ prev: page - 1, next: page + 1, first: 1, last })
      .filter(([name, target]) => target >= 1 && target <= last && (name !== 'first' || page > 1) && last > 1)
      .map(([name, target]) => {
        const parameters = new URLSearchParams([...query].filter(([key]) => key !== 'page'));
        parameters.set('page', String(target));
        return `<${this.#apiUrl()}/repos/${repository}/issues?${parameters}>; rel="${name}"`;
      });
    const body = issues.slice((page - 1) * size, page * size);
    return { status: 200, headers: { link: link.length > 0 ? link.join(', ') : null }, body };
  }
}

/** The texts of an issue's body, held to GitHub's own limits. */
function texts(request: RecordedRequest, required?: 'title' | 'body'): IssueTexts {
  let value: unknown;
  try {
    value = JSON.parse(request.body);
  } catch {
    throw new GitHubRefusal(400, 'Problems parsing JSON');
  }
  const given: Record<string, unknown> = typeof value === 'object' && value !== null ? { ...value } : {};
  const { title, body, state } = given;
  const invalid =
    (required !== undefined && (typeof given[required] !== 'string' || given[required] === '')) ||
    (title !== undefined && (typeof title !== 'string' || title.length > 256)) ||
    (body !== undefined && body !== null && (typeof body !== 'string' || body.length > 65536)) ||
    (state !== undefined && state !== 'open' && state !== 'closed');
  if (invalid) throw new GitHubRefusal(422, 'Validation Failed');
  const checked: IssueTexts = {};
  if (typeof title === 'string') checked.title = title;
  if (typeof body === 'string') checked.body = body;
  if (state === 'open' || state === 'closed') checked.state = state;
  return checked;
}
