import { describe, expect, it, test } from 'vitest';
import type { Answer } from '../../src/cloudflare/answer.ts';
import { describeMessage, readEntry } from '../../src/cloudflare/api-errors.ts';
import type { Call } from '../../src/cloudflare/call.ts';
import { expectSuccess, readEnvelope } from '../../src/cloudflare/envelope.ts';
import { TokenUse } from '../../src/cloudflare/token-use.ts';
import { Failure, type FailureKind } from '../../src/failure.ts';

const NOW = Date.UTC(2026, 0, 2, 3, 4, 5);
const RAY = '8f0c2b1e4d5a6b7c-FRA';

interface Given {
  status?: number;
  /** Text and bytes as they are, anything else as JSON. */
  body: unknown;
  headers?: Answer['headers'];
}

const url = new URL('https://api.cloudflare.example/accounts/a/sso_connectors/x');
const call: Call = { method: 'GET', url, asked: 'read connector x', connectorId: 'x' };

/** What Cloudflare's word was, if it was one. */
let heard: unknown[] = [];

function read({ status = 200, body, headers = { 'content-type': 'application/json', 'cf-ray': RAY } }: Given) {
  const text = typeof body === 'string' ? body : JSON.stringify(body);
  const bytes = body instanceof Uint8Array ? body : new TextEncoder().encode(text);
  const answer = { status, headers, body: bytes };
  const envelope = readEnvelope(answer);
  heard = envelope ? [envelope.success, envelope.messages] : [];
  return expectSuccess(envelope, answer, { call, use: new TokenUse(), now: NOW });
}

/** The failure that an answer is. */
function failure(given: Given): Failure {
  try {
    read(given);
  } catch (failure) {
    if (failure instanceof Failure) return failure;
    throw failure;
  }
  throw new Error('a success');
}

/** What the problems of that failure say. */
function problems(given: Given): string[] {
  return failure(given).problems.map(({ message }) => message);
}

const SUPPORT = `Give the cf-ray to Cloudflare support.`;
const success = { success: true, errors: [], messages: [], result: { id: 'x' } };

describe('an answer is a success only if', () => {
  it('it is 2xx, JSON, success is true, and errors is empty', () => {
    expect(read({ body: success })).toEqual({
      success: true,
      errors: [],
      result: { id: 'x' },
      messages: [],
      resultInfo: undefined,
    });
  });

  test.each([
    [199, 'unexpected'],
    [200, undefined],
    [201, undefined],
    [202, undefined],
    [299, undefined],
    [300, 'unexpected'],
    [304, 'unexpected'],
    [400, 'unexpected'],
    [408, 'unavailable'],
    [429, 'rate_limited'],
    [500, 'unavailable'],
  ])('its status is 2xx: %i', (status, kind) => {
    if (kind === undefined) return expect(read({ status, body: success }).result).toEqual({ id: 'x' });
    return expect(failure({ status, body: success }).problems).toMatchObject([
      {
        kind,
        message: `Could not read connector x: the answer has "success": true and names no error (HTTP ${status}, cf-ray ${RAY}).`,
      },
    ]);
  });

  it('success is true, and not false', () => {
    expect(failure({ body: { ...success, success: false } }).problems).toMatchObject([
      {
        kind: 'refused',
        problem: 'Cloudflare refused: no reason given',
        message: `Could not read connector x: the answer has "success": false and names no error (HTTP 200, cf-ray ${RAY}).`,
      },
    ]);
  });

  test.each(['true', 1, null, {}, [true], undefined])(
    'success is true, and not %j, which is no word of Cloudflare',
    (value) => {
      const body = { ...success, success: value };
      expect(failure({ body }).problems).toEqual([
        {
          kind: 'unexpected',
          problem: 'no answer from the API (HTTP 200)',
          message: `Could not read connector x: Cloudflare's edge or firewall answered instead of the API (HTTP 200, cf-ray ${RAY}): "${JSON.stringify(body)}".`,
          action: SUPPORT,
        },
      ]);
      expect(heard).toEqual([]);
    },
  );

  test.each([
    ['null', null],
    ['absent', undefined],
    ['empty', []],
  ])('errors is empty: %s', (_, errors) => {
    expect(read({ body: { ...success, errors } }).result).toEqual({ id: 'x' });
  });

  test.each([
    ['one entry', [{ code: 1234, message: 'No' }], 'error 1234 "No"'],
    ['a string for an entry', ['No'], 'error "No"'],
    ['null for an entry', [null], 'error "null"'],
    ['false for an entry', [false], 'error "false"'],
    ['an empty object for an entry', [{}], 'error "{}"'],
    ['a string and no list', 'No', 'error "No"'],
    ['an object and no list', { code: 1234, message: 'No' }, 'error 1234 "No"'],
    ['false and no list', false, 'error "false"'],
    ['0 and no list', 0, 'error "0"'],
    ['an empty object and no list', {}, 'error "{}"'],
  ])('errors has nothing, though success is true and the status 200: %s', (_, errors, named) => {
    expect(failure({ body: { ...success, errors } }).problems).toMatchObject([
      {
        kind: 'unexpected',
        problem: 'no valid answer',
        message: `Could not read connector x: Cloudflare ${named} (HTTP 200, cf-ray ${RAY}).`,
      },
    ]);
  });

  test.each(['null', 'true', '"success"', '200', '[]', '[{"success":true}]', '{"success":true,}'])(
    'it is JSON, and an object: %s',
    (body) => {
      expect(problems({ body })).toEqual([
        `Could not read connector x: Cloudflare's edge or firewall answered instead of the API (HTTP 200, cf-ray ${RAY}): "${body}".`,
      ]);
    },
  );

  it('it is UTF-8', () => {
    const body = Buffer.from('{"success":true,"result":{"id":"\xff"}}', 'latin1');
    expect(problems({ body })).toEqual([
      `Could not read connector x: Cloudflare's edge or firewall answered instead of the API (HTTP 200, cf-ray ${RAY}): "{"success":true,"result":{"id":"\ufffd"}}".`,
    ]);
  });

  it('it is nested no deeper than any answer of the API', () => {
    const nested = (levels: number) => `{"success":true,"result":${'['.repeat(levels)}${']'.repeat(levels)}}`;
    expect(read({ body: nested(99) }).result).toHaveLength(1);
    for (const levels of [100, 100_000]) {
      expect(failure({ body: nested(levels) }).problems).toMatchObject([
        {
          kind: 'unexpected',
          problem: 'no valid answer',
          message: `Could not read connector x: the answer is JSON that is nested more than 100 levels deep (HTTP 200, cf-ray ${RAY}).`,
        },
      ]);
    }
  });

  test.each([
    [200, 'unexpected'],
    [403, 'unexpected'],
    [429, 'rate_limited'],
    [503, 'unavailable'],
  ])('it does not contradict itself, whatever its status is: %i', (status, kind) => {
    expect(failure({ status, body: '{"success":false,"success":true,"result":{"id":"x"}}' }).problems).toMatchObject([
      {
        kind,
        message: `Could not read connector x: the answer contradicts itself: it has the key "success" twice (HTTP ${status}, cf-ray ${RAY}).`,
      },
    ]);
    expect(heard).toEqual([]);
  });

  it('it has a body', () => {
    expect(failure({ status: 204, body: '' }).problems).toMatchObject([
      {
        kind: 'unexpected',
        message: `Could not read connector x: Cloudflare's edge or firewall answered instead of the API (HTTP 204, cf-ray ${RAY}): an empty body.`,
      },
    ]);
  });
});

describe('a success', () => {
  it('may have any content type, for it is the body that counts', () => {
    expect(read({ body: success, headers: {} }).result).toEqual({ id: 'x' });
    expect(read({ body: success, headers: { 'content-type': 'text/plain' } }).result).toEqual({ id: 'x' });
  });

  it('may have members that nobody knows, and an error beside success', () => {
    expect(read({ body: { ...success, meta: {}, error: null } }).result).toEqual({ id: 'x' });
  });

  it.each([
    ['absent', undefined, []],
    ['null', null, []],
    ['entries', [{ code: 10000, message: 'Fine' }, 'Well'], [{ code: 10000, message: 'Fine' }, 'Well']],
    ['no list', 'Well', ['Well']],
  ])('may have messages, whatever their code, and they are no errors: %s', (_, messages, expected) => {
    expect(read({ body: { ...success, messages } }).messages).toEqual(expected);
  });

  it('has what result_info says', () => {
    expect(read({ body: { ...success, result_info: { total_count: 7 } } }).resultInfo).toEqual({ total_count: 7 });
  });

  it('may lack a result', () => {
    expect(read({ body: { success: true } })).toEqual({
      success: true,
      errors: [],
      result: undefined,
      messages: [],
      resultInfo: undefined,
    });
    expect(read({ body: { success: true, result: null } }).result).toBe(null);
  });
});

describe('an error', () => {
  const error = (entry: unknown, status = 400) =>
    problems({ status, body: { success: false, errors: [entry], result: null } });

  it('has its code, message, pointer, chain, HTTP status, cf-ray and documentation URL', () => {
    const entry = {
      code: 1234,
      message: 'Invalid value',
      documentation_url: 'https://developers.cloudflare.com/x/',
      source: { pointer: '/enabled' },
      error_chain: [
        { code: 2345, message: 'Outer cause', error_chain: [{ code: 3456, message: 'Inner cause' }] },
        'A plain cause',
      ],
    };
    expect(error(entry)).toEqual([
      `Could not read connector x: Cloudflare error 1234 "Invalid value" at /enabled, caused by error 2345 "Outer cause", caused by error 3456 "Inner cause", caused by error "A plain cause" (HTTP 400, cf-ray ${RAY}).`,
    ]);
    const { problems: told } = failure({ status: 400, body: { success: false, errors: [entry] } });
    expect(told).toMatchObject([{ documentation_url: 'https://developers.cloudflare.com/x/', entry }]);
  });

  it('is one of many, each of its own', () => {
    const body = { success: false, errors: [{ code: 1001, message: 'One' }, 'Two', { message: 'Three' }] };
    expect(problems({ status: 400, body })).toEqual([
      `Could not read connector x: Cloudflare error 1001 "One" (HTTP 400, cf-ray ${RAY}).`,
      `Could not read connector x: Cloudflare error "Two" (HTTP 400, cf-ray ${RAY}).`,
      `Could not read connector x: Cloudflare error "Three" (HTTP 400, cf-ray ${RAY}).`,
    ]);
  });

  test.each([
    ['a code that is a text', { code: '1234', message: 'No' }, 'error 1234 "No"'],
    ['a code of 0', { code: 0, message: 'No' }, 'error 0 "No"'],
    ['no message', { code: 1234 }, 'error 1234'],
    ['an empty message', { code: 1234, message: '' }, 'error 1234'],
    ['null all over', { code: null, message: null, source: null, error_chain: null }, null],
    ['an empty message and no code', { message: '', note: 1 }, null],
    ['an empty message beside an error', { message: '', error: 'No' }, 'error "No"'],
    ['a message of another type', { code: 1234, message: { a: 1 } }, 'error 1234'],
    ['a code of another type', { code: {}, message: 'No' }, 'error "No"'],
    ['a source without a pointer', { code: 1234, message: 'No', source: {} }, 'error 1234 "No"'],
    ['a source that is a text', { code: 1234, message: 'No', source: '/x' }, 'error 1234 "No"'],
    ['an empty chain', { code: 1234, message: 'No', error_chain: [] }, 'error 1234 "No"'],
    ['a chain that is no list', { code: 1234, message: 'No', error_chain: 'x' }, 'error 1234 "No"'],
    ['an empty pointer', { code: 1234, message: 'No', source: { pointer: '' } }, 'error 1234 "No"'],
    ['an error for a message', { code: 1234, error: 'No' }, 'error 1234 "No"'],
    ['a list for an entry', [[1, 2]], 'error "[[1,2]]"'],
    ['nothing known', { reason: 'No' }, 'error "{"reason":"No"}"'],
  ])('may have %s', (_, entry, named) => {
    expect(error(entry)).toEqual([
      `Could not read connector x: Cloudflare ${named ?? `error "${JSON.stringify(entry)}"`} (HTTP 400, cf-ray ${RAY}).`,
    ]);
  });

  it('has no more than five causes, however deep or wide its chain is', () => {
    const named = (codes: number[]) => codes.map((code) => `, caused by error ${code}`).join('');
    const levels = Array.from({ length: 40 }, (_, n) => `{"code":${1000 + n},"error_chain":[`);
    const body = `{"success":false,"errors":[${levels.join('')}${']}'.repeat(levels.length)}]}`;
    expect(problems({ status: 400, body })).toEqual([
      `Could not read connector x: Cloudflare error 1000${named([1001, 1002, 1003, 1004, 1005])} (HTTP 400, cf-ray ${RAY}).`,
    ]);
    const wide = { code: 1000, error_chain: Array.from({ length: 50 }, (_, n) => ({ code: 1001 + n })) };
    expect(error(wide)).toEqual([
      `Could not read connector x: Cloudflare error 1000${named([1001, 1002, 1003, 1004, 1005])} (HTTP 400, cf-ray ${RAY}).`,
    ]);
  });

  it('is named without a cf-ray where the answer has none', () => {
    const body = { success: false, errors: ['No'] };
    expect(problems({ status: 400, body, headers: {} })).toEqual([
      'Could not read connector x: Cloudflare error "No" (HTTP 400).',
    ]);
  });

  it('is not that of a bare {code, error}, which is no word of Cloudflare', () => {
    expect(failure({ status: 400, body: { code: 1234, error: 'No route' } }).problems).toMatchObject([
      { kind: 'blocked', problem: "blocked by Cloudflare's edge (1234)" },
    ]);
  });

  it('counts without a word of success too, if errors is a list with entries', () => {
    expect(failure({ status: 400, body: { errors: [{ code: 1234, message: 'No' }] } }).problems).toMatchObject([
      { kind: 'refused', problem: 'Cloudflare refused: No' },
    ]);
    expect(heard[0]).toBeUndefined();
    for (const errors of [[], null, 'No', { code: 1234 }]) {
      expect(failure({ status: 400, body: { errors } }).problems).toMatchObject([{ kind: 'blocked' }]);
    }
  });

  it('is told a hundred times; the rest is counted', () => {
    const errors = Array.from({ length: 30_000 }, (_, n) => ({ code: 20_000 + n, message: 'No' }));
    const told = problems({ status: 400, body: { success: false, errors } });
    expect(told).toHaveLength(101);
    expect(told.slice(-2)).toEqual([
      `Could not read connector x: Cloudflare error 20099 "No" (HTTP 400, cf-ray ${RAY}).`,
      `Could not read connector x: the answer has 29900 more errors (HTTP 400, cf-ray ${RAY}).`,
    ]);
    expect(problems({ status: 400, body: { success: false, errors: errors.slice(0, 100) } })).toHaveLength(100);
  });

  it('has a time to wait for if the rate is the reason', () => {
    const headers = { 'retry-after': '90' };
    const body = { success: false, errors: ['Slow down'] };
    const limited = failure({ status: 429, body, headers });
    expect(limited.problems).toMatchObject([
      {
        kind: 'rate_limited',
        problem: 'rate limit reached',
        message: 'Could not read connector x: Cloudflare error "Slow down" (HTTP 429).',
        action:
          'Cloudflare allows a user or token 1,200 requests in 5 minutes, then refuses all for 5 minutes. Run this again after 2026-01-02T03:05:35Z.',
      },
    ]);
    expect([limited.passing, limited.retryAfterMs]).toEqual([true, 90_000]);
    expect(failure({ status: 503, body, headers })).toMatchObject({
      problems: [
        {
          action: "The fault is Cloudflare's own: see https://www.cloudflarestatus.com and run this again later.",
        },
      ],
      passing: true,
      retryAfterMs: 90_000,
    });
    expect(failure({ status: 400, body, headers })).toMatchObject({ passing: false, retryAfterMs: undefined });
  });

  it('has the time to wait for behind the advice if something before the API limits the rate', () => {
    const limited = failure({ status: 429, body: '<title>Slow down', headers: { 'retry-after': '90' } });
    expect(limited.problems).toMatchObject([
      {
        kind: 'rate_limited',
        action: 'Ask whoever runs the network of this runner. Run this again after 2026-01-02T03:05:35Z.',
      },
    ]);
  });

  it.each([
    [{ code: 1234, message: 'No', documentation_url: 'http://developers.cloudflare.com/x/' }, null],
    [{ code: 1234, message: 'No', documentation_url: 'see https://developers.cloudflare.com/x/' }, null],
    [{ code: 1234, message: 'No', documentation_url: 1 }, null],
    [{ code: 1234, message: 'No' }, null],
    ['No', null],
    [
      { code: 1234, message: 'No', documentation_url: `https://a.example/${'x'.repeat(400)}` },
      `https://a.example/${'x'.repeat(281)}…`,
    ],
  ])('has a documentation URL by https alone, of a bounded length: %j', (entry, documentation_url) => {
    const { problems } = failure({ status: 400, body: { success: false, errors: [entry] } });
    expect(problems).toMatchObject([{ documentation_url }]);
  });

  it.each([
    [401, ['10000'], 'once'],
    [403, ['10000'], 'once'],
    [403, ['1234', '10000'], 'once'],
    [403, ['1234'], false],
    [403, ['10001'], false],
    [400, ['10000'], false],
    [402, ['10000'], false],
  ])('of the token is passing once after a success: HTTP %i with %j', (status, codes, passing) => {
    const use = new TokenUse();
    const body = JSON.stringify({ success: false, errors: codes.map((code) => ({ code, message: 'No' })) });
    const attempt = () => {
      try {
        const answer = { status, headers: {}, body: Buffer.from(body) };
        return expectSuccess(readEnvelope(answer), answer, { call, use, now: NOW });
      } catch (error) {
        return error;
      }
    };
    expect(attempt()).toMatchObject({ passing: false });
    use.accept(call);
    expect(attempt()).toMatchObject({ passing });
    expect(attempt()).toMatchObject({ passing: false });
  });
});

describe('the kind of a failure', () => {
  const errors = [{ code: 1234, message: 'No' }];

  test.each<[number, unknown, FailureKind, boolean]>([
    [200, { success: false, errors }, 'refused', false],
    [400, { success: false, errors }, 'refused', false],
    [401, { success: false, errors }, 'access', false],
    [403, { success: false, errors }, 'refused', false],
    [404, { success: false, errors }, 'not_found', false],
    [408, { success: false, errors }, 'unavailable', true],
    [409, { success: false, errors }, 'refused', false],
    [429, { success: false, errors }, 'rate_limited', true],
    [499, { success: false, errors }, 'refused', false],
    [500, { success: false, errors }, 'unavailable', true],
    [530, { success: false, errors }, 'unavailable', true],
    [200, '<html>', 'unexpected', false],
    [302, '', 'blocked', false],
    [401, '<html>', 'blocked', false],
    [403, '<html>', 'blocked', false],
    [404, '<html>', 'blocked', false],
    [407, '<html>', 'blocked', false],
    [408, '<html>', 'unavailable', true],
    [429, '<html>', 'rate_limited', true],
    [502, '<html>', 'unavailable', true],
  ])('of HTTP %i with %j is %s, and passing: %s', (status, body, kind, passing) => {
    const one = failure({ status, body });
    expect([one.problems.map((problem) => problem.kind), one.passing]).toEqual([[kind], passing]);
  });

  it('is that of each error', () => {
    const body = { success: false, errors: [...errors, { code: 10000, message: 'No' }] };
    expect(failure({ status: 400, body }).problems.map(({ kind }) => kind)).toEqual(['refused', 'access']);
  });
});

describe('what is heard of an answer', () => {
  test.each([
    [200, success, [true, []]],
    [200, { success: true, messages: ['Hello'] }, [true, ['Hello']]],
    [400, { success: false, errors: ['No'], messages: 'Hello' }, [false, ['Hello']]],
    [403, { success: false }, [false, []]],
    [403, { message: 'No', messages: ['Hello'] }, []],
    [403, '<html>', []],
  ])('of HTTP %i with %j is its word and its messages: %j', (status, body, expected) => {
    try {
      read({ status, body });
    } catch {
      // That it is a failure is not what matters here.
    }
    expect(heard).toEqual(expected);
  });
});

describe('a message in the log', () => {
  test.each([
    [{ code: 10000, message: 'Fine' }, '10000: Fine'],
    ['Well', 'Well'],
    [{ message: 'Well' }, 'Well'],
    [{ note: 'Well' }, '{"note":"Well"}'],
  ])('of %j is %s', (entry, line) => {
    expect(describeMessage(readEntry(entry))).toBe(line);
  });
});
