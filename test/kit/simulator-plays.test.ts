import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { playGroups } from '../simulator/elsewhere.ts';
import { type Simulator, startSimulator } from '../simulator/simulator.ts';

// What comes instead of the API's own answer, by name.
let simulator: Simulator;
let id: string;

beforeEach(async () => {
  simulator = await startSimulator();
  id = simulator.addConnector().id;
});
afterEach(() => simulator.close());

/** Status, header and text of what comes to a request. */
async function call(method = 'GET', path = '', body?: string) {
  const url = `${simulator.apiBaseUrl}/accounts/${simulator.accountId}/sso_connectors${path}`;
  const headers = { authorization: `Bearer ${simulator.tokens.edit}`, 'content-type': 'application/json' };
  const answer = await fetch(url, { method, headers, redirect: 'manual', ...(body !== undefined && { body }) });
  return { status: answer.status, headers: answer.headers, text: await answer.text() };
}

const plays = playGroups.flatMap((group) => group.plays.map((play) => ({ ...play, group: group.title })));
const named = (prefix: string) => plays.filter(({ name }) => name.startsWith(prefix));
const broken = ['reset', 'hang', 'apply-then-reset', 'reset-after-headers', 'truncate'];
const answered = plays.filter(({ name, group }) => !broken.includes(name) && group !== 'GitHub');

describe('the plays', () => {
  it('have names of their own and a line each', () => {
    expect(new Set(plays.map(({ name }) => name)).size).toBe(plays.length);
    for (const { name, description } of plays) {
      expect(name).toMatch(/^[a-z0-9-]+$/);
      expect(description).toMatch(/^.+$/);
    }
  });

  it.each(answered)('$name strikes once, then all is as usual, and takes at most 1 MiB', async ({ name }) => {
    const play = simulator.play(name);
    const { text } = await call();
    expect(Buffer.byteLength(text)).toBeLessThanOrEqual(1024 * 1024);
    expect([play.hits, (await call()).status]).toEqual([1, 200]);
  });

  it('that there are not are told', () => {
    expect(() => simulator.play('edge-9999')).toThrow('no play "edge-9999"');
  });
});

describe('an error of the edge', () => {
  it.each(named('edge-'))('$name is JSON by RFC 9457', async ({ name }) => {
    simulator.play(name);
    const { status, headers, text } = await call();
    const body: unknown = JSON.parse(text);
    const code = Number(name.replace('edge-', ''));
    const ray = headers.get('cf-ray')?.replace('-FRA', '');
    expect(headers.get('content-type')).toMatch(/^application\/(problem\+)?json\b/);
    expect(body).toEqual({
      type: expect.stringMatching(/^https:\/\/developers\.cloudflare\.com\//),
      title: expect.stringMatching(new RegExp(`^Error ${code}: \\w`)),
      status,
      detail: expect.any(String),
      instance: ray,
      error_code: code,
      error_name: expect.stringMatching(/^[a-z_]+$/),
      error_category: expect.any(String),
      ray_id: ray,
      timestamp: expect.stringMatching(/Z$/),
      cloudflare_error: true,
      retryable: headers.has('retry-after'),
      ...(headers.has('retry-after') && { retry_after: Number(headers.get('retry-after')) }),
      owner_action_required: !headers.has('retry-after'),
      what_you_should_do: expect.any(String),
    });
  });

  it('has the Retry-After that the edge sends by default', async () => {
    const waits: Record<string, string | null> = {};
    for (const { name } of named('edge-')) {
      simulator.play(name);
      const { headers } = await call();
      if (headers.has('retry-after')) waits[name.slice(5)] = headers.get('retry-after');
    }
    expect(waits).toEqual({
      500: '30',
      502: '60',
      504: '120',
      520: '60',
      521: '120',
      522: '120',
      523: '120',
      524: '120',
      1015: '30',
      1033: '120',
    });
  });
});

describe('something between', () => {
  it.each([
    ['error-1010-text', 403, 'text/plain', /^error code: 1010$/],
    ['firewall-page', 403, 'text/html', /^<!DOCTYPE html>\n(<!--.*\n)+(.|\n)*Sorry, you have been blocked/],
    ['gateway-policy', 403, 'application/json', /^{"message":"Blocked by policy 17"}$/],
    ['page-401', 401, 'text/html', /<title>/],
    ['page-404', 404, 'text/html', /<title>/],
    ['bare-code-error', 403, 'application/json', /^{"code":1001,"error":"Not allowed"}$/],
    ['redirect', 302, 'text/html', /^$/],
  ])('%s', async (name, status, type, text) => {
    simulator.play(name);
    const answer = await call();
    expect(answer).toMatchObject({ status, text: expect.stringMatching(text) });
    expect(answer.headers.get('content-type')).toContain(type);
  });

  it('has comments for old browsers in the first 120 characters of the firewall page', async () => {
    simulator.play('firewall-page');
    expect((await call()).text.slice(0, 120).replaceAll(/<!.*?>/g, '')).not.toMatch(/blocked|<title/);
  });

  it('marks a challenge', async () => {
    simulator.play('challenge');
    expect((await call()).headers.get('cf-mitigated')).toBe('challenge');
  });
});

describe('a refusal', () => {
  it.each(named('error-').filter(({ name }) => name !== 'error-1010-text'))(
    '$name is an envelope',
    async ({ name }) => {
      simulator.play(name);
      const { status, text } = await call('PATCH', `/${id}`, '{"enabled":true}');
      expect(status).toBeGreaterThanOrEqual(400);
      expect(JSON.parse(text)).toMatchObject({ success: false, errors: [{ code: expect.any(Number) }], result: null });
      expect(simulator.connector(id)?.enabled).toBe(false);
    },
  );

  it('comes with Retry-After and without', async () => {
    const waits = [];
    for (const name of ['error-971-429', 'error-971-429-bare', 'error-971-429-zero']) {
      simulator.play(name);
      waits.push((await call()).headers.get('retry-after'));
    }
    expect(waits).toEqual(['300', null, '0']);
  });
});

describe('an odd answer', () => {
  it.each([
    ['repeated-success', '"success"', 2],
    ['repeated-errors', '"errors"', 2],
    ['repeated-result', '"result"', 2],
    ['repeated-enabled', '"enabled"', 2],
    ['repeated-id', '"id"', 2],
    ['repeated-status', '"status"', 2],
    ['repeated-escaped', 'nabled"', 2],
    ['repeated-harmless', '"name"', 2],
  ])('%s has %s so often, and is carried out', async (name, key, times) => {
    simulator.play(name);
    const { text } = await call('PATCH', `/${id}`, '{"enabled":true}');
    expect(text.split(`${key}:`).length - 1).toBe(times);
    expect(() => JSON.parse(text)).not.toThrow();
    expect(simulator.connector(id)?.enabled).toBe(true);
  });

  it.each(['token-echo', 'token-message'])('%s has the token in no text, but in what it spells', async (name) => {
    simulator.play(name);
    const { text } = await call();
    expect(text).not.toContain(simulator.tokens.edit);
    expect(JSON.stringify(JSON.parse(text))).toContain(simulator.tokens.edit);
  });

  it.each(['full-width-commands', 'full-width-message', 'page-commands'])('%s has commands', async (name) => {
    simulator.play(name);
    expect((await call()).text).toMatch(/＃＃［error\]pwned.*：：error::pwned/s);
  });
});

it('is carried out first, if asked for', async () => {
  simulator.play('edge-502', { method: 'PATCH', carriedOut: true });
  expect((await call('PATCH', `/${id}`, '{"enabled":true}')).status).toBe(502);
  expect(simulator.connector(id)?.enabled).toBe(true);
});

describe('by HTTP, a person', () => {
  const ask = async (method: string, path: string) => {
    const answer = await fetch(simulator.origin + path, { method });
    return [answer.status, await answer.text()];
  };

  it('sees the list of plays', async () => {
    const [status, text] = await ask('GET', '/play');
    expect(status).toBe(200);
    for (const { name } of plays) expect(text).toMatch(new RegExp(`^  ${name} +\\S`, 'm'));
    for (const { description } of plays) expect(text).toContain(`  ${description}\n`);
  });

  it('asks for one, and takes it back', async () => {
    expect(await ask('POST', '/play/edge-1020?times=2&after=1&method=get')).toEqual([
      200,
      'edge-1020 is played for the next 2 that it is for.\n',
    ]);
    expect([(await call()).status, (await call()).status, (await call()).status, (await call()).status]).toEqual([
      ...[200, 403, 403, 200],
    ]);
    await ask('POST', '/play/edge-522?times=always&carried_out=true');
    expect((await call('PATCH', `/${id}`, '{"enabled":true}')).status).toBe(522);
    expect(simulator.connector(id)?.enabled).toBe(true);
    expect(await ask('DELETE', '/play')).toEqual([200, 'Nothing is played any more.\n']);
    expect((await call()).status).toBe(200);
  });

  it.each([
    ['POST', '/play/none', 400, 'no play "none"; GET /play lists the plays.\n'],
    ['POST', '/play/reset?times=x', 400, 'times must be a whole number, not "x"; GET /play lists the plays.\n'],
    ['PUT', '/play/reset', 405, 'GET /play, POST /play/NAME or DELETE /play.\n'],
  ])('is told what is wrong with %s %s', async (method, path, status, text) => {
    expect(await ask(method, path)).toEqual([status, text]);
  });
});
