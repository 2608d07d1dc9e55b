import { Buffer } from 'node:buffer';
import { LEAST_LENGTH } from '../inputs/misplaced-tokens.ts';
import type { Answer } from './answer.ts';

/** How JSON may spell a character. */
const ESCAPES = /\\(?:u00([2-7][\da-f])|.)/gis;

/**
 * The answer with `***` wherever it repeats the token, unless that is short, however JSON spells it. The runner masks the
 * log and the summary, but neither outputs nor the issue, nor each of these spellings:
 * https://github.com/actions/runner/blob/main/src/Runner.Worker/FileCommandManager.cs
 */
export function redactToken(answer: Answer, token: string): Answer {
  if (token.length < LEAST_LENGTH) return answer;
  const spellings = [token, spellInJson(token)];
  const redact = (text: string) => spellings.reduce((rest, spelling) => rest.replaceAll(spelling, '***'), text);
  const headers = Object.entries(answer.headers).map(([name, value]) => [
    name,
    Array.isArray(value) ? value.map(redact) : value && redact(value),
  ]);
  // A token is ASCII, so the rest need not be decoded.
  const body = Buffer.from(answer.body.buffer, answer.body.byteOffset, answer.body.byteLength).toString('latin1');
  const plain = redact(body.replace(ESCAPES, spellPlainly));
  return { status: answer.status, headers: Object.fromEntries(headers), body: Buffer.from(plain, 'latin1') };
}

/** An escape of ASCII in its shortest spelling. */
function spellPlainly(spelling: string, hex?: string): string {
  if (hex !== undefined) return spellInJson(String.fromCharCode(Number.parseInt(hex, 16)));
  return spelling === '\\/' ? '/' : spelling;
}

function spellInJson(text: string): string {
  return JSON.stringify(text).slice(1, -1);
}
