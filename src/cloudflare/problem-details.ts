import * as v from 'valibot';
import type { FailureKind, Problem } from '../failure.ts';
import { oneLine, quoted } from '../untrusted.ts';
import { type Answer, describeAnswer, header, isSuccessStatus, rayId } from './answer.ts';
import { readPage } from './page.ts';
import { isPassingStatus } from './retry.ts';

const someText = v.fallback(v.optional(v.string()), undefined);
const someCode = v.fallback(v.optional(v.union([v.number(), v.string()])), undefined);

/**
 * JSON that tells of a problem: that of Cloudflare's edge, by RFC 9457, and that of gateways and proxies.
 * https://developers.cloudflare.com/support/troubleshooting/http-status-codes/
 */
const DetailsSchema = v.looseObject({
  title: someText,
  detail: someText,
  message: someText,
  error: v.fallback(v.optional(v.union([v.string(), v.looseObject({ message: someText })])), undefined),
  error_code: someCode,
  code: someCode,
  cloudflare_error: v.optional(v.unknown()),
  what_you_should_do: someText,
});

/** What an answer says that is no envelope, for people. */
interface Words {
  readonly says: string;
  readonly code?: string | undefined;
  readonly advice?: string | undefined;
  /** Whether Cloudflare's edge says so for sure. */
  readonly isOfEdge?: boolean;
}

/**
 * The problem that an answer is that is no envelope: something between the runner and the API answered. `value` is what
 * it has as JSON; undefined if it is none. The message is the end of a sentence.
 */
export function readDetails(answer: Answer, value: unknown): Problem {
  const { says, code, advice, isOfEdge } = readWords(answer, value);
  const ray = rayId(answer);
  const place = isOfEdge || ray ? "Cloudflare's edge" : 'a proxy or gateway';
  const who = isOfEdge ? place : ray ? `${place} or firewall` : `probably ${place}`;
  const name = [describeAnswer(answer), code && `error ${code}`].filter(Boolean).join(', ');
  const ask = ray ? `Give the cf-ray ${ray} to Cloudflare support.` : 'Ask whoever runs the network of this runner.';
  const help = ray && advice?.includes(ray.replace(/-.*/s, '')) ? undefined : ask;
  const kind = kindOfOther(answer);
  return {
    kind,
    problem: `${PROBLEMS[kind] ?? `blocked by ${place}`} (${code ?? `HTTP ${answer.status}`})`,
    message: `something before the API answered, ${who} (${name}): ${says}.`,
    action: [advice ?? (kind === 'unavailable' && 'Run this again later.'), help].filter(Boolean).join(' '),
  };
}

const PROBLEMS: Readonly<Partial<Record<FailureKind, string>>> = {
  rate_limited: 'rate limit reached',
  unavailable: 'no answer from the API',
  unexpected: 'no answer from the API',
};

/** The kind of failure that an answer is that is no envelope, by its status. */
export function kindOfOther(answer: Answer): FailureKind {
  if (answer.status === 429) return 'rate_limited';
  if (isPassingStatus(answer.status)) return 'unavailable';
  return isSuccessStatus(answer) ? 'unexpected' : 'blocked';
}

const CHALLENGE = 'Cloudflare takes this runner for a bot. Run this from another network.';
const REDIRECT = 'Redirects are not followed. Check api_base_url.';

function readWords(answer: Answer, value: unknown): Words {
  if (header(answer, 'cf-mitigated') === 'challenge') {
    return { says: 'a challenge for browsers', isOfEdge: true, advice: CHALLENGE };
  }
  if (answer.status >= 300 && answer.status <= 399) {
    const place = header(answer, 'location');
    return { says: place === undefined ? 'a redirect' : `a redirect to ${quoted(place, 120)}`, advice: REDIRECT };
  }
  const coding = header(answer, 'content-encoding') ?? 'identity';
  if (coding !== 'identity') return { says: `a body in ${oneLine(coding, 40)}, which was not asked for` };
  const parsed = v.safeParse(DetailsSchema, value);
  if (!parsed.success || Array.isArray(value)) return readText(answer.body);
  const { title, detail, message, error, what_you_should_do: advice, ...other } = parsed.output;
  const words = [title, detail, message, typeof error === 'string' ? error : error?.message].filter(Boolean);
  const code = other.error_code ?? other.code;
  return {
    says: words.length > 0 ? quoteWords(words.join('. '), 300) : readText(answer.body).says,
    code: code === undefined ? undefined : oneLine(String(code), 40),
    advice: advice ? oneLine(advice, 300) : undefined,
    isOfEdge: other.cloudflare_error === true,
  };
}

/** A page, text, or JSON without a word that is known. The edge says `error code: 1010` as plain text. */
function readText(body: Uint8Array): Words {
  const page = readPage(body);
  const code = /^error code: (\d{3,4})$/.exec(page)?.[1];
  return { says: page === '' ? 'an empty body' : quoteWords(page, 200), code, isOfEdge: code !== undefined };
}

/** Without the full stop, since the sentence around it has its own. */
function quoteWords(words: string, limit: number): string {
  return quoted(words.trim().replace(/\.$/, ''), limit);
}
