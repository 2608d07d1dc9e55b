import { oneLine } from '../untrusted.ts';

/** One answer of the API, whatever it is, with its whole body. */
export interface Answer {
  readonly status: number;
  /** Header fields with names in lower case. */
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: Uint8Array;
}

/** A header field's value; several of one name are joined, as HTTP has it. */
export function header(answer: Answer, name: string): string | undefined {
  const value = answer.headers[name];
  return Array.isArray(value) ? value.join(', ') : value;
}

/** The Ray ID, which names the request to Cloudflare's support. https://developers.cloudflare.com/fundamentals/reference/cloudflare-ray-id/ */
export function rayId(answer: Answer): string | undefined {
  const value = header(answer, 'cf-ray');
  return value === undefined ? undefined : oneLine(value, 64);
}

/** What names an answer: `HTTP 403, cf-ray 8f0c2b1e4d5a6b7c-FRA`. */
export function describeAnswer(answer: Answer): string {
  const ray = rayId(answer);
  return ray ? `HTTP ${answer.status}, cf-ray ${ray}` : `HTTP ${answer.status}`;
}

/** Whether a status tells of a fault that may well have passed a little later: 408, 429 and all 5xx. */
export function isPassingStatus(status: number): boolean {
  return status === 408 || status === 429 || status >= 500;
}

/** Some 30 years, so that every time that is named is one that a Date can hold. */
const LONGEST_SECONDS = 999_999_999;

/**
 * How long the answer asks to wait, in milliseconds: `Retry-After` as seconds or as a date. Undefined without it.
 * https://www.rfc-editor.org/rfc/rfc9110#field.retry-after
 */
export function retryAfter(answer: Answer, now: number): number | undefined {
  const value = header(answer, 'retry-after')?.trim() ?? '';
  if (/^\d+$/.test(value)) return Math.min(Number(value), LONGEST_SECONDS) * 1000;
  const date = /^[A-Z][a-z]{2}/.test(value) ? Date.parse(value) : Number.NaN;
  return Number.isNaN(date) ? undefined : Math.max(0, date - now);
}
