import { afterEach, expect, it, vi } from 'vitest';
import { connectThroughProxy } from '../../src/cloudflare/proxied.ts';
import { startRawServer } from '../network/raw-server.ts';

afterEach(() => void vi.useRealTimers());

it('a request through a proxy may take as long as its signal lets it, and its connection ends with the run', async () => {
  const [asked, head, rest, end] = [0, 1, 2, 3].map(() => Promise.withResolvers<void>());
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
  // By plain http, this is all that there is to a proxy.
  await using proxy = await startRawServer(async (connection) => {
    await connection.readRequest();
    asked?.resolve();
    await head?.promise;
    await connection.write('HTTP/1.1 200 OK\r\ncontent-length: 5\r\n\r\nwh');
    await rest?.promise;
    await connection.write('ole');
    await connection.hang();
    end?.resolve();
  });
  const connections = connectThroughProxy(new URL(proxy.origin), 10_000);
  const answer = connections.send({
    ...{ url: new URL('http://api.example/x'), method: 'GET', headers: {}, body: undefined, onLeave() {} },
    signal: new AbortController().signal,
  });
  answer.catch(() => {});
  await asked?.promise;
  await vi.advanceTimersByTimeAsync(400_000);
  head?.resolve();
  const { status, body } = await answer;
  await vi.advanceTimersByTimeAsync(400_000);
  rest?.resolve();
  const chunks: Uint8Array[] = [];
  for await (const chunk of body) chunks.push(chunk);
  expect([status, Buffer.concat(chunks).toString()]).toEqual([200, 'whole']);
  expect(proxy.requests.map(({ target }) => target)).toEqual(['http://api.example/x']);
  connections.destroy();
  await end?.promise;
});
