import { describe, expect, it, test } from 'vitest';
import type { Reply } from '../../src/cloudflare/answer.ts';
import { describeMessage, readEntry } from '../../src/cloudflare/api-errors.ts';
import { ApiFailure, readEnvelope } from '../../src/cloudflare/envelope.ts';

const NOW = Date.UTC(2026, 0, 2, 3, 4, 5);
const RAY = '8f0c2b1e4d5a6b7c-FRA';

interface Given {
  status?: number;
  /** Text and bytes as they are, anything else as JSON. */
  body: unknown;
  headers?: Reply['headers'];
}

function read({ status = 200, body, headers = { 'content-type': 'application/json', 'cf-ray': RAY } }: Given) {
  const text = typeof body === 'string' ? body : JSON.stringify(body);
  const bytes = body instanceof Uint8Array ? body : new TextEncoder().encode(text);
  return readEnvelope({ status, headers, body: bytes }, 'read connector x', NOW);
}

/** The failure that an answer is. */
function failure(given: Given): ApiFailure {
  try {
    read(given);
  } catch (failure) {
    if (failure instanceof ApiFailure) return failure;
    throw failure;
  }
  throw new Error('a success');
}

const success = { success: true, errors: [], messages: [], result: { id: 'x' } };

describe('an answer is a success only if', () => {
  it('it is 2xx, JSON, success is true, and errors is empty', () => {
    expect(read({ body: success })).toEqual({ result: { id: 'x' }, messages: [], totalCount: undefined });
  });

  test.each([
    [199, false],
    [200, true],
    [201, true],
    [202, true],
    [299, true],
    [300, false],
    [304, false],
    [400, false],
    [500, false],
  ])('its status is 2xx: %i', (status, isSuccess) => {
    if (isSuccess) return expect(read({ status, body: success }).result).toEqual({ id: 'x' });
    const hint = status === 300 || status === 304 ? ' Redirects are not followed: is api_base_url right?' : '';
    return expect(failure({ status, body: success }).problems).toEqual([
      `Could not read connector x: the answer has "success": true and names no error (HTTP ${status}, cf-ray ${RAY}).${hint}`,
    ]);
  });

  test.each([
    ['false', false],
    ['\\"true\\"', 'true'],
    ['1', 1],
    ['null', null],
    ['{}', {}],
    ['[true]', [true]],
  ])('success is true, and not %s', (said, value) => {
    expect(failure({ body: { ...success, success: value } }).problems).toEqual([
      `Could not read connector x: the answer has "success": ${said.replaceAll('\\', '')} and names no error (HTTP 200, cf-ray ${RAY}).`,
    ]);
  });

  it('success is there at all', () => {
    expect(failure({ body: { errors: [], messages: [], result: {} } }).problems).toEqual([
      `Could not read connector x: the answer has no "success" and names no error (HTTP 200, cf-ray ${RAY}).`,
    ]);
  });

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
    expect(failure({ body: { ...success, errors } }).problems).toEqual([
      `Could not read connector x: Cloudflare ${named} (HTTP 200, cf-ray ${RAY}).`,
    ]);
  });

  test.each(['null', 'true', '"success"', '200', '[]', '[{"success":true}]'])('it is an object: %s', (body) => {
    expect(failure({ body }).problems).toEqual([
      `Could not read connector x: the answer is JSON but no envelope of Cloudflare's (HTTP 200, cf-ray ${RAY}): "${body}".`,
    ]);
  });

  it('it is JSON', () => {
    expect(failure({ body: '{"success":true,}' }).problems).toEqual([
      `Could not read connector x: the answer is not JSON (HTTP 200, cf-ray ${RAY}, content type "application/json"): "{"success":true,}".`,
    ]);
  });

  it('it is UTF-8', () => {
    const body = Buffer.from('{"success":true,"result":{"id":"\xff"}}', 'latin1');
    expect(failure({ body }).problems).toEqual([
      `Could not read connector x: the answer is not JSON (HTTP 200, cf-ray ${RAY}, content type "application/json"): "{"success":true,"result":{"id":"\ufffd"}}".`,
    ]);
  });

  it('it is nested no deeper than any answer of the API', () => {
    const nested = (levels: number) => `{"success":true,"result":${'['.repeat(levels)}${']'.repeat(levels)}}`;
    expect(read({ body: nested(99) }).result).toHaveLength(1);
    expect(failure({ body: nested(100) }).problems).toEqual([
      `Could not read connector x: the answer is not JSON (HTTP 200, cf-ray ${RAY}, content type "application/json"): "${nested(100).slice(0, 119)}…".`,
    ]);
    expect(failure({ body: nested(100_000) }).problems).toHaveLength(1);
  });

  it('it has a body', () => {
    expect(failure({ status: 204, body: '' }).problems).toEqual([
      `Could not read connector x: the answer is empty (HTTP 204, cf-ray ${RAY}).`,
    ]);
    expect(failure({ status: 404, body: '' }).problems).toEqual([
      `Could not read connector x: the answer is empty (HTTP 404, cf-ray ${RAY}). There is no such thing for this token: are account_id and sso_connector_id right?`,
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

  it.each([
    [{ count: 1, page: 1, per_page: 20, total_count: 7 }, 7],
    [{ count: 1 }, undefined],
    [{ total_count: null }, undefined],
    [{ total_count: '300', count: 1 }, 300],
    [{ total_count: 'many' }, Number.NaN],
    [{ total_count: {} }, Number.NaN],
    [{ total_count: 7, count: 'one' }, 7],
    ['strange', undefined],
    [null, undefined],
  ])('says how many there are where result_info does: %j', (result_info, totalCount) => {
    expect(read({ body: { ...success, result_info } }).totalCount).toBe(totalCount);
  });

  it('may lack a result', () => {
    expect(read({ body: { success: true } })).toEqual({ result: undefined, messages: [], totalCount: undefined });
    expect(read({ body: { success: true, result: null } }).result).toBe(null);
  });
});

describe('an error', () => {
  const error = (entry: unknown, status = 400) =>
    failure({ status, body: { success: false, errors: [entry], result: null } }).problems;

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
      `Could not read connector x: Cloudflare error 1234 "Invalid value" at /enabled, caused by error 2345 "Outer cause", caused by error 3456 "Inner cause", caused by error "A plain cause" (HTTP 400, cf-ray ${RAY}). See https://developers.cloudflare.com/x/.`,
    ]);
  });

  it('is one of many, each of its own', () => {
    const body = { success: false, errors: [{ code: 1001, message: 'One' }, 'Two', { message: 'Three' }] };
    expect(failure({ status: 400, body }).problems).toEqual([
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
    expect(failure({ status: 400, body }).problems).toEqual([
      `Could not read connector x: Cloudflare error 1000${named([1001, 1002, 1003, 1004, 1005])} (HTTP 400, cf-ray ${RAY}).`,
    ]);
    const wide = { code: 1000, error_chain: Array.from({ length: 50 }, (_, n) => ({ code: 1001 + n })) };
    expect(error(wide)).toEqual([
      `Could not read connector x: Cloudflare error 1000${named([1001, 1002, 1003, 1004, 1005])} (HTTP 400, cf-ray ${RAY}).`,
    ]);
  });

  it('is named without a cf-ray where the answer has none', () => {
    const body = { success: false, errors: ['No'] };
    expect(failure({ status: 400, body, headers: {} }).problems).toEqual([
      'Could not read connector x: Cloudflare error "No" (HTTP 400).',
    ]);
  });

  it('is also a bare {code, error}, which has no envelope', () => {
    const body = { code: 1234, error: 'No route' };
    const { problems, errors } = failure({ status: 200, body });
    expect(problems).toEqual([
      `Could not read connector x: Cloudflare error 1234 "No route" (HTTP 200, cf-ray ${RAY}).`,
    ]);
    expect(errors).toEqual([body]);
  });

  it('is not the bare one where errors has entries', () => {
    const body = { success: false, errors: [{ code: 1234, message: 'No' }], error: 'Other' };
    expect(failure({ status: 400, body }).errors).toEqual([{ code: 1234, message: 'No' }]);
  });

  it('keeps its entries and the messages as the API gave them', () => {
    const errors = [{ code: 1234, message: 'No', extra: { a: [1] } }, 'plain'];
    const messages = [{ code: 10000, message: 'By the way' }];
    const kept = failure({ status: 400, body: { success: false, errors, messages } });
    expect({ errors: kept.errors, messages: kept.messages, status: kept.reply.status }).toEqual({
      errors,
      messages,
      status: 400,
    });
    expect(failure({ body: { success: false, messages } }).messages).toEqual(messages);
  });

  it('has a time to wait for where the answer says so', () => {
    const headers = { 'retry-after': '90' };
    const limited = failure({ status: 429, body: { success: false, errors: ['Slow down'] }, headers });
    expect(limited.problems).toEqual([
      'Could not read connector x: Cloudflare error "Slow down" (HTTP 429). Cloudflare allows a user or token 1,200 requests in 5 minutes, then refuses all for 5 minutes. Cloudflare asks to wait 1 min 30 s, until 2026-01-02T03:05:35.000Z.',
    ]);
    expect(limited.retryAfterMs).toBe(90_000);
  });
});

describe('the hint of an error', () => {
  const permission =
    'Does the token have the permission "SSO Connector: Edit" ("Read" for mode check) on this very account?';
  const noToken = 'The secret does not look like an API token: is it a global API key, within quotes, or cut off?';
  const hint = (status: number, ...errors: unknown[]) => {
    const [problem = ''] = failure({ status, body: { success: false, errors } }).problems;
    return problem.split(`cf-ray ${RAY}).`)[1]?.trim();
  };

  test.each([
    [10000, permission],
    [10001, permission],
    [9106, 'No token arrived: is api_token empty?'],
    [9109, 'The token is not valid (any more), or its client IP address filter leaves this runner out.'],
    [6003, noToken],
    [6103, noToken],
    [6111, noToken],
    [7003, 'Is account_id or sso_connector_id wrong?'],
  ])('of code %i goes by the code, whatever the HTTP status', (code, expected) => {
    for (const status of [200, 400, 401, 403, 404]) expect(hint(status, { code, message: 'No' })).toBe(expected);
    expect(hint(400, { code: String(code), message: 'No' })).toBe(expected);
  });

  test.each([
    [401, 'The token was not accepted: is it valid, and meant for this account?'],
    [403, permission],
    [404, 'There is no such thing for this token: are account_id and sso_connector_id right?'],
    [429, 'Cloudflare allows a user or token 1,200 requests in 5 minutes, then refuses all for 5 minutes.'],
    [301, 'Redirects are not followed: is api_base_url right?'],
    [399, 'Redirects are not followed: is api_base_url right?'],
  ])('of another code goes by HTTP %i', (status, expected) => {
    expect(hint(status, { code: 1234, message: 'No' })).toBe(expected);
    expect(hint(status, 'No')).toBe(expected);
  });

  test.each([200, 400, 409, 500])('of another code and HTTP %i there is none', (status) => {
    expect(hint(status, { code: 1234, message: 'No' })).toBe('');
  });

  it('goes by a code of its chain, before the HTTP status', () => {
    const error_chain = [
      { code: 1235, message: 'x' },
      { code: 6111, message: 'Invalid format' },
    ];
    expect(hint(403, { code: 1234, message: 'No', error_chain })).toBe(noToken);
  });

  it('goes by its own code before those of its chain', () => {
    expect(hint(400, { code: 7003, message: 'No', error_chain: [{ code: 6111, message: 'x' }] })).toBe(
      'Is account_id or sso_connector_id wrong?',
    );
  });
});

describe('an answer that is not JSON', () => {
  const html = { 'content-type': 'text/html; charset=UTF-8', 'cf-ray': RAY };

  test.each([
    [502, 'Bad gateway'],
    [504, 'Gateway time-out'],
    [520, 'Web server is returning an unknown error'],
    [530, 'Origin DNS error'],
  ])('such as the edge page of %i is named with status, content type, cf-ray and an excerpt', (status, title) => {
    const body = `<!DOCTYPE html>\n<html>\n  <head><title>${title}</title></head>\n${'<p>more</p>'.repeat(2000)}</html>`;
    const start = `<!DOCTYPE html> <html> <head><title>${title}</title></head> ${'<p>more</p>'.repeat(20)}`;
    expect(failure({ status, body, headers: html }).problems).toEqual([
      `Could not read connector x: the answer is not JSON (HTTP ${status}, cf-ray ${RAY}, content type "text/html; charset=UTF-8"): "${start.slice(0, 119)}…".`,
    ]);
  });

  it('may have a hint by its status, and no content type', () => {
    expect(failure({ status: 403, body: 'Denied', headers: { 'cf-ray': RAY } }).problems).toEqual([
      `Could not read connector x: the answer is not JSON (HTTP 403, cf-ray ${RAY}, content type "nothing"): "Denied". Does the token have the permission "SSO Connector: Edit" ("Read" for mode check) on this very account?`,
    ]);
    expect(failure({ status: 404, body: '[]', headers: {} }).problems).toEqual([
      'Could not read connector x: the answer is JSON but no envelope of Cloudflare\'s (HTTP 404): "[]". There is no such thing for this token: are account_id and sso_connector_id right?',
    ]);
  });

  it('has its excerpt neutralised: one line, no workflow command', () => {
    const body = '::error::x\r\n##[add-mask]y\u001b[31m\u2028z';
    expect(failure({ status: 200, body, headers: { 'content-type': 'text/plain\u0007' } }).problems).toEqual([
      'Could not read connector x: the answer is not JSON (HTTP 200, content type "text/plain"): ": :error::x # #[add-mask]y [31m z".',
    ]);
  });

  it('may be a challenge for browsers, which has its own advice', () => {
    const headers = { ...html, 'cf-mitigated': 'challenge' };
    expect(failure({ status: 403, body: '<html>Just a moment...</html>', headers }).problems).toEqual([
      `Could not read connector x: Cloudflare's edge answered with a challenge for browsers (HTTP 403, cf-ray ${RAY}). It takes this runner for a bot: try from another network.`,
    ]);
    const other = { ...html, 'cf-mitigated': 'block' };
    expect(failure({ status: 400, body: 'x', headers: other }).problems).toEqual([
      `Could not read connector x: the answer is not JSON (HTTP 400, cf-ray ${RAY}, content type "text/html; charset=UTF-8"): "x".`,
    ]);
  });
});

describe('a failure', () => {
  test.each([
    [400, false, false],
    [403, false, false],
    [404, false, false],
    [408, true, false],
    [409, false, false],
    [429, true, false],
    [499, false, false],
    [500, true, true],
    [502, true, true],
    [530, true, true],
  ])('of HTTP %i is passing: %s, and may have been carried out all the same: %s', (status, passing, unanswered) => {
    const one = failure({ status, body: { success: false, errors: ['No'] } });
    expect([one.passing, one.unanswered]).toEqual([passing, unanswered]);
  });

  test.each([
    [400, { code: 1234 }, true],
    [403, { code: 1234 }, true],
    [409, { code: 1234 }, true],
    [200, 'plain', true],
    [403, { code: 10000 }, false],
    [400, { code: '9109' }, false],
    [400, { code: 6003 }, false],
    [404, { code: 7003 }, false],
    [401, { code: 1234 }, false],
    [404, { code: 1234 }, false],
    [408, { code: 1234 }, false],
    [429, { code: 1234 }, false],
    [500, { code: 1234 }, false],
    [503, { code: 1234 }, false],
  ])(
    'of HTTP %i with %j is a refusal of what was asked for, not of the token, route or load: %s',
    (status, entry, is) => {
      expect(failure({ status, body: { success: false, errors: [entry] } }).isRefusal).toBe(is);
    },
  );

  test.each([
    [200, { success: false }, true],
    [200, {}, false],
    [400, { success: false, errors: null }, true],
    [400, {}, true],
    [403, { success: false }, true],
    [404, { success: false }, false],
    [429, { success: false }, false],
    [500, { success: false }, false],
    [400, [], false],
    [403, '<html>', false],
  ])('of HTTP %i without errors is a refusal if it is an envelope, %j: %s', (status, body, is) => {
    expect(failure({ status, body }).isRefusal).toBe(is);
  });

  it('is a refusal only where each of its errors is', () => {
    const body = { success: false, errors: [{ code: 1234 }, { code: 10000 }] };
    expect(failure({ status: 400, body }).isRefusal).toBe(false);
  });

  test.each([
    ['says no', 200, { success: false, errors: ['No'] }, false],
    ['says no without an error', 200, { success: false }, false],
    ['says no without success', 200, { errors: ['No'] }, false],
    ['says yes and has an error', 200, { success: true, errors: ['No'] }, true],
    ['says neither yes nor no', 200, {}, true],
    ['says "true"', 201, { success: 'true' }, true],
    ['is no envelope', 200, [], true],
    ['is a page', 200, '<html>', true],
    ['is empty', 204, '', true],
    ['is a page of an error', 404, '<html>', false],
    ['is a redirect', 302, '', false],
  ])('that %s (HTTP %i, %j) may be of a request that took effect: %s', (_, status, body, unanswered) => {
    expect(failure({ status, body }).unanswered).toBe(unanswered);
  });

  it('that may be of a request that took effect is no refusal', () => {
    expect(failure({ body: { success: true, errors: ['No'] } }).isRefusal).toBe(false);
    const refused = failure({ status: 400, body: { success: false, errors: ['No'] } });
    expect([refused, refused.explained(''), refused.explained('', true)].map((each) => each.isRefusal)).toEqual([
      true,
      true,
      false,
    ]);
  });

  it('stays what it is when more is said of it, after its last problem', () => {
    const body = { success: false, errors: ['One', 'Two'], messages: ['Hello'] };
    const explained = failure({ status: 429, body, headers: { 'retry-after': '2' } }).explained(
      'Also after 3 retries.',
    );
    expect(explained).toBeInstanceOf(ApiFailure);
    expect(failure({ status: 502, body: 'x' }).explained('More.').unanswered).toBe(true);
    expect(explained.problems.map((problem) => problem.endsWith(' Also after 3 retries.'))).toEqual([false, true]);
    const { errors, messages, retryAfterMs, passing, reply } = explained;
    expect({ errors, messages, retryAfterMs, passing, status: reply.status }).toEqual({
      errors: ['One', 'Two'],
      messages: ['Hello'],
      retryAfterMs: 2000,
      passing: true,
      status: 429,
    });
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
