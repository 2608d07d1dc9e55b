import { once } from 'node:events';
import { Agent, get, type IncomingMessage, type RequestOptions } from 'node:http';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Quota } from '../simulator/quota.ts';
import { type Simulator, startSimulator } from '../simulator/simulator.ts';

// What the vendor's SDK does not show: bytes, headers, counts and limits.
let simulator: Simulator;

beforeEach(async () => {
  simulator = await startSimulator();
});
afterEach(() => simulator.close());

function call(path = '', init: RequestInit = {}, target = simulator) {
  const headers = { authorization: `Bearer ${target.tokens.edit}`, 'content-type': 'application/json' };
  return fetch(`${target.apiBaseUrl}/accounts/${target.accountId}/sso_connectors${path}`, { headers, ...init });
}

describe('an answer', () => {
  it('is JSON and has a ray ID of its own', async () => {
    const answers = [await call(), await call()];
    const rays = answers.map(({ headers }) => headers.get('cf-ray'));
    expect(rays).toEqual([expect.stringMatching(/^[0-9a-f]{16}-FRA$/), expect.stringMatching(/^[0-9a-f]{16}-FRA$/)]);
    expect(new Set(rays).size).toBe(2);
    expect(answers[0]?.headers.get('content-type')).toBe('application/json');
  });

  it('is the envelope, with null for the result of a refusal', async () => {
    expect(await (await call('/none')).json()).toEqual({
      success: false,
      errors: [{ code: 7003, message: expect.stringContaining('Could not route to /accounts/') }],
      messages: [],
      result: null,
    });
  });

  it('of the list says how many connectors there are, also where a page does not hold them all', async () => {
    await using paged = await startSimulator({ listPageSize: 2 });
    for (let n = 0; n < 3; n++) paged.addConnector();
    expect(await (await call('', {}, paged)).json()).toMatchObject({
      result: [{}, {}],
      result_info: { count: 2, page: 1, per_page: 2, total_count: 3 },
    });
    expect(await (await call('?page=2', {}, paged)).json()).toMatchObject({ result_info: { count: 1, page: 2 } });
  });
});

describe('a request', () => {
  it('without an Authorization header is refused with 9106', async () => {
    const answer = await call('', { headers: {} });
    expect([answer.status, await answer.json()]).toMatchObject([400, { errors: [{ code: 9106 }] }]);
  });

  it('to update may have no body', async () => {
    const connector = simulator.addConnector();
    const answer = await call(`/${connector.id}`, { method: 'PATCH' });
    expect(await answer.json()).toEqual({ success: true, errors: [], messages: [], result: connector });
  });

  it.each([
    ['is not JSON', '{', 'application/json', 400, 6007],
    ['is not an object', '[]', 'application/json', 400, 1001],
    ['does not say that it is JSON', '{}', 'text/plain', 415, 10415],
  ])('to update with a body that %s is refused', async (_, body, type, status, code) => {
    const headers = { authorization: `Bearer ${simulator.tokens.edit}`, 'content-type': type };
    const answer = await call(`/${simulator.addConnector().id}`, { method: 'PATCH', headers, body });
    expect([answer.status, await answer.json()]).toMatchObject([status, { errors: [{ code }] }]);
  });

  it.each([
    ['PUT', ''],
    ['PUT', '/ID'],
    ['GET', '/ID/begin_verification'],
  ])('%s %s is refused with 405', async (method, path) => {
    const answer = await call(path.replace('ID', simulator.addConnector().id), { method });
    expect(answer.status).toBe(405);
  });

  it('is recorded with what became of it', async () => {
    const { id } = simulator.addConnector();
    const before = Date.now();
    const answer = await call(`/${id}`, { method: 'PATCH', body: '{"enabled":true}' });
    await call();
    expect(simulator.requestsTo('PATCH')).toEqual([simulator.requests[0]]);
    expect(simulator.requestsTo('GET', /sso_connectors$/)).toEqual([simulator.requests[1]]);
    expect(simulator.requests[0]).toMatchObject({
      method: 'PATCH',
      path: `/client/v4/accounts/${simulator.accountId}/sso_connectors/${id}`,
      headers: { authorization: `Bearer ${simulator.tokens.edit}` },
      body: '{"enabled":true}',
      status: 200,
      responseHeaders: { 'cf-ray': answer.headers.get('cf-ray') },
    });
    expect(simulator.requests[0]?.startedAt).toBeGreaterThan(before - 1000);
  });
});

describe('the simulator', () => {
  it('knows how many requests were under way at once', async () => {
    const { promise: allCame, resolve } = Promise.withResolvers<undefined>();
    simulator.on('request', (_, n) => n === 3 && resolve(undefined));
    simulator.fault({ times: 3, respond: () => allCame });
    await Promise.all([call(), call(), call()]);
    await call();
    expect([simulator.maxInFlight, simulator.requests.length]).toEqual([3, 4]);
  });

  it('counts connections', async () => {
    const agent = new Agent({ keepAlive: true });
    const use = async (init: RequestOptions) => {
      const [answer]: IncomingMessage[] = await once(get(simulator.apiBaseUrl, init), 'response');
      if (answer) await once(answer.resume(), 'close');
      return simulator.connectionsOpened;
    };
    expect([await use({ agent }), await use({ agent }), await use({ agent: false })]).toEqual([1, 1, 2]);
    agent.destroy();
  });

  it('holds back its answers as long as asked', async () => {
    await using slow = await startSimulator({ latencyMs: 50 });
    const start = performance.now();
    await call('', {}, slow);
    expect(performance.now() - start).toBeGreaterThanOrEqual(49);
  });

  it('closes at once, with a request hanging', async () => {
    simulator.fault({ respond: 'hang' });
    const hanging = call().catch(() => 'ended');
    await once(simulator, 'request');
    await simulator.close();
    expect(await hanging).toBe('ended');
    await expect(call()).rejects.toThrow();
  });

  it('refuses a port that is taken', async () => {
    await expect(startSimulator({ port: Number(new URL(simulator.origin).port) })).rejects.toThrow('EADDRINUSE');
  });
});

describe('the rate limit', () => {
  it('is told with every answer, and refuses what is beyond it', async () => {
    await using limited = await startSimulator({ quota: { limit: 2, windowMs: 2500, blockMs: 60_000, now: () => 0 } });
    const answers = [await call('', {}, limited), await call('/none', {}, limited), await call('', {}, limited)];
    expect(
      answers.map(({ status, headers }) => [status, headers.get('ratelimit'), headers.get('retry-after')]),
    ).toEqual([
      [200, '"default";r=1;t=3', null],
      [404, '"default";r=0;t=3', null],
      [429, '"default";r=0;t=60', '60'],
    ]);
    expect(answers[0]?.headers.get('ratelimit-policy')).toBe('"default";q=2;w=3');
    const other = { authorization: `Bearer ${limited.tokens.read}` };
    expect((await call('', { headers: other }, limited)).status).toBe(200);
  });

  it('opens anew when the window turns, and when the block ends', () => {
    const times = [0, 1000, 1999, 6998, 6999];
    const clock = times.values();
    const quota = new Quota({ limit: 1, windowMs: 1000, blockMs: 5000, now: () => clock.next().value ?? 0 });
    const allowed = times.map(() => quota.take('token').retryAfter === undefined);
    expect(allowed).toEqual([true, true, false, false, true]);
  });
});
