import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Answer } from '../../src/cloudflare/answer.ts';
import { redactToken } from '../../src/cloudflare/redact.ts';

const TOKEN = 'Vt3kS9xQ/1mZr7Lp';

function redacted(body: string, token = TOKEN, headers: Answer['headers'] = {}) {
  const answer = redactToken({ status: 200, headers, body: Buffer.from(body) }, token);
  return { ...answer, body: Buffer.from(answer.body).toString() };
}

const hex = (text: string) => [...text].map((one) => `\\u${one.charCodeAt(0).toString(16).padStart(4, '0')}`).join('');

describe('an answer that repeats the token', () => {
  it.each([
    ['plain', `{"a":"${TOKEN}"}`, '{"a":"***"}'],
    ['twice', `${TOKEN} ${TOKEN}`, '*** ***'],
    ['with the escape of a slash', `{"a":"${TOKEN.replace('/', '\\/')}"}`, '{"a":"***"}'],
    ['with escapes all over', `{"a":"${hex(TOKEN)}"}`, '{"a":"***"}'],
    ['with escapes in capitals', `{"a":"${hex(TOKEN).toUpperCase().replaceAll('U', 'u')}"}`, '{"a":"***"}'],
    ['behind an escape of a backslash', `{"a":"\\\\${TOKEN}"}`, '{"a":"\\\\***"}'],
    ['beside letters that are not ASCII', `{"a":"é${TOKEN}ü€"}`, '{"a":"é***ü€"}'],
  ])('has stars in its place: %s', (_, body, expected) => {
    expect(redacted(body).body).toBe(expected);
  });

  it('has stars in its place where the token has what JSON escapes', () => {
    const token = 'Vt3kS9xQw"1mZr7Lp\\0aB';
    expect(redacted(JSON.stringify({ a: token }), token).body).toBe('{"a":"***"}');
    expect(redacted(`{"a":"${hex(token)}"}`, token).body).toBe('{"a":"***"}');
    expect(redacted(`a page with ${token}`, token).body).toBe('a page with ***');
  });

  it('has stars in its header fields too', () => {
    const headers = { location: `/x?t=${TOKEN}`, link: ['a', `b ${TOKEN}`], vary: '', age: undefined };
    expect(redacted('', TOKEN, headers)).toEqual({
      status: 200,
      headers: { location: '/x?t=***', link: ['a', 'b ***'], vary: '', age: undefined },
      body: '',
    });
  });
});

describe('an answer without the token', () => {
  it.each([
    '{"a":"é \\u00e9 \\n \\\\u0041 \\" \\u2028 \\u0000 \\u001f"}',
    '<p>C:\\new\\u00</p>',
    `{"a":"${TOKEN.slice(1)}"}`,
    `{"a":"${TOKEN.toLowerCase()}"}`,
  ])('stays as it is: %s', (body) => {
    expect(redacted(body)).toEqual({ status: 200, headers: {}, body });
  });

  it('means the same, however JSON spells it', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), (text) => {
        for (const spelt of [JSON.stringify(text), `"${hex(text.slice(0, 20))}"`]) {
          expect(JSON.parse(redacted(spelt).body)).toBe(JSON.parse(spelt));
        }
      }),
    );
  });
});

it('a token of fewer than 16 characters, which none is, is not looked for', () => {
  expect(redacted('a word', 'word').body).toBe('a word');
  expect(redacted('123456789012345', '123456789012345').body).toBe('123456789012345');
  expect(redacted('1234567890123456', '1234567890123456').body).toBe('***');
});
