import * as v from 'valibot';
import { describeSpan } from '../clock.ts';
import { Failure } from '../failure.ts';
import { quoted } from '../untrusted.ts';
import { describeReply, header, isPassingStatus, type Reply, retryAfter } from './answer.ts';
import { describeError, listEntries, readEntry } from './api-errors.ts';
import { findHint, isAboutAccess } from './hints.ts';

/** What a successful answer carries. Entries are as the API gave them. */
export interface Envelope {
  readonly result: unknown;
  readonly messages: readonly unknown[];
  /** How many items there are in all, where a list says so; NaN where what it says is no number. */
  readonly totalCount: number | undefined;
}

/** An answer that is no success; the entries are as the API gave them. */
interface Answer {
  readonly reply: Reply;
  readonly errors: readonly unknown[];
  readonly messages: readonly unknown[];
  /** Whether it is an envelope, and so Cloudflare's own word, and not that of something on the way. */
  readonly isEnvelope: boolean;
  readonly retryAfterMs: number | undefined;
  /** Whether the request may have taken effect all the same. */
  readonly unanswered: boolean;
}

/** Cloudflare, or something on the way, answered, and the answer is no success. */
export class ApiFailure extends Failure implements Answer {
  override readonly name = 'ApiFailure';
  readonly reply: Reply;
  readonly errors: readonly unknown[];
  readonly messages: readonly unknown[];
  readonly isEnvelope: boolean;

  constructor(problems: readonly string[], { reply, errors, messages, isEnvelope, retryAfterMs, unanswered }: Answer) {
    super(problems, { passing: isPassingStatus(reply.status), retryAfterMs, unanswered });
    this.reply = reply;
    this.errors = errors;
    this.messages = messages;
    this.isEnvelope = isEnvelope;
  }

  /** Whether what was asked for is what was refused, and not the token, the route or the load. */
  get isRefusal(): boolean {
    const { status } = this.reply;
    const codes = this.errors.map((error) => readEntry(error).code);
    return this.isEnvelope && !this.unanswered && ![undefined, ...codes].some((code) => isAboutAccess(code, status));
  }

  override explained(explanation: string, unanswered = this.unanswered): ApiFailure {
    const { reply, errors, messages, isEnvelope, retryAfterMs } = this;
    const answer = { reply, errors, messages, isEnvelope, retryAfterMs, unanswered };
    return new ApiFailure(this.withExplanation(explanation), answer);
  }
}

const EnvelopeSchema = v.looseObject({
  success: v.optional(v.unknown()),
  result: v.optional(v.unknown()),
  errors: v.optional(v.unknown()),
  messages: v.optional(v.unknown()),
  result_info: v.fallback(v.nullish(v.looseObject({ total_count: v.optional(v.unknown()) })), undefined),
});

/**
 * Reads an answer by one rule: it is a success only if it is 2xx, JSON, `success` is `true`, and `errors` is empty,
 * null or absent. Throws an ApiFailure for anything else, with `asked` (such as "read connector x") in its words.
 * https://developers.cloudflare.com/fundamentals/api/reference/response-envelope/
 */
export function readEnvelope(reply: Reply, asked: string, now: number): Envelope {
  const retryAfterMs = retryAfter(reply, now);
  const wait = retryAfterMs === undefined ? '' : ` ${describeWait(retryAfterMs, now)}`;
  const is2xx = reply.status >= 200 && reply.status <= 299;
  const fail = (problems: string[], entries?: { errors: unknown[]; messages: unknown[] }, isRefused = false) => {
    const sentences = problems.map((problem) => `Could not ${asked}: ${problem}${wait}`);
    const { errors = [], messages = [] } = entries ?? {};
    const isEnvelope = entries !== undefined;
    const unanswered = reply.status >= 500 || (is2xx && !isRefused);
    return new ApiFailure(sentences, { reply, errors, messages, isEnvelope, retryAfterMs, unanswered });
  };

  const json = parseJson(reply.body);
  if (json === undefined) throw fail([describeNoJson(reply)]);
  const parsed = v.safeParse(EnvelopeSchema, json);
  if (!parsed.success || Array.isArray(json)) throw fail([describeNoEnvelope(reply)]);

  const { success, result, result_info } = parsed.output;
  const messages = listEntries(parsed.output.messages);
  const errors = listErrors(parsed.output);
  if (errors.length > 0) {
    const problems = errors.map((error) => describeError(readEntry(error), reply));
    throw fail(problems, { errors, messages }, success !== true);
  }
  if (success !== true || !is2xx) {
    throw fail([describeNoSuccess(reply, success)], { errors, messages }, success === false);
  }
  return { result, messages, totalCount: readCount(result_info?.total_count) };
}

/** A count; NaN for what is none, so that no comparison holds. */
function readCount(count: unknown): number | undefined {
  if (count === null || count === undefined) return undefined;
  return typeof count === 'number' || (typeof count === 'string' && count.trim() !== '') ? Number(count) : Number.NaN;
}

/** The errors of an envelope; also a bare `{code, error}`, which some of Cloudflare's services answer with. */
function listErrors(body: v.InferOutput<typeof EnvelopeSchema>): unknown[] {
  const errors = listEntries(body.errors);
  const bare = 'error' in body && body.success !== true;
  return errors.length === 0 && bare ? [body] : errors;
}

function describeNoJson(reply: Reply): string {
  const answer = describeReply(reply);
  if (header(reply, 'cf-mitigated') === 'challenge') {
    return `Cloudflare's edge answered with a challenge for browsers (${answer}). It takes this runner for a bot: try from another network.`;
  }
  if (reply.body.length === 0) return `the answer is empty (${answer}).${hintFor(reply)}`;
  const type = quoted(header(reply, 'content-type') ?? 'nothing', 80);
  return `the answer is not JSON (${answer}, content type ${type}): ${excerptOf(reply)}.${hintFor(reply)}`;
}

function describeNoEnvelope(reply: Reply): string {
  return `the answer is JSON but no envelope of Cloudflare's (${describeReply(reply)}): ${excerptOf(reply)}.${hintFor(reply)}`;
}

function describeNoSuccess(reply: Reply, success: unknown): string {
  const said =
    success === undefined ? 'no "success"' : `"success": ${quoted(JSON.stringify(success), 40).slice(1, -1)}`;
  return `the answer has ${said} and names no error (${describeReply(reply)}).${hintFor(reply)}`;
}

function excerptOf({ body }: Reply): string {
  return quoted(new TextDecoder().decode(body.subarray(0, 1000)), 120);
}

function hintFor(reply: Reply): string {
  const hint = findHint([], reply.status);
  return hint ? ` ${hint}` : '';
}

function describeWait(waitMs: number, now: number): string {
  return `Cloudflare asks to wait ${describeSpan(waitMs)}, until ${new Date(now + waitMs).toISOString()}.`;
}

/** No answer of the API is nested as deeply by far, and some thousand levels are more than can be written as JSON again. */
const DEEPEST = 100;

/**
 * The value of JSON in UTF-8; undefined where the bytes are no such thing, or are nested too deeply (JSON itself cannot
 * be undefined).
 */
function parseJson(body: Uint8Array): unknown {
  try {
    const value: unknown = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(body));
    return isDeeper(value, DEEPEST) ? undefined : value;
  } catch {
    return undefined;
  }
}

function isDeeper(value: unknown, levels: number): boolean {
  if (typeof value !== 'object' || value === null) return false;
  return levels === 0 || Object.values(value).some((item) => isDeeper(item, levels - 1));
}
