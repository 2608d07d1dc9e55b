import fc from 'fast-check';
import { describe, expect, it, test } from 'vitest';
import { findInvisible, parseVisible, strip, stripHead } from '../../src/inputs/invisible.ts';
import { parseToken } from '../../src/inputs/parse-token.ts';
import type { Parsed } from '../../src/inputs/problem.ts';
import {
  parseBaseUrl,
  parseBoolean,
  parseChoice,
  parseConnectorId,
  parseDays,
  parseDuration,
  parseEmailDomain,
  parseId,
  parseRetries,
} from '../../src/inputs/values.ts';
import { CODE_POINT } from '../kit/hostile-text.ts';

describe('a boolean', () => {
  test.each(['true', 'True', 'TRUE'])('%s is true', (text) => {
    expect(parseBoolean(text)).toEqual({ value: true });
  });

  test.each(['false', 'False', 'FALSE'])('%s is false', (text) => {
    expect(parseBoolean(text)).toEqual({ value: false });
  });

  test.each([
    ...['null', '~', 'truefalse', 'untrue', 'falsehood', 'on/off', 'ok'].map((text) => [text, undefined]),
    ...['yes', 'on', '1', 'tRUE', 't', 'y', '"true"', 'true ', 'Enabled', 'enable', 'true;'].map((text) => [
      text,
      'true',
    ]),
    ...['no', 'off', '0', 'fALSE', 'f', 'n', "'false'", ' false', 'Disabled', 'disable'].map((text) => [text, 'false']),
  ])('%s is neither, though it may mean %s elsewhere', (text = '', meant) => {
    const action = meant && `Did you mean ${meant}?`;
    expect(parseBoolean(text)).toEqual({ must: 'must be true or false', not: `"${text.trim()}"`, action });
  });

  it('is nothing but the six words', () => {
    const words = ['true', 'True', 'TRUE', 'false', 'False', 'FALSE'];
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.mixedCase(fc.constantFrom('true', 'false', 'yes', 'no'))), (text) => {
        expect('value' in parseBoolean(text)).toBe(words.includes(text));
      }),
    );
  });
});

describe('a choice', () => {
  const parse = parseChoice(['update', 'check']);

  it('is one of its words', () => {
    expect(['update', 'check'].map(parse)).toEqual([{ value: 'update' }, { value: 'check' }]);
  });

  test.each(['Update', 'upd', 'update,check', ''])('is not "%s", and the words are named', (text) => {
    expect(parse(text)).toEqual({ must: 'must be update or check', not: `"${text}"` });
  });
});

describe('a duration', () => {
  test.each([
    ['1', 1000],
    ['1s', 1000],
    ['90', 90_000],
    ['90s', 90_000],
    ['10m', 600_000],
    ['2h', 7_200_000],
    ['007', 7000],
    ['120h', 432_000_000],
    ['432000', 432_000_000],
  ])('%s is %i milliseconds', (text, value) => {
    expect(parseDuration(text)).toEqual({ value });
  });

  test.each([
    '0',
    '0s',
    '0m',
    '121h',
    '432001',
    '1.5m',
    '-1s',
    '+1s',
    '1 s',
    '1ms',
    '1d',
    '1H',
    's',
    '10m30s',
    '1e3',
    '٣s',
  ])('%s is none', (text) => {
    expect(parseDuration(text)).toEqual({
      must: 'must be a duration from 1s to 120h',
      not: `"${text}"`,
      action: 'Write it as 90s, 10m, 2h or plain seconds.',
    });
  });

  it('is as long as its number of units, from 1 s to 120 h', () => {
    const units = { '': 1, s: 1, m: 60, h: 3600 };
    const unit = fc.constantFrom('', 's', 'm', 'h') as fc.Arbitrary<keyof typeof units>;
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 500_000 }), unit, (count, unit) => {
        const seconds = count * units[unit];
        const parsed = parseDuration(`${count}${unit}`);
        if (seconds >= 1 && seconds <= 120 * 3600) expect(parsed).toEqual({ value: seconds * 1000 });
        else expect(parsed).toHaveProperty('must');
      }),
    );
  });
});

describe('a number of retries', () => {
  test.each([
    ['0', 0],
    ['3', 3],
    ['10', 10],
    ['03', 3],
  ])('%s is %i', (text, value) => {
    expect(parseRetries(text)).toEqual({ value });
  });

  test.each(['11', '-1', '1.0', '1e1', '0x1', 'three', '∞', '9'.repeat(30)])('%s is none from 0 to 10', (text) => {
    expect(parseRetries(text)).toEqual({ must: 'must be a whole number from 0 to 10', not: `"${text}"` });
  });
});

const id = '023e105f4ecef8ad9ca31a8372d0c353';

describe('an id', () => {
  it('of 32 characters is taken without a word', () => {
    expect(parseId(id)).toEqual({ value: id });
    expect(parseId('AZaz09_-'.repeat(4))).toEqual({ value: 'AZaz09_-'.repeat(4) });
  });

  test.each([
    ['x', '1 character'],
    [id.slice(1), '31 characters'],
    [`${id}0`, '33 characters'],
    ['x01234567-89ab-cdef-0123-456789abcdef', '37 characters'],
    ['01234567-89ab-cdef-0123-456789abcdefx', '37 characters'],
  ])('of another length is taken with a warning: %s', (text, length) => {
    const warning = `has ${length}, but Cloudflare's ids have 32. Is it complete?`;
    expect(parseId(text)).toEqual({ value: text, warning });
    expect(parseConnectorId(text)).toEqual({ value: text, warning });
  });

  test.each(['01234567-89ab-cdef-0123-456789abcdef', '01234567-89AB-CDEF-0123-456789ABCDEF'])(
    'of the shape of a UUID is told for what it is: %s',
    (text) => {
      expect(parseConnectorId(text)).toEqual({
        value: text,
        warning:
          'has the shape of a UUID. It is probably the id of the Access application of type dash_sso, not of the connector.',
      });
    },
  );

  test.each(['acme.example', 'bücher.example', 'a.b'])(
    'that looks like a domain is told for what it is: %s',
    (text) => {
      expect(parseConnectorId(text)).toEqual({
        must: 'must have only A-Z, a-z, 0-9, _ and -',
        not: `"${text}"`,
        action: 'It looks like a domain: use email_domain.',
      });
    },
  );

  test.each(['a/b', '../x', '1.5', 'a b', 'a%2fb', 'a?b', 'é', `${id}\u0000`, 'a\nb'])(
    'has no other characters than A-Z a-z 0-9 _ -: %j',
    (text) => {
      const wrong = { must: 'must have only A-Z, a-z, 0-9, _ and -', not: expect.stringMatching(/^".+"$/) };
      expect(parseId(text)).toEqual(wrong);
      expect(parseConnectorId(text)).toEqual(wrong);
    },
  );

  it('never changes on its way into a path', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string({ unit: CODE_POINT }), fc.stringMatching(/^[\w.%/-]{1,40}$/)), (text) => {
        const parsed = parseId(text);
        if (!('value' in parsed)) return;
        expect(new URL(`https://host.example/a/${parsed.value}`).pathname).toBe(`/a/${text}`);
      }),
    );
  });
});

describe('an email domain', () => {
  const LIKE_AN_ID = 'It looks like the id of a connector: use sso_connector_id.';
  const ONE = 'It takes one domain. For several, use connectors, with an entry for each.';
  const TOO_LONG = 'It has at most 253 characters, and 63 between two dots.';

  test.each([
    `${'a'.repeat(63)}.example`,
    `${'a.'.repeat(126)}b`,
    '10.0.0.1.example',
    '1.1a',
    'acme.example',
    'ACME.Example.',
    'bücher.example',
    'xn--bcher-kva.example',
    'a_b.example',
    'localhost',
    `${id}.example`,
    `${id}0a`,
    `${id.slice(1)}g`,
  ])('%s is taken as it was given', (text) => {
    expect(parseEmailDomain(text)).toEqual({ value: text });
  });

  test.each([
    ['user@acme.example', 'Did you mean "acme.example"?'],
    ['@acme.example', 'Did you mean "acme.example"?'],
    ['a@b@acme.example', undefined],
    ['*.acme.example', 'Did you mean "acme.example"?'],
    ['*.*.example', undefined],
    ['*', undefined],
    ['acme*.example', undefined],
    [id, LIKE_AN_ID],
    [id.toUpperCase(), LIKE_AN_ID],
    [id.slice(1), LIKE_AN_ID],
    [
      '0F9d5b2e-7a43-4c1e-9a55-3d0f6c1b2a77',
      'It is probably the id of the Access application of type dash_sso. Give the domain instead.',
    ],
    ['0'.repeat(32), LIKE_AN_ID],
    ['10.0.0.1', undefined],
    ['user@10.0.0.1', undefined],
    ['1', undefined],
    ['2001:db8::1', undefined],
    [`${'a'.repeat(64)}.example`, TOO_LONG],
    [`${'ü'.repeat(64)}.example`, TOO_LONG],
    [`${'a.'.repeat(127)}b`, TOO_LONG],
    [`${'a.'.repeat(126)}*`, undefined],
    [`${'a'.repeat(63)}.*`, undefined],
    ['user@', undefined],
    ['user@a..b', undefined],
    ['https://acme.example', 'Did you mean "acme.example"?'],
    ['http://acme.example/', 'Did you mean "acme.example"?'],
    ['https://acme.example/login', undefined],
    ['acme.example,other.example', ONE],
    ["acme.example'", undefined],
    ['acme.example/path', undefined],
    ['acme.example:443', undefined],
    ['acme..example', undefined],
    ['.acme.example', undefined],
    ['acme .example', undefined],
    ['acme.example, other.example', ONE],
    ['a%b.example', undefined],
    ['a<b.example', undefined],
    ['[::1]', undefined],
    ['.', undefined],
  ])('%s is none', (text, action) => {
    expect(parseEmailDomain(text)).toEqual({
      must: 'must be a domain name such as acme.example',
      not: text.length > 80 ? `"${text.slice(0, 79)}…"` : `"${text}"`,
      action,
    });
  });
});

describe('the base URL', () => {
  test.each([
    ['https://api.cloudflare.com/client/v4', 'https://api.cloudflare.com/client/v4'],
    ['https://api.fed.cloudflare.com/client/v4/', 'https://api.fed.cloudflare.com/client/v4'],
    ['https://proxy.example//', 'https://proxy.example/'],
    ['HTTPS://API.Example:8443/v4', 'https://api.example:8443/v4'],
    ['https://10.0.0.1/client/v4', 'https://10.0.0.1/client/v4'],
  ])('%s is taken, without the slash at its end', (text, href) => {
    const parsed = parseBaseUrl(text);
    expect('value' in parsed && parsed.value.href).toBe(href);
  });

  test.each([
    'http://127.0.0.1:8787/client/v4',
    'http://127.255.10.99/',
    'http://localhost:80',
    'http://[::1]:8787/v4',
  ])('%s is plain http, but to a loopback address', (text) => {
    expect(parseBaseUrl(text)).toHaveProperty('value');
  });

  const must = 'must be an https URL of host and path';
  const action = 'An example is https://api.cloudflare.com/client/v4.';

  test.each([
    'http://api.cloudflare.com/client/v4',
    'http://10.0.0.1/',
    'http://0.0.0.0/',
    'http://128.0.0.1/',
    'http://127.0.0.1.evil.example/',
    'http://127.evil.example/',
    'http://localhost.evil.example/',
    'http://notlocalhost/',
    'http://[::2]/',
    'http://[::]/',
    'http://[::ffff:127.0.0.2]/',
  ])('%s is plain http to elsewhere, which the token must not travel by', (text) => {
    const action = 'By plain http, the token would travel in plain text.';
    expect(parseBaseUrl(text)).toEqual({ must, not: `"${text}"`, action });
  });

  test.each([
    'api.cloudflare.com/client/v4',
    'ftp://api.example',
    'xhttps://api.example',
    'file:///etc/passwd',
    'https://',
    'https://a b/',
    'x',
  ])('%s is no web address', (text) => {
    expect(parseBaseUrl(text)).toEqual({ must, not: `"${text}"`, action });
  });

  test.each(['https://a.example/?x=1', 'https://a.example/#x', 'https://a.example/v4?', 'https://a.example/v4#'])(
    '%s has a query or fragment',
    (text) => {
      expect(parseBaseUrl(text)).toEqual({ must: `${must}, without a query or fragment`, not: `"${text}"`, action });
    },
  );

  test.each(['https://user@a.example/', 'https://:hunter2@a.example/', 'https://user:hunter2@a.example/'])(
    'has no user name or password, and what is refused is not repeated: %s',
    (text) => {
      expect(parseBaseUrl(text)).toEqual({ must: `${must}, without a user name or password`, action });
    },
  );

  it('is never plain http to a host that is not loopback', () => {
    const host = fc.oneof(
      fc.domain(),
      fc.ipV4(),
      fc.ipV6().map((address) => `[${address}]`),
    );
    fc.assert(
      fc.property(host, (host) => {
        const parsed = parseBaseUrl(`http://${host}/client/v4`);
        if ('value' in parsed) expect(parsed.value.hostname).toMatch(/^(127\.\d+\.\d+\.\d+|\[::1\])$/);
      }),
    );
  });
});

describe('a token', () => {
  it('of visible ASCII characters is taken', () => {
    const token = 'Aa0_-.~+/=!"#$%&\'()*,:;<>?@[\\]^`{|}';
    expect(parseToken(token)).toEqual({ value: token });
  });

  const alone = 'The secret must contain only the token.';

  test.each([
    [
      ['Bearer abcdef', 'bearer abcdef', 'BEARER\tabcdef', 'Bearer  x', 'Bearer'],
      'must be the token alone, without "Bearer" before it',
      'The action adds that word itself.',
    ],
    [
      [`cfk_${'a1'.repeat(20)}`],
      'must be an API token, not a global API key (cfk_…)',
      'Create an API token with the permission "SSO Connector: Edit".',
    ],
    [['CLOUDFLARE_API_TOKEN=abcdef', 'x=y'], 'must be the token alone, without NAME= before it', alone],
    [['{"token": "abcdef"}', '{'], 'must be the token alone, not JSON', alone],
    [
      ['"abcdef"', "'abcdef'", '`abcdef`', '"abcdef', "abcdef'"],
      'must be the token alone, without quotes around it',
      alone,
    ],
    [
      ['secrets.TOKEN', `$${'{{ secrets.TOKEN }}'}`, '$TOKEN', `$${'{TOKEN}'}`, 'vars.TOKEN', 'env.TOKEN'],
      'must be a token, not the name of one',
      `Write $${'{{ secrets.NAME }}'}, with the name of your secret for NAME.`,
    ],
  ])('cannot be %j', (texts, must, action) => {
    for (const text of texts) expect(parseToken(text)).toEqual({ must, action });
  });

  test.each([
    'Bearer_abc',
    'abcBearer',
    'a_cfk_b',
    'a{b}',
    'abc_secrets.x',
    'a"b',
    'cfut_abc',
    'cfat_abc',
    'a-b=c',
    'a$b',
  ])('may be %s', (text) => {
    expect(parseToken(text)).toEqual({ value: text });
  });

  test.each([
    ['secret one', 'white space', 7],
    ['secret\tone', 'white space', 7],
    ['secret\none', 'a line break', 7],
    ['secret\r\none', 'a line break', 7],
    ['sécret', 'a character that is not ASCII', 2],
    ['sé cret\n', 'a character that is not ASCII', 2],
    ['“secret”', 'a character that is not ASCII', 1],
  ])('%j has %s at position %i, and that is all that is said of it', (text, what, position) => {
    expect(parseToken(text)).toEqual({
      must: 'must be visible ASCII characters',
      not: `${what} at position ${position} of ${text.length}`,
      action: 'Was the secret pasted with something in or around it?',
    });
  });

  it('is never told in what is said of it', () => {
    const part = fc.stringMatching(/^[!-~]{12,40}$/);
    fc.assert(
      fc.property(part, fc.constantFrom(' ', '\n', '\u0000', 'é'), part, (before, between, after) => {
        const said = JSON.stringify(parseToken(`${before}${between}${after}`));
        expect(said).not.toContain(JSON.stringify(before).slice(1, -1));
        expect(said).not.toContain(JSON.stringify(after).slice(1, -1));
      }),
    );
  });
});

describe('a duration of days', () => {
  test.each([
    ['30d', 2_592_000_000],
    ['12h', 43_200_000],
    ['90s', 90_000],
    ['3650d', 315_360_000_000],
    ['1s', 1000],
  ])('%s is %i milliseconds', (text, value) => {
    expect(parseDays(text)).toEqual({ value });
  });

  // A bare number could be meant as days or as seconds.
  test.each(['30', '0d', '3651d', '1.5d', '30days', '30D', '1w', 'off', '-1d', '30 d'])('%s is none', (text) => {
    expect(parseDays(text)).toEqual({
      must: 'must be a duration with its unit, from 1s to 3650d',
      not: `"${text}"`,
      action: 'Write it as 30d or 12h.',
    });
  });
});

describe('invisible characters', () => {
  test.each(['\ufeff', '\u200b', '\u2060', '\u00ad', '\u200e', '\u00a0', ' ', '\n', '\r\n', '\u{e0041}'])(
    'around a value are taken off: %j',
    (invisible) => {
      expect(strip(`${invisible}${invisible}a b c${invisible}`)).toBe('a b c');
      expect(strip(`${invisible}a${invisible}`)).toBe('a');
      expect(strip(invisible.repeat(3))).toBe('');
    },
  );

  test.each([
    ['acme\u200b.example', 'U+200B at position 5'],
    ['a\ufeffb', 'U+FEFF at position 2'],
    ['a\u00a0b', 'U+00A0 at position 2'],
    ['a\u0007b\u200b', 'U+0007 at position 2'],
    ['a\u2028b', 'U+2028 at position 2'],
    ['a\ufe0f', 'U+FE0F at position 2'],
    ['ab\u{e0041}c', 'U+E0041 at position 3'],
  ])('inside a value are named: %j', (text, not) => {
    expect(findInvisible(text)).toBe(not);
    expect(parseVisible(text, parseEmailDomain)).toEqual({
      must: 'must have visible characters only',
      not,
      action: 'Type the value again.',
    });
  });

  test.each(['acme.example', 'bücher.example', 'a b\tc\r\nd', '例え.テスト'])('are not in %j', (text) => {
    expect(findInvisible(text)).toBeUndefined();
    expect(parseVisible(text, (value) => ({ value }))).toEqual({ value: text });
  });

  test.each([
    ['\ufeff- a', '- a'],
    ['\u200b\ufeff  - a', '  - a'],
    ['\n \ufeff\n  - a\u200b', '\n \n  - a\u200b'],
    ['- \ufeffa', '- \ufeffa'],
  ])('at the head of a list are taken off, and white space stays: %j', (text, rest) => {
    expect(stripHead(text)).toBe(rest);
  });
});

describe('a value of 120,000 characters is read in linear time', () => {
  const parsers = { parseBaseUrl, parseBoolean, parseConnectorId, parseDays, parseEmailDomain, parseToken };
  const kinds = ['/', ' ', '\u200b', '.', 'a', '@', '-', '0', '='];

  test.each(Object.entries(parsers))('%s', (_, parse: (text: string) => Parsed<unknown>) => {
    for (const kind of kinds) {
      const many = kind.repeat(120_000);
      for (const text of [many, `${many}!`, `https://a.example/${many}x`, `https://a.example/${many}`]) {
        const before = process.threadCpuUsage();
        parseVisible(strip(text), parse);
        parse(text);
        // Some milliseconds; in quadratic time it would be 18 seconds.
        expect(process.threadCpuUsage(before).user / 1000).toBeLessThan(6000);
      }
    }
  });
});
