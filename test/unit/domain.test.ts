import fc from 'fast-check';
import { describe, expect, it, test } from 'vitest';
import { canonicalDomain, domainForPeople, sameDomain, unicodeDomain } from '../../src/connector/domain.ts';

describe('two spellings of a domain', () => {
  test.each([
    ['acme.example', 'acme.example'],
    ['acme.example', 'ACME.Example'],
    ['acme.example', 'acme.example.'],
    ['acme.example.', 'ACME.EXAMPLE'],
    ['acme.example', ' acme.example\t'],
    ['bücher.example', 'xn--bcher-kva.example'],
    ['bücher.example', 'BÜCHER.example.'],
    ['bücher.example', 'XN--BCHER-KVA.example'],
    ['bu\u0308cher.example', 'bücher.example'],
    ['例え。テスト', '例え.テスト'],
    ['例え。テスト。', 'xn--r8jz45g.xn--zckzah'],
    ['ａｃｍｅ.example', 'acme.example'],
    ['xn--0.example', 'XN--0.example.'],
    ['3m.example', '3M.example'],
    ['acme.3m', 'ACME.3M'],
    ['acme.0x1f', 'ACME.0X1F'],
    [`${'a'.repeat(63)}.${'b'.repeat(63)}`, `${'A'.repeat(63)}.${'B'.repeat(63)}`],
    [`${'a.'.repeat(126)}b`, `${'A.'.repeat(126)}B`],
  ])('are the same: %s and %s', (one, other) => {
    expect(sameDomain(one, other)).toBe(true);
    expect(sameDomain(other, one)).toBe(true);
  });

  test.each([
    ['acme.example', 'acme.examples'],
    ['acme.example', 'www.acme.example'],
    ['acme.example', 'bcme.example'],
    ['acme.example', 'acme.example..'],
    ['bücher.example', 'bucher.example'],
    ['acme.example', ''],
    ['', ''],
    ['。', '。'],
    ['acme。。example', 'acme..example'],
    ['a b', 'a b'],
    ['user@acme.example', 'user@acme.example'],
    ['acme.example/', 'acme.example/'],
    ['10.0.0.12', '10.0.0.12'],
    [`${'a'.repeat(64)}.example`, `${'a'.repeat(64)}.example`],
    [`${'a.'.repeat(127)}b`, `${'a.'.repeat(127)}b`],
  ])('are not the same: "%s" and "%s"', (one, other) => {
    expect(sameDomain(one, other)).toBe(false);
    expect(sameDomain(other, one)).toBe(false);
  });

  it('are the same whatever the case and the dot at the end', () => {
    const spelling = fc.domain().chain((domain) => fc.tuple(fc.constant(domain), fc.mixedCase(fc.constant(domain))));
    fc.assert(
      fc.property(spelling, fc.constantFrom('', '.'), ([domain, cased], dot) => {
        expect(sameDomain(domain, `${cased}${dot}`)).toBe(true);
      }),
    );
  });

  it('are the same only where the canonical spelling is, which is ASCII and stays as it is', () => {
    const text = fc.oneof(fc.string({ unit: 'grapheme' }), fc.stringMatching(/^[a-zäßあ。.-]{1,12}$/));
    fc.assert(
      fc.property(text, (text) => {
        const canonical = canonicalDomain(text);
        if (canonical === undefined) return;
        expect(canonical).toMatch(/^[\x21-\x7e]+$/);
        expect(canonical).toBe(canonical.toLowerCase());
        expect(canonicalDomain(canonical)).toBe(canonical);
      }),
      { numRuns: 1000 },
    );
  });
});

describe('a domain for people', () => {
  test.each([
    ['acme.example', 'acme.example'],
    ['ACME.example.', 'acme.example'],
    ['bücher.example', 'bücher.example (xn--bcher-kva.example)'],
    ['xn--bcher-kva.example', 'bücher.example (xn--bcher-kva.example)'],
    ['no domain', 'no domain'],
    ['10.1', '10.1'],
    ['acme.example:443', 'acme.example:443'],
    ['acme.example/xn--bcher-kva', 'acme.example/xn--bcher-kva'],
  ])('%s is shown as %s', (domain, shown) => {
    expect(domainForPeople(domain)).toBe(shown);
  });

  test.each([
    ['acme.example', 'acme.example'],
    ['xn--bcher-kva.example', 'bücher.example'],
    ['xn--0.example', 'xn--0.example'],
    ['1.0x1f', '1.0x1f'],
    ['xn--a.0x1', 'xn--a.0x1'],
  ])('%s is %s in Unicode', (canonical, unicode) => {
    expect(unicodeDomain(canonical)).toBe(unicode);
  });
});
