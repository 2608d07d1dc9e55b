import fc from 'fast-check';
import { describe, expect, it, test } from 'vitest';
import { parseToken } from '../../src/inputs/token.ts';
import {
  parseBaseUrl,
  parseBoolean,
  parseChoice,
  parseDuration,
  parseEmailDomain,
  parseId,
  parseWholeNumber,
} from '../../src/inputs/values.ts';

describe('a boolean', () => {
  test.each(['true', 'True', 'TRUE'])('%s is true', (text) => {
    expect(parseBoolean(text)).toEqual({ value: true });
  });

  test.each(['false', 'False', 'FALSE'])('%s is false', (text) => {
    expect(parseBoolean(text)).toEqual({ value: false });
  });

  test.each(['yes', 'no', 'on', 'off', '1', '0', 'tRUE', 'y', 'null', '~', '"true"', 'truefalse', 'true '])(
    '%s is neither, though it means one elsewhere',
    (text) => {
      expect(parseBoolean(text)).toEqual({
        problem: `is "${text.trim()}"; accepted are true and false (also True, TRUE, False, FALSE)`,
      });
    },
  );

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
    expect(parse(text)).toEqual({ problem: `is "${text}"; accepted are update, check` });
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
      problem: `is "${text}"; accepted are durations from 1s to 120h, such as 90s, 10m, 2h, or plain seconds`,
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
        else expect(parsed).toHaveProperty('problem');
      }),
    );
  });
});

describe('a whole number', () => {
  const parse = parseWholeNumber(0, 10);

  test.each([
    ['0', 0],
    ['3', 3],
    ['10', 10],
    ['03', 3],
  ])('%s is %i', (text, value) => {
    expect(parse(text)).toEqual({ value });
  });

  test.each(['11', '-1', '1.0', '1e1', '0x1', 'three', '∞', '9'.repeat(30)])('%s is none from 0 to 10', (text) => {
    expect(parse(text)).toEqual({ problem: `is "${text}"; accepted are whole numbers from 0 to 10` });
  });

  it('has both of its limits', () => {
    const parseFrom2 = parseWholeNumber(2, 4);
    expect(['1', '2', '3', '4', '5'].map((text) => 'value' in parseFrom2(text))).toEqual([
      false,
      true,
      true,
      true,
      false,
    ]);
  });
});

describe('an id', () => {
  const id = '023e105f4ecef8ad9ca31a8372d0c353';

  it('of 32 characters is taken without a word', () => {
    expect(parseId(id)).toEqual({ value: id });
    expect(parseId('AZaz09_-'.repeat(4))).toEqual({ value: 'AZaz09_-'.repeat(4) });
  });

  test.each(['x', id.slice(1), `${id}0`])('of another length is taken with a warning: %s', (text) => {
    expect(parseId(text)).toEqual({
      value: text,
      warning: `has ${text.length} characters, where ids of Cloudflare have 32: is it complete?`,
    });
  });

  test.each(['a/b', '../x', 'a.b', 'a b', 'a%2fb', 'a?b', 'é', `${id}\u0000`, 'a\nb'])(
    'has no other characters than A-Z a-z 0-9 _ -: %j',
    (text) => {
      expect(parseId(text)).toHaveProperty(
        'problem',
        expect.stringMatching(/^is ".*"; accepted are the characters A-Z, a-z, 0-9, _ and -$/),
      );
    },
  );

  it('never changes on its way into a path', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string({ unit: 'binary' }), fc.stringMatching(/^[\w.%/-]{1,40}$/)), (text) => {
        const parsed = parseId(text);
        if (!('value' in parsed)) return;
        expect(new URL(`https://host.example/a/${parsed.value}`).pathname).toBe(`/a/${text}`);
      }),
    );
  });
});

describe('an email domain', () => {
  test.each(['acme.example', 'ACME.Example.', 'bücher.example', 'xn--bcher-kva.example', 'a_b.example', 'localhost'])(
    '%s is taken as it was given',
    (text) => {
      expect(parseEmailDomain(text)).toEqual({ value: text });
    },
  );

  test.each([
    ['user@acme.example', ' ("acme.example"?)'],
    ['@acme.example', ' ("acme.example"?)'],
    ['a@b@acme.example', ''],
    ['user@', ''],
    ['user@a..b', ''],
    ['https://acme.example', ''],
    ['acme.example/path', ''],
    ['acme.example:443', ''],
    ['acme..example', ''],
    ['.acme.example', ''],
    ['acme .example', ''],
    ['acme.example, other.example', ''],
    ['a%b.example', ''],
    ['a<b.example', ''],
    ['[::1]', ''],
    ['.', ''],
  ])('%s is none', (text, hint) => {
    expect(parseEmailDomain(text)).toEqual({
      problem: `is "${text}"; accepted is a domain name alone, such as example.com${hint}`,
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

  test.each(['http://127.0.0.1:8787/client/v4', 'http://127.9.8.7/', 'http://localhost:80', 'http://[::1]:8787/v4'])(
    '%s is plain http, but to a loopback address',
    (text) => {
      expect(parseBaseUrl(text)).toHaveProperty('value');
    },
  );

  const accepted = 'accepted is an https URL of host and path, such as https://api.cloudflare.com/client/v4';

  test.each([
    'http://api.cloudflare.com/client/v4',
    'http://10.0.0.1/',
    'http://0.0.0.0/',
    'http://128.0.0.1/',
    'http://127.0.0.1.evil.example/',
    'http://127.evil.example/',
    'http://localhost.evil.example/',
    'http://[::2]/',
    'http://[::]/',
    'http://[::ffff:127.0.0.2]/',
  ])('%s is plain http to elsewhere, which the token must not travel by', (text) => {
    expect(parseBaseUrl(text)).toEqual({
      problem: `is "${text}"; the token would travel in plain text, so ${accepted}`,
    });
  });

  test.each([
    'api.cloudflare.com/client/v4',
    'ftp://api.example',
    'file:///etc/passwd',
    'https://',
    'https://a b/',
    'x',
  ])('%s is no web address', (text) => {
    expect(parseBaseUrl(text)).toEqual({ problem: `is "${text}"; ${accepted}` });
  });

  test.each(['https://a.example/?x=1', 'https://a.example/#x', 'https://a.example/v4?', 'https://a.example/v4#'])(
    '%s has a query or fragment',
    (text) => {
      expect(parseBaseUrl(text)).toEqual({ problem: `is "${text}", with a query or fragment; ${accepted}` });
    },
  );

  test.each(['https://user@a.example/', 'https://:hunter2@a.example/', 'https://user:hunter2@a.example/'])(
    'has no user name or password, and what is refused is not repeated: %s',
    (text) => {
      expect(parseBaseUrl(text)).toEqual({ problem: `has a user name or password in it; ${accepted}` });
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

  test.each(['Bearer abcdef', 'bearer abcdef', 'BEARER\tabcdef', 'Bearer  x', 'Bearer'])(
    'does not start with the word Bearer: %j',
    (text) => {
      expect(parseToken(text)).toEqual({
        problem: 'starts with "Bearer "; accepted is the token alone, the action adds that word itself',
      });
    },
  );

  it('may have the word Bearer within', () => {
    expect(parseToken('Bearer_abc')).toEqual({ value: 'Bearer_abc' });
  });

  test.each([
    ['secret one', 'white space', 7],
    ['secret\tone', 'white space', 7],
    ['secret\none', 'a line break', 7],
    ['secret\r\none', 'a line break', 7],
    ['s\u0000cret', 'a control character', 2],
    ['s\u007fcret', 'a control character', 2],
    ['sécret', 'a character that is not ASCII', 2],
    ['“secret”', 'a character that is not ASCII', 1],
    ['secre\u00a0t', 'a character that is not ASCII', 6],
    ['secret\u200b', 'a character that is not ASCII', 7],
  ])('%j has %s at position %i, and that is all that is said of it', (text, what, position) => {
    expect(parseToken(text)).toEqual({
      problem: `has ${what} at position ${position} of ${text.length}; accepted are visible ASCII characters. Was the secret pasted with something around it?`,
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
