import fc from 'fast-check';

/** Any code point but a surrogate, as fast-check's own unit `binary` has it, whose tables take a second to make. */
export const CODE_POINT = fc
  .oneof(fc.nat(0xd7ff), fc.integer({ min: 0xe000, max: 0x10ffff }))
  .map((code) => String.fromCodePoint(code));

/** What means something to the runner, to a terminal, to Markdown, to HTML, to GitHub or to a file of outputs. */
const PIECES = [
  ...['::error::pwned', '::add-mask::a', '::set-output name=x::y', '::stop-commands::x', '::', ':', '%0A::error::x'],
  ...['##[error]pwned', '##[add-mask]a', '##[', '#', '[', ']', '##', '%5D'],
  ...['：：error::pwned', '：', '：：', '＃＃［error]pwned', '＃', '［', '﹕', '\u034f', '\ufe0f'],
  ...['\r', '\n', '\r\n', '\v', '\f', '\x85', '\u2028', '\u2029', '\t', ' ', '\xa0', '\u3000', '\0', '\x08', '\x7f'],
  ...['\x1b[31m', '\x1b]8;;https://evil.example\x07', '\u202e', '\u2066', '\u200b', '\u200d', '\ufeff', '\u{e0001}'],
  ...['\ud800', '\udfff', '\u{1f600}', 'e\u0301', 'ǅ', 'ß', 'م', '1', 'a'],
  ...[
    '<b>',
    '</td></tr></table>',
    '</code></pre>',
    '<script>alert(1)</script>',
    '<img src=x onerror=y>',
    '<!--',
    '-->',
  ],
  ...[
    '[a](https://evil.example)',
    '![a](https://evil.example)',
    'https://evil.example',
    'www.evil.example',
    'a@evil.example',
  ],
  ...[
    '@octocat',
    '@acme/platform',
    '#1',
    'acme/platform#1',
    'GH-1',
    'gh-1',
    '[x]: https://evil.example',
    '[^1]',
    ':tada:',
  ],
  ...[
    '|',
    '`',
    '```',
    '~~~',
    '***',
    '__',
    '~~',
    '# ',
    '- ',
    '> ',
    '1. ',
    '---',
    '===',
    '$x$',
    '\\',
    '&',
    '&lt;',
    '&#64;',
    '&amp;#64;',
  ],
  ...[
    'ghadelimiter_',
    'ghadelimiter_00000000-0000-0000-0000-000000000000',
    '<<',
    'EOF',
    '=',
    'errors<<EOF',
    '{',
    '}',
    '"',
    "'",
    ',',
  ],
];

/** Arbitrary text, with a bias to what might do harm. */
export const hostileText: fc.Arbitrary<string> = fc
  .array(
    fc.oneof({ weight: 4, arbitrary: fc.constantFrom(...PIECES) }, fc.string({ unit: CODE_POINT, maxLength: 5 })),
    {
      minLength: 1,
      maxLength: 8,
    },
  )
  .map((pieces) => pieces.join(''));

/** The same, as far as it can stand in a header field of HTTP. */
export const hostileField: fc.Arbitrary<string> = hostileText.map((text) =>
  text.replace(/[^\t\x20-\x7e\x80-\xff]/g, '').trim(),
);

/** The elements of HTML, in their order, but for `code`, in which text is shown that people may want to copy. */
export function tagsOf(html: string): string[] {
  return [...html.matchAll(/<[^>]*>/g)]
    .map(([tag]) => tag.replace(/\s.*>/s, '>'))
    .filter((tag) => !/^<\/?code>/.test(tag));
}

/** What HTML shows. */
export function textOf(html: string): string {
  const named: Readonly<Record<string, string>> = { lt: '<', gt: '>', amp: '&', quot: '"' };
  return html
    .replace(/<[^>]*>/g, '')
    .replace(/&(?:#(\d+)|(\w+));/g, (all, point, name) =>
      point === undefined ? (named[name] ?? all) : String.fromCodePoint(Number(point)),
    );
}
