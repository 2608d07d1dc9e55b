import type { Answer } from './answer.ts';
import { GitHubRefusal, readIssue } from './github-body.ts';
import { type Flavour, issueAsJson, userAsJson } from './github-flavours.ts';
import { type GitHubIssue, GitHubIssues } from './github-issues.ts';
import { linksOf } from './github-links.ts';
import { GitHubPeople, type Person } from './github-people.ts';
import { type RecordedRequest, splitPath } from './request.ts';

/** What can be switched in a repository's settings. */
export interface RepositorySettings {
  /** Whether it has issues; true by default. */
  hasIssues?: boolean;
  archived?: boolean;
}

/** The endpoints of GitHub's REST API for issues that a reporter needs, for any repository. */
export class GitHub extends GitHubIssues {
  readonly people = new GitHubPeople();
  /** Where the next page is said to be, if not where the API is. */
  linkOrigin: string | undefined;
  readonly #flavour: Flavour;
  readonly #apiUrl: () => string;
  readonly #settings = new Map<string, RepositorySettings>();

  constructor(flavour: Flavour, apiUrl: () => string) {
    super();
    this.#flavour = flavour;
    this.#apiUrl = apiUrl;
  }

  /** Changes the settings of a repository, such as `acme/platform`. */
  setRepository(repository: string, settings: RepositorySettings): void {
    this.#settings.set(repository, { ...this.#settings.get(repository), ...settings });
  }

  /** Answers as https://docs.github.com/en/rest/issues documents it. */
  answer(request: RecordedRequest): Answer {
    this.requestCount += 1;
    try {
      return this.#route(request);
    } catch (error) {
      if (!(error instanceof GitHubRefusal)) throw error;
      const { status, message } = error;
      if (!this.#flavour.saysWho) return { status, body: { message, url: `${this.#apiUrl()}/swagger` } };
      const documentation_url = 'https://docs.github.com/rest';
      return { status, body: { message, documentation_url, status: String(status) } };
    }
  }

  #route(request: RecordedRequest): Answer {
    const asker = this.#authenticate(request);
    const { pathname, query } = splitPath(request);
    const { apiPath } = this.#flavour;
    const graphql = apiPath === '' ? '/graphql' : '/api/graphql';
    if (this.#flavour.saysWho && `${request.method} ${pathname}` === `POST ${graphql}`)
      return this.#viewer(request, asker);
    if (!pathname.startsWith(`${apiPath}/`)) throw new GitHubRefusal(404, 'Not Found');
    const path = pathname.slice(apiPath.length);
    if (request.method === 'GET' && path === '/user') return this.#user(asker);

    const [, login] = /^\/repos\/[^/]+\/[^/]+\/collaborators\/([^/]+)\/permission$/.exec(path) ?? [];
    if (request.method === 'GET' && login !== undefined) return this.#permission(decodeURIComponent(login), asker);
    const [, repository, id, number, comments] =
      /^\/(?:repos\/([^/]+\/[^/]+)|repositories\/(\d+))\/issues(?:\/(\d+)(\/comments)?)?$/.exec(path) ?? [];
    const name = repository ?? this.issues.find((issue) => repositoryId(issue.repository) === Number(id))?.repository;
    if (name === undefined) throw new GitHubRefusal(404, 'Not Found');

    const operation = `${request.method} ${number === undefined ? '' : '/number'}${comments ?? ''}`;
    this.#holdToSettings(name, request, asker);
    if (operation === 'GET ') return this.#list(name, query);
    if (operation === 'POST ') return this.#create(name, request, asker);
    const issue = this.issues.find((entry) => entry.repository === name && entry.number === Number(number));
    if (issue === undefined) throw new GitHubRefusal(404, 'Not Found');
    if (operation === 'GET /number') return this.#shown(200, issue);
    if (operation === 'PATCH /number') {
      this.changeIssue(issue, readIssue(request, this.#flavour));
      return this.#shown(this.#flavour.changedStatus, issue);
    }
    if (operation === 'POST /number/comments') {
      const { body = '' } = readIssue(request, this.#flavour, 'body');
      if (issue.locked) this.#refuse('locked');
      return { status: 201, body: this.addComment(issue, body ?? '') };
    }
    throw new GitHubRefusal(404, 'Not Found');
  }

  #authenticate(request: RecordedRequest): Person {
    const token = /^(?:token|bearer) (\S+)$/i.exec(request.headers.authorization ?? '')?.[1];
    if (token === undefined) throw new GitHubRefusal(401, 'Requires authentication');
    const person = this.people.of(token);
    if (person === undefined) throw new GitHubRefusal(401, 'Bad credentials');
    return person;
  }

  #holdToSettings(repository: string, { method }: RecordedRequest, { mayWriteIssues }: Person): void {
    const { hasIssues = true, archived = false } = this.#settings.get(repository) ?? {};
    if (!hasIssues) this.#refuse('disabled');
    if (method === 'GET') return;
    if (!mayWriteIssues) throw new GitHubRefusal(403, 'Resource not accessible by integration');
    if (archived) this.#refuse('archived');
  }

  #refuse(cause: keyof Flavour['refusals']): never {
    throw new GitHubRefusal(...this.#flavour.refusals[cause]);
  }

  /** https://docs.github.com/en/rest/users/users#get-the-authenticated-user */
  #user(asker: Person): Answer {
    if (asker.isWorkflow && this.#flavour.saysWho)
      throw new GitHubRefusal(403, 'Resource not accessible by integration');
    return { status: 200, body: userAsJson(asker, this.#flavour) };
  }

  /** As for the query `{ viewer { login } }`: a workflow has one, too. https://docs.github.com/en/graphql/reference/queries */
  #viewer({ body }: RecordedRequest, { login }: Person): Answer {
    if (!/"query":"\{ viewer \{ login \} \}"/.test(body)) throw new GitHubRefusal(400, 'A query is needed');
    return { status: 200, body: { data: { viewer: { login } } } };
  }

  /** https://docs.github.com/en/rest/collaborators/collaborators#get-repository-permissions-for-a-user */
  #permission(login: string, asker: Person): Answer {
    if (!this.#flavour.saysWho && asker.permission !== 'admin' && asker.login !== login) {
      throw new GitHubRefusal(403, 'Only administrators can query the permissions of others');
    }
    const person = this.people.named(login);
    if (person === undefined) throw new GitHubRefusal(404, `${login} is not a user`);
    const { permission } = person;
    return { status: 200, body: { permission, role_name: permission, user: userAsJson(person, this.#flavour) } };
  }

  #create(repository: string, request: RecordedRequest, { login, type, association }: Person): Answer {
    const texts = readIssue(request, this.#flavour, 'title');
    const user = type === undefined ? { login } : { login, type };
    return this.#shown(201, this.addIssue({ ...texts, repository, user, author_association: association }));
  }

  #shown(status: number, issue: GitHubIssue): Answer {
    return { status, body: issueAsJson(issue, this.#flavour, this.#apiUrl()) };
  }

  #list(repository: string, query: URLSearchParams): Answer {
    const { parameters, pageSize } = this.#flavour;
    const heeded = new URLSearchParams(
      [...query].filter(([name]) => parameters.sorts || !/^(sort|direction)$/.test(name)),
    );
    const kind = parameters.sorts ? null : query.get('type');
    const issues = this.query(repository, heeded, query.get(parameters.creator)).filter(
      ({ pull_request }) => kind === null || (kind === 'pulls') === (pull_request !== undefined),
    );
    const size = Math.min(Number(query.get(parameters.size)) || pageSize.usual, pageSize.greatest);
    const page = Math.max(1, Number(query.get('page')) || 1);
    const last = Math.max(1, Math.ceil(issues.length / size));
    const place = this.#flavour.cursorLinks ? `repositories/${repositoryId(repository)}` : `repos/${repository}`;
    const url = new URL(`${this.#apiUrl()}/${place}/issues?${query}`);
    const link = linksOf(url, { page, last, cursors: this.#flavour.cursorLinks, origin: this.linkOrigin });
    const shown = issues.slice((page - 1) * size, page * size);
    const headers = { link, 'x-total-count': this.#flavour.saysWho ? null : String(issues.length) };
    return { status: 200, headers, body: shown.map((issue) => issueAsJson(issue, this.#flavour, this.#apiUrl())) };
  }
}

/** The number that GitHub's own links name a repository by. */
function repositoryId(repository: string): number {
  return [...repository].reduce((sum, character) => (sum * 31 + character.charCodeAt(0)) % 1e9, 7);
}
