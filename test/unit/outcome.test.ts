import { describe, expect, it } from 'vitest';
import { type Desired, parseConnector } from '../../src/connector/connector.ts';
import { Failure } from '../../src/failure.ts';
import { attemptEach, failAll } from '../../src/job/attempt.ts';
import { Outcome } from '../../src/job/outcome.ts';
import { failUnread } from '../../src/job/read.ts';
import { isInSync } from '../../src/job/result.ts';
import { resultOf } from '../kit/results.ts';

const ID = '023e105f4ecef8ad9ca31a8372d0c353';
const connector = (fields: object = {}) =>
  parseConnector({ id: ID, email_domain: 'acme.example', enabled: false, use_fedramp_language: false, ...fields });
const outcomeOf = (desired: Desired = { enabled: true }, names: { id?: string; domain?: string } = { id: ID }) =>
  new Outcome({ sso_connector_id: names.id, email_domain: names.domain, desired });
const known = ({ changed, changedFields, movedByOthers, isUncertain }: Outcome) => ({
  ...{ changed, changedFields, movedByOthers, isUncertain },
});
const inSync = (outcome: Outcome, requireVerified = false) =>
  isInSync(outcome, resultOf([outcome], { requireVerified }).settings);

/** Sends fields, with the answer that comes of it: a connector, none, or a failure. */
async function send(outcome: Outcome, fields: Desired | 'begin', end: 'answered' | 'lost' | 'refused'): Promise<void> {
  const sent = outcome.send(fields, async (doubt) => {
    doubt(true);
    if (end === 'refused') doubt(false);
    if (end !== 'answered') throw new Error(end);
  });
  if (end === 'answered') await sent;
  else await expect(sent).rejects.toThrow(end);
}

describe('what became of a connector', () => {
  it('is unknown as long as it was not read before, whatever it is now', async () => {
    const outcome = outcomeOf();
    expect([outcome.changed, inSync(outcome)]).toEqual([false, undefined]);
    await send(outcome, { enabled: true }, 'answered');
    expect([outcome.changed, inSync(outcome)]).toEqual([undefined, undefined]);
    outcome.see(connector({ enabled: true }));
    expect([outcome.changed, inSync(outcome)]).toEqual([undefined, true]);
  });

  it('is no change as long as nothing was sent', () => {
    const outcome = outcomeOf();
    outcome.setFound(connector());
    expect(known(outcome)).toEqual({ changed: false, changedFields: [], movedByOthers: [], isUncertain: false });
    expect(outcome.drift).toMatchObject([{ field: 'enabled', expected: true, actual: false }]);
  });

  it('tells the fields that were sent from those that others have changed', async () => {
    const outcome = outcomeOf();
    outcome.setFound(connector());
    await send(outcome, { enabled: true }, 'answered');
    expect(known(outcome)).toMatchObject({ changed: undefined, isUncertain: true });
    outcome.see(connector({ enabled: true, use_fedramp_language: true }));
    expect(known(outcome)).toEqual({
      ...{ changed: true, changedFields: ['enabled'], movedByOthers: ['use_fedramp_language'], isUncertain: false },
    });
    expect([outcome.done, outcome.doubted]).toEqual([['set enabled=true for acme.example'], []]);
  });

  it('is a change of ours if it undoes what others have done meanwhile, which is told as theirs', async () => {
    const outcome = outcomeOf();
    outcome.setFound(connector({ enabled: true }));
    outcome.see(connector());
    expect(known(outcome)).toMatchObject({ changed: false, changedFields: [], movedByOthers: ['enabled'] });
    await send(outcome, { enabled: true }, 'answered');
    outcome.see(connector({ enabled: true }));
    expect(known(outcome)).toMatchObject({ changed: true, changedFields: ['enabled'], movedByOthers: ['enabled'] });
    expect(outcome.ours('enabled')).toEqual({ before: false, after: true });
    expect(outcome.others('enabled')).toEqual({ before: true, after: false });
  });

  it('is no change of ours if others have done meanwhile what was sent', async () => {
    const outcome = outcomeOf();
    outcome.setFound(connector());
    outcome.see(connector({ enabled: true }));
    await send(outcome, { enabled: true }, 'answered');
    outcome.see(connector({ enabled: true }));
    expect(known(outcome)).toMatchObject({ changed: false, changedFields: [], movedByOthers: ['enabled'] });
  });

  it('is a change of ours from what was there at first, if it had to be sent twice', async () => {
    const outcome = outcomeOf({ enabled: false });
    outcome.setFound(connector({ enabled: true }));
    await send(outcome, { enabled: false }, 'answered');
    outcome.see(connector());
    outcome.see(connector({ enabled: true }));
    await send(outcome, { enabled: false }, 'answered');
    outcome.see(connector());
    expect(known(outcome)).toMatchObject({ changed: true, changedFields: ['enabled'], movedByOthers: ['enabled'] });
    expect(outcome.ours('enabled')).toEqual({ before: true, after: false });
    expect(outcome.others('enabled')).toEqual({ before: false, after: true });
  });

  it('is as it was last read if what was sent was refused, and what then changes is of others', async () => {
    const outcome = outcomeOf();
    outcome.setFound(connector());
    await send(outcome, { enabled: true }, 'refused');
    expect(known(outcome)).toEqual({ changed: false, changedFields: [], movedByOthers: [], isUncertain: false });
    outcome.see(connector({ enabled: true }));
    expect(known(outcome)).toMatchObject({ changed: false, changedFields: [], movedByOthers: ['enabled'] });
    await send(outcome, 'begin', 'refused');
    expect([outcome.isOutdated, inSync(outcome)]).toEqual([false, true]);
  });

  it('is nothing of others in the end if they have put it back', () => {
    const outcome = outcomeOf();
    outcome.setFound(connector({ enabled: true }));
    outcome.see(connector());
    outcome.see(connector({ enabled: true }));
    expect(outcome.movedByOthers).toEqual([]);
  });

  it('is unknown if the field was unknown before', async () => {
    const outcome = outcomeOf({ enabled: false });
    outcome.setFound(connector({ enabled: undefined }));
    await send(outcome, { enabled: false }, 'answered');
    outcome.see(connector());
    expect(known(outcome)).toMatchObject({ changed: undefined, changedFields: [], movedByOthers: [] });
  });

  it('is unknown if the begin of a verification is in doubt, also after a refused change', async () => {
    const outcome = outcomeOf();
    outcome.setFound(connector({ verification: { status: 'awaiting' } }));
    await send(outcome, 'begin', 'lost');
    outcome.see(connector({ verification: { status: 'pending' } }));
    await send(outcome, { enabled: true }, 'refused');
    expect([outcome.changed, outcome.doubted]).toEqual([undefined, ['begin the verification of acme.example']]);
  });

  it('is no change of ours if others have made it', async () => {
    const outcome = outcomeOf({ enabled: false });
    outcome.setFound(connector());
    await send(outcome, { enabled: false }, 'answered');
    outcome.see(connector({ use_fedramp_language: true }));
    expect(known(outcome)).toMatchObject({ changed: false, movedByOthers: ['use_fedramp_language'] });
  });

  it('is unknown after a lost answer, until it is read again', async () => {
    const outcome = outcomeOf();
    outcome.setFound(connector());
    await send(outcome, { enabled: true }, 'lost');
    expect(known(outcome)).toEqual({ changed: undefined, changedFields: [], movedByOthers: [], isUncertain: true });
    expect([inSync(outcome), outcome.done, outcome.doubted]).toEqual([
      undefined,
      [],
      ['set enabled=true for acme.example'],
    ]);
    expect([outcome.current('enabled'), outcome.current('use_fedramp_language')]).toEqual([undefined, false]);
    outcome.see(connector());
    expect(known(outcome)).toMatchObject({ changed: false, isUncertain: false });
    expect(outcome.current('enabled')).toBe(false);
  });

  it('is unknown after a lost answer if the field is then as asked for, which others may have done', async () => {
    const outcome = outcomeOf();
    outcome.setFound(connector());
    await send(outcome, { enabled: true }, 'lost');
    outcome.see(connector({ enabled: true }));
    expect(known(outcome)).toEqual({ changed: undefined, changedFields: [], movedByOthers: [], isUncertain: false });
  });

  it('is unknown while the answer to a later change is in doubt, whatever was read before', async () => {
    const outcome = outcomeOf();
    outcome.setFound(connector());
    await send(outcome, { enabled: true }, 'answered');
    outcome.see(connector({ enabled: true }));
    await send(outcome, { use_fedramp_language: true }, 'lost');
    const changedFields = ['enabled'];
    expect(known(outcome)).toEqual({ changed: undefined, changedFields, movedByOthers: [], isUncertain: true });
  });

  it('is known after a lost answer to the begin of a verification, but for that', async () => {
    const outcome = outcomeOf();
    outcome.setFound(connector());
    await send(outcome, 'begin', 'lost');
    expect(known(outcome)).toEqual({ changed: undefined, changedFields: [], movedByOthers: [], isUncertain: true });
    await send(outcome, { enabled: true }, 'answered');
    outcome.see(connector({ enabled: true }));
    await send(outcome, 'begin', 'lost');
    expect(known(outcome)).toMatchObject({ changed: true, changedFields: ['enabled'], isUncertain: true });
    expect([inSync(outcome), outcome.current('enabled')]).toEqual([undefined, true]);
  });

  it('is not called another’s if the other entry for the same connector has sent it', async () => {
    const [outcome, twin] = [outcomeOf(), outcomeOf()];
    outcome.setFound(connector());
    outcome.twins = [twin];
    await send(twin, { enabled: true }, 'answered');
    outcome.see(connector({ enabled: true, use_fedramp_language: true }));
    expect(outcome.movedByOthers).toEqual(['use_fedramp_language']);
  });

  it('is known after a refusal', async () => {
    const outcome = outcomeOf();
    outcome.setFound(connector());
    await send(outcome, { enabled: true }, 'refused');
    expect(known(outcome)).toMatchObject({ changed: false, isUncertain: false });
    expect([inSync(outcome), outcome.doubted]).toEqual([false, []]);
  });

  it.each([
    ['answered', { use_fedramp_language: true }],
    ['lost', { use_fedramp_language: true }],
    ['refused', { enabled: true, use_fedramp_language: true }],
  ] as const)('leaves undone what was not sent, or was refused: %s', async (end, unsent) => {
    const outcome = outcomeOf({ enabled: true, use_fedramp_language: true });
    outcome.setFound(connector());
    expect(outcome.unsent).toEqual({ enabled: true, use_fedramp_language: true });
    await send(outcome, { enabled: true }, end);
    expect(outcome.unsent).toEqual(unsent);
  });

  it.each<[string, Desired, object | undefined, Desired]>([
    ['all of it, if nothing was read', { enabled: false }, undefined, { enabled: false }],
    ['what differs', { enabled: true, use_fedramp_language: true }, { enabled: true }, { use_fedramp_language: true }],
    ['nothing', { enabled: false }, {}, {}],
  ])('leaves undone as long as nothing was sent: %s', (_, desired, found, unsent) => {
    const outcome = outcomeOf(desired);
    if (found) outcome.setFound(connector(found));
    expect(outcome.unsent).toEqual(unsent);
    expect(outcome.current('enabled')).toBe(outcome.connector?.enabled);
  });

  it('is a change once a verification was begun', async () => {
    const outcome = outcomeOf();
    await send(outcome, {}, 'answered');
    outcome.begunAt = 0;
    expect(outcome.changed).toBe(true);
  });

  it.each([
    ['verified', true, true],
    ['pending', false, true],
    [undefined, false, true],
  ])('is in sync only if it is verified, if that is asked for: %s', (status, strict, lax) => {
    const outcome = outcomeOf();
    outcome.see(connector({ enabled: true, verification: { status } }));
    expect([inSync(outcome, true), inSync(outcome)]).toEqual([strict, lax]);
  });
});

describe('a failure of a connector', () => {
  it('is recorded with its id and domain, as far as known', () => {
    const outcome = outcomeOf();
    outcome.fail({ kind: 'access', problem: 'no', message: 'No.' });
    outcome.see(connector());
    outcome.fail({ kind: 'access', problem: 'no', message: 'No.' });
    expect(outcome.failures.map(({ title, email_domain }) => [title, email_domain])).toEqual([
      [`connector ${ID}: no`, null],
      ['acme.example: no', 'acme.example'],
    ]);
  });

  it('stops only the work on it, and nothing but a Failure is one', async () => {
    const [one, two] = [outcomeOf(), outcomeOf()];
    const worked: Outcome[] = [];
    await attemptEach([one, two], (outcome) => {
      if (outcome === one) throw new Failure({ kind: 'refused', problem: 'no', message: 'No.' });
      worked.push(outcome);
    });
    await attemptEach([one, two], (outcome) => void worked.push(outcome));
    expect(worked).toEqual([two, two]);
    const broken = new RangeError('x');
    await expect(attemptEach([two], () => Promise.reject(broken))).rejects.toBe(broken);
  });

  it('is what the last list did not tell of it, unless it has failed already', () => {
    const of = (what: string) => new Failure({ kind: 'unexpected', problem: what, message: `${what}.` });
    const outcomes = [{}, { unread: of('unread') }, { unread: of('unread'), failed: of('no') }].map((state) => {
      const outcome = outcomeOf();
      outcome.setFound(connector({ enabled: true }));
      outcome.unread = state.unread;
      if (state.failed) outcome.fail(state.failed);
      return outcome;
    });
    failUnread({ outcomes });
    expect(outcomes.map(({ failures }) => failures.map(({ problem }) => problem))).toEqual([[], ['unread'], ['no']]);
    expect(outcomes.map(({ isOutdated }) => isOutdated)).toEqual([false, true, true]);
  });

  it('of all is one record, and of one is its own', () => {
    const outcomes = [outcomeOf(), outcomeOf()];
    const failure = new Failure({ kind: 'access', problem: 'no', message: 'No.' });
    failAll(outcomes, failure);
    expect(new Set(outcomes.flatMap(({ failures }) => failures)).size).toBe(1);
    expect(outcomes[0]?.failures).toMatchObject([{ title: '2 connectors: no', sso_connector_id: null }]);
    const [named, nameless] = [outcomeOf(), outcomeOf()];
    named.setFound(connector());
    failAll([named, nameless], failure);
    expect(named.failures).toMatchObject([{ title: '2 connectors: no' }]);
    nameless.setFound(connector());
    failAll([named, nameless], failure);
    expect(nameless.failures).toMatchObject([{ title: '2 connectors: no' }, { title: '2 domains: no' }]);
    const single = outcomeOf();
    failAll([single], failure);
    expect(single.failures).toMatchObject([{ title: `connector ${ID}: no`, sso_connector_id: ID }]);
  });
});

describe('the reference for requests', () => {
  it('takes the id that was given, or that was found', () => {
    expect(outcomeOf().ref()).toEqual({ id: ID, name: `connector ${ID}` });
    const outcome = outcomeOf({}, { domain: 'acme.example' });
    outcome.setFound(connector());
    expect(outcome.ref()).toEqual({ id: ID, name: 'acme.example' });
  });

  it.each([undefined, 'a/b', '..', 'ä'])('takes no id that no path can have: %s', (id) => {
    const outcome = outcomeOf({}, { domain: 'acme.example' });
    outcome.setFound(connector({ id }));
    expect(() => outcome.ref()).toThrow(
      'Cloudflare gives no usable id for the connector of acme.example, so no request can name it.',
    );
  });
});

describe('a begin of the verification without an answer', () => {
  const begun = async (before: string, after: string) => {
    const outcome = outcomeOf({});
    outcome.setFound(connector({ verification: { status: before } }));
    await send(outcome, 'begin', 'lost');
    outcome.see(connector({ verification: { status: after } }));
    return outcome.changed;
  };

  it('may be what changed the status', async () => {
    expect(await begun('awaiting', 'pending')).toBeUndefined();
  });

  it('changed nothing if the status is the same', async () => {
    expect(await begun('awaiting', 'awaiting')).toBe(false);
  });
});

describe('what was done is taken back if the connector is not as asked', () => {
  const [ENABLE, BOTH] = [{ enabled: true }, { enabled: true, use_fedramp_language: true }];

  it('as a whole', async () => {
    const outcome = outcomeOf();
    outcome.setFound(connector());
    await send(outcome, ENABLE, 'answered');
    outcome.takeBack(ENABLE, ['enabled'], connector());
    expect([outcome.done, outcome.doubted]).toEqual([[], ['set enabled=true for acme.example']]);
    expect(known(outcome)).toMatchObject({ changed: undefined, changedFields: [], isUncertain: true });
    expect([outcome.ours('enabled'), outcome.current('enabled'), outcome.unsent]).toEqual([undefined, false, {}]);
    outcome.see(connector());
    expect(outcome.unsent).toEqual(ENABLE);
  });

  it('but for the fields that it has', async () => {
    const outcome = outcomeOf(BOTH);
    outcome.setFound(connector());
    await send(outcome, BOTH, 'answered');
    outcome.takeBack(BOTH, ['use_fedramp_language'], connector({ enabled: true }));
    expect([outcome.done, outcome.doubted]).toEqual([
      ['set enabled=true for acme.example'],
      ['set use_fedramp_language=true for acme.example'],
    ]);
    expect(known(outcome)).toMatchObject({ changed: undefined, changedFields: ['enabled'], isUncertain: true });
    expect([outcome.ours('enabled'), outcome.ours('use_fedramp_language')]).toEqual([
      { before: false, after: true },
      undefined,
    ]);
  });
});

it('an update of no field in doubt is no begin of a verification', async () => {
  const outcome = outcomeOf({});
  outcome.setFound(connector());
  await send(outcome, {}, 'lost');
  expect([outcome.isUncertain, outcome.isBeginInDoubt]).toEqual([true, false]);
  await send(outcome, 'begin', 'lost');
  expect(outcome.isBeginInDoubt).toBe(true);
});

it.each([
  ['before', undefined, true],
  ['after', true, undefined],
])('nobody is said to have changed a field that is unknown %s the run', (_, before, after) => {
  const outcome = outcomeOf({});
  outcome.setFound(connector({ use_fedramp_language: before }));
  outcome.see(connector({ use_fedramp_language: after }));
  expect(outcome.movedByOthers).toEqual([]);
});
