import { setImmediate } from 'node:timers/promises';
import { array, assert, integer, property, record, string } from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Clock } from '../../src/clock.ts';
import type { Answer } from '../../src/cloudflare/answer.ts';
import { Pace } from '../../src/cloudflare/pace.ts';
import { parseRateLimit } from '../../src/cloudflare/rate-limit.ts';
import { FakeClock } from '../kit/clock.ts';
import { listById, runStep, sent } from '../kit/connector-step.ts';
import { runQuick } from '../kit/quick-run.ts';
import { type Simulator, startSimulator } from '../simulator/simulator.ts';

const NOON = Date.parse('2026-01-01T12:00:00Z');

/** A clock that stands still until it is moved. */
class StandingClock implements Clock {
  time = NOON;
  readonly sleeping = new Set<{ until: number; wake: () => void }>();

  now = () => this.time;
  random = () => 0;
  deadline = () => new AbortController().signal;

  sleep(milliseconds: number, signal: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      const sleeper = { until: this.time + milliseconds, wake: resolve };
      this.sleeping.add(sleeper);
      signal.addEventListener('abort', () => {
        this.sleeping.delete(sleeper);
        reject(signal.reason);
      });
    });
  }

  async advance(milliseconds: number): Promise<void> {
    this.time += milliseconds;
    for (const sleeper of this.sleeping) {
      if (sleeper.until > this.time) continue;
      this.sleeping.delete(sleeper);
      sleeper.wake();
    }
    await setImmediate();
  }
}

function reply(ratelimit?: string, more: Partial<Answer> = {}): Answer {
  return { status: 200, headers: { ratelimit }, body: new Uint8Array(), ...more };
}
const left = (requests: number, seconds: number) => reply(`"default";r=${requests};t=${seconds}`);

/** A pace, and requests through it that are answered by hand. */
class Bench {
  readonly clock = new StandingClock();
  readonly lines: string[] = [];
  /** The requests under way, oldest first. */
  readonly underWay: PromiseWithResolvers<Answer>[] = [];
  readonly failures: unknown[] = [];
  readonly #pace = new Pace(this.clock, (line) => this.lines.push(line));
  started = 0;

  async send(count: number, signal = new AbortController().signal): Promise<void> {
    for (let n = 0; n < count; n += 1) {
      const request = () => {
        this.started += 1;
        const answer = Promise.withResolvers<Answer>();
        this.underWay.push(answer);
        return answer.promise;
      };
      this.#pace.run(request, signal).catch((failure: unknown) => this.failures.push(failure));
    }
    await setImmediate();
  }

  /** Answers the oldest. */
  async answer(answer: Answer | Error): Promise<void> {
    const oldest = this.underWay.shift();
    if (answer instanceof Error) oldest?.reject(answer);
    else oldest?.resolve(answer);
    await setImmediate();
  }
}

const WAITING = (span: string) => `Cloudflare's rate limit leaves no request: waiting ${span} for its window to turn.`;

describe('without a Ratelimit header', () => {
  it('nothing is held back but what is more than 8 at once', async () => {
    const bench = new Bench();
    await bench.send(20);
    expect(bench.started).toBe(8);
    for (let n = 9; n <= 20; n += 1) {
      await bench.answer(n % 2 ? reply() : new Error('reset'));
      expect(bench.started).toBe(n);
    }
    expect(bench.lines).toEqual([]);
  });

  it.each([
    '',
    'garbage',
    '"default"',
    '"default";r=;t=',
    '"default";r=-1;t=3',
    '"default";r=0',
    '"default";t=30',
    '"a";rr=0;tt=9',
    '"a";r=0x;t=9x',
  ])('or with one that says nothing, likewise: %j', async (header) => {
    const bench = new Bench();
    await bench.send(9);
    await bench.answer(reply(header));
    expect(bench.started).toBe(9);
  });

  it('what an earlier one has left is forgotten when its window has turned', async () => {
    const bench = new Bench();
    await bench.send(1);
    await bench.answer(left(1, 10));
    await bench.send(5);
    expect(bench.started).toBe(2);
    await bench.clock.advance(10_999);
    await bench.answer(reply());
    expect(bench.started).toBe(3);
    await bench.clock.advance(1);
    await bench.answer(reply());
    expect(bench.started).toBe(6);
  });
});

describe('with a Ratelimit header', () => {
  it('no more are in flight than are left', async () => {
    const bench = new Bench();
    await bench.send(8);
    await bench.answer(left(3, 30));
    await bench.send(5);
    // Seven are in flight already: none may follow before fewer than three are.
    for (let requests = 3; bench.underWay.length > 3; ) await bench.answer(left(requests, 30));
    expect(bench.started).toBe(8);
    await bench.answer(left(3, 30));
    expect(bench.underWay).toHaveLength(3);
    await bench.answer(left(2, 30));
    expect(bench.underWay).toHaveLength(2);
    await bench.answer(left(1, 30));
    expect(bench.underWay).toHaveLength(1);
    expect(bench.started).toBe(9);
    expect(bench.lines).toEqual([]);
  });

  it('the least of a window counts, since answers may overtake each other', async () => {
    const bench = new Bench();
    await bench.send(3);
    await bench.answer(left(1, 30));
    await bench.answer(left(50, 30));
    await bench.answer(left(50, 30));
    await bench.send(5);
    expect(bench.underWay).toHaveLength(1);
    await bench.clock.advance(31_000);
    await bench.answer(left(50, 30));
    expect(bench.underWay).toHaveLength(4);
  });

  it('where none is left they wait for the window to turn, then one finds out and the others follow', async () => {
    const bench = new Bench();
    await bench.send(1);
    await bench.answer(left(0, 10));
    await bench.send(12);
    expect(bench.started).toBe(1);
    expect(bench.lines).toEqual([WAITING('11 s')]);
    await bench.clock.advance(10_999);
    expect(bench.started).toBe(1);
    await bench.clock.advance(1);
    expect(bench.started).toBe(2);
    await bench.answer(left(99, 10));
    expect(bench.underWay).toHaveLength(8);
    expect(bench.lines).toHaveLength(1);
  });

  it('they wait once more where the new window has none left either', async () => {
    const bench = new Bench();
    await bench.send(1);
    await bench.answer(left(0, 1));
    await bench.send(3);
    await bench.clock.advance(2000);
    await bench.answer(left(0, 60));
    expect(bench.started).toBe(2);
    expect(bench.lines).toEqual([WAITING('2 s'), WAITING('1 min 1 s')]);
    await bench.clock.advance(61_000);
    expect(bench.started).toBe(3);
  });

  it('they do not wait where the window has turned meanwhile, and nothing is said of 0 ms', async () => {
    const bench = new Bench();
    await bench.send(1);
    await bench.answer(left(0, 10));
    await bench.clock.advance(11_000);
    await bench.send(1);
    expect(bench.lines).toEqual([]);
    await bench.clock.advance(0);
    expect(bench.started).toBe(2);
  });

  it('they wait on where a timer is a millisecond early, which is not worth a line', async () => {
    const bench = new Bench();
    await bench.send(1);
    await bench.answer(left(0, 10));
    await bench.send(1);
    bench.clock.time += 10_999;
    const [sleeper] = bench.clock.sleeping;
    sleeper?.wake();
    await setImmediate();
    expect([bench.started, bench.lines]).toEqual([1, [WAITING('11 s')]]);
    await bench.clock.advance(1);
    expect([bench.started, bench.lines]).toEqual([2, [WAITING('11 s')]]);
  });

  it('a wait of two milliseconds is said', async () => {
    const bench = new Bench();
    await bench.send(1);
    await bench.answer(left(0, 10));
    await bench.clock.advance(10_998);
    await bench.send(1);
    expect(bench.lines).toEqual([WAITING('2 ms')]);
  });

  it('another one finds out where the first got no answer', async () => {
    const bench = new Bench();
    await bench.send(1);
    await bench.answer(left(0, 1));
    await bench.send(3);
    await bench.clock.advance(2000);
    await bench.answer(new Error('reset'));
    expect(bench.started).toBe(3);
    expect(bench.underWay).toHaveLength(1);
  });

  it.each<[string, Answer['headers'], number]>([
    ['seconds', { 'retry-after': '30' }, 30_000],
    ['a date', { 'retry-after': 'Thu, 01 Jan 2026 12:00:30 GMT' }, 30_000],
    ['seconds, whatever Ratelimit says', { 'retry-after': '30', ratelimit: '"default";r=9;t=1' }, 30_000],
  ])('all wait after a refusal for the rate, as long as it asks: %s', async (_, headers, wait) => {
    const bench = new Bench();
    await bench.send(2);
    await bench.answer(reply(undefined, { status: 429, headers }));
    await bench.answer(left(50, 1));
    await bench.send(4);
    expect(bench.lines).toEqual([WAITING('30 s')]);
    await bench.clock.advance(wait - 1);
    expect(bench.started).toBe(2);
    await bench.clock.advance(1);
    expect(bench.started).toBe(3);
  });

  it('all wait for five minutes after a refusal for the rate that does not say how long', async () => {
    const bench = new Bench();
    await bench.send(1);
    await bench.answer(reply('"default";r=9;t=1', { status: 429 }));
    await bench.send(1);
    expect(bench.lines).toEqual([WAITING('5 min')]);
    await bench.clock.advance(300_000);
    expect(bench.started).toBe(2);
  });

  it('none waits after a refusal for the rate that asks for no time', async () => {
    const bench = new Bench();
    await bench.send(1);
    await bench.answer(reply(undefined, { status: 429, headers: { 'retry-after': '0' } }));
    await bench.send(4);
    expect([bench.started, bench.lines]).toEqual([5, []]);
  });

  it('Retry-After of another answer than 429 holds nothing back', async () => {
    const bench = new Bench();
    await bench.send(1);
    await bench.answer(reply(undefined, { status: 503, headers: { 'retry-after': '30' } }));
    await bench.send(4);
    expect(bench.started).toBe(5);
  });

  it('five minutes are waited for', async () => {
    const bench = new Bench();
    await bench.send(1);
    await bench.answer(left(0, 300));
    await bench.send(1);
    expect(bench.lines).toEqual([WAITING('5 min 1 s')]);
    await bench.clock.advance(301_000);
    expect(bench.started).toBe(2);
  });
});

describe('where the window turns only after more than five minutes', () => {
  const blockedFor = (seconds: number) => reply(undefined, { status: 429, headers: { 'retry-after': `${seconds}` } });

  it.each([
    ['by the header', left(0, 301)],
    ['by a refusal for the rate', blockedFor(302)],
  ])('none waits and none is lost, and no more than 8 are in flight: %s', async (_, answer) => {
    const bench = new Bench();
    await bench.send(12);
    await bench.answer(answer);
    expect([bench.started, bench.underWay.length]).toEqual([9, 8]);
    for (let n = 10; n <= 12; n += 1) {
      await bench.answer(answer);
      expect(bench.started).toBe(n);
    }
    while (bench.underWay.length > 0) await bench.answer(answer);
    await bench.send(10);
    expect([bench.started, bench.underWay.length]).toEqual([20, 8]);
    expect([bench.failures, bench.lines, bench.clock.sleeping.size]).toEqual([[], [], 0]);
  });

  it('what the next answer says of the limit is heeded: fewer in flight', async () => {
    const bench = new Bench();
    await bench.send(1);
    await bench.answer(blockedFor(600));
    await bench.send(1);
    await bench.answer(left(2, 30));
    await bench.send(5);
    expect(bench.underWay).toHaveLength(2);
  });

  it.each([
    ['by the header', left(0, 29)],
    ['by a refusal for the rate', blockedFor(30)],
  ])('what the next answer says of the limit is heeded: a wait, %s', async (_, answer) => {
    const bench = new Bench();
    await bench.send(1);
    await bench.answer(blockedFor(600));
    await bench.send(1);
    await bench.answer(answer);
    await bench.send(5);
    expect([bench.started, bench.lines]).toEqual([2, [WAITING('30 s')]]);
    await bench.clock.advance(30_000);
    expect(bench.started).toBe(3);
  });

  it('those that wait already go on at once, and nothing is left to wake them', async () => {
    const bench = new Bench();
    await bench.send(2);
    await bench.answer(left(0, 10));
    await bench.send(12);
    expect([bench.started, bench.clock.sleeping.size]).toEqual([2, 1]);
    await bench.answer(blockedFor(600));
    expect([bench.started, bench.underWay.length, bench.clock.sleeping.size]).toEqual([10, 8, 0]);
  });

  it('those that are asked for once it is near wait for it', async () => {
    const bench = new Bench();
    await bench.send(1);
    await bench.answer(blockedFor(600));
    await bench.clock.advance(400_000);
    await bench.send(1);
    expect([bench.started, bench.lines]).toEqual([1, [WAITING('3 min 20 s')]]);
  });

  it('every disable is sent, whatever one of them is told', async () => {
    await using simulator = await startSimulator();
    const connectors = Array.from({ length: 12 }, () => simulator.addConnector({ enabled: true }));
    const body = { success: false, errors: [{ code: 10013, message: 'Slow down' }] };
    simulator.fault({ method: 'PATCH', respond: { status: 429, headers: { 'retry-after': '600' }, body } });
    const inputs = { mode: 'update', connectors: listById(connectors, 'enabled: false') };
    const { failures } = await runQuick(simulator, inputs);
    expect(sent(simulator)).toHaveLength(12);
    expect(simulator.connectors.filter(({ enabled }) => enabled)).toHaveLength(1);
    expect(failures).toMatchObject([{ kind: 'rate_limited' }]);
  });
});

describe('answers that overtake each other', () => {
  const refused = reply(undefined, { status: 429, headers: { 'retry-after': '250' } });

  it('do not let a request go while a block lasts: the refusal comes last', async () => {
    const bench = new Bench();
    await bench.send(2);
    await bench.answer(left(0, 2));
    await bench.send(1);
    await bench.answer(refused);
    await bench.clock.advance(200_000);
    expect(bench.started).toBe(2);
    await bench.clock.advance(50_001);
    expect(bench.started).toBe(3);
  });

  it('do not let a request go while a block lasts: the refusal comes first', async () => {
    const bench = new Bench();
    await bench.send(2);
    await bench.answer(refused);
    await bench.answer(left(0, 2));
    await bench.send(1);
    await bench.clock.advance(200_000);
    expect(bench.started).toBe(2);
  });
});

describe('a signal', () => {
  it('ends those that wait with its reason, and leaves the others in their turn', async () => {
    const bench = new Bench();
    const cancel = new AbortController();
    await bench.send(1);
    await bench.answer(left(0, 10));
    await bench.send(2, cancel.signal);
    await bench.send(1);
    cancel.abort('cancelled');
    await setImmediate();
    expect(bench.failures).toEqual(['cancelled', 'cancelled']);
    await bench.clock.advance(11_000);
    expect(bench.started).toBe(2);
  });

  it('takes away those alone that it is for', async () => {
    const bench = new Bench();
    const cancel = new AbortController();
    await bench.send(8, cancel.signal);
    await bench.send(3);
    cancel.abort('cancelled');
    await setImmediate();
    expect([bench.started, bench.failures]).toEqual([8, []]);
    for (let n = 0; n < 8; n += 1) await bench.answer(new Error('cancelled'));
    expect([bench.started, bench.underWay.length]).toEqual([11, 3]);
  });

  it('leaves no timer behind where nobody waits any more', async () => {
    const bench = new Bench();
    const cancel = new AbortController();
    await bench.send(1);
    await bench.answer(left(0, 10));
    await bench.send(3, cancel.signal);
    expect(bench.clock.sleeping.size).toBe(1);
    cancel.abort('cancelled');
    await setImmediate();
    expect(bench.clock.sleeping.size).toBe(0);
  });

  it('that was aborted before lets nothing through', async () => {
    const bench = new Bench();
    await bench.send(1, AbortSignal.abort('cancelled'));
    expect([bench.started, bench.failures]).toEqual([0, ['cancelled']]);
  });
});

describe('a Ratelimit header', () => {
  it.each([
    ['"default";r=50;t=30', 50, 31_000],
    ['"default"; r=50; t=30', 50, 31_000],
    ['default;t=30;r=0', 0, 31_000],
    ['"burst";r=7;t=60, "default";r=900;t=300', 7, 61_000],
    ['"default";r=900;t=300,"burst";r=7;t=60', 7, 61_000],
    ['"a";r=0;t=1,"b";r=0;t=9,"c";r=0;t=5', 0, 10_000],
    ['garbage, "default";r=5;t=1', 5, 2000],
    ['"r=1;t=1";q=3;r=5;t=1', 5, 2000],
  ])('%s leaves %i for %i ms', (value, requests, turnsInMs) => {
    expect(parseRateLimit(value)).toEqual({ left: requests, turnsInMs });
  });

  it('of any policies leaves what the tightest of them does, for the longest that it may', () => {
    const policies = array(record({ r: integer({ min: 0, max: 1e9 - 1 }), t: integer({ min: 0, max: 1e9 - 1 }) }), {
      minLength: 1,
    });
    assert(
      property(policies, (list) => {
        const least = Math.min(...list.map(({ r }) => r));
        const longest = Math.max(...list.filter(({ r }) => r === least).map(({ t }) => t));
        const value = list.map(({ r, t }, n) => `"policy-${n}";r=${r};t=${t}`).join(', ');
        expect(parseRateLimit(value)).toEqual({ left: least, turnsInMs: (longest + 1) * 1000 });
      }),
    );
  });

  it('of any text is read without a throw, and to whole numbers alone', () => {
    assert(
      property(string({ unit: 'grapheme' }), string(), (one, two) => {
        const limit = parseRateLimit(`${one};r=${two};t=1${two}`);
        if (limit)
          expect([limit.left, limit.turnsInMs].every((number) => Number.isSafeInteger(number) && number >= 0)).toBe(
            true,
          );
      }),
    );
  });
});

describe('a fleet of 200 that differ', () => {
  /** The inputs that reconcile a fleet of the simulator. */
  function fleetOf(simulator: Simulator) {
    const connectors = Array.from({ length: 200 }, () => simulator.addConnector());
    const list = connectors.map(({ email_domain }) => `- {email_domain: ${email_domain}, enabled: true}`).join('\n');
    return { inputs: { mode: 'reconcile', connectors: list } };
  }

  it('ends in sync with a quota of 120 requests in 5 minutes, without one refusal', async () => {
    const clock = new FakeClock();
    await using simulator = await startSimulator({ quota: { limit: 120, windowMs: 300_000, now: () => clock.now() } });
    const { inputs } = fleetOf(simulator);
    const { failures, lines, outputs } = await runQuick(simulator, inputs, { clock });
    const { requests, connectors } = simulator;
    expect(connectors.filter(({ enabled }) => !enabled)).toEqual([]);
    expect(requests.filter(({ status }) => status !== 200)).toEqual([]);
    expect(requests).toHaveLength(201);
    expect(lines.filter((line) => line.startsWith("Cloudflare's rate limit"))).toEqual([WAITING('5 min 1 s')]);
    expect(outputs).toMatchObject({ changed: 'true', in_sync: 'true' });
    expect([failures, clock.pauses]).toEqual([[], [301_000]]);
  });

  it('rides out refusals for the rate in the middle, without losing one', async () => {
    await using simulator = await startSimulator();
    const { inputs } = fleetOf(simulator);
    simulator.fault({
      ...{ method: 'PATCH', after: 50, times: 5 },
      respond: { status: 429, headers: { 'retry-after': '1' }, body: { success: false, errors: [] } },
    });
    const { exitCode, errors, log } = await runStep(simulator, inputs);
    const { requests, connectors } = simulator;
    expect(connectors.filter(({ enabled }) => !enabled)).toEqual([]);
    expect(requests.filter(({ status }) => status === 429)).toHaveLength(5);
    expect(requests).toHaveLength(206);
    expect(log).toMatch(
      /^Cloudflare's rate limit leaves no request: waiting (1 s|\d{3} ms) for its window to turn\.$/m,
    );
    expect({ exitCode, errors }).toEqual({ exitCode: 0, errors: [] });
  });
});

it('what only explains and queues behind the last request that is left does not wait for it either', async () => {
  const lines: string[] = [];
  const pace = new Pace(new StandingClock(), (line) => lines.push(line));
  const { signal } = new AbortController();
  await pace.run(async () => left(1, 60), signal);
  const last = Promise.withResolvers<Answer>();
  const sent = pace.run(() => last.promise, signal);
  const [explains, works] = [false, true].map((waits) => pace.run(async () => left(9, 60), signal, waits));
  void works;
  last.resolve(left(0, 60));
  await sent;
  await expect(explains).rejects.toMatchObject({
    message: "Cloudflare's rate limit leaves no request.",
    problems: [{ kind: 'rate_limited', problem: 'rate limit reached' }],
  });
  expect(lines).toEqual([expect.stringMatching(/leaves no request: waiting /)]);
});

it('what only explains waits for its turn among eight, if the limit has room', async () => {
  const pace = new Pace(new StandingClock(), () => {});
  const { signal } = new AbortController();
  await pace.run(async () => left(100, 60), signal);
  const answer = Promise.withResolvers<Answer>();
  const eight = Array.from({ length: 8 }, () => pace.run(() => answer.promise, signal));
  const explains = pace.run(async () => left(90, 60), signal, false);
  answer.resolve(left(91, 60));
  await Promise.all(eight);
  await expect(explains).resolves.toBeDefined();
});

it('what only explains does not wait for a window to turn', async () => {
  const clock = new StandingClock();
  const pace = new Pace(clock, () => {});
  const { signal } = new AbortController();
  const ask = () => pace.run(async () => left(0, 60), signal, false);
  await expect(ask()).resolves.toBeDefined();
  await expect(ask()).rejects.toThrow("Cloudflare's rate limit leaves no request.");
  // To the second, and the one that the header may be off by.
  await clock.advance(61_000);
  const turned = ask();
  await clock.advance(0);
  await expect(turned).resolves.toBeDefined();
});
