import { tmpdir } from 'node:os';
import { afterEach, describe, expect, it, vi } from 'vitest';
import type { Problem } from '../../src/failure.ts';
import type { Mode } from '../../src/inputs/settings.ts';
import type { Result, ResultOfWork } from '../../src/job/result.ts';
import { collectOutputs, setOutputs } from '../../src/report/outputs.ts';
import { idOf, OFF, ON, outcomeOf, recordsOf, resultOf, resultOfBadInputs } from '../kit/results.ts';

type Kept = NonNullable<Parameters<typeof outcomeOf>[0]>;
const outputsOf = async (mode: Mode, kept: readonly Kept[], more: Partial<ResultOfWork> = {}) => {
  const outcomes = await Promise.all(
    kept.map((one, n) => outcomeOf({ domain: `d${n + 1}.example`, id: idOf(n + 1), ...one })),
  );
  return collectOutputs(resultOf(outcomes, { mode }, more), 'The page.');
};

afterEach(() => {
  vi.unstubAllEnvs();
});

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

describe('of many connectors', () => {
  it('all are told of all', async () => {
    const outputs = await outputsOf('check', [{ found: OFF }, {}]);
    const raw = { id: idOf(1), email_domain: 'd1.example', ...OFF };
    const named = { sso_connector_id: idOf(1), email_domain: 'd1.example' };
    expect(outputs).toEqual({
      ...{ changed: 'false', in_sync: 'false', verified: 'false', result: JSON.stringify([raw, null]) },
      drift: JSON.stringify([{ ...named, field: 'enabled', expected: true, actual: false }]),
      ...{ failures: '[]', unlisted: '[]', messages: '[]', errors: '[]', summary: 'The page.' },
    });
  });

  it.each<[string, Kept[]]>([
    ['true', [{ found: ON }, { found: OFF }]],
    ['false', [{ found: ON }, { found: { ...ON, verification: { status: 'pending' } } }]],
  ])('verified is %s', async (verified, kept) => {
    expect(await outputsOf('check', kept)).toMatchObject({ verified });
  });
});

describe('of a single connector', () => {
  it('what is unknown is not set', async () => {
    const outputs = await outputsOf('update', [{ now: ON, doubted: { enabled: true } }]);
    expect(outputs).toMatchObject({ use_fedramp_language: 'false', email_domain: 'd1.example' });
    for (const name of ['changed', 'in_sync', 'enabled']) expect(outputs[name]).toBe(undefined);
  });

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

describe('after a problem in the inputs', () => {
  const failures = recordsOf({ kind: 'input', problem: 'wrong', message: 'M.' });

  it('of a list the lists are there, and nothing is in sync', () => {
    expect(collectOutputs(resultOfBadInputs(failures, true), '')).toMatchObject({
      ...{ changed: 'false', in_sync: 'false', verified: 'false' },
      ...{ result: '[]', drift: '[]', unlisted: '[]', messages: '[]', errors: '[]' },
    });
  });

  it('of one connector nothing is known of it but that it was not changed', () => {
    const outputs = collectOutputs(resultOfBadInputs(failures), '');
    expect(outputs['changed']).toBe('false');
    for (const name of ['in_sync', 'verified', 'result']) expect(outputs).not.toHaveProperty(name);
  });
});

describe('outputs that cannot be handed over', () => {
  const done = Array.from({ length: 7 }, (_, n): Kept => ({ domain: `d${n + 1}.example`, sent: { enabled: false } }));

  it.each<[string, () => Promise<Result>]>([
    ['Nothing was sent to Cloudflare.', async () => resultOfBadInputs([])],
    ['Nothing was changed.', async () => resultOf([await outcomeOf({ found: ON })])],
    [
      `Done before that: ${[1, 2, 3, 4, 5].map((n) => `set enabled=false for d${n}.example`).join(', ')} and 2 more.`,
      async () => resultOf(await Promise.all(done.map(outcomeOf))),
    ],
    [
      'Sent, but its effect is unknown: set enabled=false for acme.example.',
      async () => resultOf([await outcomeOf({ doubted: { enabled: false } })]),
    ],
    [
      'Done before that: set enabled=false for d1.example. Sent, but its effect is unknown: set enabled=false for acme.example.',
      async () =>
        resultOf(
          await Promise.all([...done.slice(0, 1), { doubted: { enabled: false } }].map((one) => outcomeOf(one))),
        ),
    ],
  ])('are a failure that says: %s', async (words, make) => {
    vi.stubEnv('GITHUB_OUTPUT', tmpdir());
    const message = `The outputs could not be written: GITHUB_OUTPUT is a folder. ${words}`;
    expect(setOutputs(await make(), '', { GITHUB_OUTPUT: tmpdir() })).toEqual([
      {
        kind: 'runner',
        name: 'Outputs',
        sso_connector_id: null,
        email_domain: null,
        title: 'Outputs: not handed over',
        problem: 'not handed over',
        message,
        detail: message,
        isDeed: false,
        action:
          'Later steps have no outputs of this one. Check the runner: GITHUB_OUTPUT must name a file that can be written, and the disk needs free space.',
        may_have_taken_effect: false,
        documentation_url: null,
        entry: undefined,
      },
    ]);
  });
});

it('problems of the inputs leave the lists and the page', () => {
  const problem: Problem = { kind: 'input', about: 'Input mode', problem: 'wrong', message: 'M.', entry: { code: 1 } };
  const failures = recordsOf(problem);
  const { failures: records, ...outputs } = collectOutputs(resultOfBadInputs(failures), 'The page.');
  expect(outputs).toEqual({
    changed: 'false',
    drift: '[]',
    unlisted: '[]',
    messages: '[]',
    errors: '[{"code":1}]',
    summary: 'The page.',
  });
  const noEntry = collectOutputs(resultOfBadInputs(recordsOf({ ...problem, entry: undefined })), '');
  expect(noEntry['errors']).toBe('[]');
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
