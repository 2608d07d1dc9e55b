import { isIP } from 'node:net';
import { canonicalDomain } from '../connector/domain.ts';
import { quoted } from '../untrusted.ts';

/** What a value turned out to be: the value itself, or what is wrong with it and what is accepted instead. */
export type Parsed<T> = { readonly value: T; readonly warning?: string } | { readonly problem: string };

const TRUE = ['true', 'True', 'TRUE'];
const FALSE = ['false', 'False', 'FALSE'];

/** A boolean of the YAML 1.2 core schema. https://yaml.org/spec/1.2.2/#1032-tag-resolution */
export function parseBoolean(text: string): Parsed<boolean> {
  if (TRUE.includes(text)) return { value: true };
  if (FALSE.includes(text)) return { value: false };
  return { problem: `is ${quoted(text)}; accepted are true and false (also True, TRUE, False, FALSE)` };
}

/** One of a few words. */
export function parseChoice<T extends string>(choices: readonly T[]): (text: string) => Parsed<T> {
  return (text) => {
    const value = choices.find((choice) => choice === text);
    return value ? { value } : { problem: `is ${quoted(text)}; accepted are ${choices.join(', ')}` };
  };
}

const UNITS: Readonly<Record<string, number>> = { '': 1000, s: 1000, m: 60_000, h: 3_600_000 };
const LONGEST_HOURS = 120;

/** A duration of 1 second to 120 hours, in milliseconds: `90s`, `10m`, `2h` or plain seconds. */
export function parseDuration(text: string): Parsed<number> {
  const [, digits, unit = ''] = /^(\d{1,9})([smh]?)$/.exec(text) ?? [];
  const value = Number(digits) * (UNITS[unit] ?? Number.NaN);
  if (value >= 1000 && value <= LONGEST_HOURS * 3_600_000) return { value };
  return {
    problem: `is ${quoted(text)}; accepted are durations from 1s to ${LONGEST_HOURS}h, such as 90s, 10m, 2h, or plain seconds`,
  };
}

/** A whole number between two limits, both included. */
export function parseWholeNumber(least: number, most: number): (text: string) => Parsed<number> {
  return (text) => {
    const value = /^\d{1,9}$/.test(text) ? Number(text) : Number.NaN;
    if (value >= least && value <= most) return { value };
    return { problem: `is ${quoted(text)}; accepted are whole numbers from ${least} to ${most}` };
  };
}

/**
 * An id of an account or a connector. Another length than 32 is only worth a warning: the API's schema says 32, and
 * its own examples differ. https://developers.cloudflare.com/api/resources/iam/subresources/sso/
 */
export function parseId(text: string): Parsed<string> {
  if (!/^[A-Za-z0-9_-]+$/.test(text)) {
    return { problem: `is ${quoted(text)}; accepted are the characters A-Z, a-z, 0-9, _ and -` };
  }
  if (text.length === 32) return { value: text };
  return { value: text, warning: `has ${text.length} characters, where ids of Cloudflare have 32: is it complete?` };
}

/** An email domain, as it was given; how two are compared is a matter of domain.ts. */
export function parseEmailDomain(text: string): Parsed<string> {
  if (canonicalDomain(text)) return { value: text };
  const [, afterAt] = /^[^@\s]*@([^@\s]+)$/.exec(text) ?? [];
  const hint = afterAt && canonicalDomain(afterAt) ? ` (${quoted(afterAt)}?)` : '';
  return { problem: `is ${quoted(text)}; accepted is a domain name alone, such as example.com${hint}` };
}

/** The API's base URL without a trailing slash: `https`, or `http` to a loopback address, and nothing but host and path. */
export function parseBaseUrl(text: string): Parsed<URL> {
  const problem = 'accepted is an https URL of host and path, such as https://api.cloudflare.com/client/v4';
  const url = URL.parse(text);
  // What may be a password is not repeated.
  if (text.includes('@')) return { problem: `has a user name or password in it; ${problem}` };
  if (!url || (url.protocol !== 'https:' && url.protocol !== 'http:')) {
    return { problem: `is ${quoted(text)}; ${problem}` };
  }
  if (url.search || url.hash || /[?#]/.test(text)) {
    return { problem: `is ${quoted(text)}, with a query or fragment; ${problem}` };
  }
  if (url.protocol === 'http:' && !isLoopback(url.hostname)) {
    return { problem: `is ${quoted(text)}; the token would travel in plain text, so ${problem}` };
  }
  url.pathname = url.pathname.replace(/\/+$/, '');
  return { value: url };
}

function isLoopback(hostname: string): boolean {
  if (hostname === 'localhost' || hostname === '[::1]') return true;
  return isIP(hostname) === 4 && hostname.startsWith('127.');
}
