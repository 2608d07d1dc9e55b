import * as v from 'valibot';
import type { FailureKind, Problem } from '../failure.ts';
import { oneLine, quoted } from '../untrusted.ts';
import { type Answer, describeAnswer, header, isSuccessStatus, rayId } from './answer.ts';
import { readPage } from './page.ts';
import { isPassingStatus } from './retry.ts';

const text = v.fallback(v.optional(v.string()), undefined);
const code = v.fallback(v.optional(v.union([v.number(), v.string()])), undefined);

/**
 * JSON that tells of a problem: that of Cloudflare's edge, by RFC 9457, and that of gateways and proxies.
 * https://developers.cloudflare.com/support/troubleshooting/http-status-codes/
 */
const DetailsSchema = v.looseObject({
  title: text,
  detail: text,
  message: text,
  error: v.fallback(v.optional(v.union([v.string(), v.looseObject({ message: text })])), undefined),
  error_code: code,
  code,
  cloudflare_error: v.optional(v.unknown()),
  what_you_should_do: text,
});

/** What an answer says that is no envelope. */
interface Words {
  /** What it says, or is, for people. */
  readonly says: string;
  readonly code?: string | undefined;
  readonly advice?: string | undefined;
  /** Whether it is Cloudflare's edge that says so, for sure. */
  readonly isOfEdge?: boolean;
}

/**
 * The problem that an answer is that is no envelope: something between the runner and the API answered. `value` is what
 * it has as JSON; undefined if it is none. The message is the end of a sentence.
 */
export function readDetails(answer: Answer, value: unknown): Problem {
  const { says, code, advice, isOfEdge = false } = readWords(answer, value);
  const ray = rayId(answer);
  const who = isOfEdge ? "Cloudflare's edge" : ray ? "Cloudflare's edge or firewall" : 'a proxy or gateway';
  const kind = kindOfOther(answer);
  const actions = [
    advice,
    kind === 'unavailable' && 'Run this again later.',
    ray ? `Give the cf-ray ${ray} to Cloudflare support.` : 'Ask who runs the network of this runner.',
  ];
  return {
    kind,
    problem: `${PROBLEMS[kind] ?? `blocked by ${who}`} (${code ?? `HTTP ${answer.status}`})`,
    message: `something before the API answered, ${ray || isOfEdge ? who : `probably ${who}`} (${describeAnswer(answer)}${code === undefined ? '' : `, error ${code}`}): ${says}.`,
    action: actions.filter(Boolean).join(' '),
  };
}

const PROBLEMS: Readonly<Partial<Record<FailureKind, string>>> = {
  rate_limited: 'rate limit reached',
  unavailable: 'no answer of the API',
  unexpected: 'no answer of the API',
};

/** The kind of failure that an answer is that is no envelope, by its status. */
export function kindOfOther(answer: Answer): FailureKind {
  if (answer.status === 429) return 'rate_limited';
  if (isPassingStatus(answer.status)) return 'unavailable';
  return isSuccessStatus(answer) ? 'unexpected' : 'blocked';
}

function readWords(answer: Answer, value: unknown): Words {
  const { status, body } = answer;
  if (header(answer, 'cf-mitigated') === 'challenge')
    return { says: 'a challenge for browsers', isOfEdge: true, advice: CHALLENGE };
  if (status >= 300 && status <= 399) {
    const location = header(answer, 'location');
    return { says: `a redirect${location === undefined ? '' : ` to ${quoted(location, 120)}`}`, advice: REDIRECT };
  }
  const parsed = v.safeParse(DetailsSchema, value);
  if (value === undefined || !parsed.success || Array.isArray(value)) return readText(body);
  const {
    title,
    detail,
    message,
    error,
    error_code,
    code = error_code,
    what_you_should_do,
    cloudflare_error,
  } = parsed.output;
  const words = [title, detail, message, typeof error === 'string' ? error : error?.message].filter(Boolean);
  return {
    says: words.length > 0 ? quoted(words.join('. '), 300) : readText(body).says,
    code: code === undefined ? undefined : oneLine(String(code), 40),
    advice: what_you_should_do && oneLine(what_you_should_do, 300),
    isOfEdge: cloudflare_error === true,
  };
}

const CHALLENGE = 'Cloudflare takes this runner for a bot. Run this from another network.';
const REDIRECT = 'Redirects are not followed: check api_base_url.';

/** Text, JSON without a word that is known, or a page. The edge says `error code: 1010` as plain text. */
function readText(body: Uint8Array): Words {
  const page = readPage(body);
  if (page === '') return { says: 'an empty body' };
  const code = /^error code: (\d{3,4})$/.exec(page)?.[1];
  return { says: quoted(page, 200), code, isOfEdge: code !== undefined };
}
