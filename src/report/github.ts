const TIME_LIMIT_MS = 30_000;

/** Whose issues count beside those of bots, such as `github-actions[bot]`: those of people who may write. */
const WRITERS = ['OWNER', 'MEMBER', 'COLLABORATOR'];

/** An issue, as far as this action is concerned with it. */
export interface Issue {
  readonly number: number;
  readonly body: string;
}

/** The issues of the repository that the workflow runs in. */
export interface Issues {
  /** The oldest open issue with this marker in its body. One of a stranger, who may have copied the marker, is none. */
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
  const untilLimit = AbortSignal.any([signal, AbortSignal.timeout(TIME_LIMIT_MS)]);
  // For every request in this one place: the pages of a list would not take over what a call was given.
  octokit.hook.before('request', (options) => {
    options.request = { ...options.request, signal: untilLimit, log: silent };
  });
  const { issues } = octokit.rest;
  const common = { owner, repo };

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
        const issue = data.find(({ body, pull_request: isPull, user, author_association: role }) => {
          const isOurs = user?.type === 'Bot' || WRITERS.includes(role ?? '');
          return isOurs && !isPull && body?.includes(marker);
        });
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
