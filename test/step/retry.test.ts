import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Answer, header } from '../../src/cloudflare/answer.ts';
import { backoff, retryAfter } from '../../src/cloudflare/retry.ts';
import { CONNECTOR, ID, inputsFor, runQuickly } from '../kit/fault-world.ts';
import { runAction } from '../kit/runner.ts';
import { startForAllTests } from '../kit/servers.ts';
import { faultOf, playNamed } from '../simulator/elsewhere.ts';
import type { Simulator } from '../simulator/simulator.ts';

let simulator: Simulator;
startForAllTests((own) => {
  simulator = own;
});

const ASKED = `set enabled=false for connector ${ID}`;
const OWN_FAULT = "The fault is Cloudflare's own: see https://www.cloudflarestatus.com and run this again later.";
const LIMIT = 'Cloudflare allows a user or token 1,200 requests in 5 minutes, then refuses all for 5 minutes.';

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
      // Without the header, 429 stands for five minutes.
      simulator.fault({ respond: refusal(status, { 'retry-after': '1' }) });
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
    const { log, errors } = await runQuickly(inputs({ request_timeout: '5s' }));
    expect(errors).toEqual([]);
    expect(log[1]).toBe(`Could not ${ASKED}: no whole answer within 5 s (request_timeout). Retry 1 of 3 in 375 ms.`);
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
      const tried = ['', ' 1 retry did not help.'][limit] ?? ` ${limit} retries did not help.`;
      expect(errors).toEqual([
        `${problem(limit)}${tried} -> The change may have taken effect. Running this again does no harm, and mode: check shows the state. ${OWN_FAULT}`,
      ]);
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
      { numRuns: 1000 },
    );
  });

  it('spreads by chance', () => {
    expect([0, 0.25, 0.5, 0.999].map((chance) => backoff(1, chance))).toEqual([250, 313, 375, 500]);
  });
});

describe('Retry-After', () => {
  const NOW = Date.parse('1994-11-06T08:49:00Z');
  const answer = (status: number, headers: Answer['headers'], body: unknown = ''): Answer => ({
    status,
    headers,
    body: Buffer.from(JSON.stringify(body)),
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
    ['06 Nov 1994 08:49:37 GMT', undefined],
    ['on Sun, 06 Nov 1994 08:49:37 GMT', undefined],
    ['Later 1', undefined],
  ])('%j is %s milliseconds', (value, expected) => {
    expect(retryAfter(answer(503, { 'retry-after': value }), NOW)).toBe(expected);
    expect(retryAfter(answer(429, { 'retry-after': value }), NOW)).toBe(expected ?? 300_000);
    expect(retryAfter(answer(403, { 'retry-after': value }), NOW)).toBeUndefined();
  });

  it.each([
    ['of the edge', { cloudflare_error: true, retry_after: 30 }, 30_000],
    ['of the edge, none', { cloudflare_error: true, retry_after: 0 }, 0],
    ['of the edge, but negative', { cloudflare_error: true, retry_after: -1 }, undefined],
    ['of the edge, but a text', { cloudflare_error: true, retry_after: '30' }, undefined],
    ['of something else', { retry_after: 30 }, undefined],
    ['of no object', null, undefined],
  ])('may stand in the body: %s', (_, body, expected) => {
    expect(retryAfter(answer(503, {}, body), NOW)).toBe(expected);
    expect(retryAfter(answer(429, {}, body), NOW)).toBe(expected ?? 300_000);
    expect(retryAfter(answer(503, { 'retry-after': '7' }, body), NOW)).toBe(7000);
  });

  it('that is absent asks for nothing', () => {
    expect(retryAfter(answer(503, {}), NOW)).toBeUndefined();
    expect(header(answer(503, { 'retry-after': ['1', '2'] }), 'retry-after')).toBe('1, 2');
  });

  it.each([
    ['a 429', 429, '60', 60_000],
    ['a 503', 503, '7', 7000],
  ])('of up to 60 s is the pause: of %s', async (_, status, value, pause) => {
    simulator.fault({ respond: refusal(status, { 'retry-after': value }) });
    const { errors, pauses, log } = await runQuickly(inputs());
    expect([errors, pauses[0]]).toEqual([[], pause]);
    expect(log[1]).toBe(
      `Could not ${ASKED}: Cloudflare error 1999 "out of order" (HTTP ${status}, cf-ray ${ray(0)}). Retry 1 of 3 in ${pause === 60_000 ? '1 min' : '7 s'}.`,
    );
  });

  it('is honoured as a date', async () => {
    const at = new Date(Date.now() + 30_000);
    simulator.fault({ respond: refusal(503, { 'retry-after': at.toUTCString() }) });
    const { errors, pauses } = await runQuickly(inputs());
    expect(errors).toEqual([]);
    expect(pauses[0]).toBeGreaterThan(8000);
    expect(pauses[0]).toBeLessThanOrEqual(30_000);
  });

  it.each([
    ['beyond 60 s', 503, '61'],
    ['of two minutes, as the edge has it', 522, '120'],
    ['of 0', 503, '0'],
    ['of 0, with 429', 429, '0'],
    ['in the past', 503, 'Sun, 06 Nov 1994 08:49:37 GMT'],
  ])('%s is not waited for: the usual pause is', async (_, status, value) => {
    simulator.fault({ times: 2, respond: refusal(status, { 'retry-after': value }) });
    const { errors, pauses, log } = await runQuickly(inputs());
    expect([errors, pauses]).toEqual([[], [375, 750]]);
    expect(log.filter((line) => line.includes(' 0 ms'))).toEqual([]);
  });

  it('of a part of a millisecond is not waited for: the usual pause is', async () => {
    const body = { cloudflare_error: true, retry_after: 0.0001, title: 'x' };
    simulator.fault({ respond: { status: 502, body } });
    const { pauses, log } = await runQuickly(inputs());
    expect([pauses, log.filter((line) => line.includes(' 0 ms'))]).toEqual([[375], []]);
  });

  it.each(['edge-522', 'edge-504', 'edge-1033', 'page-503'])(
    'of 120 s after %s does not keep a disable from being sent',
    async (play) => {
      simulator.changeConnector(ID, { enabled: true });
      simulator.fault(faultOf(playNamed(play)));
      const { errors, pauses } = await runQuickly(inputs());
      expect([errors, pauses, simulator.connector(ID)?.enabled]).toEqual([[], [375], false]);
    },
  );

  it.each([
    ['seconds', '61', 61_000],
    ['five minutes', '300', 300_000],
    ['five minutes, without a header', undefined, 300_000],
    ['more seconds than there are', '9'.repeat(30), 999_999_999_000],
  ])('of a 429 beyond 60 s fails at once and names the time: %s', async (_, value, wait) => {
    const headers = value === undefined ? undefined : { 'retry-after': value };
    simulator.fault({ times: Infinity, respond: refusal(429, headers) });
    const start = Date.now();
    const { errors, pauses, result } = await runQuickly(inputs());
    const [, until = ''] = / Run this again after (\S+Z)\.$/.exec(errors[0] ?? '') ?? [];
    expect(errors).toEqual([
      `Could not ${ASKED}: Cloudflare error 1999 "out of order" (HTTP 429, cf-ray ${ray(0)}). -> ${LIMIT} Run this again after ${until}.`,
    ]);
    expect([pauses, simulator.requests.length]).toEqual([[], 1]);
    expect(result.failures).toMatchObject([{ kind: 'rate_limited', problem: 'rate limit reached' }]);
    // In whole seconds.
    expect(Date.parse(until)).toBeGreaterThan(start + wait - 1000);
    expect(Date.parse(until)).toBeLessThanOrEqual(Date.now() + wait);
  });

  it('beyond, as a date, names this very date', async () => {
    simulator.fault({ respond: refusal(429, { 'retry-after': 'Fri, 31 Dec 9999 23:59:59 GMT' }) });
    const { errors, pauses } = await runQuickly(inputs());
    expect([pauses, errors.length]).toEqual([[], 1]);
    expect(errors[0]).toContain(' Run this again after 9999-12-31T23:59:59Z.');
  });

  it('of a refusal that is not passing changes nothing', async () => {
    simulator.fault({ respond: refusal(403, { 'retry-after': '1' }) });
    const { pauses } = await runQuickly(inputs());
    expect([pauses, simulator.requests.length]).toEqual([[], 1]);
  });
});

describe('one refusal of the token amid successes', () => {
  const FROM_THE_SECOND_ON = { method: 'PATCH' } as const;

  it.each(['error-10000-401', 'error-10000-403'])('(%s) is tried once more', async (play) => {
    simulator.changeConnector(ID, { enabled: true });
    simulator.fault(faultOf(playNamed(play), FROM_THE_SECOND_ON));
    const { errors, pauses } = await runQuickly(inputs({ mode: 'reconcile' }));
    expect([errors, pauses, simulator.connector(ID)?.enabled]).toEqual([[], [375], false]);
    expect(simulator.requests.map(({ method }) => method)).toEqual(['GET', 'PATCH', 'PATCH']);
  });

  it('is one: the second counts', async () => {
    simulator.changeConnector(ID, { enabled: true });
    simulator.fault({ ...faultOf(playNamed('error-10000-403'), FROM_THE_SECOND_ON), times: Infinity });
    const { errors } = await runQuickly(inputs({ mode: 'reconcile' }));
    expect(simulator.requests.map(({ method }) => method)).toEqual(['GET', 'PATCH', 'PATCH']);
    expect(errors).toEqual([
      `Could not set enabled=false for acme.example: Cloudflare error 10000 "Authentication error" (HTTP 403, cf-ray ${ray(2)}). 1 retry did not help. -> The token could read earlier in this run, but probably may not write. Give it the permission "SSO Connector: Edit" on this account, or use a token that has it.`,
    ]);
  });

  it('before any success is none', async () => {
    simulator.fault(faultOf(playNamed('error-10000-403')));
    const { errors } = await runQuickly(inputs());
    expect([errors.length, simulator.requests.length]).toEqual([1, 1]);
  });

  it.each(['error-9109-token', 'error-10001', 'error-10000-405'])('is of code 10000, not %s', async (play) => {
    simulator.fault(faultOf(playNamed(play), FROM_THE_SECOND_ON));
    simulator.changeConnector(ID, { enabled: true });
    const { errors } = await runQuickly(inputs({ mode: 'reconcile' }));
    expect([errors.length, simulator.requests.length]).toEqual([1, 2]);
  });

  it.each(['0', '3'])('lets a wait go on, with max_retries %s', async (max_retries) => {
    simulator.changeConnector(ID, { enabled: false, verification: { status: 'pending' } });
    simulator.fault({ ...faultOf(playNamed('error-10000-401')), after: 1 });
    simulator.fault({
      ...{ method: 'GET', after: 1 },
      transform: (envelope) => ({ ...envelope, result: { ...CONNECTOR, enabled: false } }),
    });
    const { errors, log } = await runQuickly(inputs({ mode: 'check', wait_for_verification: '10m', max_retries }));
    expect(errors).toEqual([]);
    expect(simulator.requests.map(({ status }) => status)).toEqual([200, 401, 200]);
    expect(log.filter((line) => line.includes('Authentication error'))).toEqual([
      `Could not read acme.example: Cloudflare error 10000 "Authentication error" (HTTP 401, cf-ray ${ray(1)}). Trying once more in 375 ms.`,
    ]);
  });

  it('in a wait is one: the second in a row ends it', async () => {
    simulator.changeConnector(ID, { enabled: false, verification: { status: 'pending' } });
    simulator.fault({ ...faultOf(playNamed('error-10000-401')), after: 1, times: Infinity });
    const { result } = await runQuickly(inputs({ mode: 'check', wait_for_verification: '10m', max_retries: '0' }));
    expect(result.failures).toMatchObject([{ kind: 'access' }]);
    expect(simulator.requests.map(({ status }) => status)).toEqual([200, 401, 401]);
  });
});
