import { expect, it, test } from 'vitest';
import { oneLine, quoted } from '../../src/untrusted.ts';

test.each([
  ['', ''],
  ['a b', 'a b'],
  [' a  b\n', 'a b'],
  ['\u200b\n', ''],
  ['✅ in sync', '✅ in sync'],
  ['“bücher” – 3 …', '“bücher” – 3 …'],
  [' a', 'a'],
  ['a ', 'a'],
  ['a  b', 'a b'],
  ['例 え', '例 え'],
  ['a\u200bb\u202ec', 'a b c'],
  ['a\ud800b', 'a\ufffdb'],
  ['::error::x', ': :error::x'],
  ['a ##[error]x', 'a # #[error]x'],
  ['：：error：：x', '： ：error： ：x'],
])('%j is shown as %j', (text, shown) => {
  expect(oneLine(text)).toBe(shown);
  expect(quoted(text)).toBe(`"${shown}"`);
});

it('has no invisible character left of all that there are, and every visible one', () => {
  for (let first = 0; first <= 0x10ffff; first += 64) {
    const characters = Array.from({ length: 64 }, (_, n) => String.fromCodePoint(first + n));
    const shown = characters.map((character) =>
      /[\s\p{Cc}\p{Cf}\p{DI}\p{Zl}\p{Zp}]/u.test(character) ? 'a b' : `a${character.toWellFormed()}b`,
    );
    const line = oneLine(characters.map((character) => `a${character}b`).join(''));
    if (line !== shown.join('')) expect.fail(`From U+${first.toString(16)} on is shown as ${line}`);
  }
});

it('is never longer than its limit, and is well-formed there too', () => {
  expect(oneLine('x'.repeat(500))).toBe('x'.repeat(500));
  expect(oneLine('x'.repeat(501))).toBe(`${'x'.repeat(499)}…`);
  expect(oneLine('😀😀😀', 4)).toBe('😀\ufffd…');
  expect(quoted('x'.repeat(81))).toBe(`"${'x'.repeat(79)}…"`);
});
