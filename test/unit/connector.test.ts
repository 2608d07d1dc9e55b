import fc from 'fast-check';
import { describe, expect, it, test } from 'vitest';
import { describeId, onlyItem, readConnector } from '../../src/cloudflare/read-connector.ts';
import {
  type Connector,
  describeDesired,
  FIELDS,
  givenFields,
  isVerified,
  nameOfConnector,
  parseConnector,
} from '../../src/connector/connector.ts';
import { findDrift } from '../../src/connector/drift.ts';
import { Failure } from '../../src/failure.ts';

const document = {
  id: '023e105f4ecef8ad9ca31a8372d0c353',
  created_on: '2026-01-01T05:20:00.12345Z',
  updated_on: '2026-01-02T05:20:00Z',
  email_domain: 'acme.example',
  enabled: true,
  use_fedramp_language: false,
  verification: { code: 'cloudflare_dashboard_sso=12345', status: 'pending' },
};
const nothing = {
  id: undefined,
  email_domain: undefined,
  enabled: undefined,
  use_fedramp_language: undefined,
  verification_status: undefined,
  verification_code: undefined,
  created_on: undefined,
  updated_on: undefined,
};

/** What a failure says. */
function problemOf(work: () => unknown): string {
  try {
    work();
  } catch (failure) {
    if (failure instanceof Failure) return failure.problems.map(({ message }) => message).join('\n');
    throw failure;
  }
  throw new Error('no failure');
}

describe('a connector', () => {
  it('is read with all of its fields, and kept as the API gave it', () => {
    const raw = { ...document, some_day: { more: [1] } };
    expect(parseConnector(raw)).toEqual({
      id: document.id,
      email_domain: 'acme.example',
      enabled: true,
      use_fedramp_language: false,
      verification_status: 'pending',
      verification_code: 'cloudflare_dashboard_sso=12345',
      created_on: '2026-01-01T05:20:00.12345Z',
      updated_on: '2026-01-02T05:20:00Z',
      raw,
    });
  });

  it('may lack every field, or have null for it', () => {
    const nulls = Object.fromEntries(Object.keys(document).map((name) => [name, null]));
    expect(parseConnector({})).toEqual({ ...nothing, raw: {} });
    expect(parseConnector(nulls)).toEqual({ ...nothing, raw: nulls });
    expect(parseConnector({ verification: {} })).toMatchObject(nothing);
    expect(parseConnector({ verification: { code: null, status: null } })).toMatchObject(nothing);
  });

  it('names nothing by an empty or invisible text', () => {
    for (const blank of ['', ' ', '\u200b', '\t\n']) {
      const verification = { code: blank, status: blank };
      expect(parseConnector({ id: blank, email_domain: blank, verification })).toMatchObject(nothing);
    }
  });

  it('may have strange times, which are for show alone', () => {
    const raw = { ...document, created_on: 1767244800, updated_on: {} };
    const connector = parseConnector(raw);
    expect(connector).toMatchObject({ created_on: undefined, updated_on: undefined, enabled: true });
    expect(connector.raw).toBe(raw);
  });

  test.each([
    [{ ...document, enabled: 'true' }, 'its enabled is "true", not boolean'],
    [{ ...document, enabled: 1 }, 'its enabled is 1, not boolean'],
    [{ ...document, use_fedramp_language: 'false' }, 'its use_fedramp_language is "false", not boolean'],
    [{ ...document, id: 7 }, 'its id is 7, not string'],
    [{ ...document, email_domain: ['a.example'] }, 'its email_domain is Array, not string'],
    [{ ...document, verification: 'verified' }, 'its verification is "verified", not an object'],
    [{ ...document, verification: { status: true } }, 'its verification.status is true, not string'],
    [{ ...document, verification: { code: 5 } }, 'its verification.code is 5, not string'],
    ['done', 'it is "done", not an object'],
    [false, 'it is false, not an object'],
    [0, 'it is 0, not an object'],
    [null, 'it is null, not an object'],
    [[document], 'it is a list, not an object'],
  ])('is nothing that a decision could not be built on: %j', (value, what) => {
    expect(() => parseConnector(value)).toThrow(new TypeError(what));
    expect(problemOf(() => readConnector(value, 'read connector x'))).toBe(
      `Cloudflare was asked to read connector x, and answered with something that is no connector: ${what}.`,
    );
  });

  it('is there, if it was asked for', () => {
    expect(problemOf(() => readConnector(undefined, 'read connector x'))).toBe(
      'Cloudflare was asked to read connector x, and answered with a success without a result.',
    );
  });

  test.each([
    ['verified', true],
    ['Verified', false],
    ['verified ', false],
    ['pending', false],
    ['awaiting', false],
    ['failed', false],
    ['', false],
    ['true', false],
    [undefined, false],
    [null, false],
  ])('is verified by the very status verified: %j', (status, expected) => {
    expect(isVerified(parseConnector({ verification: { status } }))).toBe(expected);
    expect(isVerified(parseConnector({ enabled: true }))).toBe(false);
  });
});

describe('the name of a connector', () => {
  test.each([
    ['023e105f', 'acme.example', 'acme.example'],
    ['023e105f', 'ACME.example.', 'acme.example'],
    ['023e105f', 'xn--bcher-kva.example', 'bücher.example (xn--bcher-kva.example)'],
    ['023e105f', 'a\n::error::b', 'a ::error::b'],
    ['023e105f', undefined, 'connector 023e105f'],
    ['a\n##[error]b', undefined, 'connector a # #[error]b'],
    [undefined, undefined, 'a connector without a name'],
  ])('is made of the id %j and the domain %j: %s', (id, domain, name) => {
    expect(nameOfConnector(id, domain)).toBe(name);
  });
});

describe('a result', () => {
  test.each([
    ['an object', document, document],
    ['a list of one', [document], document],
    ['null', null, undefined],
    ['absent', undefined, undefined],
    ['an empty list', [], undefined],
    ['a list of null', [null], undefined],
    ['false, which is no connector', false, false],
  ])('is %s', (_, result, item) => {
    expect(onlyItem(result, 'read connector x')).toBe(item);
  });

  it('is never a choice of several', () => {
    expect(problemOf(() => onlyItem([document, document], 'read connector x'))).toBe(
      'Cloudflare was asked to read connector x, and answered with 2 connectors instead of one.',
    );
  });

  it('names an id within quotes, on one line', () => {
    expect([undefined, 'abc', 'a\n::error::b'].map(describeId)).toEqual(['without an id', '"abc"', '"a ::error::b"']);
  });
});

describe('the drift', () => {
  const connector = parseConnector(document);

  it('has each field that differs, with what was expected and what there is', () => {
    expect(findDrift(connector, { enabled: false, use_fedramp_language: true })).toEqual([
      {
        sso_connector_id: document.id,
        email_domain: 'acme.example',
        field: 'enabled',
        expected: false,
        actual: true,
      },
      {
        sso_connector_id: document.id,
        email_domain: 'acme.example',
        field: 'use_fedramp_language',
        expected: true,
        actual: false,
      },
    ]);
  });

  test.each([true, false])('has a field that the API left out, asked to be %s', (expected) => {
    expect(findDrift(parseConnector({ enabled: null }), { enabled: expected })).toEqual([
      { sso_connector_id: null, email_domain: null, field: 'enabled', expected, actual: null },
    ]);
  });

  const flag = fc.option(fc.boolean(), { nil: undefined });
  const desired = fc.record({ enabled: fc.boolean(), use_fedramp_language: fc.boolean() }, { requiredKeys: [] });
  const connectors = fc
    .record({ enabled: flag, use_fedramp_language: flag })
    .map((fields): Connector => parseConnector({ ...document, ...fields }));

  it('is of the fields given and no other, and of all of them that differ', () => {
    fc.assert(
      fc.property(connectors, desired, (connector, desired) => {
        const drifted = findDrift(connector, desired).map(({ field }) => field);
        const differing = FIELDS.filter((name) => Object.hasOwn(desired, name) && connector[name] !== desired[name]);
        expect(drifted).toEqual(differing);
      }),
    );
  });

  it('is gone once its fields are set, whatever else they were', () => {
    fc.assert(
      fc.property(connectors, desired, (connector, desired) => {
        const changes = Object.fromEntries(findDrift(connector, desired).map((drift) => [drift.field, drift.expected]));
        expect(findDrift({ ...connector, ...changes }, desired)).toEqual([]);
        expect(desired).toMatchObject(changes);
      }),
    );
  });
});

describe('what is asked for', () => {
  test.each([
    [{}, [], ''],
    [{ enabled: false }, ['enabled'], 'enabled=false'],
    [
      { use_fedramp_language: true, enabled: true },
      ['enabled', 'use_fedramp_language'],
      'enabled=true, use_fedramp_language=true',
    ],
  ])('is %j in the order of the documentation', (desired, fields, words) => {
    expect(givenFields(desired)).toEqual(fields);
    expect(describeDesired(desired)).toBe(words);
  });
});
