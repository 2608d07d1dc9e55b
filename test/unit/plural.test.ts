import { expect, test } from 'vitest';
import { counted, listed } from '../../src/plural.ts';

test.each([
  [counted(0, 'domain'), '0 domains'],
  [counted(1, 'domain'), '1 domain'],
  [counted(2, 'domain'), '2 domains'],
  [counted(1, 'is', 'are'), '1 is'],
  [counted(3, 'is', 'are'), '3 are'],
])('a number has its noun: %s', (text, expected) => {
  expect(text).toBe(expected);
});

test.each([
  [['a'], 2, 'a'],
  [['a', 'b'], 2, 'a and b'],
  [['a', 'b', 'c'], 3, 'a, b and c'],
  [[], 2, ''],
  [['a', 'b', 'c'], 2, 'a, b and 1 more'],
  [['a', 'b', 'c', 'd', 'e'], 2, 'a, b and 3 more'],
])('of %j, %i are listed and the rest is counted', (items, most, expected) => {
  expect(listed(items, most)).toBe(expected);
});
