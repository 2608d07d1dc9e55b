import { describe, expect, it } from 'vitest';
import type { Answer } from '../../src/cloudflare/answer.ts';
import { readDetails } from '../../src/cloudflare/problem-details.ts';

const RAY = '8f0c2b1e4d5a6b7c-FRA';
const SUPPORT = 'Give the cf-ray to Cloudflare support.';
const ELSEWHERE = 'Run this from another network.';
const NETWORK = 'Ask whoever runs the network of this runner.';

function details(status: number, body: unknown, headers: Answer['headers'] = { 'cf-ray': RAY }) {
  const text = typeof body === 'string' ? body : JSON.stringify(body);
  return readDetails({ status, headers, body: Buffer.from(text) }, typeof body === 'string' ? undefined : body);
}

/** As the edge has it: https://developers.cloudflare.com/support/troubleshooting/http-status-codes/ */
const EDGE = {
  type: 'https://developers.cloudflare.com/support/troubleshooting/http-status-codes/cloudflare-1xxx-errors/error-1020/',
  title: 'Error 1020: Access denied',
  status: 403,
  detail: 'The site owner has blocked access based on security rules.',
  instance: '8f0c2b1e4d5a6b7c',
  error_code: 1020,
  error_name: 'access_denied',
  error_category: 'access_denied',
  ray_id: '8f0c2b1e4d5a6b7c',
  cloudflare_error: true,
  retryable: false,
  owner_action_required: true,
  what_you_should_do: 'Do not retry. Contact the site owner.',
};

describe('an error of the edge in JSON', () => {
  it('is told with title, detail, code and advice', () => {
    expect(details(403, EDGE)).toEqual({
      kind: 'blocked',
      problem: "blocked by Cloudflare's edge (1020)",
      message: `Cloudflare's edge answered instead of the API (HTTP 403, cf-ray ${RAY}, error 1020): "Error 1020: Access denied. The site owner has blocked access based on security rules".`,
      action: `Cloudflare's edge advises: "Do not retry. Contact the site owner". ${ELSEWHERE} ${SUPPORT}`,
    });
  });

  it.each([
    ['Error 1020: Access denied', 'Access denied: not from here.', '"Access denied: not from here"'],
    ['Access denied', 'Access denied.', '"Access denied"'],
    ['Error 1020: Access denied', '', '"Error 1020: Access denied"'],
    ['', 'Not from here.', '"Not from here"'],
    ['', 'Not from here. ', '"Not from here"'],
    ['No Error 5: x', 'No x', '"No Error 5: x. No x"'],
  ])('with the title %j and the detail %j tells each thing once', (title, detail, says) => {
    expect(details(403, { ...EDGE, title, detail }).message).toBe(
      `Cloudflare's edge answered instead of the API (HTTP 403, cf-ray ${RAY}, error 1020): ${says}.`,
    );
  });

  it('names Cloudflare support beside advice that names the owner of the site', () => {
    const advice = 'Give the ray ID 8f0c2b1e4d5a6b7c to the site owner.';
    expect(details(403, { ...EDGE, what_you_should_do: advice }).action).toBe(
      `Cloudflare's edge advises: "Give the ray ID 8f0c2b1e4d5a6b7c to the site owner". ${ELSEWHERE} ${SUPPORT}`,
    );
  });

  it.each([
    ['with a Ray ID in its body', '8f0c2b1e4d5a6b7c', ', cf-ray 8f0c2b1e4d5a6b7c', SUPPORT],
    ['without any Ray ID', undefined, '', 'Ask Cloudflare support.'],
    ['with a Ray ID that is none', 'not one', '', 'Ask Cloudflare support.'],
  ])('without the header cf-ray does not blame the network: %s', (_, ray_id, name, help) => {
    expect(details(403, { ...EDGE, ray_id }, {})).toEqual({
      kind: 'blocked',
      problem: "blocked by Cloudflare's edge (1020)",
      message: `Cloudflare's edge answered instead of the API (HTTP 403${name}, error 1020): "Error 1020: Access denied. The site owner has blocked access based on security rules".`,
      action: `Cloudflare's edge advises: "Do not retry. Contact the site owner". ${ELSEWHERE} ${help}`,
    });
  });

  it('that is not of the edge by its own word has no Ray ID of its body', () => {
    expect(details(403, { title: 'No', ray_id: '8f0c2b1e4d5a6b7c' }, {}).action).toBe(`${ELSEWHERE} ${NETWORK}`);
  });

  it('whose advice is empty has that of its kind', () => {
    const body = { cloudflare_error: true, title: 'x', what_you_should_do: '' };
    expect(details(522, body).action).toBe(`Run this again later. ${SUPPORT}`);
  });

  it.each([
    [429, { error_code: 1015, title: 'Rate limited' }, 'rate_limited', 'rate limit reached (1015)'],
    [522, { error_code: 522, title: 'Connection timed out' }, 'unavailable', 'no answer from the API (522)'],
    [530, { error_code: 1033, title: 'Tunnel error' }, 'unavailable', 'no answer from the API (1033)'],
    [409, { error_code: '1018', title: 'Could not find host' }, 'blocked', "blocked by Cloudflare's edge (1018)"],
    [403, { error_code: null, title: 'No' }, 'blocked', "blocked by Cloudflare's edge (HTTP 403)"],
  ])('of HTTP %i with %j is of kind %s: %s', (status, body, kind, problem) => {
    expect(details(status, { cloudflare_error: true, ...body })).toMatchObject({ kind, problem });
  });

  it('without advice has that of its kind', () => {
    expect(details(522, { cloudflare_error: true, title: 'x' }).action).toBe(`Run this again later. ${SUPPORT}`);
    expect(details(403, { cloudflare_error: true, title: 'x' }).action).toBe(`${ELSEWHERE} ${SUPPORT}`);
    expect(details(409, { cloudflare_error: true, title: 'x' }).action).toBe(SUPPORT);
  });

  it('whose fields are of other types is told all the same', () => {
    const body = { cloudflare_error: true, title: 1, detail: [], error: 2, error_code: {}, what_you_should_do: {} };
    expect(details(403, body).message).toBe(
      `Cloudflare's edge answered instead of the API (HTTP 403, cf-ray ${RAY}): "${JSON.stringify(body)}".`,
    );
  });
});

describe('another answer that is no envelope', () => {
  it('may have advice, which is not said to be of the edge', () => {
    expect(details(503, { title: 'No', what_you_should_do: 'Wait.' }, {}).action).toBe(
      `The answer advises: "Wait". ${NETWORK}`,
    );
  });

  it.each<[string, number, unknown, string]>([
    ["a gateway's message", 403, { message: 'Blocked by policy 17' }, '"Blocked by policy 17"'],
    ["a gateway's error", 403, { error: { message: 'Not allowed', policy: 1 } }, '"Not allowed"'],
    ["a gateway's error as a text", 403, { error: 'invalid_request.' }, '"invalid_request"'],
    ['problem details of another', 403, { title: 'No', detail: 'Not here.' }, '"No. Not here"'],
    ['JSON with none of these words', 403, { reason: 'x' }, '"{"reason":"x"}"'],
    ['a list', 403, ['x'], '"["x"]"'],
    ['null', 403, null, '"null"'],
    ['text', 403, 'upstream connect error.\n', '"upstream connect error"'],
    ['text with a code within', 403, 'The error code: 1010', '"The error code: 1010"'],
    ['text with more than a code', 403, 'error code: 1010 or so', '"error code: 1010 or so"'],
    ['text with a longer code', 403, 'error code: 10100', '"error code: 10100"'],
    ['much text', 403, 'x'.repeat(1000), `"${'x'.repeat(199)}…"`],
    ['nothing', 403, '', 'an empty body'],
    ['white space', 403, ' \r\n', 'an empty body'],
    ['a title', 403, '<html><title> Denied </title><body>x', '"Denied"'],
    ['a title and the same heading', 403, '<title>Denied</title><h1 class="a">Denied</h1><p>x', '"Denied"'],
    ['a title and a heading', 403, '<title>Denied</title><h2><b>By</b>\n policy</h2><h1>x</h1>', '"Denied: By policy"'],
    ['a heading', 403, '<!-- a --><H1>No</H1>', '"No"'],
    ['a heading without an end', 403, '<h1>No', '"No"'],
    ['a page without either', 403, '<html><p>Go <b>away</b></p></html>', '"Go away"'],
    ['tags alone', 403, '<html><body></body></html>', '"<html><body></body></html>"'],
    ['a mark before a page', 403, '\ufeff<title>Denied</title>', '"Denied"'],
    [
      'a page that begins with comments for old browsers',
      403,
      `<!DOCTYPE html>\n${'<!--[if lt IE 7]> <html class="ie6"> <![endif]-->\n'.repeat(9)}<title>Attention Required! | Cloudflare</title><h1>Sorry, you have been blocked</h1>`,
      '"Attention Required! | Cloudflare: Sorry, you have been blocked"',
    ],
  ])('is told in its own words: %s', (_, status, body, says) => {
    expect(details(status, body)).toEqual({
      kind: 'blocked',
      problem: "blocked by Cloudflare's edge (HTTP 403)",
      message: `Cloudflare's edge or firewall answered instead of the API (HTTP 403, cf-ray ${RAY}): ${says}.`,
      action: `${ELSEWHERE} ${SUPPORT}`,
    });
    expect(details(status, body, {})).toEqual({
      kind: 'blocked',
      problem: 'blocked by a proxy or gateway (HTTP 403)',
      message: `a proxy or gateway probably answered instead of the API (HTTP 403): ${says}.`,
      action: `${ELSEWHERE} ${NETWORK}`,
    });
  });

  it('may be one line of text of the edge', () => {
    expect(details(403, 'error code: 1010')).toEqual({
      kind: 'blocked',
      problem: "blocked by Cloudflare's edge (1010)",
      message: `Cloudflare's edge answered instead of the API (HTTP 403, cf-ray ${RAY}, error 1010): "error code: 1010".`,
      action: `${ELSEWHERE} ${SUPPORT}`,
    });
  });

  it('may be a challenge for browsers', () => {
    expect(details(403, '<title>Just a moment...', { 'cf-ray': RAY, 'cf-mitigated': 'challenge' })).toEqual({
      kind: 'blocked',
      problem: "blocked by Cloudflare's edge (HTTP 403)",
      message: `Cloudflare's edge answered instead of the API (HTTP 403, cf-ray ${RAY}): a challenge for browsers.`,
      action: `Cloudflare takes this runner for a bot. Run this from another network. ${SUPPORT}`,
    });
    expect(details(403, 'x', { 'cf-mitigated': 'block' }).message).toContain(
      'a proxy or gateway probably answered instead of the API (HTTP 403): "x"',
    );
  });

  it.each([
    [300, '/a', 'a redirect to "/a"'],
    [302, '/login', 'a redirect to "/login"'],
    [307, undefined, 'a redirect'],
    [399, 'https://a.example/\u2028x', 'a redirect to "https://a.example/ x"'],
  ])('may be a redirect: %i', (status, location, says) => {
    expect(details(status, 'x', { location })).toEqual({
      kind: 'blocked',
      problem: `blocked by a proxy or gateway (HTTP ${status})`,
      message: `a proxy or gateway probably answered instead of the API (HTTP ${status}): ${says}.`,
      action: `Redirects are not followed. Check api_base_url. ${NETWORK}`,
    });
  });

  it('may be compressed, which was not asked for', () => {
    expect(details(200, 'x', { 'content-encoding': 'br' }).message).toBe(
      'a proxy or gateway probably answered instead of the API (HTTP 200): a body in br, which was not asked for.',
    );
  });

  it.each([
    [200, 'unexpected', 'no answer from the API (HTTP 200)', NETWORK],
    [204, 'unexpected', 'no answer from the API (HTTP 204)', NETWORK],
    [401, 'blocked', 'blocked by a proxy or gateway (HTTP 401)', NETWORK],
    [404, 'blocked', 'blocked by a proxy or gateway (HTTP 404)', NETWORK],
    [408, 'unavailable', 'no answer from the API (HTTP 408)', `Run this again later. ${NETWORK}`],
    [429, 'rate_limited', 'rate limit reached (HTTP 429)', NETWORK],
    [502, 'unavailable', 'no answer from the API (HTTP 502)', `Run this again later. ${NETWORK}`],
  ])('of HTTP %i is of kind %s: %s', (status, kind, problem, action) => {
    expect(details(status, '<title>x', {})).toMatchObject({ kind, problem, action });
  });

  it('is one line, and never a command', () => {
    expect(details(502, { message: '::error::x\r\n##[add-mask]y\u001b[31m\u2028＃＃［z' }, {}).message).toBe(
      'a proxy or gateway probably answered instead of the API (HTTP 502): ": :error::x # #[add-mask]y [31m ＃ ＃［z".',
    );
  });
});
