import { describe, expect, it } from 'vitest';
import { parseConnector } from '../../src/connector/connector.ts';
import type { Settings } from '../../src/inputs/settings.ts';
import { pickerOf } from '../../src/job/directory.ts';

const ID = '023e105f4ecef8ad9ca31a8372d0c353';
const named = (id: string, email_domain: string) => parseConnector({ id, email_domain });
const settings = { accountId: '9af211329b2fc82e5efe906062c73008', many: true } as Settings;

describe('A list that names two connectors alike', () => {
  it.each([
    [
      'by their id',
      [named(ID, 'a.example'), named(ID, 'b.example')],
      { sso_connector_id: ID },
      {
        problem: '2 connectors of this id',
        message: `Account ${settings.accountId} has 2 connectors with the id ${ID}: "${ID}", "${ID}".`,
        action: null,
      },
    ],
    [
      'by their domain',
      [named('x', 'a.example'), named('y', 'A.example')],
      { email_domain: 'a.example' },
      {
        problem: '2 connectors of this domain',
        message: `Account ${settings.accountId} has 2 connectors for a.example: "x", "y".`,
        action: 'Give sso_connector_id to say which.',
      },
    ],
  ])('%s lets none be picked', (_, connectors, names, said) => {
    const pick = pickerOf({ connectors, unreadable: [], missing: undefined }, settings);
    expect(() => pick({ sso_connector_id: undefined, email_domain: undefined, ...names, desired: {} })).toThrow(
      expect.objectContaining({ problems: [expect.objectContaining({ kind: 'ambiguous', ...said })] }),
    );
  });
});

describe('A connector that is not in the list', () => {
  const connectors = [named('x', 'acme.example'), named('y', 'other.example')];

  it.each([
    ['by its domain', { email_domain: 'acne.example' }, 'Did you mean acme.example?'],
    ['by its domain, like no other', { email_domain: 'z.example' }, 'Check email_domain and account_id.'],
    [
      'by its id, whatever the domain',
      { sso_connector_id: ID, email_domain: 'acne.example' },
      'Check sso_connector_id and account_id.',
    ],
  ])('%s is told what to do', (_, names, action) => {
    const pick = pickerOf({ connectors, unreadable: [], missing: undefined }, settings);
    const target = { sso_connector_id: undefined, ...names, desired: {} };
    expect(() => pick(target)).toThrow(
      expect.objectContaining({ problems: [expect.objectContaining({ kind: 'not_found', action })] }),
    );
  });
});
