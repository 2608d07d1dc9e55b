import { describe, expect, it } from 'vitest';
import { Client, type ClientOptions } from '../../src/cloudflare/client.ts';
import type { AnswerHead, WireRequest } from '../../src/cloudflare/wire.ts';
import { Failure } from '../../src/failure.ts';
import { VERSION } from '../../src/version.ts';
import { FakeClock } from '../kit/clock.ts';

const TOKEN = 'cfut_Vt3kS9xQw1mZr7Lp0aBcDeFgHiJkMnOpQrStUvWx';
const RAY = '8f0c2b1e4d5a6b7c-FRA';
const ref = { id: 'id-1', name: 'acme.example' };

/** What the API answers: an envelope of HTTP 200, or of another status. */
type Scripted = { readonly status?: number; readonly body: unknown } | Error;

const success = (result: unknown, more = {}): Scripted => ({ body: { success: true, errors: [], result, ...more } });
const refusal = (status: number, code: number, message: string): Scripted => ({
  status,
  body: { success: false, errors: [{ code, message }] },
});

/** A client whose requests are answered one after another, and what it sent and said. */
function world(scripted: readonly Scripted[], options: Partial<ClientOptions> = {}) {
  const answers = [...scripted];
  const sent: WireRequest[] = [];
  const lines: string[] = [];
  const debugs: string[] = [];
  const doubts: boolean[] = [];
  async function* bodyOf(body: unknown) {
    yield Buffer.from(JSON.stringify(body));
  }
  const send = async (message: WireRequest): Promise<AnswerHead> => {
    sent.push(message);
    message.onLeave();
    const answer = answers.shift();
    if (answer === undefined) throw new Error('nobody expected this request');
    if (answer instanceof Error) throw answer;
    return { status: answer.status ?? 200, headers: { 'cf-ray': RAY }, body: bodyOf(answer.body) };
  };
  const client = new Client({
    apiBaseUrl: new URL('https://api.cloudflare.example/client/v4'),
    accountId: 'account',
    apiToken: TOKEN,
    connections: { send, destroy() {} },
    requestTimeout: 1000,
    maxRetries: 0,
    clock: new FakeClock(),
    log: { info: (line) => void lines.push(line), debug: (line) => void debugs.push(line()) },
    ...options,
  });
  const doubt = (inDoubt: boolean) => void doubts.push(inDoubt);
  return { client, sent, lines, debugs, doubts, doubt, signal: new AbortController().signal };
}

/** The method and the path from the account's on. */
function asked({ sent }: { sent: readonly WireRequest[] }): string[] {
  return sent.map(({ method, url, body }) =>
    [method, url.href.replace('https://api.cloudflare.example/client/v4', ''), body].filter(Boolean).join(' '),
  );
}

async function failureOf(work: Promise<unknown>): Promise<Failure> {
  const failure = await work.then(
    () => 'a success',
    (error: unknown) => error,
  );
  if (failure instanceof Failure) return failure;
  throw failure;
}

describe('the list of connectors', () => {
  it('is read page by page', async () => {
    const one = world([success([{ id: 'a' }], { result_info: { total_count: 2 } }), success([{ id: 'b' }])]);
    const { connectors, missing } = await one.client.list(one.signal);
    expect([connectors.map(({ id }) => id), missing]).toEqual([['a', 'b'], undefined]);
    expect(asked(one)).toEqual(['GET /accounts/account/sso_connectors', 'GET /accounts/account/sso_connectors?page=2']);
  });

  it('names the account, and the page from the second on, where it fails', async () => {
    const no = refusal(403, 1234, 'Token');
    const said = (which: string) =>
      `Could not list the connectors of account account${which}: Cloudflare error 1234 "Token" (HTTP 403, cf-ray ${RAY}).`;
    const one = world([no]);
    expect((await failureOf(one.client.list(one.signal))).message).toBe(said(''));
    const two = world([success([{ id: 'a' }], { result_info: { total_count: 2 } }), no]);
    expect((await failureOf(two.client.list(two.signal))).message).toBe(said(' (page 2)'));
  });

  it('is incomplete if a page from the second on is refused, which the API does not document', async () => {
    const first = success([{ id: 'a' }], { result_info: { total_count: 2 } });
    const { client, signal } = world([first, refusal(400, 1234, 'No')]);
    const { connectors, missing } = await client.list(signal);
    expect(connectors.map(({ id }) => id)).toEqual(['a']);
    expect(missing).toBe('page 2 could not be read (Cloudflare refused: No)');
  });

  it('of an account that there is not is no matter of a connector', async () => {
    const { client, signal } = world([refusal(404, 7003, 'Could not route')]);
    expect((await failureOf(client.list(signal))).problems).toMatchObject([{ problem: 'no such account' }]);
  });
});

describe('a connector', () => {
  it('is read by its id', async () => {
    const one = world([success({ id: 'id-1', enabled: true })]);
    expect(await one.client.get(ref, one.signal)).toMatchObject({ id: 'id-1', enabled: true });
    expect(asked(one)).toEqual(['GET /accounts/account/sso_connectors/id-1']);
  });

  it.each([
    ['id-2', '"id-2"'],
    [undefined, 'without an id'],
  ])('is the very one that was asked for, and not %j', async (id, named) => {
    const { client, signal } = world([success({ id })]);
    expect((await failureOf(client.get(ref, signal))).problems).toEqual([
      {
        kind: 'unexpected',
        problem: 'no answer about this connector',
        message: `Could not read acme.example: Cloudflare answered with a connector ${named}.`,
      },
    ]);
  });

  it.each([
    [null, 'a success without a result'],
    ['done', 'something that is no connector: it is "done", not an object'],
    [[{}, {}], '2 connectors instead of one'],
  ])('is there after a success: %j', async (result, what) => {
    const { client, signal } = world([success(result)]);
    expect((await failureOf(client.get(ref, signal))).problems).toEqual([
      {
        kind: 'unexpected',
        problem: 'no valid answer',
        message: `Cloudflare was asked to read acme.example, and answered with ${what}.`,
      },
    ]);
  });

  it('that there is not is told as such', async () => {
    const { client, signal } = world([refusal(404, 7003, 'Could not route')]);
    expect((await failureOf(client.get(ref, signal))).problems).toMatchObject([
      { problem: 'no connector with this id' },
    ]);
  });
});

describe('a change', () => {
  it.each([
    [{ enabled: true }, '{"enabled":true}', 'set enabled=true for acme.example'],
    [
      { enabled: false, use_fedramp_language: true },
      '{"enabled":false,"use_fedramp_language":true}',
      'set enabled=false, use_fedramp_language=true for acme.example',
    ],
    [{}, '{}', 'send an update of no field for acme.example'],
  ])('has just the fields that were given: %j', async (desired, body, said) => {
    const one = world([success({ id: 'id-1' }), refusal(400, 1234, 'No')]);
    expect(await one.client.update(ref, desired, one.signal, one.doubt)).toMatchObject({ id: 'id-1' });
    const failure = await failureOf(one.client.update(ref, desired, one.signal, one.doubt));
    expect(failure.message).toBe(`Could not ${said}: Cloudflare error 1234 "No" (HTTP 400, cf-ray ${RAY}).`);
    expect(asked(one)).toEqual(Array(2).fill(`PATCH /accounts/account/sso_connectors/id-1 ${body}`));
    expect([one.doubts, failure.mayHaveTakenEffect]).toEqual([[true, true, false], false]);
  });

  it('may be a success without a result', async () => {
    const { client, signal, doubt } = world([success(null)]);
    expect(await client.update(ref, { enabled: true }, signal, doubt)).toBeUndefined();
  });

  it('begins a verification, whatever the answer has', async () => {
    const one = world([success('done'), refusal(400, 1234, 'No')]);
    expect(await one.client.beginVerification(ref, one.signal, one.doubt)).toBeUndefined();
    const failure = await failureOf(one.client.beginVerification(ref, one.signal, one.doubt));
    expect(failure.message).toBe(
      `Could not begin the verification of acme.example: Cloudflare error 1234 "No" (HTTP 400, cf-ray ${RAY}).`,
    );
    expect(asked(one)).toEqual(Array(2).fill('POST /accounts/account/sso_connectors/id-1/begin_verification'));
  });

  it('of a connector that there is not is told as such', async () => {
    const { client, signal, doubt } = world([refusal(404, 7003, 'Could not route')]);
    const failure = await failureOf(client.beginVerification(ref, signal, doubt));
    expect(failure.problems).toMatchObject([{ problem: 'no connector with this id' }]);
  });
});

describe('a request', () => {
  it('has the token, what it accepts, who sends it, and the type of its body, if it has one', async () => {
    const { client, sent, signal, doubt } = world([success({ id: 'id-1' }), success({ id: 'id-1' })]);
    await client.get(ref, signal);
    await client.update(ref, {}, signal, doubt);
    const headers = {
      authorization: `Bearer ${TOKEN}`,
      accept: 'application/json',
      'accept-encoding': 'identity',
      'user-agent': `cloudflare-sso-connector/${VERSION}`,
    };
    expect(sent.map((message) => [message.headers, message.body])).toEqual([
      [headers, undefined],
      [{ ...headers, 'content-type': 'application/json' }, '{}'],
    ]);
  });

  it.each(['https://api.cloudflare.example/client/v4', 'https://api.cloudflare.example/client/v4/'])(
    'goes to a path below %s',
    async (url) => {
      const one = world([success({ id: 'id-1' })], { apiBaseUrl: new URL(url) });
      await one.client.get(ref, one.signal);
      expect(asked(one)).toEqual(['GET /accounts/account/sso_connectors/id-1']);
    },
  );

  it('and its answer are shown in debug lines', async () => {
    const { client, debugs, signal, doubt } = world([success({ id: 'id-1' }), success({ id: 'id-1' })]);
    await client.get(ref, signal);
    await client.update(ref, { enabled: true }, signal, doubt);
    const answered = `HTTP 200, cf-ray ${RAY}: {"success":true,"errors":[],"result":{"id":"id-1"}}`;
    const url = 'https://api.cloudflare.example/client/v4/accounts/account/sso_connectors/id-1';
    expect(debugs).toEqual([`GET ${url} `, answered, `PATCH ${url} {"enabled":true}`, answered]);
  });

  it('is told again after a passing fault, and the answer that decides is the last', async () => {
    const one = world([refusal(503, 1234, 'No'), success({ id: 'id-1' })], { maxRetries: 1 });
    await one.client.get(ref, one.signal);
    expect(one.lines).toEqual([
      `Could not read acme.example: Cloudflare error 1234 "No" (HTTP 503, cf-ray ${RAY}). Retry 1 of 1 in 375 ms.`,
    ]);
    expect(one.client.requests.decidingAnswer?.status).toBe(200);
  });

  it('without an answer leaves none that decided, unless it only explains', async () => {
    const lost = () => Object.assign(new Error('x'), { code: 'EPIPE' });
    const { client, signal } = world([success({ id: 'id-1' }), lost(), success({ id: 'id-1' }), lost()]);
    await client.get(ref, signal);
    await failureOf(client.get(ref, signal, { onlyExplains: true, atOnce: true }));
    expect(client.requests.decidingAnswer?.status).toBe(200);
    await client.get(ref, signal);
    await failureOf(client.get(ref, signal));
    expect(client.requests.decidingAnswer).toBeUndefined();
  });

  it('is not sent any more after a cancel, whose reason ends the work', async () => {
    const { client, sent } = world([]);
    await expect(client.get(ref, AbortSignal.abort('cancelled'))).rejects.toBe('cancelled');
    expect(sent).toEqual([]);
  });

  it('that only explains decides nothing by its answer', async () => {
    const { client, signal } = world([success({ id: 'id-1' }), refusal(403, 1234, 'No')]);
    await client.get(ref, signal);
    await failureOf(client.get(ref, signal, { onlyExplains: true, atOnce: true }));
    expect(client.requests.decidingAnswer?.status).toBe(200);
  });
});

describe('one refusal of the token after a success', () => {
  const denied = refusal(403, 10000, 'Authentication error');
  const fine = success({ id: 'id-1' });
  const listed = success([{ id: 'id-1' }]);

  it('is tried once more for each request, and again after its next success', async () => {
    const one = world([listed, denied, listed, denied, fine, denied, fine, denied, listed, denied, fine]);
    for (let n = 0; n < 2; n += 1) await one.client.list(one.signal);
    for (let n = 0; n < 2; n += 1) await one.client.get(ref, one.signal);
    await one.client.list(one.signal);
    await one.client.update(ref, {}, one.signal, one.doubt);
    expect(one.lines).toEqual(Array(5).fill(expect.stringMatching(/ Trying once more in 375 ms\.$/)));
  });

  it('is one: the second of a request counts, and not that of another', async () => {
    const one = world([listed, denied, denied, denied, fine, denied, denied, denied, fine]);
    await one.client.list(one.signal);
    const failure = await failureOf(one.client.list(one.signal));
    expect(failure.message).toBe(
      `Could not list the connectors of account account: Cloudflare error 10000 "Authentication error" (HTTP 403, cf-ray ${RAY}). 1 retry did not help.`,
    );
    expect(await one.client.get(ref, one.signal)).toMatchObject({ id: 'id-1' });
    await failureOf(one.client.get(ref, one.signal));
    expect(await one.client.update(ref, {}, one.signal, one.doubt)).toMatchObject({ id: 'id-1' });
    expect(one.sent).toHaveLength(9);
  });

  it('uses up no retry', async () => {
    const failed = refusal(503, 1234, 'No');
    const one = world([listed, denied, failed, listed], { maxRetries: 1 });
    await one.client.list(one.signal);
    await one.client.list(one.signal);
    expect(one.lines.map((line) => / ([A-Z][^.]*)\.$/.exec(line)?.[1])).toEqual([
      'Trying once more in 375 ms',
      'Retry 1 of 1 in 750 ms',
    ]);
  });

  it('may have another error beside it', async () => {
    const both = { status: 403, body: { success: false, errors: [{ code: 10000 }, { code: 1004, message: 'No' }] } };
    const one = world([listed, both, fine]);
    await one.client.list(one.signal);
    expect(await one.client.update(ref, {}, one.signal, one.doubt)).toMatchObject({ id: 'id-1' });
  });

  it('is none before any', async () => {
    const one = world([denied]);
    await failureOf(one.client.get(ref, one.signal));
    expect(one.lines).toEqual([]);
  });
});

describe('messages', () => {
  it('are lines of the log, each once, and kept as the API gave them', async () => {
    const messages = [{ code: 10000, message: 'Fine' }, 'Well'];
    const one = world([
      success({ id: 'id-1' }, { messages }),
      { status: 400, body: { success: false, errors: ['No'], messages: ['Well', 'More'] } },
    ]);
    await one.client.get(ref, one.signal);
    await failureOf(one.client.get(ref, one.signal));
    expect(one.lines).toEqual(['Cloudflare says: 10000: Fine', 'Cloudflare says: Well', 'Cloudflare says: More']);
    expect([...one.client.requests.messages.values()]).toEqual([...messages, 'More']);
  });

  it('are a hundred of an answer at most, and the rest is counted', async () => {
    const messages = Array.from({ length: 102 }, (_, n) => `${n}`);
    for (const [count, more] of [
      [100, []] as const,
      [102, ['Cloudflare says 2 more things in this answer.']] as const,
    ]) {
      const one = world([success({ id: 'id-1' }, { messages: messages.slice(0, count) })]);
      await one.client.get(ref, one.signal);
      expect(one.lines).toEqual([...messages.slice(0, 100).map((n) => `Cloudflare says: ${n}`), ...more]);
      expect(one.client.requests.messages.size).toBe(100);
    }
  });
});

describe('the end of the API token', () => {
  const of401 = refusal(401, 1000, 'Invalid API Token');
  const account = 'GET /accounts/account/tokens/verify';
  const user = 'GET /user/tokens/verify';

  it.each<[string, string, Scripted[], string[]]>([
    ['a user', 'cfut_x', [success({ status: 'active' })], [user]],
    ['an account', 'cfat_x', [success({ status: 'active' })], [account]],
    ['an account, whatever comes of it', 'cfat_x', [of401], [account]],
    ['nobody knows whom', 'x', [success({ status: 'active' })], [account]],
    ['nobody knows whom, after a 401', 'x', [of401, success({ status: 'active' })], [account, user]],
  ])('is asked for where a token of %s belongs', async (_, apiToken, answers, requests) => {
    const one = world(answers, { apiToken });
    const isClear = answers.at(-1) !== of401;
    expect(await one.client.verifyToken(one.signal)).toEqual(
      isClear ? { status: 'active', expiresOn: undefined } : `HTTP 401, cf-ray ${RAY}`,
    );
    expect(asked(one)).toEqual(requests);
  });

  it.each<[string, Scripted[], string]>([
    ['a refusal everywhere', [of401, of401], `HTTP 401, cf-ray ${RAY}`],
    ['no state', [success(null)], `HTTP 200, cf-ray ${RAY}`],
    ['no state after a refusal', [of401, success({})], `HTTP 200, cf-ray ${RAY}`],
    [
      'another refusal',
      [refusal(403, 1234, 'No')],
      `Could not verify the API token: Cloudflare error 1234 "No" (HTTP 403, cf-ray ${RAY}).`,
    ],
    [
      'no answer',
      [Object.assign(new Error('x'), { code: 'EPIPE' })],
      'Could not verify the API token: the connection was closed (EPIPE), at api.cloudflare.example.',
    ],
  ])('is unknown where the answer is not clear: %s', async (_, answers, reason) => {
    const one = world(answers, { apiToken: 'x' });
    expect(await one.client.verifyToken(one.signal)).toBe(reason);
    expect(one.sent).toHaveLength(answers.length);
  });
});
