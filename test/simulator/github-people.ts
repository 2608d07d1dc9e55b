import type { GitHubIssue } from './github-issues.ts';

/** Who a token speaks for. */
export interface Person {
  login: string;
  /** By default what the login shows: `Bot` with `[bot]` at its end, `User` otherwise. */
  type?: string;
  /** To every repository. */
  permission: 'admin' | 'write' | 'read' | 'none';
  /** What the repository's issues say of the person; may hide a private membership. */
  association: GitHubIssue['author_association'];
  /** Whether the token is a workflow's own, so that there is no user to ask after. */
  isWorkflow: boolean;
  /** Whether the token has `issues: write`. */
  mayWriteIssues: boolean;
}

/** The tokens that there are, and the people behind them. */
export class GitHubPeople {
  readonly #people = new Map<string, Person>();

  /** Makes a token known, by default a person's who may write and whose membership is private. */
  add(token: string, fields: Partial<Person> & { login: string }): Person {
    const usual = { permission: 'write', association: 'NONE', isWorkflow: false, mayWriteIssues: true } as const;
    const person: Person = { ...usual, ...fields };
    this.#people.set(token, person);
    return person;
  }

  of(token: string): Person | undefined {
    return this.#people.get(token);
  }

  named(login: string): Person | undefined {
    return [...this.#people.values()].find((person) => person.login === login && !person.isWorkflow);
  }
}
