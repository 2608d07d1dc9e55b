import * as v from 'valibot';
import { describeSpan } from '../clock.ts';
import { Failure, type FailureKind, type Problem } from '../failure.ts';
import { quoted } from '../untrusted.ts';
import { type Answer, describeAnswer, header, isPassingStatus, retryAfter } from './answer.ts';
import { describeError, listEntries, readEntry } from './api-errors.ts';
import { findHint, isAboutAccess } from './hints.ts';

/** What a successful answer carries. Entries are as the API gave them. */
export interface Envelope {
  readonly result: unknown;
  readonly messages: readonly unknown[];
  /** How many items there are in all, where a list says so; NaN where what it says is no number. */
  readonly totalCount: number | undefined;
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
export function readEnvelope(
  answer: Answer,
  asked: string,
  now: number,
  note: (messages: unknown[]) => void,
): Envelope {
  const retryAfterMs = retryAfter(answer, now);
  const wait = retryAfterMs === undefined ? '' : ` ${describeWait(retryAfterMs, now)}`;
  const is2xx = answer.status >= 200 && answer.status <= 299;
  const fail = (problems: Problem[], isRefused = false) => {
    const mayHaveTakenEffect = !isRefused || answer.status >= 500 || answer.status === 408;
    const told = problems.map((problem) => ({ ...problem, message: `Could not ${asked}: ${problem.message}${wait}` }));
    return new Failure(told, { passing: isPassingStatus(answer.status), retryAfterMs, mayHaveTakenEffect });
  };
  const other = (message: string): Problem => ({
    kind: kindOf(undefined, answer),
    problem: 'no answer of the API',
    message,
  });

  const json = parseJson(answer.body);
  if (json === undefined) throw fail([other(describeNoJson(answer))]);
  const parsed = v.safeParse(EnvelopeSchema, json);
  if (!parsed.success || Array.isArray(json)) throw fail([other(describeNoEnvelope(answer))]);

  const { success, result, result_info } = parsed.output;
  const messages = listEntries(parsed.output.messages);
  note(messages);
  const errors = listErrors(parsed.output);
  if (errors.length > 0) {
    const problems = errors.map((value): Problem => {
      const entry = readEntry(value);
      const message = describeError(entry, answer);
      return { kind: kindOf(entry.code, answer), problem: `refused: ${entry.message}`, message, entry: value };
    });
    throw fail(problems, success !== true);
  }
  if (success !== true || !is2xx) throw fail([other(describeNoSuccess(answer, success))], success === false);
  return { result, messages, totalCount: readCount(result_info?.total_count) };
}

function kindOf(code: string | undefined, { status }: Answer): FailureKind {
  if (status === 429) return 'rate_limited';
  if (status >= 500) return 'unavailable';
  if (status === 404 || code === '7003') return 'not_found';
  if (isAboutAccess(code, status) || status === 403) return 'access';
  return 'refused';
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

function describeNoJson(answer: Answer): string {
  const said = describeAnswer(answer);
  if (header(answer, 'cf-mitigated') === 'challenge') {
    return `Cloudflare's edge answered with a challenge for browsers (${said}). It takes this runner for a bot: try from another network.`;
  }
  if (answer.body.length === 0) return `the answer is empty (${said}).${hintFor(answer)}`;
  const type = quoted(header(answer, 'content-type') ?? 'nothing', 80);
  return `the answer is not JSON (${said}, content type ${type}): ${excerptOf(answer)}.${hintFor(answer)}`;
}

function describeNoEnvelope(answer: Answer): string {
  return `the answer is JSON but no envelope of Cloudflare's (${describeAnswer(answer)}): ${excerptOf(answer)}.${hintFor(answer)}`;
}

function describeNoSuccess(answer: Answer, success: unknown): string {
  const said =
    success === undefined ? 'no "success"' : `"success": ${quoted(JSON.stringify(success), 40).slice(1, -1)}`;
  return `the answer has ${said} and names no error (${describeAnswer(answer)}).${hintFor(answer)}`;
}

function excerptOf({ body }: Answer): string {
  return quoted(new TextDecoder().decode(body.subarray(0, 1000)), 120);
}

function hintFor(answer: Answer): string {
  const hint = findHint([], answer.status);
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
