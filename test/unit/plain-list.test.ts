/** The fast reader of plain lists agrees with the reader of all lists, or leaves the list to it. */
import fc from 'fast-check';
import { describe, expect, it, test } from 'vitest';
import { readPlainList } from '../../src/inputs/plain-list.ts';
import { readYamlList } from '../../src/inputs/yaml-list.ts';

const ID = '0123456789abcdef0123456789abcdef';

describe('a plain list', () => {
  it('is read', () => {
    const text = `# ours\n- email_domain: a.example   # main\n  sso_connector_id: ${ID}\n  enabled: true\n\n- email_domain:   3m.example #\n    # later\n  use_fedramp_language: false\n  enabled: true\n- sso_connector_id: ${'f'.repeat(32)}\n`;
    expect(readPlainList(text)).toEqual({
      problems: [],
      warnings: [],
      targets: [
        { sso_connector_id: ID, email_domain: 'a.example', desired: { enabled: true }, line: 2 },
        {
          sso_connector_id: undefined,
          email_domain: '3m.example',
          desired: { enabled: true, use_fedramp_language: false },
          line: 6,
        },
        { sso_connector_id: 'f'.repeat(32), email_domain: undefined, desired: {}, line: 10 },
      ],
    });
  });

  it.each([
    ['nothing', ''],
    ['a comment alone', '# later\n'],
    ['no list', 'email_domain: a.example\n'],
    ['a value before the first entry', '  enabled: true\n- email_domain: a.example\n'],
    ['an entry without a name', '- enabled: true\n'],
    ['one such entry', '- email_domain: a.example\n- enabled: true\n'],
    ['a key twice', '- email_domain: a.example\n  enabled: true\n  enabled: false\n'],
    ['a connector twice', '- email_domain: a.example\n- email_domain: a.example\n'],
    ['an id twice', `- sso_connector_id: ${ID}\n- sso_connector_id: ${ID}\n`],
    ['another key', '- email_domain: a.example\n  enable: true\n'],
    ["a name of JavaScript's as key", '- email_domain: a.example\n  constructor: true\n'],
    ['another word for true', '- email_domain: a.example\n  enabled: True\n'],
    ['quotes', '- email_domain: "a.example"\n'],
    ['a text that is not a domain', '- email_domain: a..example\n'],
    ['a number', '- email_domain: 1.e5\n'],
    ['a word', '- email_domain: true\n'],
    ['a domain in capitals', '- email_domain: A.example\n'],
    ['an id of another length', `- sso_connector_id: ${ID}0\n`],
    ['an id that is shorter', `- sso_connector_id: ${ID.slice(1)}\n`],
    ['an id of other characters', `- sso_connector_id: ${ID.slice(1)}_\n`],
    ['an id for a domain', `- email_domain: ${ID}\n`],
    ['a domain for an id', '- sso_connector_id: a.example\n'],
    ['a domain for a boolean', '- email_domain: a.example\n  use_fedramp_language: b.example\n'],
    ['more than a value', '- email_domain: a.example b\n'],
    ['a text before the dash', '# x\nx- email_domain: a.example\n'],
    ['another indentation', '- email_domain: a.example\n   enabled: true\n'],
    ['less indentation', '- email_domain: a.example\n enabled: true\n'],
    ['a line that is no pair', '- email_domain: a.example\n  enabled\n'],
    ['a line that is no pair before the first entry', 'x\n- email_domain: a.example\n'],
    ['an entry indented', '  - email_domain: a.example\n'],
    ['no space after the colon', '- email_domain: a.example\n  enabled:true\n'],
    ['a comment that is none', '- email_domain: a.example\n  enabled: true#\n'],
    ['line ends of Windows', '- email_domain: a.example\r\n'],
    ['a tab', '- email_domain: a.example\n\t\n'],
    ['two documents', '- email_domain: a.example\n---\n- email_domain: b.example\n'],
    ['JSON', '[{"email_domain":"a.example"}]'],
  ])('is not one with %s', (_, text) => {
    expect(readPlainList(text)).toBeUndefined();
  });
});

const value = fc.oneof(
  fc.constantFrom(ID, 'a'.repeat(32), '1'.repeat(32), `1e${'0'.repeat(30)}`, `0x${'1'.repeat(30)}`, `${ID}0`),
  fc.constantFrom(
    'a.example',
    'b.example',
    '1.ee',
    '0x1.ab',
    '1.e5',
    '-.ab',
    '---.ab',
    '..ab',
    '.inf',
    'a.b-c',
    'xn--.example',
  ),
  fc.constantFrom('true', 'false', 'True', 'yes', 'null', '~', '', '"true"', '&a', '*a', '!!str', '|', '[]', '{}'),
  fc.stringMatching(/^[a-z0-9.:#'"-]{1,9}$/),
);
const key = fc.constantFrom('email_domain', 'email_domain', 'sso_connector_id', 'enabled', 'use_fedramp_language', 'x');
const between = fc.constantFrom(': ', ': ', ': ', ':  ', ':', ' : ', ':\t');
const tail = fc.constantFrom('', '', '', ' # why', ' #', '#', ' ', '\r', '\t', ' # \u2028 x', ' # \u0085 x', ': ');
const odd = fc.oneof(
  fc.tuple(fc.constantFrom('- ', '  ', '-  '), key, between, value, tail).map((parts) => parts.join('')),
  fc.constantFrom('', '#', '  # x', ' ', '\t', '---', '...', '%YAML 1.1', '-', '- ', '\ufeff'),
);
const usual = fc.oneof(
  fc.tuple(fc.constantFrom('- email_domain: '), value).map((parts) => parts.join('')),
  fc.stringMatching(/^- (email_domain: [a-c]\.[a-z]{2}|sso_connector_id: [a-f0-9]{32})$/),
  fc.stringMatching(/^ {2}(enabled|use_fedramp_language): (true|false)( # [a-z\u0080-\u2040]*)?$/),
);
const line = fc.oneof({ weight: 1, arbitrary: odd }, { weight: 6, arbitrary: usual });

test('no text is read otherwise than by the reader of all lists', () => {
  const lines = fc.array(line, { minLength: 1, maxLength: 4 });
  fc.assert(
    fc.property(lines, fc.constantFrom('\n', ''), (all, end) => {
      const text = all.join('\n') + end;
      const plain = readPlainList(text);
      if (plain === undefined) return;
      const { targets, problems, warnings } = readYamlList(text, 'connectors');
      expect(plain).toEqual({ targets, problems, warnings });
    }),
    { numRuns: 3_000 },
  );
});

test('every list in the form of the README is read', () => {
  const name = fc.stringMatching(/^[a-z]{1,9}\.[a-z]{2,9}$/);
  const entry = fc.record(
    { email_domain: name, enabled: fc.boolean(), use_fedramp_language: fc.boolean() },
    { requiredKeys: ['email_domain'] },
  );
  fc.assert(
    fc.property(fc.uniqueArray(entry, { minLength: 1, selector: ({ email_domain }) => email_domain }), (entries) => {
      const text = entries
        .map(
          (own) =>
            `- ${Object.entries(own)
              .map((pair) => pair.join(': '))
              .join('\n  ')}\n`,
        )
        .join('');
      expect(readPlainList(text)?.targets.map(({ email_domain, desired }) => ({ email_domain, ...desired }))).toEqual(
        entries,
      );
    }),
  );
});
