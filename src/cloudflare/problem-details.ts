import * as v from 'valibot';
import type { FailureKind, Problem } from '../failure.ts';
import { oneLine, quoted } from '../untrusted.ts';
import { type Answer, header, isSuccessStatus, rayId } from './answer.ts';
import { lenient, lenientCode, lenientText } from './api-errors.ts';
import { readWordsOfPage } from './html-text.ts';
import { isPassingStatus } from './retry.ts';

/**
 * A problem in JSON, of Cloudflare's edge (RFC 9457), of gateways and proxies.
 * https://developers.cloudflare.com/support/troubleshooting/http-status-codes/
 */
const DetailsSchema = v.object({
  title: lenientText,
  detail: lenientText,
  message: lenientText,
  error: lenient(v.union([v.string(), v.object({ message: v.string() })])),
  error_code: lenientCode,
  code: lenientCode,
  cloudflare_error: v.optional(v.unknown()),
  ray_id: lenient(v.pipe(v.string(), v.regex(/^\w[\w-]{0,63}$/))),
  what_you_should_do: lenientText,
});

interface Words {
  readonly says: string;
  readonly code?: string | undefined;
  readonly advice?: string | undefined;
  readonly isOfEdge?: boolean;
  /** Of the body, for an answer without the header. */
  readonly rayInBody?: string | undefined;
}

/**
 * The problem of an answer that is no envelope: something between the runner and the API answered. `value` is its JSON,
 * if any. The message is the end of a sentence.
 */
export function readDetails(answer: Answer, value: unknown): Problem {
  const { says, code, advice, isOfEdge, rayInBody } = readWords(answer, value);
  const ray = rayId(answer) || rayInBody;
  const kind = kindOfOther(answer);
  const place = isOfEdge || ray ? "Cloudflare's edge" : 'a proxy or gateway';
  const who = `${place}${isOfEdge ? '' : ray ? ' or firewall' : ' probably'}`;
  const name = [`HTTP ${answer.status}`, ray && `cf-ray ${ray}`, code && `error ${code}`].filter(Boolean).join(', ');
  const problem = kind === 'rate_limited' ? 'rate limit reached' : 'no answer from the API';
  const ask = ray
    ? 'Give the cf-ray to Cloudflare support.'
    : `Ask ${isOfEdge ? 'Cloudflare support' : 'whoever runs the network of this runner'}.`;
  return {
    kind,
    problem: `${kind === 'blocked' ? `blocked by ${place}` : problem} (${code ?? `HTTP ${answer.status}`})`,
    message: `${who} answered instead of the API (${name}): ${says}.`,
    action: [advice ?? (kind === 'unavailable' && 'Run this again later.'), answer.status === 403 && OTHER_NETWORK, ask]
      .filter(Boolean)
      .join(' '),
  };
}

/** The kind of failure for an answer that is no envelope. */
export function kindOfOther(answer: Answer): FailureKind {
  if (answer.status === 429) return 'rate_limited';
  if (isPassingStatus(answer.status)) return 'unavailable';
  return isSuccessStatus(answer) ? 'unexpected' : 'blocked';
}

/** What is blocked here need not be elsewhere: at 3 a.m. that is the quickest way. */
const OTHER_NETWORK = 'Run this from another network.';
const CHALLENGE = 'Cloudflare takes this runner for a bot.';
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
  const { title = '', detail = '', message, error, error_code, code, what_you_should_do: advice } = parsed.output;
  // The edge may say the same in both: "Error 1020: Access denied", "Access denied: …".
  const heading = detail.split(/[:.]/, 1)[0] === title.replace(/^Error \d+: /, '') ? '' : title;
  const words = [heading, detail, message, typeof error === 'string' ? error : error?.message].filter(Boolean);
  const isOfEdge = parsed.output.cloudflare_error === true;
  return {
    says: words.length > 0 ? quoteWords(words.join('. '), 300) : readText(answer.body).says,
    code: error_code ?? code,
    advice: advice
      ? `${isOfEdge ? "Cloudflare's edge" : 'The answer'} advises: ${quoteWords(advice, 300)}.`
      : undefined,
    isOfEdge,
    rayInBody: isOfEdge ? parsed.output.ray_id : undefined,
  };
}

/** The edge says `error code: 1010` as plain text. */
function readText(body: Uint8Array): Words {
  const page = readWordsOfPage(body);
  const code = /^error code: (\d{3,4})$/.exec(page)?.[1];
  return { says: page === '' ? 'an empty body' : quoteWords(page, 200), code, isOfEdge: code !== undefined };
}

/** Without a full stop, since the sentence has its own. */
function quoteWords(words: string, limit: number): string {
  return quoted(words.trim().replace(/\.$/, ''), limit);
}
