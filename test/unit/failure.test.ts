import { describe, expect, it } from 'vitest';
import { Cancelled, Failure } from '../../src/failure.ts';

const problem = { kind: 'refused', problem: 'Cloudflare refused: no', message: 'Could not do it: no.' } as const;
const title = (name: string | undefined, what: string, about?: string) =>
  new Failure({ ...problem, problem: what, ...(about !== undefined && { about }) }).record({ name })[0]?.title;

describe('the record of a failure', () => {
  it('has all that is known, and null for the rest', () => {
    const subject = { sso_connector_id: 'x', email_domain: 'acme.example', name: 'acme.example' };
    expect(new Failure(problem).record(subject)).toEqual([
      {
        kind: 'refused',
        sso_connector_id: 'x',
        email_domain: 'acme.example',
        name: 'acme.example',
        title: 'acme.example: Cloudflare refused: no',
        message: 'Could not do it: no.',
        action: 'Run this again. If that does not help, ask Cloudflare support.',
        may_have_taken_effect: false,
        documentation_url: null,
        detail: 'Could not do it: no.',
        isDeed: false,
        problem: 'Cloudflare refused: no',
        entry: undefined,
      },
    ]);
  });

  it.each(['refused', 'unexpected'] as const)(
    'of the kind %s has something to do, even if nobody knows the cause',
    (kind) => {
      const actions = (action?: string) => new Failure({ ...problem, kind, action: action ?? null }).record();
      expect(actions()).toMatchObject([{ action: 'Run this again. If that does not help, ask Cloudflare support.' }]);
      expect(actions('Do.')).toMatchObject([{ action: 'Do.' }]);
    },
  );

  it('of another kind has nothing to do if there is nothing', () => {
    expect(new Failure({ ...problem, kind: 'drift' }).record()).toMatchObject([{ action: null }]);
  });

  it('has what a page still has to tell of the message, which is all of it by default', () => {
    expect(new Failure({ ...problem, detail: 'no' }).record()[0]?.detail).toBe('no');
  });

  it('is one for each problem, with what is known of their effect', () => {
    const failure = new Failure([problem, { ...problem, message: 'Two.' }], { mayHaveTakenEffect: true });
    expect(failure.message).toBe('Could not do it: no.\nTwo.');
    expect(failure.record().map(({ message, may_have_taken_effect }) => [message, may_have_taken_effect])).toEqual([
      ['Could not do it: no.', true],
      ['Two.', true],
    ]);
  });

  it.each([
    ['acme.example', 'not verified', undefined, 'acme.example: not verified'],
    ['acme.example', 'must be true', 'Input enabled', 'Input enabled: must be true'],
    [undefined, 'The run was cancelled', undefined, 'The run was cancelled'],
    ['n'.repeat(60), 'p'.repeat(18), undefined, `${'n'.repeat(60)}: ${'p'.repeat(18)}`],
    // A long name gives way, up to 30 characters; then the problem does.
    ['n'.repeat(61), 'p'.repeat(18), undefined, `${'n'.repeat(59)}…: ${'p'.repeat(18)}`],
    ['n'.repeat(61), 'p'.repeat(60), undefined, `${'n'.repeat(29)}…: ${'p'.repeat(47)}…`],
    ['n', 'p'.repeat(90), undefined, `n: ${'p'.repeat(76)}…`],
    [undefined, 'p'.repeat(81), undefined, `${'p'.repeat(79)}…`],
  ])('has a title of 80 characters at most: %s, %s, %s', (name, what, about, expected) => {
    expect(title(name, what, about)).toBe(expected);
    expect(expected.length).toBeLessThanOrEqual(80);
  });

  it('never cuts a character in two', () => {
    expect(title('n', '😀'.repeat(60))?.isWellFormed()).toBe(true);
  });
});

describe('a failure', () => {
  it('is for good and took no effect, unless the contrary is known', () => {
    expect(new Failure(problem)).toMatchObject({ passing: false, retryAfterMs: undefined, mayHaveTakenEffect: false });
  });

  it('that is changed keeps what it was', () => {
    const cause = new Error('below');
    const failure = new Failure(problem, { passing: true, retryAfterMs: 5, cause });
    const changed = failure.changed((old) => ({ ...old, action: 'Do it.' }), true);
    expect(changed).toMatchObject({ passing: true, retryAfterMs: 5, cause, mayHaveTakenEffect: true });
    expect(changed.problems).toEqual([{ ...problem, action: 'Do it.' }]);
    expect(failure.mayHaveTakenEffect).toBe(false);
  });

  it('is all of a kind only if each problem is', () => {
    const mixed = new Failure([problem, { ...problem, kind: 'access' }]);
    expect([new Failure(problem).isAll('refused'), mixed.isAll('refused')]).toEqual([true, false]);
  });
});

it('that a run was cancelled has the signal, also for those who read no more than its message', () => {
  expect(new Cancelled('SIGINT')).toMatchObject({ signal: 'SIGINT', message: 'cancelled by SIGINT' });
});
