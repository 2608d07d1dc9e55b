import { describe, expect, it } from 'vitest';
import { USUAL_CAUSES } from '../../src/inputs/problem.ts';
import { type List, readYamlList } from '../../src/inputs/yaml-list.ts';

const ID = '0123456789abcdef0123456789abcdef';
const OTHER_ID = 'f'.repeat(32);
const SHAPE =
  'Write an entry as "- email_domain: acme.example". Its keys are sso_connector_id, email_domain, enabled or use_fedramp_language.';
const CHECK =
  'Check the indentation (spaces, no tabs), the space after each colon, the brackets and the quotes, here, above and on the next line.';
const DASH = 'Remove one of the two, or put "- " where the next entry begins.';
const ITS_KEYS = 'Its keys are sso_connector_id, email_domain, enabled or use_fedramp_language.';

/** One connector as it is read. */
const target = (line: number, names: { id?: string; domain?: string }, desired = {}) => ({
  sso_connector_id: names.id,
  email_domain: names.domain,
  desired,
  line,
});

/** What is wrong in a list and what to do, without the source. */
function problemsOf(list: List, source = 'connectors'): string[] {
  return list.problems.map(({ message, action }) => {
    expect(message.startsWith(`${source}, line `)).toBe(true);
    return `${message.slice(`${source}, line `.length)} ${action ?? ''}`.trim();
  });
}

describe('a list of connectors', () => {
  it.each([
    [
      'YAML',
      `- sso_connector_id: ${ID}\n  enabled: true\n\n# later\n- email_domain: b.example\n  enabled: FALSE\n  use_fedramp_language: True\n`,
      5,
    ],
    [
      'YAML with its first line indented',
      `\n  - sso_connector_id: ${ID}\n    enabled: true\n  - email_domain: b.example\n    enabled: false\n    use_fedramp_language: true`,
      4,
    ],
    [
      'YAML with the line ends of Windows',
      `- sso_connector_id: ${ID}\r\n  enabled: true\r\n- email_domain: b.example\r\n  enabled: false\r\n  use_fedramp_language: true\r\n`,
      3,
    ],
    [
      'YAML in brackets',
      `[{sso_connector_id: ${ID}, enabled: true}, {email_domain: b.example, enabled: false, use_fedramp_language: true}]`,
      1,
    ],
    [
      'JSON',
      JSON.stringify([
        { sso_connector_id: ID, enabled: true },
        { email_domain: 'b.example', enabled: false, use_fedramp_language: true },
      ]),
      1,
    ],
    [
      'JSON over lines, with null for what is not given',
      JSON.stringify(
        [
          { sso_connector_id: ID, email_domain: null, enabled: true },
          { email_domain: 'b.example', enabled: false, use_fedramp_language: true },
        ],
        null,
        2,
      ),
      7,
    ],
  ])('may be %s', (_, text, lineOfSecond) => {
    const { targets, problems, warnings } = readYamlList(text, 'connectors');
    expect({ problems, warnings }).toEqual({ problems: [], warnings: [] });
    expect(targets).toEqual([
      target(expect.any(Number), { id: ID }, { enabled: true }),
      target(lineOfSecond, { domain: 'b.example' }, { enabled: false, use_fedramp_language: true }),
    ]);
  });

  it.each([
    'enabled:',
    'enabled: null',
    'enabled: ~',
    'enabled: ""',
    'enabled: " "',
    '? enabled',
    'sso_connector_id: ""',
    "sso_connector_id: '\u200b'",
  ])('takes an empty value as "not given", never as false: %s', (line) => {
    expect(readYamlList(`- email_domain: a.example\n  ${line}`, 'connectors')).toMatchObject({
      targets: [target(1, { domain: 'a.example' })],
      problems: [],
    });
  });

  it.each(['4e10', '0123', '0x1f', '1_000', '-1', 'null1'])('takes a plain id for a text: %s', (id) => {
    expect(readYamlList(`- sso_connector_id: ${id}`, 'connectors')).toMatchObject({
      targets: [target(1, { id })],
      problems: [],
      warnings: [
        `connectors, line 1: sso_connector_id has ${id.length} characters, but Cloudflare's ids have 32. Is it complete?`,
      ],
    });
  });

  it('may have a domain more than once beside ids, as it is only their guard then', () => {
    const ids = [ID, OTHER_ID, 'e'.repeat(32)];
    const text = ids.map((id) => `- sso_connector_id: ${id}\n  email_domain: a.example\n`).join('');
    const { targets, problems } = readYamlList(text, 'connectors');
    expect(problems).toEqual([]);
    expect(targets).toEqual(ids.map((id, n) => target(2 * n + 1, { id, domain: 'a.example' })));
  });

  it('takes an id of digits alone as it stands', () => {
    const id = '01234567890123456789012345678901';
    expect(readYamlList(`- sso_connector_id: ${id}`, 'connectors')).toMatchObject({
      targets: [target(1, { id })],
      warnings: [],
    });
  });
});

const CASES: [name: string, text: string, problems: string[]][] = [
  [
    'no list but one connector',
    'email_domain: a.example',
    [`1: this must be a list of connectors, not a mapping. ${SHAPE}`],
  ],
  [
    'a no-break space behind the dash',
    '# list\n-\u00a0email_domain: a.example',
    [`2: this must be a list of connectors, not a mapping (there is U+00A0 at position 2). ${SHAPE}`],
  ],
  [
    'a no-break space behind the colon of what is no list',
    'email_domain:\u00a0a.example',
    [`1: this must be a list of connectors, not a text (there is U+00A0 at position 14). ${SHAPE}`],
  ],
  [
    'a no-break space behind the colon',
    '- email_domain: a.example\n- email_domain:\u00a0b.example\n- c.example',
    [
      `2: an entry must be a mapping, not a text (there is U+00A0 at position 16). ${SHAPE}`,
      `3: an entry must be a mapping, not a text. ${SHAPE}`,
    ],
  ],
  [
    'a no-break space behind the second dash',
    '- email_domain: a.example\n-\u00a0email_domain: b.example',
    [`2: this cannot be read as YAML: Unexpected scalar at node end (there is U+00A0 at position 2). ${CHECK}`],
  ],
  [
    'a key with a plain space around it',
    '- "email_domain ": a.example\n- {email_domain: b.example, " enabled": true}',
    ['1: "email_domain" must have no white space around it.', '2: "enabled" must have no white space around it.'],
  ],
  ['no list but a text', '\nacme.example', [`2: this must be a list of connectors, not a text. ${SHAPE}`]],
  ['nothing but a comment', '# a', [`1: this must be a list of connectors, not empty. ${SHAPE}`]],
  ['nothing at all', '', [`1: this must be a list of connectors, not empty. ${SHAPE}`]],
  [
    'the path of a file',
    'lists/sso.yml',
    ['1: this must be a list of connectors, not a text. For a list in a file, use connectors_file.'],
  ],
  [
    'the name of a file',
    'sso.JSON',
    ['1: this must be a list of connectors, not a text. For a list in a file, use connectors_file.'],
  ],
  ...['sso.yml', 'sso.yaml', 'lists/sso'].map((text): (typeof CASES)[number] => [
    `a path such as ${text}`,
    text,
    ['1: this must be a list of connectors, not a text. For a list in a file, use connectors_file.'],
  ]),
  ...['a.example / b.example', 'sso.yml.example'].map((text): (typeof CASES)[number] => [
    `a text that is no path: ${text}`,
    text,
    [`1: this must be a list of connectors, not a text. ${SHAPE}`],
  ]),
  ['an empty list', '[]', [`1: the list must have an entry, not none. ${SHAPE}`]],
  [
    'entries that are no connectors',
    '- a.example\n- [b.example]\n-\n- 5\n',
    [
      `1: an entry must be a mapping, not a text. ${SHAPE}`,
      `2: an entry must be a mapping, not a list. ${SHAPE}`,
      `3: an entry must be a mapping, not empty. ${SHAPE}`,
      `4: an entry must be a mapping, not 5. ${SHAPE}`,
    ],
  ],
  [
    'an entry that is no connector, whatever is in it',
    '- [b.example\u200b]',
    [`1: an entry must be a mapping, not a list. ${SHAPE}`],
  ],
  [
    'neither id nor domain',
    `- sso_connector_id: ${ID}\n- enabled: true`,
    ['2: an entry must have sso_connector_id or email_domain.'],
  ],
  [
    'an empty id or domain',
    '- email_domain: \n  enabled: true\n- sso_connector_id: ""',
    [1, 3].map(
      (line) =>
        `${line}: an entry must have sso_connector_id or email_domain. Usual causes: the secret or variable does not exist, it is in an environment that the job does not name, or the run is from a fork or Dependabot.`,
    ),
  ],
  [
    'a misspelt key',
    '- email_domain: a.example\n  enabeld: true',
    ['2: "enabeld" is not a key of a connector. Did you mean enabled?'],
  ],
  [
    'a connector as the API has it',
    `- id: ${ID}\n  email_domain: a.example\n  verification: {status: verified}\n  created_on: 2026-01-01`,
    [
      '1: "id" is not a key of a connector. Use sso_connector_id.',
      '3: "verification" is not a key of a connector. Remove it: an entry has what a connector is to be, no more.',
      '4: "created_on" is not a key of a connector. Remove it: an entry has what a connector is to be, no more.',
    ],
  ],
  [
    'an entry without its dash',
    '- email_domain: a.example\n  enabled: true\n  email_domain: b.example',
    [`3: email_domain must be given once, not twice. ${DASH}`],
  ],
  ['half of a key', '- domain: a.example', ['1: "domain" is not a key of a connector. Did you mean email_domain?']],
  [
    'a key with a plain meaning',
    '- email_domain: a.example\n  disable: true',
    ['2: "disable" is not a key of a connector. Use enabled: true or false.'],
  ],
  [
    'a key that is an input',
    '- email_domain: a.example\n  mode: plan',
    ['2: "mode" is not a key of a connector. mode is an input of the step, for all connectors.'],
  ],
  [
    'keys with the plain meaning of an input',
    '- {email_domain: a.example, dry_run: true, apply: true, require_sso: true, require_verification: true}',
    [
      '1: "dry_run" is not a key of a connector. Use mode: plan, an input of the step.',
      '1: "apply" is not a key of a connector. Use mode: reconcile, an input of the step.',
      '1: "require_sso" is not a key of a connector. Use enabled: true with mode: check, an input of the step.',
      '1: "require_verification" is not a key of a connector. Use require_verified: true, an input of the step.',
    ],
  ],
  [
    'a key that resembles none',
    '- email_domain: a.example\n  colour: red',
    [`2: "colour" is not a key of a connector. ${ITS_KEYS}`],
  ],
  [
    'a key with an invisible character',
    '- email_domain: a.example\n  enab\u200bled: true\n- \u00a0email_domain: b.example',
    [
      '2: "enab led" must have visible characters only, not U+200B at position 5.',
      '3: "email_domain" must have visible characters only, not U+00A0 at position 1.',
    ],
  ],
  [
    'a value with an invisible character',
    '- email_domain: ac\u200bme.example\n- {email_domain: b.example, enabled: tr\ufeffue}',
    [
      '1: email_domain must have visible characters only, not U+200B at position 3. Type the value again.',
      '2: enabled must have visible characters only, not U+FEFF at position 3. Type the value again.',
    ],
  ],
  [
    'a boolean in quotes',
    '- {email_domain: a.example, enabled: "true"}',
    ['1: enabled must be true or false without quotes, not "true".'],
  ],
  [
    'a boolean of YAML 1.1',
    '- {email_domain: a.example, use_fedramp_language: no}',
    ['1: use_fedramp_language must be true or false, not "no". Did you mean false?'],
  ],
  [
    'a boolean of YAML 1.1, asked for',
    '%YAML 1.1\n---\n- {email_domain: a.example, enabled: off}',
    ['3: enabled must be true or false, not "off". Did you mean false?'],
  ],
  [
    'a number for a boolean',
    '- {email_domain: a.example, enabled: 1}',
    ['1: enabled must be true or false, not "1". Did you mean true?'],
  ],
  [
    'a list for a boolean',
    '- {email_domain: a.example, enabled: [true]}',
    ['1: enabled must be true or false, not a list.'],
  ],
  ['a mapping for a text', '- email_domain: {is: a.example}', ['1: email_domain must be a text, not a mapping.']],
  [
    'a boolean or a number for a text',
    '- email_domain: true\n- sso_connector_id: false\n- email_domain: 1.5',
    [
      '1: email_domain must be a text, not true.',
      '2: sso_connector_id must be a text, not false.',
      '3: email_domain must be a text, not 1.5.',
    ],
  ],
  [
    'an id that is none',
    '- sso_connector_id: a/b\n- sso_connector_id: 1.5',
    [
      '1: sso_connector_id must have only A-Z, a-z, 0-9, _ and -, not "a/b".',
      '2: sso_connector_id must have only A-Z, a-z, 0-9, _ and -, not "1.5".',
    ],
  ],
  [
    'an id for a domain and a domain for an id',
    `- email_domain: ${ID}\n- sso_connector_id: a.example`,
    [
      `1: email_domain must be a domain name such as acme.example, not "${ID}". It looks like the id of a connector: use sso_connector_id.`,
      '2: sso_connector_id must have only A-Z, a-z, 0-9, _ and -, not "a.example". It looks like a domain: use email_domain.',
    ],
  ],
  [
    'an address for a domain',
    '- email_domain: me@a.example',
    ['1: email_domain must be a domain name such as acme.example, not "me@a.example". Did you mean "a.example"?'],
  ],
  [
    'aliases',
    '- &one {email_domain: a.example}\n- *one\n- {email_domain: &two b.example}\n- {email_domain: *two, enabled: 1}\n- *three',
    [
      '2: an entry must be a mapping, not an alias. Write the entry itself, without * before it.',
      '4: email_domain must be a text, not an alias. Write the value itself, without * before it.',
      '4: enabled must be true or false, not "1". Did you mean true?',
      '5: an entry must be a mapping, not an alias. Write the entry itself, without * before it.',
    ],
  ],
  [
    'a wildcard, which is an alias to YAML unless it has quotes',
    '- email_domain: *.a.example\n- email_domain: "*.a.example"',
    [
      '1: email_domain must be a text, not an alias. Write the value itself, without * before it.',
      '2: email_domain must be a domain name such as acme.example, not "*.a.example". Did you mean "a.example"?',
    ],
  ],
  [
    'a key without a space behind it',
    '- email_domain:a.example',
    [`1: an entry must be a mapping, not a text. ${SHAPE}`],
  ],
  [
    'a merge key',
    '- {email_domain: a.example, <<: {enabled: true}}',
    ['1: "<<" is not a key of a connector. Write the keys themselves into each entry.'],
  ],
  [
    'a second document',
    '- email_domain: a.example\n---\n- email_domain: b.example',
    ['2: the list must be one document, not two. Remove the line --- between the two.'],
  ],
  [
    'a second document after an end',
    '- email_domain: a.example\n...\n- email_domain: b.example',
    ['3: the list must be one document, not two. Remove the line --- between the two.'],
  ],
  [
    'a key twice',
    '- email_domain: a.example\n  enabled: true\n  enabled: false\n  colour: 1\n  colour: 1',
    [
      `3: enabled must be given once, not twice. ${DASH}`,
      `4: "colour" is not a key of a connector. ${ITS_KEYS}`,
      `5: "colour" must be given once, not twice. ${DASH}`,
    ],
  ],
  [
    'a key that is no text',
    '- email_domain: a.example\n  ? [b.example]\n  : true',
    [`2: "" is not a key of a connector. ${ITS_KEYS}`],
  ],
  [
    'a tag',
    '- email_domain: !mine a.example',
    [
      '1: this cannot be read as YAML: Unresolved tag: !mine. Remove the tag, or write a value that begins with ! in quotes.',
    ],
  ],
  [
    'a tag that is none',
    '- email_domain: !<!> a.example',
    [
      "1: this cannot be read as YAML: Verbatim tags aren't resolved, so !<!> is invalid. Remove the tag, or write a value that begins with ! in quotes.",
    ],
  ],
  [
    'a directive',
    '%YAML 1.3\n---\n- email_domain: a.example',
    ['1: this cannot be read as YAML: Unsupported YAML version 1.3. Remove this line: a list needs no directive.'],
  ],
  [
    'JSON that is cut off',
    '[{"email_domain": "a.example"},\n',
    [`2: this cannot be read as YAML: Flow sequence must end with a ]. ${CHECK}`],
  ],
  [
    'tabs',
    '\t- email_domain: a.example',
    [`1: this cannot be read as YAML: Tabs are not allowed as indentation. ${CHECK}`],
  ],
  [
    'YAML that is broken behind an invisible head, which is no cause',
    '\ufeff- a: [',
    [
      `1: this cannot be read as YAML: Flow sequence in block collection must be sufficiently indented and end with a ]. ${CHECK}`,
    ],
  ],
  [
    'an invisible character that breaks a line',
    '- email_domain: a.example\n\u200b  enabled: [\n- 1: ]',
    [`2: this cannot be read as YAML: Unexpected scalar at node end (there is U+200B at position 1). ${CHECK}`],
  ],
  [
    'the same id twice',
    `- sso_connector_id: ${ID}\n- email_domain: a.example\n- sso_connector_id: ${ID}\n  email_domain: b.example`,
    [`3: sso_connector_id ${ID} is in the list already, on line 1. Remove one of these entries.`],
  ],
  [
    'the same id twice, though with its domain or another one',
    `- {sso_connector_id: ${ID}, email_domain: a.example}\n- {sso_connector_id: ${ID}, email_domain: a.example}\n- {sso_connector_id: ${ID}, email_domain: b.example}`,
    [
      `2: sso_connector_id ${ID} is in the list already, on line 1. Remove one of these entries.`,
      `3: sso_connector_id ${ID} is in the list already, on line 2. Remove one of these entries.`,
    ],
  ],
  [
    'the same domain twice, once without an id',
    `- {sso_connector_id: ${ID}, email_domain: a.example}\n- email_domain: A.example\n- {sso_connector_id: ${OTHER_ID}, email_domain: a.example.}`,
    [
      '2: email_domain a.example is in the list already, on line 1. Remove one of these entries.',
      '3: email_domain a.example is in the list already, on line 2. Remove one of these entries.',
    ],
  ],
  [
    'an id that is wrong, and not its domain that another id has',
    `- {sso_connector_id: ${ID}, email_domain: a.example}\n- {sso_connector_id: a/b, email_domain: a.example}`,
    ['2: sso_connector_id must have only A-Z, a-z, 0-9, _ and -, not "a/b".'],
  ],
  [
    'the same domain twice, however spelt',
    '- email_domain: A.example\n- email_domain: bücher.example\n- email_domain: a.example.\n- email_domain: xn--bcher-kva.example',
    [
      '3: email_domain a.example is in the list already, on line 1. Remove one of these entries.',
      '4: email_domain xn--bcher-kva.example is in the list already, on line 2. Remove one of these entries.',
    ],
  ],
  [
    'problems in the order of the lines',
    '- email_domain: a.example\n- email_domain: a.example\n- enabled: 1',
    [
      '2: email_domain a.example is in the list already, on line 1. Remove one of these entries.',
      '3: enabled must be true or false, not "1". Did you mean true?',
      '3: an entry must have sso_connector_id or email_domain.',
    ],
  ],
  [
    'an entry that repeats another one and has another fault',
    '- email_domain: a.example\n- email_domain: A.example.\n  enabled: 1',
    [
      '2: email_domain a.example is in the list already, on line 1. Remove one of these entries.',
      '3: enabled must be true or false, not "1". Did you mean true?',
    ],
  ],
  [
    'an entry with an empty name and a key that is none',
    '- email_domain:\n  enabeld: true',
    [
      `1: an entry must have sso_connector_id or email_domain. ${USUAL_CAUSES}`,
      '2: "enabeld" is not a key of a connector. Did you mean enabled?',
    ],
  ],
  [
    'an entry with a wrong name once',
    '- email_domain: a b\n  enabled: true',
    ['1: email_domain must be a domain name such as acme.example, not "a b".'],
  ],
  [
    'an entry whose key may be meant as a name once',
    '- domain: a.example',
    ['1: "domain" is not a key of a connector. Did you mean email_domain?'],
  ],
];

describe.each(['connectors', 'connectors_file lists/sso.yml'])('a problem in %s is told with its line', (source) => {
  it.each(CASES)('%s', (_, text, problems) => {
    expect(problemsOf(readYamlList(text, source), source)).toEqual(problems);
  });
});

describe('a problem in a list', () => {
  it('is of kind input, and says where it is and what is wrong in a few words', () => {
    expect(readYamlList('- email_domain: a.example\n  enabled: yes', 'connectors').problems).toEqual([
      {
        kind: 'input',
        about: 'connectors, line 2',
        problem: 'enabled must be true or false',
        message: 'connectors, line 2: enabled must be true or false, not "yes".',
        action: 'Did you mean true?',
      },
    ]);
  });

  it('shows an unknown key in one line, of which none is a workflow command', () => {
    const list = readYamlList(
      `- email_domain: a.example\n  "::error::\\n##[error]${'x'.repeat(200)}": 1`,
      'connectors',
    );
    expect(problemsOf(list)).toEqual([
      '2: ": :error:: # #[error]xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx…" is not a key of a connector. Its keys are sso_connector_id, email_domain, enabled or use_fedramp_language.',
    ]);
  });
});

describe('a list of many hundred entries', () => {
  const domains = Array.from({ length: 450 }, (_, n) => `d${n}.example`);
  const entries = domains.map((email_domain) => ({ email_domain, enabled: true }));
  const forms: [string, string, (n: number) => number][] = [
    ['YAML', domains.map((domain) => `- email_domain: ${domain}\n  enabled: true\n`).join(''), (n) => 2 * n + 1],
    [
      'YAML below a comment',
      `# all\n---\n${domains.map((domain) => `- email_domain: ${domain}\n\n  enabled: true\n`).join('')}`,
      (n) => 3 * n + 3,
    ],
    [
      'YAML, indented',
      domains.map((domain) => `  - {email_domain: ${domain}, enabled: true}\n`).join(''),
      (n) => n + 1,
    ],
    [
      'YAML with dashes alone',
      domains.map((domain) => `-\n  email_domain: ${domain}\n  enabled: true\n`).join(''),
      (n) => 3 * n + 2,
    ],
    [
      'YAML with the line ends of Windows',
      domains.map((domain) => `- email_domain: ${domain}\r\n  enabled: true\r\n`).join(''),
      (n) => 2 * n + 1,
    ],
    ['JSON', JSON.stringify(entries), () => 1],
    ['JSON over lines', JSON.stringify(entries, null, 2), (n) => 4 * n + 2],
    [
      'YAML in brackets with comments',
      `[\n${domains.map((domain) => `{email_domain: ${domain}, enabled: true}, # }, {\n`).join('')}]`,
      (n) => n + 2,
    ],
  ];

  it.each(forms)('is read to its end, with its lines: %s', (_, text, lineOf) => {
    const { targets, problems } = readYamlList(text, 'connectors');
    expect(problems).toEqual([]);
    expect(targets).toEqual(domains.map((domain, n) => target(lineOf(n), { domain }, { enabled: true })));
  });

  it.each(forms)('has the line of a problem near its end: %s', (_, text, lineOf) => {
    const wrong = text
      .replace('d449.example', 'd4.example')
      .replace(/(d448\.example"?,?\s*"?enabled"?: ?)true/, '$1 1');
    expect(
      problemsOf(readYamlList(wrong, 'connectors'))
        .map((problem) => problem.replace(/^\d+: /, ''))
        .sort(),
    ).toEqual([
      `email_domain d4.example is in the list already, on line ${lineOf(4)}. Remove one of these entries.`,
      'enabled must be true or false, not "1". Did you mean true?',
    ]);
  });

  it('is one document, wherever a second one begins', () => {
    const text = domains.map((domain) => `- email_domain: ${domain}\n`);
    for (const at of [199, 200, 201]) {
      for (const mark of ['...\n', '---\n']) {
        const problems = problemsOf(readYamlList(text.toSpliced(at, 0, mark).join(''), 'connectors'));
        expect(problems).toEqual([expect.stringMatching(/^20\d: the list must be one document, not two\. /)]);
      }
    }
  });

  it.each(['true\u00a0', '\u200btrue', 'true\u200b'])(
    'has invisible characters around a boolean taken off: %j',
    (value) => {
      const { targets, problems } = readYamlList(`- email_domain: a.example\n  enabled: ${value}`, 'connectors');
      expect([targets, problems]).toEqual([[target(1, { domain: 'a.example' }, { enabled: true })], []]);
    },
  );

  it('has its lines looked up once, however many entries are wrong', { timeout: 20_000 }, () => {
    const { problems } = readYamlList('- acme.example\n'.repeat(20_000), 'connectors');
    expect(problems).toHaveLength(20_000);
  });
});
