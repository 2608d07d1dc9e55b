import { describe, expect, it } from 'vitest';
import { readConnectors } from '../../src/inputs/list.ts';
import { runAction, type StepResult } from '../kit/runner.ts';
import { asked, inputsFor, nameOf } from '../kit/wait-step.ts';
import { type Simulator, startSimulator } from '../simulator/simulator.ts';

const ID = '0123456789abcdef0123456789abcdef';
const KEYS = 'sso_connector_id, email_domain, enabled, use_fedramp_language';
const BOOLEANS = 'accepted are true and false, without quotes (also True, TRUE, False, FALSE).';
const NO_LIST = `this is no list; accepted is a list of connectors, each with ${KEYS}.`;
const NO_ENTRY = `this entry is not a connector; accepted are the keys ${KEYS} with values.`;

/** One connector as it is read. */
const target = (line: number, names: { id?: string; domain?: string }, desired = {}) => ({
  sso_connector_id: names.id,
  email_domain: names.domain,
  desired,
  line,
});

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
    const { targets, problems, warnings } = readConnectors(text);
    expect({ problems, warnings }).toEqual({ problems: [], warnings: [] });
    expect(targets).toEqual([
      target(expect.any(Number), { id: ID }, { enabled: true }),
      target(lineOfSecond, { domain: 'b.example' }, { enabled: false, use_fedramp_language: true }),
    ]);
  });

  it.each(['enabled:', 'enabled: null', 'enabled: ~', 'enabled: ""', 'sso_connector_id: ""'])(
    'takes an empty value as "not given", never as false: %s',
    (line) => {
      expect(readConnectors(`- email_domain: a.example\n  ${line}`)).toMatchObject({
        targets: [target(1, { domain: 'a.example' })],
        problems: [],
      });
    },
  );

  it.each(['4e10', '0123', '0x1f', '1_000', 'true', '-1', 'null1'])('takes a plain id for a text: %s', (id) => {
    expect(readConnectors(`- sso_connector_id: ${id}`)).toMatchObject({
      targets: [target(1, { id })],
      problems: [],
      warnings: [
        `Input connectors, line 1: sso_connector_id has ${id.length} characters, where ids of Cloudflare have 32: is it complete?`,
      ],
    });
  });

  it('takes an id of digits alone as it stands', () => {
    const id = '01234567890123456789012345678901';
    expect(readConnectors(`- sso_connector_id: ${id}`)).toMatchObject({ targets: [target(1, { id })], warnings: [] });
  });
});

describe('a problem in the list is told with its line', () => {
  it.each<[string, string, string[]]>([
    ['no list but one connector', 'email_domain: a.example', [`1: ${NO_LIST}`]],
    ['no list but a text', '\nacme.example', [`2: ${NO_LIST}`]],
    ['nothing but a comment', '# a', [`1: ${NO_LIST}`]],
    ['an empty list', '[]', [`1: this is an empty list; accepted is a list of connectors, each with ${KEYS}.`]],
    [
      'entries that are no connectors',
      '- a.example\n- [b.example]\n-\n',
      [`1: ${NO_ENTRY}`, `2: ${NO_ENTRY}`, `3: ${NO_ENTRY}`],
    ],
    [
      'neither id nor domain',
      `- sso_connector_id: ${ID}\n- enabled: true`,
      ['2: this entry has neither sso_connector_id nor email_domain; it needs one of them.'],
    ],
    [
      'a misspelt key',
      '- email_domain: a.example\n  enable: true',
      [`2: "enable" is no key of a connector; accepted are ${KEYS}. Did you mean enabled?`],
    ],
    [
      'half of a key',
      '- domain: a.example',
      [`1: "domain" is no key of a connector; accepted are ${KEYS}. Did you mean email_domain?`],
    ],
    [
      'a key that resembles none',
      '- email_domain: a.example\n  colour: red',
      [`2: "colour" is no key of a connector; accepted are ${KEYS}.`],
    ],
    ['a text for a boolean', '- {email_domain: a.example, enabled: "true"}', [`1: enabled is "true"; ${BOOLEANS}`]],
    [
      'a boolean of YAML 1.1',
      '- {email_domain: a.example, use_fedramp_language: no}',
      [`1: use_fedramp_language is "no"; ${BOOLEANS}`],
    ],
    [
      'a boolean of YAML 1.1, asked for',
      '%YAML 1.1\n---\n- {email_domain: a.example, enabled: off}',
      [`3: enabled is "off"; ${BOOLEANS}`],
    ],
    ['a number for a boolean', '- {email_domain: a.example, enabled: 1}', [`1: enabled is "1"; ${BOOLEANS}`]],
    [
      'a list for a boolean',
      '- {email_domain: a.example, enabled: [true]}',
      [`1: enabled is a list or a mapping; ${BOOLEANS}`],
    ],
    [
      'a mapping for a text',
      '- email_domain: {is: a.example}',
      ['1: email_domain is a list or a mapping; accepted is a text.'],
    ],
    [
      'an id that is none',
      '- sso_connector_id: a/b',
      ['1: sso_connector_id is "a/b"; accepted are the characters A-Z, a-z, 0-9, _ and -.'],
    ],
    [
      'an address for a domain',
      '- email_domain: me@a.example',
      ['1: email_domain is "me@a.example"; accepted is a domain name alone, such as example.com ("a.example"?).'],
    ],
    [
      'anchors and aliases',
      '- &one {email_domain: a.example}\n- *one\n- {email_domain: &two b.example}\n- {email_domain: *two, enabled: 1}\n- {email_domain: *two}\n',
      [
        '1: anchors are not accepted; write each entry out.',
        '2: aliases are not accepted; write the value out.',
        '3: anchors are not accepted; write each entry out.',
        '4: aliases are not accepted; write the value out.',
        '5: aliases are not accepted; write the value out.',
        `4: enabled is "1"; ${BOOLEANS}`,
      ],
    ],
    [
      'a merge key',
      '- {email_domain: a.example, <<: {enabled: true}}',
      [`1: "<<" is no key of a connector; accepted are ${KEYS}.`],
    ],
    [
      'a second document',
      '- email_domain: a.example\n---\n- email_domain: b.example',
      ['2: a second document begins here; accepted is one list.'],
    ],
    [
      'a key twice',
      '- email_domain: a.example\n  enabled: true\n  enabled: false',
      ['3: this is not YAML: Map keys must be unique.'],
    ],
    ['a tag', '- email_domain: !mine a.example', ['1: this is not YAML: Unresolved tag: !mine.']],
    [
      'JSON that is cut off',
      '[{"email_domain": "a.example"},\n',
      ['2: this is not YAML: Flow sequence must end with a ].'],
    ],
    ['tabs', '\t- email_domain: a.example', ['1: this is not YAML: Tabs are not allowed as indentation.']],
    [
      'the same id twice',
      `- sso_connector_id: ${ID}\n- email_domain: a.example\n- sso_connector_id: ${ID}\n  email_domain: b.example`,
      [`3: sso_connector_id ${ID} is in the list already, on line 1.`],
    ],
    [
      'the same domain twice, however spelt',
      '- email_domain: A.example\n- email_domain: bücher.example\n- email_domain: a.example.\n- email_domain: xn--bcher-kva.example',
      [
        '3: email_domain a.example is in the list already, on line 1.',
        '4: email_domain xn--bcher-kva.example is in the list already, on line 2.',
      ],
    ],
  ])('%s', (_, text, problems) => {
    expect(readConnectors(text).problems.map((problem) => problem.replace(/^Input connectors, line /, ''))).toEqual(
      problems,
    );
  });

  it('shows an unknown key in one line, of which none is a workflow command', () => {
    const { problems } = readConnectors(`- email_domain: a.example\n  "::error::\\n##[error]${'x'.repeat(200)}": 1`);
    expect(problems).toEqual([
      `Input connectors, line 2: ": :error:: # #[error]${'x'.repeat(58)}…" is no key of a connector; accepted are ${KEYS}.`,
    ]);
  });
});

/** A step on many connectors. */
function run(simulator: Simulator, connectors: string, more: Record<string, string> = {}): Promise<StepResult> {
  return runAction({ inputs: inputsFor(simulator, { mode: 'reconcile', connectors, ...more }) });
}

describe.concurrent('the input connectors', () => {
  it('has all of its problems told at once, together with those of other inputs, before any request', async () => {
    await using simulator = await startSimulator();
    const list = '- email_domain: a.example\n  enabeld: true\n- enabled: maybe\n- sso_connector_id: x';
    const { exitCode, errors, warnings, outputs } = await run(simulator, list, { enabled: 'true', poll_interval: '0' });
    expect(errors).toEqual([
      'Input enabled is given together with connectors; put it into the entries of that list.',
      `Input connectors, line 2: "enabeld" is no key of a connector; accepted are ${KEYS}. Did you mean enabled?`,
      `Input connectors, line 3: enabled is "maybe"; ${BOOLEANS}`,
      'Input poll_interval is "0"; accepted are durations from 1s to 120h, such as 90s, 10m, 2h, or plain seconds.',
    ]);
    expect(warnings).toEqual([
      'Input connectors, line 4: sso_connector_id has 1 characters, where ids of Cloudflare have 32: is it complete?',
    ]);
    expect(outputs).toEqual({});
    expect(simulator.requests).toEqual([]);
    expect(exitCode).toBe(1);
  });

  it('excludes each of the four single inputs', async () => {
    await using simulator = await startSimulator();
    const single = { sso_connector_id: ID, email_domain: 'a.example', enabled: 'true', use_fedramp_language: 'true' };
    const { errors } = await run(simulator, '- email_domain: a.example', single);
    expect(errors).toEqual(
      Object.keys(single).map(
        (name) => `Input ${name} is given together with connectors; put it into the entries of that list.`,
      ),
    );
  });

  it('keeps the white space at the start of its first line', async () => {
    await using simulator = await startSimulator();
    const { id, email_domain } = simulator.addConnector();
    const { exitCode } = await run(simulator, `  - email_domain: ${email_domain}\n    enabled: true\n`);
    expect(asked(simulator)).toEqual(['GET', `PATCH /${id} {"enabled":true}`]);
    expect(exitCode).toBe(0);
  });

  it.each(['reconcile', 'update', 'check'])(
    'refuses a connector named once by id and once by domain, and goes on with the others: mode %s',
    async (mode) => {
      await using simulator = await startSimulator();
      const [twice, other] = [simulator.addConnector(), simulator.addConnector()];
      const list = [
        `- {sso_connector_id: ${twice.id}, enabled: true}`,
        `- {email_domain: ${other.email_domain}, enabled: ${mode !== 'check'}}`,
        `- {email_domain: ${twice.email_domain.toUpperCase()}, enabled: false}`,
      ];
      const { exitCode, errors, log } = await run(simulator, list.join('\n'), { mode });
      expect(errors).toEqual([
        `Input connectors, lines 1 and 3: these are the same connector, ${twice.id}. Nothing was changed for it; leave one of them out.`,
      ]);
      expect(simulator.requestsTo('PATCH', new RegExp(twice.id))).toEqual([]);
      expect(simulator.connector(other.id)?.enabled).toBe(mode !== 'check');
      expect(log).toContain(`${nameOf(other)}: `);
      expect(exitCode).toBe(1);
    },
  );
});
