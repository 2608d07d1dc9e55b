import { domainToASCII, domainToUnicode } from 'node:url';

/** What IDNA takes for a dot too, such as the ideographic one. https://www.unicode.org/reports/tr46/#Notation */
const IDNA_DOTS = /[\u3002\uff0e\uff61]/g;

/** Names that Unicode and punycode spell alike, which are nearly all: they are spared the rules of IDNA. */
const PLAIN = /^[a-z0-9.-]+$/;

/** Labels of at most 63 characters, 253 in all, the last of them no number, as in an address. https://www.rfc-editor.org/rfc/rfc1035#section-2.3.4 */
const NAME = /^(?=.{1,253}$)([^.]{1,63}\.)*(?!\d+$)[^.]{1,63}$/;

/**
 * The one spelling that domains are compared in: punycode, lower case, without the trailing dot. Undefined if the
 * text is no domain name (an address, a URL, a wildcard, a label that is too long or that IDNA forbids).
 * https://nodejs.org/api/url.html#urldomaintoasciidomain
 */
export function canonicalDomain(text: string): string | undefined {
  const name = text.trim().replace(IDNA_DOTS, '.').replace(/\.$/, '');
  const lower = name.toLowerCase();
  const isPlain = PLAIN.test(lower) && !lower.includes('xn--');
  if (!isPlain && /[\s:/@?#*[\]\\%]/.test(name)) return undefined;
  const canonical = isPlain ? lower : domainToASCII(name);
  return NAME.test(canonical) ? canonical : undefined;
}

/** Whether two spellings name the same domain, without regard to case, a trailing dot, or Unicode and punycode. */
export function sameDomain(one: string, other: string): boolean {
  const canonical = canonicalDomain(one);
  return canonical !== undefined && canonical === canonicalDomain(other);
}

/** A domain for people, without a trailing dot: `bücher.example (xn--bcher-kva.example)` if the two spellings differ. */
export function domainForPeople(domain: string): string {
  const ascii = canonicalDomain(domain) ?? domain;
  const unicode = unicodeDomain(ascii);
  return unicode === ascii ? ascii : `${unicode} (${ascii})`;
}

/** The Unicode spelling of a domain in its canonical one. https://nodejs.org/api/url.html#urldomaintounicodedomain */
export function unicodeDomain(canonical: string): string {
  return (canonical.includes('xn--') && domainToUnicode(canonical)) || canonical;
}
