import { isIP } from 'node:net';
import { canonicalDomain } from '../connector/domain.ts';
import { counted } from '../plural.ts';
import { quoted } from '../untrusted.ts';
import { anyOf, type Parsed } from './problem.ts';

const TRUE = ['true', 'True', 'TRUE'];
const FALSE = ['false', 'False', 'FALSE'];

/** A boolean of the YAML 1.2 core schema. https://yaml.org/spec/1.2.2/#1032-tag-resolution */
export function parseBoolean(text: string): Parsed<boolean> {
  if (TRUE.includes(text)) return { value: true };
  if (FALSE.includes(text)) return { value: false };
  return { must: 'must be true or false', not: quoted(text) };
}

/** One of a few words; `hint` says what to do about another one. */
export function parseChoice<T extends string>(choices: readonly T[], hint?: (text: string) => string | undefined) {
  return (text: string): Parsed<T> => {
    const value = choices.find((choice) => choice === text);
    return value ? { value } : { must: `must be ${anyOf(choices)}`, not: quoted(text), action: hint?.(text) };
  };
}

const UNITS: ReadonlyMap<string, number> = new Map([
  ['', 1000],
  ['s', 1000],
  ['m', 60_000],
  ['h', 3_600_000],
  ['d', 86_400_000],
]);

function durationUpTo(longest: string, longestMs: number, form: RegExp, examples: string) {
  return (text: string): Parsed<number> => {
    const [, digits, unit = ''] = form.exec(text) ?? [];
    const value = Number(digits) * (UNITS.get(unit) ?? Number.NaN);
    if (value >= 1000 && value <= longestMs) return { value };
    return { must: `must be a duration from 1s to ${longest}`, not: quoted(text), action: `Write it as ${examples}.` };
  };
}

/** A duration of 1 second to 120 hours, in milliseconds: `90s`, `10m`, `2h` or plain seconds. */
export const parseDuration = durationUpTo('120h', 432_000_000, /^(\d{1,9})([smh]?)$/, '90s, 10m, 2h or plain seconds');

/** A duration of 1 second to 3650 days, in milliseconds: `30d`, or as `parseDuration` has it. */
export const parseDays = durationUpTo('3650d', 315_360_000_000, /^(\d{1,9})([smhd]?)$/, '30d, 12h or plain seconds');

/** A whole number between two limits, both included. */
export function parseWholeNumber(least: number, most: number): (text: string) => Parsed<number> {
  return (text) => {
    const value = /^\d{1,9}$/.test(text) ? Number(text) : Number.NaN;
    if (value >= least && value <= most) return { value };
    return { must: `must be a whole number from ${least} to ${most}`, not: quoted(text) };
  };
}

/**
 * An id of an account or a connector. Another length than 32 is only worth a warning: the API's schema says 32, and
 * its own examples differ. https://developers.cloudflare.com/api/resources/iam/subresources/sso/
 */
export function parseId(text: string): Parsed<string> {
  if (!/^[A-Za-z0-9_-]+$/.test(text)) return { must: 'must have only A-Z, a-z, 0-9, _ and -', not: quoted(text) };
  if (text.length === 32) return { value: text };
  const length = counted(text.length, 'character');
  return { value: text, warning: `has ${length}, but ids of Cloudflare have 32. Is it complete?` };
}

/** An id of a connector. One of the shape of a UUID is most likely that of something else, but may be tried. */
export function parseConnectorId(text: string): Parsed<string> {
  if (!/^[\da-f]{8}-(?:[\da-f]{4}-){3}[\da-f]{12}$/i.test(text)) return parseId(text);
  const warning =
    'has the shape of a UUID. It is probably the id of the Access application of type dash_sso, not of the connector.';
  return { value: text, warning };
}

/** An email domain, as it was given; how two are compared is a matter of domain.ts. */
export function parseEmailDomain(text: string): Parsed<string> {
  if (canonicalDomain(text)) return { value: text };
  const [, afterAt = ''] = /^[^@\s]*@([^@\s]+)$/.exec(text) ?? [];
  const action = canonicalDomain(afterAt) ? `Did you mean ${quoted(afterAt)}?` : undefined;
  return { must: 'must be a domain name such as acme.example', not: quoted(text), action };
}

/** The API's base URL without a trailing slash: `https`, or `http` to a loopback address, and nothing but host and path. */
export function parseBaseUrl(text: string): Parsed<URL> {
  const must = 'must be an https URL of host and path';
  const action = 'An example is https://api.cloudflare.com/client/v4.';
  // What may be a password is not repeated.
  if (text.includes('@')) return { must: `${must}, without a user name or password`, action };
  const url = URL.parse(text);
  if (!url || !/^https?:$/.test(url.protocol)) return { must, not: quoted(text), action };
  if (/[?#]/.test(text)) return { must: `${must}, without a query or fragment`, not: quoted(text), action };
  if (url.protocol === 'http:' && !isLoopback(url)) {
    return { must, not: quoted(text), action: 'By plain http, the token would travel in plain text.' };
  }
  url.pathname = /^.*[^/]/s.exec(url.pathname)?.[0] ?? '';
  return { value: url };
}

/** Whether a URL is of this machine itself. */
export function isLoopback({ hostname }: URL): boolean {
  if (hostname === 'localhost' || hostname === '[::1]') return true;
  return isIP(hostname) === 4 && hostname.startsWith('127.');
}
