import * as v from 'valibot';
import { Failure, type Problem } from '../failure.ts';
import { type Answer, describeAnswer, isSuccessStatus } from './answer.ts';
import { describeError, type EnvelopeEntry, listEntries, readEntry } from './api-errors.ts';
import { type Circumstances, interpret } from './hints.ts';
import { parseJson } from './json.ts';
import { readDetails } from './problem-details.ts';
import { isPassingStatus, retryAfter, runAgainAfter } from './retry.ts';

const anything = v.optional(v.unknown());

/** Only an object with a boolean `success` or with entries in `errors` is Cloudflare's word. */
const WordSchema = v.pipe(
  v.object({ success: anything, errors: anything, messages: anything, result: anything, result_info: anything }),
  v.check(({ success, errors }) => typeof success === 'boolean' || (Array.isArray(errors) && errors.length > 0)),
);

/** Cloudflare's word, as the API gave it. */
export interface Envelope {
  readonly success: unknown;
  readonly errors: readonly unknown[];
  readonly messages: readonly unknown[];
  readonly result: unknown;
  readonly resultInfo: unknown;
}

/** An answer has room for some 30,000. */
const MOST_ERRORS = 100;

/** The envelope in an answer; undefined if that is none. https://developers.cloudflare.com/fundamentals/api/reference/response-envelope/ */
export function readEnvelope(answer: Answer): Envelope | undefined {
  const json = parseJson(answer.body);
  const word = v.safeParse(WordSchema, 'value' in json ? json.value : undefined);
  if (!word.success) return undefined;
  const { success, errors, messages, result, result_info: resultInfo } = word.output;
  return { success, errors: listEntries(errors), messages: listEntries(messages), result, resultInfo };
}

/**
 * Returns the envelope of a success: 2xx, JSON, `success` is `true`, and `errors` is empty, null or absent. Throws a
 * Failure for anything else, with a problem for each error.
 */
export function expectSuccess(envelope: Envelope | undefined, answer: Answer, circumstances: Circumstances): Envelope {
  if (!envelope) throw failureOf(answer, circumstances, [describeOther(answer, circumstances)]);
  if (envelope.success === true && envelope.errors.length === 0 && isSuccessStatus(answer)) return envelope;
  throw failureOf(answer, circumstances, describeErrors(answer, circumstances, envelope));
}

function describeOther(answer: Answer, circumstances: Circumstances): Problem {
  const json = parseJson(answer.body);
  if ('value' in json) return readDetails(answer, json.value);
  const message = `the answer ${json.fault} (${describeAnswer(answer)}).`;
  return { ...interpret(undefined, answer, circumstances), message };
}

function describeErrors(answer: Answer, circumstances: Circumstances, { errors, success }: Envelope): Problem[] {
  // A success by its word that is none by its status or its errors is no refusal.
  const meaningOf = (entry: EnvelopeEntry) => interpret(success === true ? undefined : entry, answer, circumstances);
  const lastly = (what: string): Problem => {
    return { ...meaningOf(readEntry('')), message: `the answer has ${what} (${describeAnswer(answer)}).` };
  };
  if (errors.length === 0) return [lastly(`"success": ${success} and names no error`)];
  const problems = errors.slice(0, MOST_ERRORS).map((value): Problem => {
    const entry = readEntry(value);
    const { documentationUrl: documentation_url = null } = entry;
    return { ...meaningOf(entry), message: describeError(entry, answer), documentation_url, entry: value };
  });
  const more = errors.length - problems.length;
  return more === 0 ? problems : [...problems, lastly(`${more} more errors`)];
}

function failureOf(answer: Answer, { call, use, now }: Circumstances, problems: readonly Problem[]): Failure {
  const { status } = answer;
  const retryAfterMs = retryAfter(answer, now);
  const time = status === 429 && retryAfterMs ? runAgainAfter(now + retryAfterMs) : undefined;
  const told = problems.map((problem) => ({
    ...problem,
    message: `Could not ${call.asked}: ${problem.message}`,
    action: [problem.action, time].filter(Boolean).join(' ') || null,
  }));
  const isOfToken =
    (status === 401 || status === 403) && problems.some(({ entry }) => readEntry(entry).code === '10000');
  const passing = isOfToken && use.takeStray(call) ? 'once' : isPassingStatus(status);
  return new Failure(told, { passing, retryAfterMs });
}
