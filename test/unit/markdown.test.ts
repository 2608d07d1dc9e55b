import fc from 'fast-check';
import { marked } from 'marked';
import { describe, expect, it } from 'vitest';
import { code, prose } from '../../src/report/markdown.ts';
import { oneLine } from '../../src/untrusted.ts';
import { CODE_POINT } from '../kit/hostile-text.ts';

describe('prose', () => {
  it.each([
    ['plain words', 'The domain acme.example is not verified (status awaiting).'],
    ['quotes and signs without a meaning', `It said "no", 'never'; 100% = 1/1 + a-b, {x} ^ y!`],
    ['nothing', ''],
    ['letters of any script', 'Bücher, 日本語, ελληνικά 🎉'],
  ])('leaves %s as they are', (_, text) => {
    expect(prose(text)).toBe(text);
  });

  it.each([
    ['emphasis', '*a* _b_ ~c~', '&#42;a&#42; &#95;b&#95; &#126;c&#126;'],
    ['links and images', '![a](b) [c](d)', '!&#91;a&#93;(b) &#91;c&#93;(d)'],
    ['HTML', '<img src> &amp; x', '&#60;img src&#62; &#38;amp; x'],
    ['code', 'a `b` c', 'a &#96;b&#96; c'],
    ['escapes', 'a\\b \\\\ c', 'a&#92;b &#92;&#92; c'],
    ['cells of a table', 'a | b', 'a &#124; b'],
    ['an item of a list', '- a - b', '&#45; a - b'],
    ['an item of another list', '+ a', '&#43; a'],
    ['an item of a numbered list', '12. a 3. b', '12&#46; a 3. b'],
    ['an item of a list numbered otherwise', '1) a', '1&#41; a'],
    ['a heading', '# a', '`#` a'],
    ['a quotation', '> a', '&#62; a'],
    ['lines', 'a\n\n# b\r\n- c', 'a `#` b - c'],
  ])('takes %s literally', (_, text, expected) => {
    expect(prose(text)).toBe(expected);
  });

  it.each([
    ['a mention', 'ask @octocat, please', 'ask `@octocat`, please'],
    ['a mention of a team', '(@acme/admins)', '(`@acme/admins`)'],
    ['a reference', 'see #1.', 'see `#1`.'],
    ['a reference elsewhere', 'acme/platform#12!', '`acme/platform#12`!'],
    ['a reference in the old form', 'GH-3 gh-4', '`GH-3` `gh-4`'],
    ['and no other word that has these letters', 'a high-level word', 'a high-level word'],
    ['a commit', 'in 6dcb09b; or acme/x@6dcb09b', 'in `6dcb09b`; or `acme/x@6dcb09b`'],
    ['an address of the web', 'See https://a.example/b?c=d. Or ftp://x', 'See `https://a.example/b?c=d`. Or `ftp://x`'],
    ['an address without a scheme', '"www.acme.example"', '"`www.acme.example`"'],
    ['an address of mail', 'a@acme.example', '`a@acme.example`'],
    ['one within quotes and brackets', '("#1").', '("`#1`").'],
    ['one that is followed by signs of the end', 'See #1?!', 'See `#1`?!'],
    ['an emoji by name', 'so :tada: it is', 'so `:tada`: it is'],
    ['mathematics', 'costs $1 and $2', 'costs `$1` and `$2`'],
    ['names of the API', 'enabled=true, sso_connector_id', '`enabled=true`, `sso_connector_id`'],
    [
      'an input with its value',
      'run mode: check, or (mode: plan). Input mode: must.',
      'run `mode: check`, or (mode: plan). Input `mode`: must.',
    ],
    [
      'an expression without a sign behind it, and with two',
      `a $${'{{ b }}'} c $${'{{ d }}'}).`,
      `a \`$${'{{ b }}'}\` c \`$${'{{ d }}'}\`).`,
    ],
    ['an input with both its values', 'Use enabled: true or false.', 'Use `enabled: true or false`.'],
    [
      'an entry of a list',
      'Write an entry as "- email_domain: acme.example".',
      'Write an entry as "- `email_domain: acme.example`".',
    ],
    ['the name of an input', 'Input enabled must be true', 'Input `enabled` must be true'],
    ['a longer input with its value', 'begin_verification: true.', '`begin_verification: true`.'],
    ['an input of three words with its value', 'use_fedramp_language: true;', '`use_fedramp_language: true`;'],
    ['an input with its value before two signs', '(see report_issue: true).', '(see `report_issue: true`).'],
    ['no word with a W and a dot', 'in NSW. Or aw.b', 'in NSW. Or aw.b'],
    [
      'an expression',
      `Write $${'{{ secrets.A }}'}, or $${'{{a}}'}.`,
      `Write \`$${'{{ secrets.A }}'}\`, or \`$${'{{a}}'}\`.`,
    ],
    ['one that has a backtick in it', '@a`b|c', '<code>&#64;a&#96;b&#124;c</code>'],
  ])('shows as code what GitHub would make something of: %s', (_, text, expected) => {
    expect(prose(text)).toBe(expected);
  });

  it.each([
    [
      'the documentation',
      'See https://developers.cloudflare.com/a/b-c/#d.',
      'See <https://developers.cloudflare.com/a/b-c/#d>.',
    ],
    [
      'the dashboard',
      '(https://dash.cloudflare.com/?to=/:account/x)',
      '(<https://dash.cloudflare.com/?to=/:account/x>)',
    ],
    [
      'no other host',
      'https://developers.cloudflare.com.evil.example/',
      '`https://developers.cloudflare.com.evil.example/`',
    ],
    [
      'no user before another host',
      'https://dash.cloudflare.com@evil.example/',
      '`https://dash.cloudflare.com@evil.example/`',
    ],
    ['no host without its path', 'https://dash.cloudflare.com', '`https://dash.cloudflare.com`'],
    ['no plain http', 'http://dash.cloudflare.com/', '`http://dash.cloudflare.com/`'],
    ['no address with signs of markup', 'https://dash.cloudflare.com/a>b', '`https://dash.cloudflare.com/a>b`'],
    ['no address with an escape', 'https://dash.cloudflare.com/%2e', '`https://dash.cloudflare.com/%2e`'],
  ])("makes a link of the vendor's own pages: %s", (_, text, expected) => {
    expect(prose(text)).toBe(expected);
  });

  it('is cut at 2,000 characters, or as asked', () => {
    expect(prose('a'.repeat(3000))).toBe(`${'a'.repeat(1999)}…`);
    expect(prose('a b c d', 4)).toBe('a b…');
  });
});

describe('code', () => {
  it.each([
    ['acme.example', '`acme.example`'],
    ['<b> & **c** @d #1 https://e', '`<b> & **c** @d #1 https://e`'],
    ['a`b', '<code>a&#96;b</code>'],
    ['a|b', '<code>a&#124;b</code>'],
    ['a\\', '<code>a&#92;</code>'],
    ['', '<code></code>'],
    ['a\nb', '`a b`'],
  ])('of %j is %j', (text, expected) => {
    expect(code(text)).toBe(expected);
  });

  it('is cut at 300 characters', () => {
    expect(code('a'.repeat(400))).toBe(`\`${'a'.repeat(299)}…\``);
  });
});

describe('whatever the text, a reader of Markdown shows it as it is', () => {
  const pieces = [
    ...['*', '_', '`', '```', '~~', '|', '\\', '<b>', '</code>', '<!--', '-->', '&amp;', '&#42;', '![', '](', ')', '['],
    ...[
      '@a',
      '#1',
      'GH-1',
      '$',
      '://',
      'http://x',
      'https://dash.cloudflare.com/x',
      'mode: check',
      'www.x',
      ':a:',
      'a@b.c',
      '- ',
      '+ ',
      '1. ',
      '1) ',
      '> ',
      '=',
      '---',
    ],
    ...[
      '\n',
      '\r\n',
      '\t',
      '    ',
      '\u2028',
      '\u200b',
      '\ud800',
      'word',
      '"',
      "'",
      '(',
      '.',
      ',',
      '!',
      '…',
      '[^1]',
      '[ ]',
    ],
  ];
  const texts = fc.oneof(
    fc.array(fc.constantFrom(...pieces), { maxLength: 12 }).map((parts) => parts.join('')),
    fc.array(fc.constantFrom(...pieces), { maxLength: 12 }).map((parts) => parts.join(' ')),
    fc.string({ unit: CODE_POINT, maxLength: 40 }),
  );
  const check = (property: (text: string) => void) => fc.assert(fc.property(texts, property), { numRuns: 400 });

  const LINK = '<a href="https://dash\\.cloudflare\\.com/[^"<>]*">';

  /** The text of HTML that may have code and links of the vendor in it, and no other element. */
  function textOf(html: string): string {
    const names: Readonly<Record<string, string>> = { lt: '<', gt: '>', quot: '"', amp: '&' };
    return html
      .replace(new RegExp(`</?code>|${LINK}|</a>`, 'g'), '')
      .replace(/&(?:#(\d+)|(\w+));/g, (_, point: string, name: string) =>
        point ? String.fromCodePoint(Number(point)) : (names[name] ?? '?'),
      );
  }
  const LITERAL = `((?:[^<]|</?code>|${LINK}|</a>)*)`;
  const render = (markdown: string) => marked.parse(markdown, { async: false, gfm: true });

  it('as an item of a list, with nothing outside code that GitHub would make something of', () => {
    check((text) => {
      const [, item] = new RegExp(`^<ul>\n<li>${LITERAL}</li>\n</ul>\n$`).exec(render(`- ${prose(text)}`)) ?? [];
      expect(item && textOf(item)).toBe(oneLine(text, 2000) || item);
      const outside = textOf((item ?? '').replace(/<(code|a)\b.*?<\/\1>/g, ''));
      expect(outside).not.toMatch(/@|#|\$|:\/\/|www\.|GH-|:\w+:/i);
    });
  });

  it('in a cell of a table', () => {
    const table = (cell: string) => render(`| a | b |\n|---|---|\n| x ${cell} | c |\n`);
    const pattern = new RegExp(`<tbody><tr>\n<td>x ?${LITERAL}</td>\n<td>c</td>\n</tr>\n</tbody></table>\n$`);
    check((text) => {
      for (const [cell, limit] of [
        [prose(text), 2000],
        [code(text), 300],
      ] as const) {
        const [, shown = 'none'] = pattern.exec(table(cell)) ?? [];
        expect(textOf(shown)).toBe(oneLine(text, limit));
      }
    });
  });
});
