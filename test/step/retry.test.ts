import fc from 'fast-check';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { header, type Reply, retryAfter } from '../../src/cloudflare/answer.ts';
import { backoff } from '../../src/cloudflare/retry.ts';
import { CONNECTOR, ID, inputsFor, runQuickly } from '../kit/fault-world.ts';
import { runAction } from '../kit/runner.ts';
import { type Simulator, startSimulator } from '../simulator/simulator.ts';

let simulator: Simulator;
beforeAll(async () => {
  simulator = await startSimulator();
  simulator.addConnector(CONNECTOR);
});
afterAll(() => simulator.close());
beforeEach(() => {
  simulator.clearFaults();
  simulator.requests.length = 0;
});

const ASKED = `set enabled=false of connector ${ID}`;
const MAY_BE_APPLIED = 'Whether Cloudflare applied it is not known; it is safe to run it again.';

function inputs(more: Record<string, string> = {}) {
  const { accountId, apiBaseUrl, tokens } = simulator;
  return inputsFor(apiBaseUrl, { account_id: accountId, api_token: tokens.edit, enabled: 'false', ...more });
}

/** Errors without a hint of their own. */
function refusal(status: number, headers: Record<string, string> = {}) {
  return { status, headers, body: { success: false, errors: [{ code: 1999, message: 'out of order' }] } };
}

function ray(n: number): string {
  return String(simulator.requests[n]?.responseHeaders?.['cf-ray']);
}

describe('what is tried again', () => {
  const statuses = Array.from({ length: 200 }, (_, n) => 400 + n);

  it('is 408, 429 and every 5xx, and no other 4xx', async () => {
    const retried: number[] = [];
    for (const status of statuses) {
      simulator.requests.length = 0;
      simulator.fault({ respond: refusal(status) });
      const { result } = await runQuickly(inputs());
      const isRetried = simulator.requests.length === 2;
      expect([result.failures.length, simulator.requests.length]).toEqual(isRetried ? [0, 2] : [1, 1]);
      if (isRetried) retried.push(status);
    }
    expect(retried).toEqual([408, 429, ...statuses.filter((status) => status >= 500)]);
  });

  it.each(['reset', 'apply-then-reset', 'reset-after-headers', 'truncate'] as const)(
    'is a connection error: %s',
    async (respond) => {
      simulator.fault({ respond });
      const { result } = await runQuickly(inputs());
      expect([result.failures, simulator.requests.length]).toEqual([[], 2]);
    },
  );

  it('is an attempt that took longer than request_timeout', async () => {
    simulator.fault({ respond: 'hang' });
    const { log, errors } = await runQuickly(inputs({ request_timeout: '1s' }));
    expect(errors).toEqual([]);
    expect(log[1]).toBe(`Could not ${ASKED}: no whole answer within 1 s (request_timeout). Retry 1 of 3 in 375 ms.`);
  });

  it('is no success that says something else', async () => {
    simulator.fault({ respond: { status: 200, body: { success: false, errors: [] } } });
    await runQuickly(inputs());
    expect(simulator.requests.length).toBe(1);
  });

  it('is the very same request', async () => {
    simulator.fault({ times: 3, respond: refusal(503) });
    await runQuickly(inputs({ use_fedramp_language: 'false' }));
    expect(simulator.requests.map(({ method, path, body }) => [method, path, body])).toEqual(
      Array(4).fill([
        'PATCH',
        `/client/v4/accounts/${simulator.accountId}/sso_connectors/${ID}`,
        '{"enabled":false,"use_fedramp_language":false}',
      ]),
    );
  });
});

describe('max_retries', () => {
  it.each([0, 1, 2, 10])(
    '%i: so many further attempts, each with one line that has reason and pause',
    async (limit) => {
      simulator.fault({ times: Infinity, respond: refusal(503) });
      const { log, errors, pauses } = await runQuickly(inputs({ max_retries: String(limit) }));
      const pause = [375, 750, 1500, 3000, 6000, 6000, 6000, 6000, 6000, 6000].slice(0, limit);
      const inWords = ['375 ms', '750 ms', '2 s', '3 s', ...Array(6).fill('6 s')];
      const problem = (n: number) =>
        `Could not ${ASKED}: Cloudflare error 1999 "out of order" (HTTP 503, cf-ray ${ray(n)}).`;
      expect(simulator.requests.length).toBe(limit + 1);
      expect(pauses).toEqual(pause);
      expect(log.slice(1)).toEqual(pause.map((_, n) => `${problem(n)} Retry ${n + 1} of ${limit} in ${inWords[n]}.`));
      const tried = ['', ' Also after 1 retry.'][limit] ?? ` Also after ${limit} retries.`;
      expect(errors).toEqual([`${problem(limit)}${tried} ${MAY_BE_APPLIED}`]);
    },
  );

  it('counts for each request anew', async () => {
    simulator.changeConnector(ID, { enabled: true });
    simulator.fault({ method: 'GET', respond: refusal(503) });
    simulator.fault({ method: 'PATCH', respond: refusal(503) });
    const { errors } = await runQuickly(inputs({ mode: 'reconcile', max_retries: '1' }));
    expect(errors).toEqual([]);
    expect(simulator.requests.map(({ method }) => method)).toEqual(['GET', 'GET', 'PATCH', 'PATCH']);
  });

  it('is heard by the built action, which truly pauses', async () => {
    simulator.fault({ respond: refusal(503) });
    const started = performance.now();
    const { exitCode, lines } = await runAction({ inputs: inputs() });
    expect(exitCode).toBe(0);
    const retries = lines.filter((line) => line.includes('Retry'));
    expect(retries).toHaveLength(1);
    const pause = Number(/Retry 1 of 3 in (\d+) ms\.$/.exec(retries[0] ?? '')?.[1]);
    expect(performance.now() - started).toBeGreaterThan(pause);
  });
});

describe('backoff', () => {
  it('is between half and all of 500 ms that double up to 8 s', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 50 }),
        fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }),
        (retry, chance) => {
          const longest = Math.min(8000, 500 * 2 ** (retry - 1));
          const pause = backoff(retry, chance);
          expect(Number.isInteger(pause)).toBe(true);
          expect(pause).toBeGreaterThanOrEqual(longest / 2);
          expect(pause).toBeLessThanOrEqual(longest);
        },
      ),
      { numRuns: 2000 },
    );
  });

  it('spreads by chance', () => {
    expect([0, 0.25, 0.5, 0.999].map((chance) => backoff(1, chance))).toEqual([250, 313, 375, 500]);
  });
});

describe('Retry-After', () => {
  const NOW = Date.parse('1994-11-06T08:49:00Z');
  const reply = (value: string | string[]): Reply => ({
    status: 503,
    headers: { 'retry-after': value },
    body: new Uint8Array(),
  });

  it.each([
    ['0', 0],
    ['1', 1000],
    [' 60 ', 60_000],
    ['3600', 3_600_000],
    ['999999999999999999999', 999_999_999_000],
    ['Sun, 06 Nov 1994 08:49:37 GMT', 37_000],
    ['Sunday, 06-Nov-94 08:49:37 GMT', 37_000],
    ['Sun Nov  6 08:49:37 1994', 37_000],
    ['Sun, 06 Nov 1994 08:00:00 GMT', 0],
    ['', undefined],
    ['-1', undefined],
    ['1.5', undefined],
    ['0x10', undefined],
    ['1e3', undefined],
    ['soon', undefined],
    ['Later', undefined],
    ['1994-11-06T08:49:37Z', undefined],
  ])('%j is %s milliseconds', (value, expected) => {
    expect(retryAfter(reply(value), NOW)).toBe(expected);
  });

  it('that is absent asks for nothing', () => {
    expect(retryAfter({ status: 503, headers: {}, body: new Uint8Array() }, NOW)).toBeUndefined();
    expect(header(reply(['1', '2']), 'retry-after')).toBe('1, 2');
  });

  it.each([
    ['seconds', 429, '60', 60_000],
    ['seconds', 503, '7', 7000],
  ])('of up to 60 s is the pause: %s of a %i, %s', async (_, status, value, pause) => {
    simulator.fault({ respond: refusal(status, { 'retry-after': value }) });
    const { errors, pauses, log } = await runQuickly(inputs());
    expect([errors, pauses[0], log.length]).toEqual([[], pause, 2]);
  });

  it('is honoured as a date', async () => {
    const at = new Date(Date.now() + 30_000);
    simulator.fault({ respond: refusal(503, { 'retry-after': at.toUTCString() }) });
    const { errors, pauses, log } = await runQuickly(inputs());
    expect(errors).toEqual([]);
    expect(pauses[0]).toBeGreaterThan(25_000);
    expect(pauses[0]).toBeLessThanOrEqual(30_000);
    expect(log[1]).toContain(
      `until ${at.toUTCString().replace(/.*/, () => new Date(Math.floor(at.getTime() / 1000) * 1000).toISOString())}.`,
    );
  });

  it.each([
    ['seconds', '61', 61_000],
    ['many seconds', '300', 300_000],
    ['more seconds than there are', '9'.repeat(30), 999_999_999_000],
  ])('beyond fails at once and names the time: %s', async (_, value, wait) => {
    simulator.fault({ times: Infinity, respond: refusal(503, { 'retry-after': value }) });
    const before = Date.now();
    const { errors, pauses } = await runQuickly(inputs());
    const [, until = ''] = / until (\S+Z)\./.exec(errors[0] ?? '') ?? [];
    expect([pauses, simulator.requests.length]).toEqual([[], 1]);
    expect(Date.parse(until)).toBeGreaterThanOrEqual(before + wait);
    expect(Date.parse(until)).toBeLessThanOrEqual(Date.now() + wait);
  });

  it('beyond, as a date, names this very date', async () => {
    simulator.fault({ respond: refusal(429, { 'retry-after': 'Fri, 31 Dec 9999 23:59:59 GMT' }) });
    const { errors, pauses } = await runQuickly(inputs());
    expect(pauses).toEqual([]);
    expect(errors).toHaveLength(1);
    expect(errors[0]).toMatch(/ Cloudflare asks to wait \d+ h( \d+ min)?, until 9999-12-31T23:59:59\.000Z\.$/);
  });

  it('of a refusal that is not passing changes nothing', async () => {
    simulator.fault({ respond: refusal(403, { 'retry-after': '1' }) });
    const { pauses } = await runQuickly(inputs());
    expect([pauses, simulator.requests.length]).toEqual([[], 1]);
  });
});
