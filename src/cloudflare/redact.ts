import { Buffer } from 'node:buffer';
import type { Answer } from './answer.ts';

/** Tokens have 40 characters and more. What is much shorter would be found in the middle of words. */
const LEAST_LENGTH = 16;

/**
 * The answer with `***` wherever it repeats the token. The runner masks the log alone: without this, an error text that
 * echoes the request's header would carry the token into outputs, the summary and the issue.
 */
export function redactToken(answer: Answer, token: string): Answer {
  if (token.length < LEAST_LENGTH) return answer;
  const spellings = [token, JSON.stringify(token).slice(1, -1)];
  const redact = (text: string) => spellings.reduce((rest, spelling) => rest.replaceAll(spelling, '***'), text);
  const headers = Object.entries(answer.headers).map(([name, value]) => [
    name,
    Array.isArray(value) ? value.map(redact) : value && redact(value),
  ]);
  // A token is ASCII, so that it can be found without decoding the rest, whatever that is.
  const body = Buffer.from(answer.body.buffer, answer.body.byteOffset, answer.body.byteLength).toString('latin1');
  return { status: answer.status, headers: Object.fromEntries(headers), body: Buffer.from(redact(body), 'latin1') };
}
