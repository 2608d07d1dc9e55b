import { canonicalDomain } from '../connector/domain.ts';
import { fitsPath, isUuid } from '../connector/id.ts';
import { counted } from '../plural.ts';
import { quoted } from '../untrusted.ts';
import { anyOf, type Parsed } from './problem.ts';

/** A boolean of the YAML 1.2 core schema. https://yaml.org/spec/1.2.2/#1032-tag-resolution */
export function parseBoolean(text: string): Parsed<boolean> {
  if (/^(true|True|TRUE)$/.test(text)) return { value: true };
  if (/^(false|False|FALSE)$/.test(text)) return { value: false };
  const meant = MEANT.find(([words]) => words.test(text))?.[1];
  return { must: 'must be true or false', not: quoted(text), action: meant && `Did you mean ${meant}?` };
}

/** What other languages, other versions of YAML and quotes make of a boolean. */
const MEANT: readonly (readonly [words: RegExp, meant: string])[] = [
  [/^\W*(false|f|no|n|off|0|disabled?)\W*$/i, 'false'],
  [/^\W*(true|t|yes|y|on|1|enabled?)\W*$/i, 'true'],
];

/** One of a few words; `hint` is for another one. */
export function parseChoice<T extends string>(choices: readonly T[], hint?: (text: string) => string | undefined) {
  return (text: string): Parsed<T> => {
    const value = choices.find((choice) => choice === text);
    return value ? { value } : { must: `must be ${anyOf(choices)}`, not: quoted(text), action: hint?.(text) };
  };
}

/** `90s`, `10m`, `2h` or plain seconds, in milliseconds. */
export function parseDuration(text: string): Parsed<number> {
  const value = /^\d{1,9}[smh]?$/.test(text) ? millisecondsOf(text) : 0;
  if (value >= 1000 && value <= 432_000_000) return { value };
  const action = 'Write it as 90s, 10m, 2h or plain seconds.';
  return { must: 'must be a duration from 1s to 120h', not: quoted(text), action };
}

/** How long to wait. */
export function parseWait(text: string): Parsed<number> {
  const parsed = parseDuration(text);
  if (!('must' in parsed) || !/^(0+[smh]?|false|no|never|none|off)$/i.test(text)) return parsed;
  return { ...parsed, action: `${parsed.action} Leave it out in order not to wait.` };
}

/** `30d` or `12h`, in milliseconds. A bare number may be meant as days or as seconds. */
export function parseDays(text: string): Parsed<number> {
  const value = /^\d{1,9}[smhd]$/.test(text) ? millisecondsOf(text) : 0;
  if (value >= 1000 && value <= 315_360_000_000) return { value };
  const must = 'must be a duration with its unit, from 1s to 3650d';
  return { must, not: quoted(text), action: 'Write it as 30d or 12h.' };
}

function millisecondsOf(text: string): number {
  const units: Readonly<Record<string, number>> = { m: 60_000, h: 3_600_000, d: 86_400_000 };
  return Number.parseInt(text, 10) * (units[text.slice(-1)] ?? 1000);
}

/** 0 to 10. */
export function parseRetries(text: string): Parsed<number> {
  if (/^0*(\d|10)$/.test(text)) return { value: Number(text) };
  return { must: 'must be a whole number from 0 to 10', not: quoted(text) };
}

/**
 * An id of an account or a connector. The API's schema says 32 characters, and its own examples differ: https://developers.cloudflare.com/api/resources/iam/subresources/sso/
 */
export function parseId(text: string): Parsed<string> {
  if (!fitsPath(text)) return { must: 'must have only A-Z, a-z, 0-9, _ and -', not: quoted(text) };
  if (text.length === 32) return { value: text };
  const length = counted(text.length, 'character');
  return { value: text, warning: `has ${length}, but Cloudflare's ids have 32. Is it complete?` };
}

/** The id of an account. */
export function parseAccountId(text: string): Parsed<string> {
  const parsed = parseId(text);
  const action = 'It is in the address of the dashboard, behind dash.cloudflare.com/.';
  return 'must' in parsed ? { ...parsed, action } : parsed;
}

/** An id of a connector. */
export function parseConnectorId(text: string): Parsed<string> {
  const parsed = parseId(text);
  const isDomain = 'must' in parsed && text.includes('.') && canonicalDomain(text) !== undefined;
  if (isDomain) return { ...parsed, action: 'It looks like a domain: use email_domain.' };
  if (!isUuid(text)) return parsed;
  const warning =
    'has the shape of a UUID. It is probably the id of the Access application of type dash_sso, not of the connector.';
  return { value: text, warning };
}

/** An email domain, as it was given. */
export function parseEmailDomain(text: string): Parsed<string> {
  const wrong = { must: 'must be a domain name such as acme.example', not: quoted(text) };
  if (isUuid(text)) {
    const action = 'It is probably the id of the Access application of type dash_sso. Give the domain instead.';
    return { ...wrong, action };
  }
  if (/^[\da-f]{31,32}$/i.test(text)) {
    return { ...wrong, action: 'It looks like the id of a connector: use sso_connector_id.' };
  }
  if (canonicalDomain(text)) return { value: text };
  const bare = /^(?:[^@\s]*@|\*\.|https?:\/\/)([^@\s/]+)\/?$/.exec(text)?.[1];
  if (bare !== undefined && canonicalDomain(bare)) return { ...wrong, action: `Did you mean ${quoted(bare)}?` };
  if (text.split(/[\s,;]+/).every((part) => part.includes('.') && canonicalDomain(part))) {
    return { ...wrong, action: 'It takes one domain. For several, use connectors, with an entry for each.' };
  }
  const isLong = text.length > 253 || text.split('.').some((label) => label.length > 63);
  return isLong ? { ...wrong, action: 'It has at most 253 characters, and 63 between two dots.' } : wrong;
}

/** The API's base URL, with no slash behind its path: `https`, or `http` to a loopback address. */
export function parseBaseUrl(text: string): Parsed<URL> {
  const must = 'must be an https URL of host and path';
  const not = quoted(text);
  const action = 'An example is https://api.cloudflare.com/client/v4.';
  // What may be a password is not repeated.
  if (text.includes('@')) return { must: `${must}, without a user name or password`, action };
  const url = URL.parse(text);
  if (!url || !/^https?:/.test(url.protocol)) return { must, not, action };
  if (/[?#]/.test(text)) return { must: `${must}, without a query or fragment`, not, action };
  if (url.protocol === 'http:' && !isLoopback(url)) {
    return { must, not, action: 'By plain http, the token would travel in plain text.' };
  }
  url.pathname = /^.*[^/]/s.exec(url.pathname)?.[0] ?? '';
  return { value: url };
}

/** Whether a URL is of this machine itself. */
export function isLoopback({ hostname }: URL): boolean {
  return /^(localhost|\[::1\]|127(\.\d+){3})$/.test(hostname);
}
