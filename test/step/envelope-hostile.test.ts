import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Call } from '../../src/cloudflare/call.ts';
import { expectSuccess, readEnvelope } from '../../src/cloudflare/envelope.ts';
import { TokenUse } from '../../src/cloudflare/token-use.ts';
import { Failure } from '../../src/failure.ts';
import { isSuccess } from '../../src/job/result.ts';
import { CONNECTOR, ID, inputsFor, runQuickly, runReadably, toldBy } from '../kit/fault-world.ts';

/** An answer of a server. */
interface Served {
  status: number;
  body: Uint8Array;
}

const anything = fc.jsonValue({ maxDepth: 4 });
const flag = fc.oneof(fc.boolean(), fc.constantFrom(null, 0, 1, 'true', 'false', '', [], {}));

/** A connector, more often than not with something odd in its fields. */
const connector = fc
  .tuple(
    fc.record(
      { enabled: flag, use_fedramp_language: flag, verification: anything, id: anything },
      { requiredKeys: [] },
    ),
    fc.boolean(),
  )
  .map(([odd, isPlain]) => (isPlain ? CONNECTOR : { ...CONNECTOR, ...odd }));

const entries = fc.oneof(fc.constantFrom(null, [], undefined), fc.array(anything, { maxLength: 4 }), anything);

/** JSON in the form of an envelope, right and wrong. */
const envelope = fc.record(
  {
    success: fc.oneof({ weight: 3, arbitrary: fc.constant<unknown>(true) }, flag),
    errors: fc.oneof({ weight: 3, arbitrary: fc.constantFrom<unknown>([], null) }, entries),
    messages: entries,
    result: fc.oneof(connector, fc.array(connector, { maxLength: 2 }), anything),
    result_info: anything,
    error: anything,
  },
  { requiredKeys: [] },
);

const json = fc.oneof(envelope, anything).map((value) => Buffer.from(JSON.stringify(value)));
const cutOff = fc.tuple(json, fc.nat()).map(([bytes, at]) => bytes.subarray(0, at % (bytes.length + 1)));
const bytes = fc.oneof({ weight: 4, arbitrary: json }, cutOff, fc.uint8Array({ maxLength: 200 }));
const status = fc.oneof({ weight: 3, arbitrary: fc.constant(200) }, fc.integer({ min: 200, max: 599 }));
const answer: fc.Arbitrary<Served> = fc.record({ status, body: bytes });

/** What the answer is by the contract's own words, told in another way than the action does. */
function trueSuccess({ status, body }: Served): { result: unknown } | undefined {
  try {
    const value = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(body));
    const { errors } = value;
    const none = errors === undefined || errors === null || (Array.isArray(errors) && errors.length === 0);
    return String(status).startsWith('2') && !Array.isArray(value) && value.success === true && none
      ? value
      : undefined;
  } catch {
    return undefined;
  }
}

/** Whether a result shows the very connector, enabled, with nothing in it that is not of its type. */
function isEnabled(result: unknown): boolean {
  const [one, ...others] = Array.isArray(result) ? result : [result];
  if (others.length > 0 || typeof one !== 'object' || one === null) return false;
  const { id, enabled, use_fedramp_language: language, verification } = one;
  const { code, status } = verification ?? {};
  return (
    id === ID &&
    enabled === true &&
    ['boolean', 'undefined'].includes(typeof (language ?? undefined)) &&
    ['object', 'undefined'].includes(typeof (verification ?? undefined)) &&
    [code, status].every((text) => ['string', 'undefined'].includes(typeof (text ?? undefined)))
  );
}

/** Words for a person: something is said, and nothing of the action's own insides. */
function expectReadable(errors: readonly string[]): void {
  expect(errors.length).toBeGreaterThan(0);
  for (const error of errors) {
    expect(error).toMatch(/^(Could not |Cloudflare |acme\.example is not in sync: )\S/);
    expect(error).not.toMatch(/^\s+at |TypeError|RangeError|SyntaxError|undefined|\[object/m);
  }
}

describe('an envelope', () => {
  it('is a success only if 2xx, JSON, success true, and without errors; else there are words for a person', () => {
    let successes = 0;
    const call: Call = { method: 'GET', url: new URL('https://api.example'), asked: 'read it' };
    const given = { call, use: new TokenUse(), now: 0 };
    fc.assert(
      fc.property(answer, ({ status, body }) => {
        const expected = trueSuccess({ status, body });
        try {
          const answer = { status, headers: {}, body };
          const { result } = expectSuccess(readEnvelope(answer), answer, given);
          expect(expected).toBeDefined();
          expect(result).toEqual(expected?.result);
          successes += 1;
        } catch (failure) {
          if (!(failure instanceof Failure)) throw failure;
          expect(expected).toBeUndefined();
          for (const { message, problem } of failure.problems) {
            expect(message).toMatch(/^Could not read it: .+\(HTTP \d{3}[,)]/s);
            expect(problem).toMatch(/^\S/);
            expect(message.length).toBeLessThan(8000);
          }
        }
      }),
      { numRuns: 2000 },
    );
    expect(successes).toBeGreaterThan(80);
  });
});

let server: Server;
let origin: string;
let next: Served;
beforeAll(async () => {
  server = createServer((request, response) => {
    request.resume();
    response.writeHead(next.status, { 'content-type': 'application/json' }).end(next.body);
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  origin = typeof address === 'object' ? `http://127.0.0.1:${address?.port}` : '';
});
afterAll(() => {
  server.closeAllConnections();
  server.close();
});

/** Few of those drawn are one. */
const TRUE_SUCCESS: Served = {
  status: 200,
  body: new TextEncoder().encode(
    JSON.stringify({ success: true, errors: [], result: { ...CONNECTOR, enabled: true } }),
  ),
};

/** Mode update reads a success without a result back, and gets the same again here. */
function isSuccessFor(answer: Served): boolean {
  // With 204, no body goes out.
  return answer.status !== 204 && isEnabled(trueSuccess(answer)?.result);
}

describe('a run', () => {
  it.each(['check', 'update'])('in mode %s succeeds only for a true success, and else says why', async (mode) => {
    const inputs = inputsFor(origin, { mode, max_retries: '1' });
    let successes = 0;
    await fc.assert(
      fc.asyncProperty(answer, async (given) => {
        next = given;
        const { result, errors } = await runQuickly(inputs);
        expect(isSuccess(result)).toBe(isSuccessFor(given));
        if (isSuccess(result)) successes += 1;
        else expectReadable(errors);
      }),
      { numRuns: 200, examples: [[TRUE_SUCCESS]] },
    );
    expect(successes).toBeGreaterThan(0);
  });
});

describe('the built action', () => {
  it('ends with exit code 0 only for a true success, else with 1 and words for a person', async () => {
    await fc.assert(
      fc.asyncProperty(answer, fc.constantFrom('check', 'update'), async (given, mode) => {
        next = given;
        const inputs = inputsFor(origin, { mode, max_retries: '0' });
        const result = await runReadably({ inputs });
        expect(result.exitCode).toBe(isSuccessFor(given) ? 0 : 1);
        if (result.exitCode === 1) expectReadable(toldBy(result));
      }),
      { numRuns: 6 },
    );
  });

  const MANY = Array.from({ length: 100_000 }, (_, n) => n);
  const nested = (levels: number) => `${'['.repeat(levels)}${']'.repeat(levels)}`;
  const inEnvelope = (members: string) => `{"success":true,"result":${JSON.stringify(CONNECTOR)},${members}}`;

  it.each<[string, string, 0 | 1]>([
    ['messages nested without end', inEnvelope(`"messages":${nested(400_000)}`), 1],
    ['messages nested deeper than any answer', inEnvelope(`"messages":${nested(500)}`), 1],
    ['errors nested without end', inEnvelope(`"errors":${nested(400_000)}`), 1],
    [
      'a connector nested without end',
      `{"success":true,"result":{"id":"${ID}","enabled":true,"x":${nested(400_000)}}}`,
      1,
    ],
    ['nothing but nesting', nested(500_000), 1],
    [
      'an error chain without end',
      inEnvelope(`"errors":[${'{"error_chain":['.repeat(50_000)}${']}'.repeat(50_000)}]`),
      1,
    ],
    ['100,000 messages', inEnvelope(`"messages":${JSON.stringify(MANY)}`), 0],
    ['30,000 errors', inEnvelope(`"errors":${JSON.stringify(MANY.slice(0, 30_000))}`), 1],
    ['one long message', inEnvelope(`"messages":["${'x'.repeat(1_000_000)}"]`), 0],
    ['one long error', inEnvelope(`"errors":["${'\\u2028'.repeat(160_000)}"]`), 1],
    [
      'names of JavaScript itself',
      inEnvelope('"__proto__":{"errors":["x"]},"constructor":1,"messages":[{"__proto__":1}]'),
      0,
    ],
  ])('holds under %s', async (_, body, expected) => {
    next = { status: 200, body: Buffer.from(body) };
    const inputs = inputsFor(origin, { mode: 'check', max_retries: '0' });
    const result = await runReadably({ inputs });
    expect(result.exitCode).toBe(expected);
    if (expected === 1) expectReadable(toldBy(result));
    expect(JSON.parse(result.outputs['failures'] ?? '').length).toBeLessThanOrEqual(101);
    expect(result.lines.length).toBeLessThan(300);
  });
});
