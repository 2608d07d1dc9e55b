import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { parseConnector } from '../../src/connector/connector.ts';
import { Failure } from '../../src/failure.ts';
import type { Unlisted } from '../../src/job/result.ts';
import { collectOutputs } from '../../src/report/outputs.ts';
import { renderUnlisted } from '../../src/report/unlisted-text.ts';
import { CODE_POINT } from '../kit/hostile-text.ts';
import { idOf, ON, outcomeOf, resultOf } from '../kit/results.ts';

const failure = new Failure([]);

const unlistedOf = (id: string | undefined, domain: string | undefined, fields?: object): Unlisted =>
  fields ? parseConnector({ id, email_domain: domain, ...fields }) : { id, email_domain: domain, failure };
const render = async (...unlisted: Unlisted[]) =>
  renderUnlisted(
    resultOf([await outcomeOf({ domain: 'listed.example', found: ON })], { many: true }, { unlisted }),
  ).join('');

describe('unlisted connectors as YAML to paste', () => {
  it.each<[string, Unlisted, string]>([
    [
      'its domain',
      unlistedOf(idOf(2), 'acme.example', ON),
      '- { email_domain: acme.example, enabled: true, use_fedramp_language: false }',
    ],
    [
      'a domain in Unicode',
      unlistedOf(idOf(2), 'bücher.example', { enabled: false }),
      '- { email_domain: bücher.example, enabled: false }',
    ],
    ['a domain that looks like a number', unlistedOf(idOf(2), '10.0e5', {}), '- { email_domain: "10.0e5" }'],
    ['a domain that begins like a number', unlistedOf(idOf(2), '0x1.example', {}), '- { email_domain: "0x1.example" }'],
    ['a domain with digits', unlistedOf(idOf(2), 'acme1.example', {}), '- { email_domain: acme1.example }'],
    [
      'a domain with a sign that is no letter at its end',
      unlistedOf(idOf(2), 'acme.exampleक्', {}),
      '- { email_domain: "acme.exampleक्" }',
    ],
    [
      'a domain with a sign that nobody sees',
      unlistedOf(idOf(2), 'ac\u00adme.example', {}),
      '- { email_domain: "ac\\U000000adme.example" }',
    ],
    ['a short domain', unlistedOf(idOf(2), 'x.yz', {}), '- { email_domain: "x.yz" }'],
    ['an id if there is no domain', unlistedOf('12345', undefined, {}), '- { sso_connector_id: "12345" }'],
    ['an id if that is no domain', unlistedOf(idOf(10), 'a b', {}), `- { sso_connector_id: "${idOf(10)}" }`],
    [
      'an id if the domain is in the list, as its guard',
      unlistedOf(idOf(10), 'Listed.example.', { enabled: true }),
      `- { sso_connector_id: "${idOf(10)}", email_domain: Listed.example., enabled: true }`,
    ],
    [
      'no field if it cannot be read',
      unlistedOf(idOf(2), 'acme.example'),
      '- { email_domain: acme.example } # Its fields could not be read.',
    ],
    [
      'nothing if the domain is in the list, and there is no id',
      unlistedOf('', 'listed.example'),
      '# A connector without a usable id or domain.',
    ],
    ['nothing if nothing names it', unlistedOf('a/b', undefined), '# A connector without a usable id or domain.'],
  ])('have %s', async (_, unlisted, line) => {
    expect(await render(unlisted)).toBe(`${line}\n`);
  });

  it('have the ids too of two that have one domain', async () => {
    expect(await render(unlistedOf('aaaaaa', 'acme.example', {}), unlistedOf('bbbbbb', 'ACME.example', {}))).toBe(
      '- { sso_connector_id: aaaaaa, email_domain: acme.example }\n- { sso_connector_id: bbbbbb, email_domain: ACME.example }\n',
    );
  });

  it('are read back as they are by a reader of YAML, whatever their names are', async () => {
    const name = fc.oneof(
      fc.string({ unit: CODE_POINT, maxLength: 20 }),
      fc.stringMatching(/^[a-z0-9.ü_-]{1,12}$/),
      fc.constantFrom(
        'true.x',
        'null',
        '~',
        '0x1.example',
        '- a',
        'a: b',
        '2026-01-01',
        '.inf',
        '"',
        '\u2028.x',
        '\ud800',
      ),
    );
    await fc.assert(
      fc.asyncProperty(name, fc.boolean(), async (domain, enabled) => {
        const text = await render(unlistedOf(idOf(10), domain, { enabled }));
        const [entry] = parse(text);
        expect(entry).toMatchObject({ enabled });
        if ('email_domain' in entry) expect(entry).toEqual({ email_domain: domain, enabled });
        else expect(entry.sso_connector_id).toBe(idOf(10));
        expect(text.trimEnd()).not.toMatch(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/u);
      }),
      { numRuns: 300 },
    );
  });
});

it('unlisted connectors are an output in the shape of the list, which YAML reads too', async () => {
  const unlisted = [unlistedOf(idOf(2), 'acme.example', ON), unlistedOf(undefined, 'b.example')];
  const outputs = collectOutputs(resultOf([await outcomeOf({ found: ON })], { many: true }, { unlisted }), '');
  expect(JSON.parse(outputs['unlisted'] ?? '')).toEqual([
    { sso_connector_id: idOf(2), email_domain: 'acme.example', enabled: true, use_fedramp_language: false },
    { sso_connector_id: null, email_domain: 'b.example' },
  ]);
});
