import { domainToASCII, domainToUnicode } from 'node:url';

/** What IDNA takes for a dot too. https://www.unicode.org/reports/tr46/#Notation */
const IDNA_DOTS = /[\u3002\uff0e\uff61]/g;

/** Nearly all names are spelt so already, in punycode too, and are spared the rules of IDNA. */
const PLAIN = /^[a-z0-9.-]*[a-z0-9-]$/;

/** Labels of at most 63 characters, 253 in all; what ends in a number is an IP address. https://www.rfc-editor.org/rfc/rfc1035#section-2.3.4 */
const NAME = /^(?=.{1,253}$)([\w-]{1,63}\.)*(?!\d+$)[\w-]{1,63}$/;

/**
 * The spelling in which domains are compared: punycode, lower case, no trailing dot. Undefined if there is no text, or it
 * is no domain name, but an address, a URL, a wildcard, a list, too long, or forbidden by IDNA.
 * https://nodejs.org/api/url.html#urldomaintoasciidomain
 */
export function canonicalDomain(text = ''): string | undefined {
  const canonical = text === '' || PLAIN.test(text) ? text : inAscii(text);
  return NAME.test(canonical) ? canonical : undefined;
}

function inAscii(text: string): string {
  const name = text.trim().replace(IDNA_DOTS, '.').replace(/\.$/, '');
  if (/[\s:/@?#[\]\\%]/.test(name)) return '';
  const lower = name.toLowerCase();
  return PLAIN.test(lower) ? lower : domainToASCII(name);
}

/** Whether two spellings name the same domain. */
export function sameDomain(one: string | undefined, other: string): boolean {
  const canonical = canonicalDomain(one);
  return canonical !== undefined && canonical === canonicalDomain(other);
}

/** A domain for people: `acme.example`, `bücher.example (xn--bcher-kva.example)`. */
export function domainForPeople(domain: string): string {
  const ascii = canonicalDomain(domain);
  if (ascii === undefined) return domain;
  const unicode = unicodeDomain(ascii);
  return unicode === ascii ? ascii : `${unicode} (${ascii})`;
}

/** The Unicode spelling of a canonical one. https://nodejs.org/api/url.html#urldomaintounicodedomain */
export function unicodeDomain(canonical: string): string {
  return (canonical.includes('xn--') && domainToUnicode(canonical)) || canonical;
}
