import { setImmediate as nextTurn } from 'node:timers/promises';
import { EnvHttpProxyAgent, request } from 'undici';
import type { Connections } from './connection.ts';

/** Through proxies, by their URLs (an empty text is no proxy). Few runs need this, and the rest are spared loading undici. */
export function connectThroughProxies(
  httpProxy: string,
  httpsProxy: string,
  noProxy: string,
  timeoutMs: number,
): Connections {
  const dispatcher = new EnvHttpProxyAgent({
    httpProxy,
    httpsProxy,
    noProxy,
    // HTTP/1.1 alone: the calls are few, and a proxy on the way is met as every other client meets it.
    allowH2: false,
    connect: { timeout: timeoutMs },
    connectTimeout: timeoutMs,
  });
  return {
    async send({ url, method, headers, body = null, signal }) {
      // The signal alone keeps the time, for the attempt as a whole.
      const options = { dispatcher, method, headers, body, signal, headersTimeout: 0, bodyTimeout: 0 };
      const response = await request(url, options as Parameters<typeof request>[1]);
      return { status: response.statusCode, headers: response.headers, body: readThenRest(response.body) };
    },
    destroy: () => void dispatcher.destroy(),
  };
}

/** Only a turn later undici has the connection back for the next request, which otherwise opens one of its own. */
async function* readThenRest(body: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  yield* body;
  await nextTurn();
}
