import { describe, expect, it } from 'vitest';
import type { Answer } from '../../src/cloudflare/answer.ts';
import { Effect } from '../../src/cloudflare/effect.ts';
import { Failure, type FailureKind } from '../../src/failure.ts';

const MAY_HAVE = 'The change may have taken effect. Running this again does no harm, and mode: check shows the state.';
const answer = (status: number): Answer => ({ status, headers: {}, body: new Uint8Array() });

/** One attempt of a change: whether it left, and what Cloudflare's word on it was, if it was one. */
type Attempt = readonly [left: boolean, status?: number, success?: unknown];

/** The last that was heard of the doubt, and the effect. */
function after(...attempts: Attempt[]): { effect: Effect; doubt: boolean | undefined } {
  let doubt: boolean | undefined;
  const effect = new Effect((inDoubt) => {
    doubt = inDoubt;
  });
  for (const [left, status, success] of attempts) {
    effect.begin();
    if (left) effect.leave();
    if (status !== undefined) effect.hear(answer(status), success);
  }
  return { effect, doubt };
}

function mayHave({ effect }: { effect: Effect }): boolean {
  const told = effect.withDoubt(new Failure({ kind: 'refused', problem: 'x', message: 'y' }));
  return told instanceof Failure && told.mayHaveTakenEffect;
}

describe('a change that was sent', () => {
  const statuses = Array.from({ length: 400 }, (_, n) => 200 + n);

  it('did not take effect for sure only if success is false and the status is none of 3xx, 408 and 5xx', () => {
    const unclear = statuses.filter((status) => mayHave(after([true, status, false])));
    expect(unclear).toEqual(statuses.filter((status) => /^([35]..|408)$/.test(String(status))));
    for (const status of statuses) {
      const { doubt } = after([true, status, false]);
      expect(doubt).toBe(unclear.includes(status));
    }
  });

  it.each([true, undefined, null, 'false', 0])('may have taken effect if success is %j', (success) => {
    for (const status of statuses) expect(mayHave(after([true, status, success]))).toBe(true);
  });

  it.each<[string, Attempt[], boolean]>([
    ['once, and lost', [[true]], true],
    ['never', [[false]], false],
    ['never, twice', [[false], [false]], false],
    ['twice, of which the first was lost and the second refused', [[true], [true, 400, false]], true],
    ['twice, of which the first was refused and the second lost', [[true, 429, false], [true]], true],
    [
      'twice, and refused twice',
      [
        [true, 429, false],
        [true, 400, false],
      ],
      false,
    ],
    ['once and refused, and then cannot leave', [[true, 429, false], [false]], false],
    ['once and lost, and then cannot leave', [[true], [false]], true],
    [
      'three times, of which the first was lost',
      [
        [true, 503, false],
        [true, 429, false],
        [true, 400, false],
      ],
      true,
    ],
  ])('may have taken effect unless every attempt was refused: %s', (_, attempts, expected) => {
    const { effect, doubt = false } = after(...attempts);
    expect([mayHave({ effect }), doubt]).toEqual([expected, expected]);
  });
});

describe('a failure of a change that may have taken effect', () => {
  const { effect } = after([true]);
  const told = (action?: string | null) => {
    const failure = new Failure({
      kind: 'refused',
      problem: 'x',
      message: 'y',
      ...(action !== undefined && { action }),
    });
    const one = effect.withDoubt(failure);
    return one instanceof Failure ? one.problems : one;
  };

  it.each([
    [
      'Wait.',
      'The change may have taken effect. Running this again does no harm, and mode: check shows the state. Wait.',
    ],
    [null, MAY_HAVE],
    [undefined, MAY_HAVE],
  ])('says so before what to do: %j', (action, expected) => {
    expect(told(action)).toEqual([{ kind: 'refused', problem: 'x', message: 'y', action: expected }]);
  });

  it.each<[FailureKind, number | undefined, string]>([
    ['rate_limited', 1, 'The change may have taken effect. Wait.'],
    ['rate_limited', 0, `${MAY_HAVE} Wait.`],
    ['rate_limited', undefined, `${MAY_HAVE} Wait.`],
    ['unavailable', 1, `${MAY_HAVE} Wait.`],
  ])('is sent to a check unless all is refused until a time: %s, for %s ms', (kind, retryAfterMs, expected) => {
    const failure = new Failure({ kind, problem: 'x', message: 'y', action: 'Wait.' }, { retryAfterMs });
    expect(effect.withDoubt(failure)).toMatchObject({ problems: [{ action: expected }] });
  });

  it('is no other than it was if it is no Failure, such as a cancel', () => {
    expect(effect.withDoubt('cancelled')).toBe('cancelled');
  });
});

it('a failure of a change that did not take effect stays as it is', () => {
  const failure = new Failure({ kind: 'refused', problem: 'x', message: 'y' });
  expect(after([true, 400, false]).effect.withDoubt(failure)).toBe(failure);
});
