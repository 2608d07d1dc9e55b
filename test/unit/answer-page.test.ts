import { expect, it } from 'vitest';
import { readPage } from '../../src/cloudflare/page.ts';

it.each([
  ['<title> Access denied </title><h1>Access denied</h1>', 'Access denied'],
  [
    '<html><title>Attention</title><h2 class="x">Sorry, <b>you</b> are blocked</h2>',
    'Attention: Sorry, you are blocked',
  ],
  ['\ufeff <p>Only this</p>', 'Only this'],
  ['<h1>Cut off', 'Cut off'],
  [' plain text ', 'plain text'],
])('of %s people read "%s"', (body, words) => {
  expect(readPage(new TextEncoder().encode(body))).toBe(words);
});
