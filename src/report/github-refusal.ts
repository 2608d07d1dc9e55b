import * as v from 'valibot';
import { readProxyRefusal } from '../cloudflare/network-errors.ts';
import { oneLine } from '../untrusted.ts';

const PERMISSION = 'report_issue needs permissions: issues: write.';
const PERSONAL =
  'Give the token the repository permission "Issues: write" (a fine-grained one) or the scope repo (a classic one).';

/** Why, where the message is only `Validation Failed`. */
const Reason = v.fallback(v.object({ message: v.string() }), { message: '' });

/** The client's error for an answer that is no success. */
const Refusal = v.object({
  status: v.number(),
  response: v.object({
    data: v.fallback(v.object({ message: v.string(), errors: v.fallback(v.array(Reason), []) }), {
      message: '',
      errors: [],
    }),
    headers: v.object({ 'x-ratelimit-remaining': v.optional(v.string()), 'x-github-sso': v.optional(v.string()) }),
  }),
});

/** Why GitHub did not do what it was asked, and what to do, as whole sentences. */
export function explainRefusal(error: unknown, { GITHUB_REPOSITORY: repository }: NodeJS.ProcessEnv): string {
  const refusal = refusalOf(error);
  if (!refusal) return `${describeFault(error)}.`;
  const { status, words, isLimit, needsSso } = refusal;
  const said = words ? `${status} "${words}"` : `${status}`;
  if (isLimit) return `GitHub's rate limit is reached (${said}). The next run tries again.`;
  if (/archived/i.test(words)) return `${repository} is archived, so nobody can change its issues (${said}).`;
  if (/\blocked\b/i.test(words)) return `It is locked (${said}).`;
  if (status === 410 && !/deleted/i.test(words)) {
    return `Issues are switched off in ${repository} (${said}). Switch them on in its settings, or leave report_issue out.`;
  }
  if (status === 401) {
    return `GitHub does not accept github_token (${said}). Leave the input out to use the token of the job. ${PERMISSION}`;
  }
  if (needsSso) {
    return `The organization's single sign-on keeps github_token out (${said}). Authorize the token for the organization, or leave the input out to use the token of the job.`;
  }
  if (/IP allow list/i.test(words)) {
    return `The organization's IP allow list keeps this runner out (${said}). Add the runner's address to the list, or use a runner whose address is on it.`;
  }
  // GitHub gives its reason.
  if (status === 403 && words)
    return `GitHub does not let github_token do this in ${repository} (${said}).${adviceFor(words)}`;
  if (status === 404 && words) return `GitHub shows github_token no issues of ${repository} (${said}). ${PERMISSION}`;
  return `GitHub, or something in front of it, answered ${said}. The next run tries again.`;
}

/** What to do about a 403, if that is known: a block, or a rule of the organization, is not for a permission to lift. */
function adviceFor(words: string): string {
  if (/forbids access|blocked/i.test(words)) return '';
  return ` ${/personal access token/i.test(words) ? PERSONAL : PERMISSION}`;
}

/** The data of an answer, or undefined if GitHub does not let the token have it. Throws if GitHub could not be asked. */
export async function unlessRefused<T>(answer: Promise<{ data: T }>): Promise<T | undefined> {
  try {
    return (await answer).data;
  } catch (error) {
    const refusal = refusalOf(error);
    if (refusal && [401, 403, 404].includes(refusal.status) && !refusal.isLimit) return undefined;
    throw error;
  }
}

/**
 * `isLimit`: too many requests. https://docs.github.com/en/rest/using-the-rest-api/rate-limits-for-the-rest-api
 * `needsSso`: a personal token that is not authorized for the organization. https://docs.github.com/en/rest/authentication/authenticating-to-the-rest-api
 */
function refusalOf(error: unknown): { status: number; words: string; isLimit: boolean; needsSso: boolean } | undefined {
  const parsed = v.safeParse(Refusal, error);
  if (!parsed.success) return undefined;
  const { status, response } = parsed.output;
  const { message, errors } = response.data;
  const reasons = errors.map((reason) => reason.message).filter(Boolean);
  const words = oneLine([message, ...reasons].join(': '), 300).replace(/\.$/, '');
  const { 'x-ratelimit-remaining': left, 'x-github-sso': sso } = response.headers;
  const isUsedUp = left === '0' || /rate limit/i.test(words);
  const needsSso = /^required/i.test(`${sso}`) || /\bSAML\b/.test(words);
  return { status, words, isLimit: status === 429 || (status === 403 && isUsedUp), needsSso };
}

/** What went wrong at the root: the client says `fetch failed` or `Request was cancelled`, and its cause says why. */
function describeFault(error: unknown): string {
  let root = error;
  while (root instanceof Error && root.cause instanceof Error && root.cause.message !== '') root = root.cause;
  if (!(root instanceof Error)) return oneLine(String(root), 300);
  if (root.name === 'TimeoutError') return 'GitHub took more than 30 seconds';
  const refusal = readProxyRefusal(root, 'it');
  if (refusal) return `GitHub cannot be reached, since ${refusal.what}`;
  const words = oneLine(root.message, 300).replace(/\.$/, '');
  return root === error ? words : `GitHub cannot be reached (${words})`;
}
