import { describe, expect, it } from 'vitest';
import { type Field, nameOfConnector, parseConnector } from '../../src/connector/connector.ts';
import { Cancelled, Failure, type FailureRecord, type Problem, type Subject } from '../../src/failure.ts';
import type { Mode } from '../../src/inputs/settings.ts';
import { Outcome } from '../../src/job/outcome.ts';
import { describeConsequences } from '../../src/report/changes.ts';
import { tellRows } from '../../src/report/told.ts';
import { countVerdicts, describeVerdict, signOf } from '../../src/report/verdict.ts';
import { idOf, OFF, ON, outcomeOf, recordsOf, resultOf, resultOfBadInputs } from '../kit/results.ts';

type Kept = NonNullable<Parameters<typeof outcomeOf>[0]>;

const problem = (kind: Problem['kind'], text = 'wrong'): Problem => ({
  kind,
  problem: text,
  message: 'M.',
  action: 'A.',
});
const DRIFT = problem('drift', 'enabled is false, must be true');
const UNVERIFIED = problem('not_verified', 'not verified (awaiting)');
const PENDING = { ...OFF, verification: { status: 'pending' } };
const off = { desired: { enabled: false } };
const language = { desired: { use_fedramp_language: true } };
const nothing = { desired: {} };

describe('the verdict on a single connector', () => {
  it.each<[string, Mode, Kept]>([
    ['✅ SSO is on for acme.example', 'check', { found: ON }],
    ['✅ SSO is off for acme.example', 'reconcile', { ...off, found: OFF }],
    ['✅ SSO is now on for acme.example', 'reconcile', { found: OFF, sent: { enabled: true }, now: ON }],
    ['✅ SSO is now off for acme.example', 'update', { ...off, sent: { enabled: false }, now: OFF }],
    ['✅ SSO is off for acme.example', 'update', { ...off, found: OFF, sent: { enabled: false } }],
    [
      '✅ use_fedramp_language is true for acme.example',
      'check',
      { ...language, found: { ...ON, use_fedramp_language: true } },
    ],
    [
      '✅ use_fedramp_language is true for acme.example',
      'update',
      { ...language, sent: { use_fedramp_language: true }, now: { use_fedramp_language: true } },
    ],
    [
      '✅ use_fedramp_language is now true for acme.example',
      'reconcile',
      { ...language, found: ON, sent: { use_fedramp_language: true }, now: { ...ON, use_fedramp_language: true } },
    ],
    [
      '✅ No field is given for acme.example, so nothing was changed, and SSO is on',
      'update',
      { ...nothing, found: ON },
    ],
    ['✅ No field is given for acme.example, so nothing was changed', 'update', { ...nothing, found: {} }],
    ['✅ acme.example was found (SSO is on, which was not checked)', 'check', { ...nothing, found: ON }],
    [
      '✅ The verification of acme.example is under way',
      'reconcile',
      { ...nothing, found: PENDING, begunInDoubt: true },
    ],
    ['✅ acme.example is verified', 'reconcile', { ...nothing, found: ON, begunInDoubt: true }],
    ['📝 SSO would be switched on for acme.example', 'plan', { found: OFF }],
    ['📝 use_fedramp_language would change for acme.example', 'plan', { ...language, found: ON }],
    [
      '📝 SSO would be switched on for acme.example',
      'plan',
      { desired: { enabled: true, use_fedramp_language: true }, found: OFF },
    ],
    ['✅ Nothing would change for acme.example', 'plan', { found: ON }],
    ['❌ SSO is off for acme.example, and must be on', 'check', { found: OFF, problems: [DRIFT] }],
    ['❌ acme.example is not in sync', 'check', { found: {}, problems: [DRIFT] }],
    ['❌ acme.example is not verified', 'check', { found: PENDING, problems: [DRIFT, UNVERIFIED] }],
    ['❌ acme.example needs attention', 'check', { problems: [problem('access')] }],
    ['❌ acme.example needs attention', 'check', { found: OFF, problems: [DRIFT, problem('access')] }],
    ['❌ acme.example needs attention', 'plan', { problems: [problem('not_found')] }],
    ['❌ acme.example needs attention', 'plan', { found: OFF, problems: [problem('ambiguous')] }],
    ['❌ acme.example is not verified', 'plan', { found: PENDING, problems: [UNVERIFIED] }],
    [
      '❌ SSO would be switched off for acme.example, but the domain is not verified',
      'plan',
      { ...off, found: { ...PENDING, enabled: true }, problems: [UNVERIFIED] },
    ],
    [
      '❌ use_fedramp_language would change for acme.example, but the domain is not verified',
      'plan',
      { ...language, found: PENDING, problems: [UNVERIFIED] },
    ],
    ['❌ acme.example needs attention', 'reconcile', { found: ON, problems: [problem('refused')] }],
    ['❌ acme.example needs attention', 'reconcile', { problems: [problem('access')] }],
    ['❌ SSO was not switched on for acme.example', 'reconcile', { found: PENDING, problems: [UNVERIFIED] }],
    ['❌ SSO was not switched off for acme.example', 'update', { ...off, problems: [problem('access')] }],
    [
      '❌ Whether SSO is now off for acme.example is unknown',
      'update',
      { ...off, doubted: { enabled: false }, problems: [problem('unavailable')] },
    ],
    [
      '❌ Whether SSO is now on for acme.example is unknown',
      'update',
      { found: ON, doubted: { enabled: true }, problems: [problem('unavailable')] },
    ],
    [
      '❌ What came of the change of acme.example is unknown',
      'reconcile',
      { found: ON, doubted: { use_fedramp_language: true }, problems: [problem('unavailable')] },
    ],
    [
      '❌ What came of the change of acme.example is unknown',
      'reconcile',
      { ...language, found: OFF, doubted: { use_fedramp_language: true }, problems: [problem('unavailable')] },
    ],
    [
      '❌ What came of the change of acme.example is unknown',
      'update',
      { ...language, doubted: { use_fedramp_language: true }, problems: [problem('unavailable')] },
    ],
    [
      '❌ What came of the verification of acme.example is unknown',
      'reconcile',
      { ...nothing, found: PENDING, doubted: 'begin', problems: [problem('unavailable')] },
    ],
    [
      '❌ SSO was not switched on for acme.example',
      'reconcile',
      { found: PENDING, doubted: 'begin', problems: [problem('unavailable')] },
    ],
    [
      '❌ SSO is now off for acme.example, but something else needs attention',
      'reconcile',
      {
        ...{ ...off, found: { ...PENDING, enabled: true }, sent: { enabled: false }, now: PENDING },
        ...{ doubted: 'begin', problems: [problem('unavailable')] },
      },
    ],
    [
      '❌ SSO is now on for acme.example, but something else needs attention',
      'reconcile',
      { found: OFF, sent: { enabled: true }, now: ON, problems: [problem('unavailable')] },
    ],
    [
      '❌ SSO is now off for acme.example, but the domain is not verified',
      'reconcile',
      { ...off, found: { ...PENDING, enabled: true }, sent: { enabled: false }, now: PENDING, problems: [UNVERIFIED] },
    ],
  ])('is: %s, with mode %s', async (expected, mode, kept) => {
    const result = resultOf([await outcomeOf(kept)], { mode });
    expect(`${signOf(result)} ${describeVerdict(result)}`).toBe(expected);
  });

  it.each<[string, Kept]>([
    ['SSO is on for acme.example, and the domain is verified', { found: ON }],
    ['acme.example is verified (SSO is on, which was not checked)', { ...nothing, found: ON }],
    ['acme.example is verified', { ...nothing, found: { ...ON, enabled: undefined } }],
  ])('says with require_verified: %s', async (expected, kept) => {
    expect(describeVerdict(resultOf([await outcomeOf(kept)], { mode: 'check', requireVerified: true }))).toBe(expected);
  });

  it.each<[string, object]>([
    ['The verification of acme.example is under way', PENDING],
    ['acme.example is verified', ON],
    ['No field is given for acme.example, so nothing was changed, and SSO is off', { enabled: false }],
  ])('says with begin_verification: %s', async (expected, found) => {
    const outcome = await outcomeOf({ ...nothing, found });
    expect(describeVerdict(resultOf([outcome], { mode: 'update', beginVerification: true }))).toBe(expected);
  });

  it.each<[string, Kept]>([
    ['The verification of acme.example has begun', { ...nothing, found: PENDING }],
    ['The verification of acme.example has begun', { ...off, found: PENDING }],
    ['SSO is on for acme.example', { found: ON }],
    ['acme.example is verified', { ...nothing, found: ON }],
  ])('says that a verification has begun, unless it has ended: %s', async (expected, kept) => {
    const outcome = await outcomeOf(kept);
    outcome.begunAt = 1;
    expect(describeVerdict(resultOf([outcome]))).toBe(expected);
  });

  it.each<[string, object, Field]>([
    ['Whether SSO is now on for acme.example is unknown', OFF, 'enabled'],
    ['SSO is now on for acme.example, but something else needs attention', ON, 'use_fedramp_language'],
  ])('after an answer that is not as asked says: %s', async (expected, now, ignored) => {
    const outcome = await outcomeOf({
      sent: { enabled: true, use_fedramp_language: true },
      now,
      problems: [problem('unexpected')],
      mayHaveTakenEffect: true,
    });
    outcome.takeBack({ enabled: true, use_fedramp_language: true }, [ignored], outcome.connector);
    expect(describeVerdict(resultOf([outcome], { mode: 'update' }))).toBe(expected);
  });
});

/** Outcomes of domains of their own. */
const outcomesOf = (...kept: Kept[]) =>
  Promise.all(kept.map((one, n) => outcomeOf({ domain: `d${n + 1}.example`, id: idOf(n + 1), ...one })));
const SWITCHED: Kept = { found: OFF, sent: { enabled: true }, now: ON };
const DISABLED: Kept = { ...off, sent: { enabled: false }, now: OFF };
const FAILED: Kept = { found: PENDING, problems: [UNVERIFIED] };
const UNDONE: Kept = { ...SWITCHED, now: OFF, problems: [problem('unexpected')] };
const EMPTY: Kept[] = Array<Kept>(2).fill({ ...nothing, found: ON });
const LOST: Kept = { doubted: { enabled: true }, problems: [problem('unavailable')], mayHaveTakenEffect: true };

describe('the verdict on many', () => {
  it.each<[string, Mode, Kept[], string]>([
    ['✅ Both domains are in sync', 'check', [{ found: ON }, { found: ON }], '2 in sync'],
    [
      '✅ 1 of 2 domains changed, and all are in sync now',
      'reconcile',
      [SWITCHED, { found: ON }],
      '1 in sync, 1 changed',
    ],
    [
      '✅ Both domains changed, and are in sync now',
      'reconcile',
      [SWITCHED, { ...off, found: ON, sent: { enabled: false }, now: OFF }],
      '2 changed',
    ],
    ['✅ SSO is now off for both domains', 'update', [DISABLED, DISABLED], '2 in sync'],
    ['✅ Both domains were found', 'check', EMPTY, '2 in sync'],
    ['✅ No field is given for both domains, so nothing was changed', 'update', EMPTY, '2 in sync'],
    ['✅ Nothing would change, since both domains are in sync', 'plan', EMPTY, '2 in sync'],
    ['✅ Both domains are in sync', 'reconcile', [{ ...nothing, found: ON }, { found: ON }], '2 in sync'],
    ['✅ 1 of 2 domains is in sync', 'update', [{ found: ON }, { found: OFF }], '1 in sync, 1 not in sync'],
    [
      '✅ 2 of 3 domains are in sync',
      'update',
      [SWITCHED, { found: ON }, { found: OFF }],
      '1 in sync, 1 changed, 1 not in sync',
    ],
    [
      '❌ 1 of 3 domains needs attention',
      'reconcile',
      [FAILED, SWITCHED, { found: ON }],
      '1 in sync, 1 changed, 1 failed',
    ],
    ['❌ 2 of 3 domains need attention', 'check', [FAILED, FAILED, { found: ON }], '1 in sync, 2 failed'],
    ['❌ Both domains need attention', 'check', [FAILED, FAILED], '2 failed'],
    [
      '❌ SSO was not switched on for either domain, all for the same reason',
      'update',
      [{ problems: [problem('access')] }, { problems: [problem('access')] }],
      '2 failed',
    ],
    [
      '❌ SSO was not switched on for either domain',
      'update',
      [{ problems: [problem('access')] }, { problems: [problem('access', 'another')] }],
      '2 failed',
    ],
    [
      '❌ SSO is now on for 1 of 2 domains',
      'update',
      [SWITCHED, { problems: [problem('access')] }],
      '1 changed, 1 failed',
    ],
    ['❌ SSO is now on for 1 of 2 domains, and unknown for 1', 'update', [SWITCHED, LOST], '1 changed, 1 failed'],
    ['❌ Whether SSO is now on for both domains is unknown', 'update', [LOST, LOST], '2 failed'],
    ['❌ Whether SSO is now on is unknown for 1 of 2 domains', 'update', [LOST, FAILED], '2 failed'],
    [
      '❌ SSO is on for 1 of 2 domains',
      'update',
      [{ found: ON }, { problems: [problem('access')] }],
      '1 in sync, 1 failed',
    ],
    [
      '❌ SSO was switched on for none of the 3 domains, all for the same reason',
      'update',
      Array<Kept>(3).fill({ problems: [problem('access')] }),
      '3 failed',
    ],
    [
      '❌ SSO is on for 1 of 2 domains',
      'update',
      [{ found: ON, problems: [problem('access')] }, { problems: [problem('access')] }],
      '2 failed',
    ],
    [
      '❌ SSO is on for none of the 3 domains',
      'update',
      [UNDONE, UNDONE, { problems: [problem('access')] }],
      '3 failed',
    ],
    ['❌ SSO is on for neither domain', 'update', [UNDONE, { problems: [problem('access')] }], '2 failed'],
    [
      '❌ SSO is now on for both domains, but something else needs attention',
      'update',
      [SWITCHED, { ...SWITCHED, problems: [problem('not_verified')] }],
      '1 changed, 1 failed',
    ],
    [
      '❌ 1 of 2 domains needs attention',
      'update',
      [DISABLED, { problems: [problem('access')] }],
      '1 in sync, 1 failed',
    ],
    ['❌ 1 of 2 domains needs attention', 'reconcile', [SWITCHED, LOST], '1 changed, 1 failed'],
    ['📝 1 of 2 domains would change', 'plan', [{ found: OFF }, { found: ON }], '1 in sync, 1 would change'],
    [
      '❌ 1 of 2 domains needs attention, and 2 in all would change',
      'plan',
      [
        { ...off, found: ON },
        { ...off, found: { ...PENDING, enabled: true }, problems: [UNVERIFIED] },
      ],
      '1 would change, 1 failed',
    ],
    [
      '❌ 1 of 2 domains needs attention, and 1 would change',
      'plan',
      [
        { ...off, found: ON },
        { found: PENDING, problems: [UNVERIFIED] },
      ],
      '1 would change, 1 failed',
    ],
    [
      '❌ Both domains need attention, and 1 would change',
      'plan',
      [
        { ...off, found: { ...PENDING, enabled: true }, problems: [UNVERIFIED] },
        { found: PENDING, problems: [UNVERIFIED] },
      ],
      '2 failed',
    ],
    ['✅ Nothing would change, since both domains are in sync', 'plan', [{ found: ON }, { found: ON }], '2 in sync'],
  ])('is: %s, with mode %s', async (expected, mode, kept, counts) => {
    const result = resultOf(await outcomesOf(...kept), { mode });
    expect(`${signOf(result)} ${describeVerdict(result)}`).toBe(expected);
    expect(countVerdicts(result)).toBe(counts);
  });

  it.each<[string, Kept[]]>([
    ['Both domains are in sync, but 2 connectors of the account are not in the list', [{ found: ON }, { found: ON }]],
    ['1 of 2 domains needs attention, and 2 connectors of the account are not in the list', [{ found: ON }, FAILED]],
    ['Both domains are in sync, but 1 connector of the account is not in the list', [{ found: ON }, { found: ON }]],
  ])('counts connectors that are not in the list beside those that are: %s', async (expected, kept) => {
    const failures = recordsOf(...Array(expected.includes('1 connector ') ? 1 : 2).fill(problem('unlisted')));
    expect(describeVerdict(resultOf(await outcomesOf(...kept), {}, { failures }))).toBe(expected);
  });

  it('says that the list of the connectors is incomplete', async () => {
    const result = resultOf(
      await outcomesOf({ found: ON }, { found: ON }),
      {},
      { failures: recordsOf(problem('ambiguous')) },
    );
    const expected = "Both domains are in sync, but Cloudflare's list of the connectors is incomplete";
    expect(describeVerdict(result)).toBe(expected);
  });

  it('joins what else there is', async () => {
    const failures = recordsOf(problem('unlisted'), problem('runner'));
    expect(describeVerdict(resultOf(await outcomesOf({ found: ON }, { found: ON }), {}, { failures }))).toBe(
      'Both domains are in sync, but 1 connector of the account is not in the list, and the outputs could not be handed over',
    );
  });

  it('takes one of which only a part is done for one that is not in sync', async () => {
    const outcomes = await outcomesOf({ found: ON }, { found: PENDING });
    await outcomes[1]?.send({}, async () => undefined);
    for (const outcome of outcomes.slice(1)) outcome.begunAt = 1;
    expect(countVerdicts(resultOf(outcomes))).toBe('1 in sync, 1 not in sync');
  });

  const SHARED: Problem = { ...problem('access'), action: 'Ask.' };
  const withAction = (action: string | null, kind: Problem['kind'] = 'access'): Kept => ({
    problems: [{ ...SHARED, kind, action }],
  });
  it.each<[boolean, string, Kept, Kept]>([
    [true, 'a token that may not', withAction('Ask.'), withAction('Ask.')],
    [true, 'an outage', withAction('Wait.', 'unavailable'), withAction('Wait.', 'unavailable')],
    [true, 'what blocks', withAction('Ask.', 'blocked'), withAction('Ask.', 'blocked')],
    [true, 'what nobody has advice for', withAction(null), withAction(null)],
    [
      true,
      'a limit, whether Cloudflare refused or nothing was sent',
      withAction('Run it later.', 'rate_limited'),
      withAction('Run it after 5 minutes.', 'rate_limited'),
    ],
    [
      true,
      'another Ray ID',
      withAction('Give cf-ray 8f1e2d3c4b5a6978-AMS to its support.'),
      withAction('Give cf-ray 9a0b1c2d3e4f5061-LHR to its support.'),
    ],
    [true, 'a Ray ID in words', withAction('Ray 8f1e2d3c4b5a6978.'), withAction('Ray 9a0b1c2d3e4f5061.')],
    [true, 'another time', withAction('At 2029-12-31T23:59:58Z.'), withAction('At 2030-01-01T00:00:03Z.')],
    [false, 'other advice', withAction('Ask.'), withAction('Renew it.')],
    [false, 'another effect', withAction('Ask.'), { ...withAction('Ask.'), mayHaveTakenEffect: true }],
    [false, 'a connector that is of its own', withAction('Ask.', 'refused'), withAction('Ask.', 'refused')],
    [false, 'a further failure', withAction('Ask.'), { problems: [SHARED, SHARED] }],
  ])('tells one reason of all only where it is one (%s): %s', async (isOne, _, one, other) => {
    const outcomes = await outcomesOf(one, other);
    expect(describeVerdict(resultOf(outcomes))).toBe(
      `Both domains need attention${isOne ? ', all for the same reason' : ''}`,
    );
    const [first] = outcomes;
    const rows = tellRows(resultOf(outcomes)).map(({ record, title, who }) => [
      record === first?.failures[0],
      title,
      who,
    ]);
    if (isOne) expect(rows).toEqual([[true, '2 domains: wrong', '2 domains']]);
    else expect(rows.slice(0, 2).map(([, title]) => title)).toEqual(['d1.example: wrong', 'd2.example: wrong']);
  });

  it('counts what was in sync before, and could not be read any more, for nothing', async () => {
    const outcomes = await outcomesOf({ found: ON, problems: [problem('not_found')] }, { found: ON });
    expect(describeVerdict(resultOf(outcomes, { mode: 'update' }))).toBe(
      'SSO is on for both domains, but something else needs attention',
    );
    const [lost] = outcomes;
    if (lost) lost.isOutdated = true;
    expect(describeVerdict(resultOf(outcomes, { mode: 'update' }))).toBe('SSO is on for 1 of 2 domains');
  });

  it('counts what this run switched, though it could not be read any more', async () => {
    const outcomes = await outcomesOf({ ...SWITCHED, problems: [problem('not_found')] }, { found: ON });
    for (const outcome of outcomes.slice(0, 1)) outcome.isOutdated = true;
    expect(describeVerdict(resultOf(outcomes, { mode: 'update' }))).toBe(
      'SSO is now on for both domains, but something else needs attention',
    );
  });

  it('calls entries that name one connector twice by that, and the connector by its name', async () => {
    const same: Kept = { domain: 'acme.example', id: idOf(1), ...DISABLED };
    const outcomes = await outcomesOf(same, same);
    for (const outcome of outcomes) outcome.twins = outcomes.filter((other) => other !== outcome);
    expect(describeVerdict(resultOf(outcomes, { mode: 'update' }))).toBe('SSO is now off for both entries');
    const refused = await outcomesOf({ problems: [problem('access')] }, { problems: [problem('access', 'another')] });
    for (const outcome of refused) outcome.twins = refused.filter((other) => other !== outcome);
    expect(describeVerdict(resultOf(refused, { mode: 'update' }))).toBe('SSO was not switched on for either entry');
    const [record] = new Failure(problem('ambiguous')).record(outcomes[0]?.subject);
    for (const { failures } of outcomes) failures.push(...(record ? [record] : []));
    expect(tellRows(resultOf(outcomes)).map(({ who }) => who)).toEqual(['acme.example']);
    expect(describeVerdict(resultOf([...outcomes, ...(await outcomesOf({ found: ON }))]))).toBe(
      '2 of 3 entries need attention',
    );
  });

  it('has the name that the title has, whatever a later read says', async () => {
    const outcome = new Outcome({ sso_connector_id: idOf(1), email_domain: undefined, desired: {} });
    outcome.fail(new Failure(problem('unavailable')));
    outcome.see(parseConnector({ id: idOf(1), email_domain: 'acme.example' }));
    const told = tellRows(resultOf([outcome]));
    expect(told.map(({ title, who }) => [title, who])).toEqual([
      [`connector ${idOf(1)}: wrong`, `connector ${idOf(1)}`],
    ]);
  });

  it('is not of one reason if another is well', async () => {
    const outcomes = await outcomesOf(withAction('Ask.'), { found: ON });
    expect(describeVerdict(resultOf(outcomes))).toBe('1 of 2 domains needs attention');
  });

  it('tells what no connector has beside what all have', async () => {
    const outcomes = await outcomesOf(withAction('Ask.'), withAction('Ask.'));
    const result = resultOf(outcomes, {}, { failures: recordsOf({ ...problem('runner'), about: 'Outputs' }) });
    expect(tellRows(result).map(({ title, who }) => [title, who])).toEqual([
      ['Outputs: wrong', 'Outputs'],
      ['2 domains: wrong', '2 domains'],
    ]);
  });

  /** Outcomes of which all but the last so many have the same record. */
  async function sharing(record: FailureRecord, others: number): Promise<Outcome[]> {
    const outcomes = await outcomesOf({}, {}, ...Array<Kept>(others).fill({ found: ON }));
    for (const outcome of outcomes.slice(0, 2)) outcome.failures.push(record);
    return outcomes;
  }

  it.each<[string, Subject, number, string, string]>([
    ['all', {}, 0, 'Both domains need attention, all for the same reason', '2 domains'],
    ['some', {}, 1, '2 of 3 domains need attention', 'd1.example and d2.example'],
    ['all, of one connector', { sso_connector_id: 'x' }, 0, 'Both domains need attention', '2 domains'],
  ])('names those that share a record: %s', async (_, subject, others, verdict, who) => {
    const [record] = new Failure(problem('ambiguous')).record(subject);
    if (!record) throw new Error('no record');
    const result = resultOf(await sharing(record, others));
    expect(describeVerdict(result)).toBe(verdict);
    expect(tellRows(result).map((row) => row.who)).toEqual([who]);
  });

  it.each([
    ['the same was asked, and came back', 'set enabled=true', 502, 1],
    ['something else was asked', 'set enabled=false', 502, 2],
    ['something else came back', 'set enabled=true', 504, 2],
  ])('has a row for each change that may have taken effect, or one for all: %s', async (_, asked, status, rows) => {
    const lost = (what: string, name: string, came = 502): Kept => ({
      problems: [
        {
          ...problem('unavailable'),
          message: `Could not ${what} for ${name}: HTTP ${came} (cf-ray 8f0c2b1e4d5a6b7${name.charAt(1)}-FRA).`,
        },
      ],
      mayHaveTakenEffect: true,
    });
    const outcomes = await outcomesOf(lost('set enabled=true', 'd1.example'), lost(asked, 'd2.example', status));
    expect(tellRows(resultOf(outcomes))).toHaveLength(rows);
  });

  it('is not of one reason if each has a record of its own', async () => {
    const outcomes = await outcomesOf({}, {});
    for (const outcome of outcomes) outcome.failures.push(...recordsOf(problem('ambiguous')));
    expect(describeVerdict(resultOf(outcomes))).toBe('Both domains need attention');
  });

  it('keeps the title of what a single connector shares with none', async () => {
    const [outcome] = await outcomesOf({});
    if (!outcome) throw new Error('no outcome');
    outcome.failures.push(...recordsOf(problem('ambiguous', 'the list is incomplete')));
    expect(tellRows(resultOf([outcome])).map(({ title, who }) => [title, who])).toEqual([
      ['the list is incomplete', 'd1.example'],
    ]);
  });

  it.each<[Subject, string]>([
    [{ sso_connector_id: 'abc', email_domain: 'x.example' }, 'x.example'],
    [{ sso_connector_id: 'abc' }, 'connector abc'],
    [{ email_domain: 'x.example' }, 'x.example'],
    [{}, 'a connector without a name'],
  ])('names a connector that is not in the list as far as it is known: %j', async (subject, who) => {
    const name = nameOfConnector(subject.sso_connector_id, subject.email_domain);
    const failures = new Failure(problem('unlisted')).record({ ...subject, name });
    const result = resultOf(await outcomesOf({ found: ON }, { found: ON }), {}, { failures });
    expect(tellRows(result).map((row) => row.who)).toEqual([who]);
  });

  it('has one row for all connectors that are not in the list, the last', async () => {
    const names = [...'abcdefghijk'];
    const failures = names.flatMap((name) =>
      new Failure(problem('unlisted')).record({ email_domain: `${name}.example`, name: `${name}.example` }),
    );
    const result = resultOf(await outcomesOf(FAILED, FAILED, { found: ON }), {}, { failures });
    expect(tellRows(result).map(({ who }) => who)).toEqual([
      'd1.example',
      'd2.example',
      `${names
        .slice(0, 10)
        .map((name) => `${name}.example`)
        .join(', ')} and 1 more`,
    ]);
    expect(tellRows(result).at(-1)?.record.action).toBe('Add them to the list (YAML below), or use unlisted: report.');
  });
});

describe('the verdict on a run', () => {
  it.each([
    ['1 problem in the inputs, so nothing was sent to Cloudflare', 1],
    ['4 problems in the inputs, so nothing was sent to Cloudflare', 4],
  ])('is: %s', (expected, count) => {
    const failures = recordsOf(...Array(count).fill(problem('input')));
    expect(describeVerdict(resultOfBadInputs(failures))).toBe(expected);
    expect(signOf(resultOfBadInputs(failures))).toBe('❌');
  });

  it('says that it was cancelled, and counts what became of the connectors', async () => {
    const outcomes = await outcomesOf({ found: ON }, { found: OFF }, {});
    const result = resultOf(
      outcomes,
      {},
      { cancelled: new Cancelled('SIGTERM'), failures: recordsOf(problem('cancelled')) },
    );
    expect([signOf(result), describeVerdict(result)]).toEqual(['⏹️', 'The run was cancelled']);
    expect(countVerdicts(result)).toBe('1 in sync, 1 not in sync, 1 unknown');
  });

  it('says that outputs could not be handed over, whatever else there is', async () => {
    const failures = recordsOf(problem('runner'));
    const result = resultOf(
      [await outcomeOf({ ...off, sent: { enabled: false }, now: OFF })],
      { mode: 'update' },
      { failures },
    );
    expect(describeVerdict(result)).toBe('SSO is now off for acme.example, but the outputs could not be handed over');
    expect(describeVerdict(resultOfBadInputs([...recordsOf(problem('input')), ...failures]))).toBe(
      '1 problem in the inputs, so nothing was sent to Cloudflare, and the outputs could not be handed over',
    );
  });

  it('has a sign of its own if the token expires soon, and says when', async () => {
    const warning = { problem: 'the API token expires on 2026-11-02', action: 'Renew it.' };
    const tokenExpiry = { expiresOn: '2026-11-02T00:00:00Z', warning };
    const result = resultOf([await outcomeOf({ found: ON })], {}, { tokenExpiry });
    expect(`${signOf(result)} ${describeVerdict(result)}`).toBe(
      '⚠️ SSO is on for acme.example, but the API token expires on 2026-11-02',
    );
    const plan = resultOf([await outcomeOf({ ...off, found: ON })], { mode: 'plan' }, { tokenExpiry });
    expect(`${signOf(plan)} ${describeVerdict(plan)}`).toBe(
      '📝 SSO would be switched off for acme.example, and the API token expires on 2026-11-02',
    );
  });
});

describe('what follows from a switch', () => {
  const said = async (mode: Mode, ...kept: Kept[]) =>
    describeConsequences(resultOf(await outcomesOf(...kept), { mode }));

  it('is not said where the inputs have problems', () => {
    expect(describeConsequences(resultOfBadInputs(recordsOf(problem('input'))))).toEqual([]);
  });

  it('is said of those that this run switched, on and off', async () => {
    expect(
      await said('reconcile', SWITCHED, { ...off, found: ON, sent: { enabled: false }, now: OFF }, { found: ON }),
    ).toEqual([
      'Users of d2.example log in with email and password from now on. Those without a password choose "Forgot password", and the mail must reach them without the identity provider.',
      'Every user of d1.example must log in through SSO from now on, in every account that they belong to.',
    ]);
  });

  it('names three domains at most', async () => {
    const domains = ['a.example', 'b.example', 'c.example', 'd.example'];
    const kept = domains.map((domain) => ({ ...SWITCHED, domain }));
    expect((await said('reconcile', ...kept.slice(1)))[0]).toMatch(
      /^Every user of b\.example, c\.example and d\.example must /,
    );
    expect((await said('reconcile', ...kept))[0]).toMatch(/^Every user of the domains switched on must /);
  });

  it.each<[string, Kept]>([
    ['was on already', { found: ON, sent: { enabled: true } }],
    ['was on already, as a look after the refusal says', { now: ON, problems: [problem('refused')] }],
    ['is off, as the answer says', { sent: { enabled: true }, now: OFF }],
    ['has no state', { ...language, sent: { use_fedramp_language: true }, now: {} }],
    ['was changed by someone else', { found: OFF, now: ON }],
    ['may or may not be on', { sent: { enabled: true }, problems: [problem('unavailable')], mayHaveTakenEffect: true }],
    ['was never asked for', { ...language, sent: { use_fedramp_language: true }, now: ON }],
  ])('is not said of SSO that %s', async (_, kept) => {
    expect(await said('update', kept)).toEqual([]);
  });
});
