/** The schema for editors and the reader of lists agree, but for what a schema cannot know. */
import { readFileSync } from 'node:fs';
import { Ajv } from 'ajv';
import fc from 'fast-check';
import { describe, expect, it, test } from 'vitest';
import { stringify } from 'yaml';
import { KEYS } from '../../src/inputs/names.ts';
import { readYamlList } from '../../src/inputs/yaml-list.ts';

const schema = JSON.parse(readFileSync(new URL('../../schema/connectors.schema.json', import.meta.url), 'utf8'));
const validate = new Ajv({
  allowUnionTypes: true,
  keywords: ['patternErrorMessage'],
  strict: true,
  strictTypes: false,
}).compile(schema);

const ID = '023e105f4ecef8ad9ca31a8372d0c353';

/** What the reader says of a list, as JSON and as YAML, in which it must say the same. */
function complaints(list: unknown): string[] {
  const [json, yaml] = [JSON.stringify(list), stringify(list, { aliasDuplicateObjects: false })].map((text) =>
    readYamlList(text, 'connectors')
      .problems.map(({ message }) => message.replace(/^connectors, line \d+: |, on line \d+| \(there is [^)]*\)/g, ''))
      .sort(),
  );
  expect(yaml).toEqual(json);
  return json ?? [];
}

/** What a schema cannot see: that two entries are one connector, and the rules of IDNA and of numbers in a domain. */
const READER_ALONE = [
  / is in the list already\.$/,
  /^email_domain must be a domain name such as acme\.example, not "(?![.。．｡]|.*(?:[.。．｡]{2}|[\w-]{64}))[^@:/?#*,%[\]\\\s]*"\.$/,
  /^email_domain must have visible characters only, not U\+/,
  // Of an id that is a number to YAML, the text: 1.5, -0.
  /^sso_connector_id must have only A-Z, a-z, 0-9, _ and -, not "-?\d[\d.e+-]*"\.$/,
];

const around = fc.constantFrom('', '', '', ' ', '\n', '\u200b', '\ufeff');
const surrounded = (text: fc.Arbitrary<string>) => fc.tuple(around, text, around).map((parts) => parts.join(''));
const domain = surrounded(
  fc.oneof(
    fc.domain(),
    fc.constantFrom(
      'acme.example',
      'bücher.example',
      'ACME.example.',
      'a..b',
      '.a.b',
      'localhost',
      '',
      'me@acme.example',
      ID,
    ),
    fc.constantFrom(
      'https://acme.example',
      'a b.example',
      'a\u200bb.example',
      '例え。テスト',
      '例え。。テスト',
      `${'a'.repeat(64)}.example`,
      '10.0.0.1',
      'acme.example:443',
    ),
    fc.string({ unit: 'grapheme', maxLength: 12 }),
  ),
);
const id = surrounded(
  fc.oneof(
    fc.constantFrom(
      ID,
      '0123',
      '-',
      'a/b',
      '',
      '01234567-89ab-cdef-0123-456789abcdef',
      'a\u200bb',
      'true',
      'null',
      '~',
    ),
    fc.stringMatching(/^[A-Za-z0-9_-]{32}$/),
    fc.string({ unit: 'grapheme', maxLength: 8 }),
  ),
);
const flag = fc.oneof(
  { weight: 4, arbitrary: fc.boolean() },
  fc.constantFrom('true', 'yes', 'off', '', ' ', '1', 'True'),
);
const odd = fc.oneof(
  fc.constant(null),
  fc.boolean(),
  fc.integer(),
  fc.double({ noDefaultInfinity: true, noNaN: true }),
  fc.constant([]),
  fc.constant({}),
);
const nearly = (value: fc.Arbitrary<unknown>) =>
  fc.oneof({ weight: 19, arbitrary: value }, { weight: 1, arbitrary: odd });
const entry = fc.oneof(
  {
    weight: 20,
    arbitrary: fc.record(
      {
        sso_connector_id: nearly(id),
        email_domain: nearly(domain),
        enabled: nearly(flag),
        use_fedramp_language: nearly(flag),
      },
      { requiredKeys: [] },
    ),
  },
  {
    weight: 1,
    arbitrary: fc.dictionary(fc.constantFrom(...KEYS, 'enable', 'Enabled', 'mode', '', '\u200benabled'), flag),
  },
  { weight: 1, arbitrary: odd },
);
const list = fc.oneof({ weight: 20, arbitrary: fc.array(entry, { maxLength: 3 }) }, { weight: 1, arbitrary: odd });

describe('the schema and the reader', () => {
  it('refuse and take the same, but for what the reader alone can know', () => {
    let taken = 0;
    fc.assert(
      fc.property(list, (drawn) => {
        const list: unknown = JSON.parse(JSON.stringify(drawn));
        const said = complaints(list);
        const unforeseen = said.filter((message) => !READER_ALONE.some((pattern) => pattern.test(message)));
        const isValid = validate(list);
        // Whatever the reader takes the schema takes, and whatever the schema takes the reader takes.
        if (said.length === 0) expect(validate.errors).toBeNull();
        if (isValid) expect(unforeseen).toEqual([]);
        if (isValid && said.length === 0) taken += 1;
      }),
      { numRuns: 500 },
    );
    // The lists are not so odd that both refuse all of them.
    expect(taken).toBeGreaterThan(20);
  });

  test.each([
    ['the same connector twice', [{ sso_connector_id: ID }, { sso_connector_id: ID }]],
    ['the same domain twice', [{ sso_connector_id: ID, email_domain: 'a.example' }, { email_domain: 'a.example' }]],
    ['a label that is too long in punycode', [{ email_domain: `${'ü'.repeat(64)}.example` }]],
    ['a label that IDNA forbids', [{ email_domain: 'a<b.example' }]],
    ['a number that is no id', [{ sso_connector_id: 1.5 }]],
  ])('leave to the reader: %s', (_, list) => {
    expect(validate(list)).toBe(true);
    expect(complaints(list)).toHaveLength(1);
  });

  it.each([ID, ` ${ID}\u200b`])('both refuse an id as a domain: %j', (email_domain) => {
    expect(validate([{ email_domain }])).toBe(false);
    expect(complaints([{ email_domain }])).toHaveLength(1);
  });

  it.each([
    'a..example',
    '.a.example',
    '\n。a.example',
    'a.example..',
    '.',
    'a｡.example',
    `x.${'a'.repeat(64)}.example`,
  ])('both refuse an empty label and one that is too long: %j', (email_domain) => {
    expect(validate([{ email_domain }])).toBe(false);
    expect(complaints([{ email_domain }])).toHaveLength(1);
  });

  it.each(['a.example.', 'a.example。 ', `${'a'.repeat(63)}.${'b-'.repeat(31)}b`])(
    'both take what comes near: %j',
    (email_domain) => {
      expect(validate([{ email_domain }])).toBe(true);
      expect(complaints([{ email_domain }])).toEqual([]);
    },
  );

  it('know the same keys', () => {
    expect(Object.keys(schema.items.properties)).toEqual([...KEYS]);
  });
});
