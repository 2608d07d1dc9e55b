import { describe, expect, it } from 'vitest';
import { Cancelled } from '../../src/failure.ts';
import type { Settings } from '../../src/inputs/settings.ts';
import { recordCancelled } from '../../src/report/cancelled.ts';
import { idOf, OFF, ON, outcomeOf, resultOf } from '../kit/results.ts';

type Kept = NonNullable<Parameters<typeof outcomeOf>[0]>;
const cancelled = new Cancelled('SIGTERM');
const NOTHING = 'Nothing else was to be done.';

async function tell(settings: Partial<Settings>, ...kept: Kept[]) {
  const outcomes = await Promise.all(
    kept.map((one, n) => outcomeOf({ domain: `d${n + 1}.example`, id: idOf(n), ...one })),
  );
  return recordCancelled(cancelled, resultOf(outcomes, settings));
}

const AWAITING = { ...OFF, verification: { status: 'awaiting' } };
const begin = { beginVerification: true };
const nothing = { desired: {} };

describe('a cancelled run', () => {
  it('is one failure, of no connector', async () => {
    expect(await tell({}, { found: OFF })).toEqual([
      {
        kind: 'cancelled',
        sso_connector_id: null,
        email_domain: null,
        title: 'The run was cancelled',
        problem: 'The run was cancelled',
        message: 'The run was cancelled (SIGTERM). Done: nothing. Not done: enabled=true for d1.example.',
        detail: 'The run was cancelled (SIGTERM). Done: nothing. Not done: enabled=true for d1.example.',
        isDeed: false,
        name: undefined,
        action: 'Run this again if SSO is to be on.',
        may_have_taken_effect: false,
        documentation_url: null,
        entry: undefined,
      },
    ]);
  });

  it.each<[string, Partial<Settings>, Kept[]]>([
    [
      'Done: set enabled=true for d1.example. Not done: enabled=true for d2.example.',
      {},
      [{ found: OFF, sent: { enabled: true }, now: ON }, { found: OFF }],
    ],
    [`Done: nothing. ${NOTHING}`, {}, [{ found: ON }]],
    ['Done: nothing. Not done: the check when the API token expires.', { tokenExpiryWarning: 1 }, [{ found: ON }]],
    ['Done: nothing. Not done: the rest of the check.', { mode: 'check' }, [{ found: OFF }]],
    ['Done: nothing. Not done: the rest of the plan.', { mode: 'plan' }, [{ found: OFF }]],
    ['Done: nothing. Not done: enabled=true for d1.example.', { mode: 'update' }, [{}]],
    [
      'Done: nothing. Not done: the check whether d1.example is verified.',
      { requireVerified: true },
      [{ ...nothing, found: AWAITING }],
    ],
    [
      'Done: nothing. Not done: the check whether d1.example is verified.',
      { mode: 'update', waitForVerification: 1 },
      [{ found: { ...AWAITING, enabled: true } }],
    ],
    [`Done: nothing. ${NOTHING}`, { requireVerified: true }, [{ found: ON }]],
    [`Done: nothing. ${NOTHING}`, { mode: 'update' }, [{ found: ON }]],
    [
      'Done: nothing. Not done: enabled=true for d1.example, enabled=true for d2.example, enabled=true for d3.example, enabled=true for d4.example, enabled=true for d5.example and 2 more.',
      {},
      Array(7).fill({ found: OFF }),
    ],
    [
      'Done: nothing. Not done: begin the verification of d1.example and enabled=true for d1.example.',
      begin,
      [{ found: AWAITING }],
    ],
    ['Done: nothing. Not done: begin the verification of d1.example.', begin, [{ ...nothing, found: AWAITING }]],
    [
      'Done: nothing. Not done: begin the verification of d1.example.',
      { ...begin, mode: 'update' },
      [{ ...nothing, found: AWAITING }],
    ],
    [
      'Done: nothing. Not done: begin the verification of d1.example if it needs that and enabled=true for d1.example.',
      begin,
      [{}],
    ],
    [
      `Done: nothing. ${NOTHING}`,
      begin,
      [{ ...nothing, problems: [{ kind: 'access', problem: 'no', message: 'No.' }] }],
    ],
    [`Done: send an update of no field for d1.example. ${NOTHING}`, begin, [{ ...nothing, found: AWAITING, sent: {} }]],
    [`Done: send an update of no field for d1.example. ${NOTHING}`, begin, [{ ...nothing, sent: {} }]],
    [
      `Done: nothing. Sent, but its effect is unknown: send an update of no field for d1.example. ${NOTHING}`,
      begin,
      [{ ...nothing, found: AWAITING, doubted: {} }],
    ],
    ['Done: nothing. Not done: an update of no field for d1.example.', { mode: 'update' }, [nothing]],
    [`Done: send an update of no field for d1.example. ${NOTHING}`, { mode: 'update' }, [{ ...nothing, sent: {} }]],
    [`Done: nothing. ${NOTHING}`, {}, [nothing]],
  ])('says: %s', async (words, settings, kept) => {
    const [record] = await tell(settings, ...kept);
    expect(record?.message).toBe(`The run was cancelled (SIGTERM). ${words}`);
    const mayHave = words.includes('its effect is unknown');
    const again = words.includes('enabled=true') ? 'Run this again if SSO is to be on.' : 'Run this again.';
    expect(record).toMatchObject({
      may_have_taken_effect: mayHave,
      action: mayHave
        ? 'The change may have taken effect. Running this again does no harm, and mode: check shows the state.'
        : again,
    });
  });

  it('may have been cancelled so that SSO stays off', async () => {
    const [record] = await tell({}, { found: OFF, doubted: { enabled: true } });
    expect(record?.action).toBe(
      'The change may have taken effect. Run mode: check to see. Run this again if SSO is to be on.',
    );
  });

  it('says nothing of that if SSO was not to be switched on', async () => {
    const actions = await Promise.all([
      tell({}, { found: ON, desired: { enabled: false } }),
      tell({}, { found: ON, desired: { enabled: true, use_fedramp_language: true } }),
      tell({ mode: 'check' }, { desired: { enabled: true } }),
    ]);
    expect(actions.map(([record]) => record?.action)).toEqual(Array(3).fill('Run this again.'));
  });
});
