import { once } from 'node:events';
import { assert, integer, property } from 'fast-check';
import { describe, expect, it } from 'vitest';
import { describeSpan, systemClock } from '../../src/clock.ts';

const UNITS: Readonly<Record<string, number>> = { ms: 1, s: 1000, min: 60_000, h: 3_600_000 };

/** The milliseconds that a described span stands for. */
function read(span: string): number {
  return [...span.matchAll(/(\d+) (ms|s|min|h)/g)].reduce(
    (sum, [, count, unit]) => sum + Number(count) * (UNITS[unit ?? ''] ?? Number.NaN),
    0,
  );
}

describe('a span of time', () => {
  it.each([
    [0, '0 ms'],
    [999.4, '999 ms'],
    [999.5, '1 s'],
    [1000, '1 s'],
    [1499, '1 s'],
    [59_499, '59 s'],
    [59_500, '1 min'],
    [60_000, '1 min'],
    [125_000, '2 min 5 s'],
    [3_599_999, '1 h'],
    [3_600_000, '1 h'],
    [3_780_000, '1 h 3 min'],
    [432_000_000, '120 h'],
  ])('of %i ms reads %s', (milliseconds, text) => {
    expect(describeSpan(milliseconds)).toBe(text);
  });

  it('is as long as it reads: to the second below an hour, to the minute above', () => {
    assert(
      property(integer({ min: 0, max: 432_000_000 }), (milliseconds) => {
        const span = describeSpan(milliseconds);
        expect(span).toMatch(/^(\d{1,3} ms|([1-5]?\d) s|([1-5]?\d) min( ([1-5]?\d) s)?|\d+ h( ([1-5]?\d) min)?)$/);
        const away = milliseconds - read(span);
        if (milliseconds < 1000) expect(away).toBe(0);
        else if (milliseconds < 3_599_500) expect(Math.abs(away)).toBeLessThanOrEqual(500);
        else expect(away >= -500 && away < 60_000).toBe(true);
      }),
    );
  });
});

describe("the system's clock", () => {
  it('sleeps as long as asked', async () => {
    const start = performance.now();
    await systemClock.sleep(50, new AbortController().signal);
    expect(performance.now() - start).toBeGreaterThan(48);
  });

  it('has deadlines that come when they should', async () => {
    const start = performance.now();
    const deadline = systemClock.deadline(50);
    expect(deadline.aborted).toBe(false);
    await once(deadline, 'abort');
    expect(performance.now() - start).toBeGreaterThan(48);
    expect(deadline.reason).toMatchObject({ name: 'TimeoutError' });
  });

  it('wakes with the reason of the signal, also where that was aborted before', async () => {
    const cancel = new AbortController();
    const reason = new Error('over');
    const sleeping = systemClock.sleep(60_000, cancel.signal);
    cancel.abort(reason);
    await expect(sleeping).rejects.toBe(reason);
    await expect(systemClock.sleep(60_000, cancel.signal)).rejects.toBe(reason);
  });
});
