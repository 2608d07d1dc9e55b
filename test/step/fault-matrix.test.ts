import { describe, expect, it } from 'vitest';
import type { FailureRecord } from '../../src/failure.ts';
import { answer, BODY, ROWS, type Row } from '../kit/fault-rows.ts';
import {
  CONNECTOR,
  countAttempts,
  failuresOf,
  ID,
  inputsFor,
  runQuickly,
  runReadably,
  success,
  toldBy,
} from '../kit/fault-world.ts';
import { NOBODY } from '../network/loopback.ts';
import { startRawServer } from '../network/raw-server.ts';

const MAY_HAVE = 'The change may have taken effect. Running this again does no harm, and mode: check shows the state.';
const ASK = 'Run this again. If that does not help, ask Cloudflare support.';

function expectedFailures({ says, advises, attempts, mayBeApplied, kind }: Row, host: string, asked: string) {
  if (says === undefined) return [];
  const mayBe = mayBeApplied === true && asked.startsWith('set');
  const tried = attempts === 2 ? ' 1 retry did not help.' : '';
  return [
    {
      kind,
      message: `Could not ${asked}: ${says.replace('HOST', host)}.${tried}`,
      action: [mayBe ? MAY_HAVE : undefined, advises].filter((part) => part !== undefined).join(' ') || ASK,
      may_have_taken_effect: mayBe,
    },
  ];
}

function inputsOf(row: Row, origin: string, mode: string) {
  const request_timeout = row.says?.includes('request_timeout') ? '6s' : '60s';
  return inputsFor(origin, { mode, max_retries: '1', request_timeout });
}

/** Of a failure, what a row tells. */
function told({ kind, message, action, may_have_taken_effect }: FailureRecord) {
  return { kind, message, action, may_have_taken_effect };
}

/** A read goes the way of a change, and so needs no process. */
async function read(row: Row) {
  await using server = await startRawServer(row.serve);
  const { result } = await runQuickly(inputsOf(row, server.origin, 'check'));
  const host = `127.0.0.1:${server.port}`;
  expect(result.failures.map(told)).toEqual(expectedFailures(row, host, `read connector ${ID}`));
  expect(server.requests.length).toBe(row.attempts);
}

async function change(row: Row) {
  await using server = await startRawServer(row.serve);
  const result = await runReadably({ inputs: inputsOf(row, server.origin, 'update') });
  const host = `127.0.0.1:${server.port}`;
  expect(failuresOf(result).map(told)).toEqual(expectedFailures(row, host, `set enabled=true for connector ${ID}`));
  expect(result.exitCode).toBe(row.says === undefined ? 0 : 1);
  expect([countAttempts(result), server.requests.length]).toEqual([row.attempts, row.attempts]);
  expect(result.outputs['enabled']).toBe(row.says === undefined ? 'true' : undefined);
}

describe.concurrent('a step whose server answers with', () => {
  it.each(ROWS)('$what', async (row) => {
    await Promise.all([read(row), change(row)]);
  });
});

describe.concurrent('a step', () => {
  it('whose connection is refused', async () => {
    const result = await runReadably({ inputs: inputsFor(NOBODY, { max_retries: '1' }) });
    expect(toldBy(result)).toEqual([
      `Could not set enabled=true for connector ${ID}: the connection was refused (ECONNREFUSED), at 127.0.0.1:1. 1 retry did not help. -> Check the network of this runner and api_base_url, then run this again.`,
    ]);
    expect([result.exitCode, countAttempts(result)]).toEqual([1, 2]);
  });

  it('that speaks TLS to a server that does not', async () => {
    await using server = await startRawServer(async (connection) => {
      await connection.write('HTTP/1.1 400 Bad Request\r\n\r\n');
      connection.end();
    });
    const origin = server.origin.replace('http:', 'https:');
    const result = await runReadably({ inputs: inputsFor(origin, { max_retries: '1' }) });
    expect(toldBy(result)).toEqual([
      `Could not set enabled=true for connector ${ID}: the server does not speak TLS (EPROTO), at 127.0.0.1:${server.port}. 1 retry did not help. -> Check the network of this runner and api_base_url, then run this again.`,
    ]);
    expect([result.exitCode, countAttempts(result), server.connections]).toEqual([1, 2, 2]);
  });

  it.each<[string, number, Row['serve']]>([
    [
      'after the answer to the first',
      1,
      async (connection) => {
        await connection.readRequest();
        await connection.write(answer('200 OK', ['connection: keep-alive'], success({ ...CONNECTOR, enabled: false })));
        connection.end();
      },
    ],
    [
      'when the second comes in',
      2,
      async (connection) => {
        await connection.readRequest();
        await connection.write(answer('200 OK', ['connection: keep-alive'], success({ ...CONNECTOR, enabled: false })));
        await connection.readRequest();
        connection.reset();
      },
    ],
  ])('whose connection is kept alive and then closed between two requests, %s', async (_, patches, first) => {
    await using server = await startRawServer(async (connection) => {
      if (connection.number === 1) return first(connection);
      await connection.readRequest();
      await connection.write(answer('200 OK', [], BODY));
    });
    const result = await runReadably({ inputs: inputsFor(server.origin, { mode: 'reconcile', max_retries: '1' }) });
    expect(result.errors).toEqual([]);
    expect(server.requests.map(({ method }) => method)).toEqual(['GET', ...Array(patches).fill('PATCH')]);
    expect([result.exitCode, result.outputs['changed'], server.connections]).toEqual([0, 'true', 2]);
  });
});
