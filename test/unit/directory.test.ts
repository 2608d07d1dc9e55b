import { describe, expect, it } from 'vitest';
import { parseConnector } from '../../src/connector/connector.ts';
import { Failure } from '../../src/failure.ts';
import type { Settings, Target } from '../../src/inputs/settings.ts';
import { describeKnown, pickerOf } from '../../src/job/directory.ts';

const ID = '023e105f4ecef8ad9ca31a8372d0c353';
const named = (id: string, email_domain: string) => parseConnector({ id, email_domain });
const settings = {
  accountId: '9af211329b2fc82e5efe906062c73008',
  many: true,
  targets: [] as readonly Target[],
} as Settings;

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
      [named('x', 'a.example'), named('', 'A.example')],
      { email_domain: 'a.example' },
      {
        problem: '2 connectors of this domain',
        message: `Account ${settings.accountId} has 2 connectors for a.example: "x", "".`,
        action: 'Give sso_connector_id to say which.',
      },
    ],
    [
      'by their domain, with their states',
      [
        parseConnector({ id: 'x', email_domain: 'a.example', enabled: true }),
        parseConnector({ id: 'y', email_domain: 'a.example', enabled: false }),
      ],
      { email_domain: 'a.example' },
      {
        problem: '2 connectors of this domain',
        message: `Account ${settings.accountId} has 2 connectors for a.example: "x" (SSO is on), "y" (SSO is off).`,
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

describe('An item of a list that cannot be read', () => {
  const [here, missing, domain] = [ID, 'f'.repeat(32), 'a.example'];

  it.each<[string, { id?: string; email_domain?: string }, object, 'stands in the way' | 'is passed over']>([
    ['of the id', { id: here }, { sso_connector_id: here }, 'stands in the way'],
    ['of another id', { id: 'x' }, { sso_connector_id: here }, 'is passed over'],
    ['of another id, if there is none of this', { id: 'x' }, { sso_connector_id: missing }, 'is passed over'],
    ['without an id', {}, { sso_connector_id: here }, 'is passed over'],
    ['without an id, if there is none of this', {}, { sso_connector_id: missing }, 'stands in the way'],
    ['of another domain', { email_domain: 'b.example' }, { email_domain: domain }, 'is passed over'],
    ['without a domain', { id: here }, { email_domain: domain }, 'stands in the way'],
  ])('%s', (_, names, wanted, fate) => {
    const failure = new Failure({ kind: 'unexpected', problem: 'unreadable', message: 'Unreadable.' });
    const item = { id: undefined, email_domain: undefined, ...names, failure };
    const connectors = [named(here, domain)];
    const pick = pickerOf({ connectors, unreadable: [item], missing: undefined }, settings);
    const target = { sso_connector_id: undefined, email_domain: undefined, ...wanted, desired: {} };
    const isMissing = target.sso_connector_id === missing;
    // The id of the one that can be read helps.
    const action = `Give sso_connector_id: ${here}, which is of this domain.`;
    const told = 'email_domain' in wanted ? failure.changed((problem) => ({ ...problem, action })) : failure;
    if (fate === 'stands in the way') expect(() => pick(target)).toThrow(told);
    else if (isMissing) expect(() => pick(target)).toThrow(`has no connector with the id ${missing}`);
    else expect(pick(target)).toBe(connectors[0]);
  });
});

describe('Two connectors of a domain, of which one cannot be read', () => {
  const failure = new Failure({ kind: 'unexpected', problem: 'unreadable', message: 'Unreadable.' });
  it.each([
    ['are named once if they are one', ID, `Give sso_connector_id: ${ID}, which is of this domain.`],
    ['are named both', 'b'.repeat(32), `Give sso_connector_id: ${ID} or ${'b'.repeat(32)}, which are of this domain.`],
    ['get no advice if the id of one is unknown', undefined, null],
  ])('%s', (_, id, action) => {
    const item = { id, email_domain: 'a.example', failure };
    const pick = pickerOf({ connectors: [named(ID, 'a.example')], unreadable: [item], missing: undefined }, settings);
    const target = { sso_connector_id: undefined, email_domain: 'a.example', desired: {} };
    expect(() => pick(target)).toThrow(action ? failure.changed((problem) => ({ ...problem, action })) : failure);
  });
});

describe('A list that may lack some', () => {
  it.each([
    ['has an id that is there', ID, ID],
    ['leaves open whether there is another', 'f'.repeat(32), undefined],
  ])('%s', (_, wanted, id) => {
    const list = { connectors: [named(ID, 'a.example')], unreadable: [], missing: 'it ends early' };
    const target = { sso_connector_id: wanted, email_domain: undefined, desired: {} };
    expect(pickerOf(list, settings)(target)?.id).toBe(id);
  });
});

describe('Many domains that are not in the list', () => {
  it('have a nearest one looked for up to the twentieth, ids that are not in it besides', () => {
    const pick = pickerOf({ connectors: [named('x', 'acme.example')], unreadable: [], missing: undefined }, settings);
    expect(() => pick({ sso_connector_id: 'y', email_domain: undefined, desired: {} })).toThrow('no connector with');
    const target = { sso_connector_id: undefined, email_domain: 'acne.example', desired: {} };
    const actions = Array.from({ length: 21 }, () => {
      try {
        return pick(target)?.id;
      } catch (failure) {
        return (failure as Failure).problems[0]?.action;
      }
    });
    expect(new Set(actions.slice(0, 20))).toEqual(
      new Set(['Did you mean acme.example? If not, create the connector first: this action does not.']),
    );
    expect(actions.at(20)).toBe(
      'Check email_domain and account_id, or create the connector first: this action does not.',
    );
  });
});

it('An item that cannot be read, beside two of the domain, is told with the ids of both', () => {
  const failure = new Failure({ kind: 'unexpected', problem: 'unreadable', message: 'Unreadable.' });
  const unreadable = [
    { id: undefined, email_domain: undefined, enabled: undefined, use_fedramp_language: undefined, failure },
  ];
  const connectors = [named('x', 'a.example'), named('y', 'a.example')];
  const pick = pickerOf({ connectors, unreadable, missing: undefined }, settings);
  const action = 'Give sso_connector_id: x or y, which are of this domain.';
  const told = failure.changed((problem) => ({ ...problem, action }));
  expect(() => pick({ sso_connector_id: undefined, email_domain: 'a.example', desired: {} })).toThrow(told);
});

describe('A connector that is not in the list', () => {
  const connectors = [
    ...[named('x', 'acme.example'), named('y', 'other.example')],
    ...[named('a', 'twice.example'), named('b', 'twice.example'), parseConnector({ id: 'of-no-domain' })],
  ];

  it.each([
    [
      'by its domain',
      { email_domain: 'acne.example' },
      'Did you mean acme.example? If not, create the connector first: this action does not.',
    ],
    [
      'by its domain, like no other',
      { email_domain: 'z.example' },
      'Check email_domain and account_id, or create the connector first: this action does not.',
    ],
    [
      'by its id, whatever the domain',
      { sso_connector_id: ID, email_domain: 'acne.example' },
      'Check sso_connector_id and account_id.',
    ],
    [
      'by its id, of a domain that has another',
      { sso_connector_id: ID, email_domain: 'ACME.example' },
      'acme.example has "x": if it was created anew, give that id.',
    ],
    [
      'by its id, of a domain that has two others',
      { sso_connector_id: ID, email_domain: 'twice.example' },
      'twice.example has "a" and "b": if it was created anew, give that id.',
    ],
    ['by its id alone', { sso_connector_id: ID }, 'Check sso_connector_id and account_id.'],
  ])('%s is told what to do', (_, names, action) => {
    const pick = pickerOf({ connectors, unreadable: [], missing: undefined }, settings);
    const target = { sso_connector_id: undefined, email_domain: undefined, ...names, desired: {} };
    expect(() => pick(target)).toThrow(
      expect.objectContaining({ problems: [expect.objectContaining({ kind: 'not_found', action })] }),
    );
  });

  it.each([
    ['', false, {}],
    ['The account has no connectors at all. ', true, {}],
    ['The account has no connectors at all. ', true, { sso_connector_id: ID }],
  ])('is told %jof an empty account if there is a list of them: %j, %j', (first, many, names) => {
    const pick = pickerOf({ connectors: [], unreadable: [], missing: undefined }, { ...settings, many });
    const target = { sso_connector_id: undefined, email_domain: 'acme.example', ...names, desired: {} };
    const rest =
      'sso_connector_id' in names
        ? 'Check sso_connector_id and account_id.'
        : 'Check email_domain and account_id, or create the connector first: this action does not.';
    expect(() => pick(target)).toThrow(
      expect.objectContaining({ problems: [expect.objectContaining({ action: `${first}${rest}` })] }),
    );
  });

  it('is told no domain that another entry names', () => {
    const target = (email_domain: string): Target => ({ sso_connector_id: undefined, email_domain, desired: {} });
    const targets = [target('ACME.example'), target('acne.example')];
    const pick = pickerOf(
      { connectors: [named(ID, 'acme.example')], unreadable: [], missing: undefined },
      { ...settings, targets },
    );
    expect(() => pick(target('acne.example'))).toThrow(
      expect.objectContaining({
        problems: [
          expect.objectContaining({
            action: 'Check email_domain and account_id, or create the connector first: this action does not.',
          }),
        ],
      }),
    );
  });

  it('is told no domain of a connector that another entry names by its id', () => {
    const target = (names: Partial<Target>): Target => ({
      sso_connector_id: undefined,
      email_domain: undefined,
      desired: {},
      ...names,
    });
    const targets = [target({ sso_connector_id: ID }), target({ email_domain: 'acne.example' })];
    const list = { connectors: [named(ID, 'acme.example')], unreadable: [], missing: undefined };
    expect(() => pickerOf(list, { ...settings, targets })(target({ email_domain: 'acne.example' }))).toThrow(
      expect.objectContaining({ problems: [expect.objectContaining({ action: expect.not.stringContaining('mean') })] }),
    );
  });
});

it.each([
  ['a.example', ` It has ${ID} for a.example.`],
  ['b.example', ''],
  ['c.example', ''],
])('A list tells the ids that it has for a domain: %s', (email_domain, told) => {
  const connectors = [named(ID, 'A.example'), named('', 'c.example')];
  const list = { connectors, unreadable: [], missing: 'it has 2 of 40' };
  expect(describeKnown(list, [{ sso_connector_id: undefined, email_domain, desired: {} }])).toBe(told);
});
