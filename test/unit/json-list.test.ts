import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readJsonList } from '../../src/inputs/json-list.ts';
import { readConnectors } from '../../src/inputs/list.ts';

const ID = '023e105f4ecef8ad9ca31a8372d0c353';

/** Entries as a workflow may have them, right and wrong. */
const entry = fc.record(
  {
    sso_connector_id: fc.oneof(fc.constantFrom(ID, 'short', 'a/b', '', 'e: {"'), fc.stringMatching(/^[0-9a-f]{32}$/)),
    email_domain: fc.oneof(fc.constantFrom('acme.example', 'ACME.example.', 'a@b.example', '', '{":'), fc.domain()),
    enabled: fc.oneof(fc.boolean(), fc.constantFrom('true', null, 1)),
    use_fedramp_language: fc.boolean(),
    enabeld: fc.boolean(),
  },
  { requiredKeys: [] },
);

describe('a list of connectors that is JSON', () => {
  it('is read as the YAML that it is too, or left to the reader of YAML', () => {
    let taken = 0;
    fc.assert(
      fc.property(fc.array(entry, { maxLength: 4 }), fc.constantFrom(undefined, 2), (list, indent) => {
        const json = JSON.stringify(list, null, indent);
        const targets = readJsonList(json);
        if (!targets) return;
        taken += 1;
        expect({ targets, problems: [], warnings: [] }).toEqual({ ...readConnectors(json) });
      }),
      { numRuns: 3000 },
    );
    expect(taken).toBeGreaterThan(10);
  });

  it('has the line of each connector, whatever stands in its texts', () => {
    const json = `[\n  {"enabled": true,\n   "sso_connector_id": "${ID}"},\n\n  {"email_domain": "acme.example"}\n]`;
    expect(readJsonList(json)?.map(({ line }) => line)).toEqual([2, 5]);
  });

  it.each([
    ['a repeated key', `[{"sso_connector_id":"${ID}","enabled":true,"enabled":false}]`],
    ['a repeated key, spelled otherwise', `[{"sso_connector_id":"${ID}","enabled":true,"\\u0065nabled":false}]`],
    ['an unknown key', `[{"sso_connector_id":"${ID}","enabeld":true}]`],
    ['a text instead of a boolean', `[{"sso_connector_id":"${ID}","enabled":"true"}]`],
    ['the same id twice', `[{"sso_connector_id":"${ID}"},{"sso_connector_id":"${ID}"}]`],
    ['the same domain twice', '[{"email_domain":"acme.example"},{"email_domain":"ACME.example."}]'],
    ['an id that is worth a warning', '[{"sso_connector_id":"short"}]'],
    ['no name', '[{"enabled":true}]'],
    ['an empty list', '[]'],
    ['no list', `{"sso_connector_id":"${ID}"}`],
    ['a prototype', `[{"sso_connector_id":"${ID}","__proto__":{"enabled":true}}]`],
    ['YAML that is no JSON', `- sso_connector_id: ${ID}`],
  ])('is left to the reader of YAML, which says what is wrong: %s', (_, json) => {
    expect(readJsonList(json)).toBeUndefined();
  });
});
