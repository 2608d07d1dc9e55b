import { describe, expect, it } from 'vitest';
import type { Mode } from '../../src/inputs/settings.ts';
import type { Result } from '../../src/job/result.ts';
import { collectOutputs } from '../../src/report/outputs.ts';
import { idOf, OFF, ON, outcomeOf, recordsOf, resultOf } from '../kit/results.ts';

type Kept = NonNullable<Parameters<typeof outcomeOf>[0]>;
const outputsOf = async (mode: Mode, kept: readonly Kept[], more: Partial<Result> = {}) => {
  const outcomes = await Promise.all(
    kept.map((one, n) => outcomeOf({ domain: `d${n + 1}.example`, id: idOf(n + 1), ...one })),
  );
  return collectOutputs(resultOf(outcomes, { mode }, more), 'The page.');
};

const CHANGED: Kept = { found: OFF, sent: { enabled: true }, now: ON };
const UNKNOWN: Kept = { sent: { enabled: true }, now: ON };

describe('of many connectors', () => {
  it.each<[string, string | undefined, string, Kept[]]>([
    ['true once one has', 'true', 'true', [{ found: ON }, CHANGED]],
    ['true once one has, though another is unknown', 'true', 'true', [UNKNOWN, CHANGED]],
    ['unknown if that of one is', undefined, 'true', [UNKNOWN, { found: ON }]],
    ['false if none has', 'false', 'false', [{ found: ON }, { found: OFF }]],
    ['false if nothing was seen', 'false', 'false', [{}, {}]],
  ])('changed is %s', async (_, changed, in_sync, kept) => {
    expect(await outputsOf('reconcile', kept)).toMatchObject({ changed, in_sync });
  });
});

describe('of a single connector', () => {
  it('a field that the API leaves out is not set', async () => {
    const outputs = await outputsOf('check', [{ found: { enabled: true } }]);
    expect(outputs).toMatchObject({ enabled: 'true', verified: 'false', changed: 'false', in_sync: 'true' });
    for (const name of ['use_fedramp_language', 'verification_status', 'http_status', 'cf_ray']) {
      expect(outputs[name]).toBe(undefined);
    }
  });
});

it.each([
  ['2026-11-02T00:00:00Z', { expiresOn: '2026-11-02T00:00:00Z' }],
  ['never', { expiresOn: undefined }],
  [undefined, undefined],
])('token_expires_on is %s', async (expected, tokenExpiry) => {
  expect((await outputsOf('check', [{ found: ON }], { tokenExpiry }))['token_expires_on']).toBe(expected);
});

it('problems of the inputs leave the lists and the page', () => {
  const failures = recordsOf({
    kind: 'input',
    about: 'Input mode',
    problem: 'wrong',
    message: 'M.',
    entry: { code: 1 },
  });
  const { failures: records, ...outputs } = collectOutputs({ outcomes: [], failures }, 'The page.');
  expect(outputs).toEqual({
    drift: '[]',
    unlisted: '[]',
    messages: '[]',
    errors: '[{"code":1}]',
    summary: 'The page.',
  });
  expect(JSON.parse(records ?? '')).toEqual([
    {
      kind: 'input',
      sso_connector_id: null,
      email_domain: null,
      title: 'Input mode: wrong',
      message: 'M.',
      action: null,
      may_have_taken_effect: false,
      documentation_url: null,
    },
  ]);
});
