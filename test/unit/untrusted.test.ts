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
  for (let code = 0; code <= 0x10ffff; code += 1) {
    const character = String.fromCodePoint(code);
    const isVisible = !/[\s\p{Cc}\p{Cf}\p{DI}\p{Zl}\p{Zp}]/u.test(character);
    const shown = isVisible ? `a${character.toWellFormed()}b` : 'a b';
    if (oneLine(`a${character}b`) !== shown)
      expect.fail(`U+${code.toString(16)} is shown as ${oneLine(`a${character}b`)}`);
  }
});

it('is never longer than its limit, and is well-formed there too', () => {
  expect(oneLine('x'.repeat(500))).toBe('x'.repeat(500));
  expect(oneLine('x'.repeat(501))).toBe(`${'x'.repeat(499)}…`);
  expect(oneLine('😀😀😀', 4)).toBe('😀\ufffd…');
  expect(quoted('x'.repeat(81))).toBe(`"${'x'.repeat(79)}…"`);
});
