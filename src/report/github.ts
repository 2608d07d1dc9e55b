import * as v from 'valibot';
import { Failure } from '../failure.ts';
import { readProxy } from '../inputs/proxy.ts';
import { Reader } from '../inputs/reader.ts';
import { refuseUntrustedTls } from '../inputs/rules.ts';
import type { World } from '../job/job.ts';

const TIME_LIMIT_MS = 30_000;

/**
 * Asks GitHub by a route such as `GET /repos/{owner}/{repo}/issues`. `goesOn`: a list has a further page. Throws the
 * client's error if GitHub refuses, and an Error for an answer of another shape.
 */
export type AskGitHub = <T>(
  shape: v.GenericSchema<unknown, T>,
  route: string,
  parameters?: Record<string, unknown>,
) => Promise<{ data: T; goesOn: boolean }>;

/**
 * Connects to the API of `GITHUB_API_URL`, for the repository of the run. All requests together may take 30 seconds.
 * None is tried again: the next run puts right what this one left.
 */
export async function connectToGitHub(token: string, { env, clock, signal }: World): Promise<AskGitHub> {
  const [owner, repo] = `${env['GITHUB_REPOSITORY']}`.split('/');
  if (!repo) throw new Error('GITHUB_REPOSITORY names no repository');
  const baseUrl = env['GITHUB_API_URL'] || 'https://api.github.com';
  const url = URL.parse(baseUrl);
  if (!url) throw new Error('GITHUB_API_URL is no URL');
  const read = new Reader(env);
  const proxy = readProxy(read, env, url);
  refuseUntrustedTls(read, env, url);
  if (read.problems.length > 0) throw new Failure(read.problems);
  // @actions/github reads these too as it is loaded, and fails at what comes after host and port.
  const variable = url.protocol.replace(':', '_proxy');
  for (const name of [variable, variable.toUpperCase()]) delete process.env[name];
  if (proxy) process.env[variable] = proxy.href;
  // Loaded here, since few runs need them.
  const [{ getOctokit }, { fetch }, { makeProxyAgent }] = await Promise.all([
    import('@actions/github'),
    import('undici'),
    import('../cloudflare/proxied.ts'),
  ]);
  const dispatcher = proxy && makeProxyAgent(proxy, TIME_LIMIT_MS);
  const log = { debug() {}, info() {}, warn() {}, error() {} };
  const request = {
    fetch: (url: string, options: object) => fetch(url, { ...options, ...(dispatcher && { dispatcher }) }),
    signal: AbortSignal.any([signal, clock.deadline(TIME_LIMIT_MS)]),
    log,
  };
  const octokit = getOctokit(token, { baseUrl, log, request });
  return async (shape, route, parameters) => {
    const place = route.includes('{owner}') ? { owner, repo } : {};
    const { data, headers } = await octokit.request(route, { ...place, ...parameters });
    const parsed = v.safeParse(shape, data);
    if (!parsed.success) throw new Error(`What came back for ${route} is not as GitHub documents it`);
    return { data: parsed.output, goesOn: /rel="?next/.test(`${headers.link}`) };
  };
}
