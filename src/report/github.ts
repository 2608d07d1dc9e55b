import * as v from 'valibot';

const TIME_LIMIT_MS = 30_000;

/** What GitHub answered, and whether a list goes on behind this page of it. */
interface Answered<T> {
  readonly data: T;
  readonly goesOn: boolean;
}

/** GitHub's API, for one repository, with the token of one user. */
export interface GitHub {
  /**
   * Sends one request, such as `GET /repos/{owner}/{repo}/issues`. Throws the client's error where GitHub refuses it, and
   * an Error for an answer of another shape than asked for.
   */
  request<T>(
    shape: v.GenericSchema<unknown, T>,
    route: string,
    parameters?: Record<string, unknown>,
  ): Promise<Answered<T>>;
  /** Asks the GraphQL API. Throws likewise. https://docs.github.com/en/graphql/reference/queries */
  query<T>(shape: v.GenericSchema<unknown, T>, query: string): Promise<T>;
}

/**
 * Connects to the GitHub of `GITHUB_API_URL` (github.com by default), for the repository of the run. All requests
 * together may take 30 seconds. None is tried again: the next run finds what this one left, and puts it right. The client
 * is loaded here, since few runs need it.
 */
export async function connectToGitHub(env: NodeJS.ProcessEnv, token: string, signal: AbortSignal): Promise<GitHub> {
  const [owner = '', repo = ''] = (env['GITHUB_REPOSITORY'] ?? '').split('/');
  if (owner === '' || repo === '') throw new Error('the run has no repository, since GITHUB_REPOSITORY is empty');
  const { getOctokit } = await import('@actions/github');
  const log = { debug() {}, info() {}, warn() {}, error() {} };
  const octokit = getOctokit(token, { baseUrl: env['GITHUB_API_URL'] || 'https://api.github.com', log });
  const untilLimit = AbortSignal.any([signal, AbortSignal.timeout(TIME_LIMIT_MS)]);
  octokit.hook.before('request', (options) => {
    options.request = { ...options.request, signal: untilLimit, log };
  });
  return {
    async request(shape, route, parameters) {
      const { data, headers } = await octokit.request(route, { owner, repo, ...parameters });
      return { data: read(shape, data, route), goesOn: /rel="?next/.test(headers.link ?? '') };
    },
    async query(shape, query) {
      return read(shape, await octokit.graphql(query), query);
    },
  };
}

function read<T>(shape: v.GenericSchema<unknown, T>, data: unknown, asked: string): T {
  const parsed = v.safeParse(shape, data);
  if (!parsed.success) throw new Error(`what came back for ${asked} is not as GitHub documents it`);
  return parsed.output;
}
