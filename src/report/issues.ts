const TIME_LIMIT_MS = 30_000;

/** An issue, as far as this action is concerned with it. */
export interface Issue {
  readonly number: number;
  readonly body: string;
}

/** The issues of the repository that the workflow runs in. */
export interface Issues {
  /** The oldest open issue with this marker in its body. */
  findOpen(marker: string): Promise<Issue | undefined>;
  create(title: string, body: string): Promise<{ number: number }>;
  update(number: number, change: { body: string } | { state: 'closed' }): Promise<void>;
  comment(number: number, body: string): Promise<void>;
}

/**
 * Connects to GitHub, or the GitHub Enterprise Server of `GITHUB_API_URL`, through the proxy of the environment where
 * there is one. All calls together may take 30 seconds. The client is loaded here, since few runs need it.
 * https://docs.github.com/en/rest/issues/issues
 */
export async function issuesOfRepository(env: NodeJS.ProcessEnv, token: string, signal: AbortSignal): Promise<Issues> {
  const [owner = '', repo = ''] = (env['GITHUB_REPOSITORY'] ?? '').split('/');
  const { getOctokit } = await import('@actions/github');
  const silent = { debug() {}, info() {}, warn() {}, error() {} };
  const octokit = getOctokit(token, { log: silent });
  const { issues } = octokit.rest;
  const common = { owner, repo, request: { signal: AbortSignal.any([signal, AbortSignal.timeout(TIME_LIMIT_MS)]) } };

  return {
    async findOpen(marker) {
      const pages = octokit.paginate.iterator(issues.listForRepo, {
        ...common,
        state: 'open',
        sort: 'created',
        direction: 'asc',
        per_page: 100,
      });
      for await (const { data } of pages) {
        const issue = data.find(({ body, pull_request }) => !pull_request && body?.includes(marker));
        if (issue) return { number: issue.number, body: issue.body ?? '' };
      }
      return undefined;
    },
    async create(title, body) {
      const { data } = await issues.create({ ...common, title, body });
      return { number: data.number };
    },
    async update(number, change) {
      await issues.update({ ...common, issue_number: number, ...change });
    },
    async comment(number, body) {
      await issues.createComment({ ...common, issue_number: number, body });
    },
  };
}
