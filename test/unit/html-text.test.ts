import { expect, it } from 'vitest';
import { readWordsOfPage } from '../../src/cloudflare/html-text.ts';

it.each([
  ['<title> Access denied </title><h1>Access denied</h1>', 'Access denied'],
  [
    '<html><title>Attention</title><h2 class="x">Sorry, <b>you</b> are blocked</h2>',
    'Attention: Sorry, you are blocked',
  ],
  ['\ufeff <p>Only this</p>', 'Only this'],
  ['<h1>Cut off', 'Cut off'],
  ['<title lang="en">Denied</title><p>x', 'Denied'],
  ['<title>\n Denied\n here </title>', 'Denied here'],
  ['<titles>A list</titles><h1x>of</h1x>', 'A list of'],
  ['<h1>First</h1><h1>Second</h1>', 'First'],
  ['<h2>Second</H2 ><h1>First</h1>', 'Second'],
  ['<p>One</p><p>Two</p>', 'One Two'],
  ['upstream <eu> is down', 'upstream <eu> is down'],
  ['x <title>y</title>', 'x <title>y</title>'],
  [' plain text ', 'plain text'],
])('of %s people read "%s"', (body, words) => {
  expect(readWordsOfPage(new TextEncoder().encode(body))).toBe(words);
});
