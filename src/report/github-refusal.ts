import { oneLine } from '../untrusted.ts';

const PERMISSION = 'report_issue needs permissions: issues: write.';

/** What GitHub, or something before it, answered instead of doing what it was asked. */
interface Refusal {
  readonly status: number;
  /** GitHub's own words; empty if the answer is not in its form. */
  readonly words: string;
  /** Whether too much was asked in too short a time. https://docs.github.com/en/rest/using-the-rest-api/rate-limits-for-the-rest-api */
  readonly isLimit: boolean;
}

/** Why GitHub did not do what it was asked, and what to do, for people: `the cause. What to do.` */
export function explainRefusal(error: unknown, repository: string): string {
  const refusal = refusalOf(error);
  if (!refusal) return `${describeFault(error)}.`;
  const { status, words, isLimit } = refusal;
  const said = `(${status}${words && `, "${words}"`})`;
  if (isLimit) return `the rate limit of GitHub is used up ${said}. The next run tries again.`;
  if (/archived/i.test(words)) return `${repository} is archived, so its issues cannot be changed ${said}.`;
  if (status === 410 && !/deleted/i.test(words)) {
    return `the issues of ${repository} are switched off ${said}. Switch them on in its settings, or leave report_issue out.`;
  }
  if (status === 401) {
    return `GitHub does not accept github_token ${said}. Leave it out to have the token of the job. ${PERMISSION}`;
  }
  if (status === 403) return `github_token may not do this in ${repository} ${said}. ${PERMISSION}`;
  if (status === 404) {
    return `github_token finds no ${repository}, or no issues there ${said}. ${PERMISSION}`;
  }
  return `GitHub, or something before it, answered ${status}${words && ` "${words}"`}.`;
}

/** The answer, or undefined if GitHub does not let the token have it. Throws where it could not be asked. */
export async function unlessRefused<T>(answer: Promise<T>): Promise<T | undefined> {
  try {
    return await answer;
  } catch (error) {
    const refusal = refusalOf(error);
    if (error instanceof Error && error.name === 'GraphqlResponseError') return undefined;
    if (refusal && [401, 403, 404].includes(refusal.status) && !refusal.isLimit) return undefined;
    throw error;
  }
}

function refusalOf(error: unknown): Refusal | undefined {
  if (!(error instanceof Error) || !('response' in error) || !isObject(error.response)) return undefined;
  const { status, data, headers } = error.response;
  if (typeof status !== 'number') return undefined;
  const words = isObject(data) && typeof data['message'] === 'string' ? oneLine(data['message'], 200) : '';
  const isUsedUp = isObject(headers) && headers['x-ratelimit-remaining'] === '0';
  return { status, words, isLimit: status === 429 || (status === 403 && (isUsedUp || /rate limit/i.test(words))) };
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}

function describeFault(error: unknown): string {
  const root = rootOf(error);
  if (!(root instanceof Error)) return oneLine(String(root), 300);
  if (root.name === 'TimeoutError') return 'it took GitHub more than 30 seconds';
  const words = oneLine(root.message, 300).replace(/\.$/, '');
  return root === error ? words : `GitHub could not be reached (${words})`;
}

/** What lies behind an error: the client says `fetch failed` or `Request was cancelled`, and its cause says why. */
function rootOf(error: unknown): unknown {
  return error instanceof Error && error.cause instanceof Error && error.cause.message !== ''
    ? rootOf(error.cause)
    : error;
}
