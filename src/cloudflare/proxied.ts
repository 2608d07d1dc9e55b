import { setImmediate as nextTurn } from 'node:timers/promises';
import { type buildConnector, type Dispatcher, Pool, ProxyAgent, request } from 'undici';
import { type Connections, ProxyFault } from './wire.ts';

/** Through a proxy, by undici, which a run without proxy and issue need not load. The limit is in milliseconds. */
export function connectThroughProxy(proxy: URL, timeoutMs: number): Connections {
  const agent = makeProxyAgent(proxy, timeoutMs);
  return {
    proxy: proxy.host,
    async send({ url, method, headers, body = null, signal, onLeave }) {
      // The signal alone keeps the time, for the attempt as a whole.
      const limits = { headersTimeout: 0, bodyTimeout: 0 };
      const dispatcher = agent.compose(onStart(onLeave));
      const options = { dispatcher, method, headers, body, signal, ...limits };
      const response = await request(url, options);
      return { status: response.statusCode, headers: response.headers, body: readThenRest(response.body) };
    },
    destroy: () => void agent.destroy(),
  };
}

/** An agent for a proxy. The limit for connecting is in milliseconds. */
export function makeProxyAgent(proxy: URL, connectTimeout: number): ProxyAgent {
  // HTTP/1.1 alone: the calls are few, and a proxy on the way is met as every other client meets it.
  return new ProxyAgent({
    uri: proxy.href,
    allowH2: false,
    proxyTls: { allowH2: false },
    connectTimeout,
    clientFactory: (origin, options: ConnectOptions) =>
      new Pool(origin, { ...options, connect: withoutName(options) }).compose(markProxyFault(proxy.host)),
    factory: (origin, options: ConnectOptions) => new Pool(origin, { ...options, connect: hideReset(options) }),
  });
}

interface ConnectOptions {
  readonly connect: buildConnector.connector;
}

/** Without `servername`, TLS asks for the host's name, and for none of an address, of which undici would make one. */
function withoutName({ connect }: ConnectOptions): buildConnector.connector {
  return ({ servername: _, ...options }, callback) => connect(options, callback);
}

/** Names the proxy in a fault on the way to it, or before its tunnel is made, which would look like a fault of the API. */
function markProxyFault(host: string): Dispatcher.DispatcherComposeInterceptor {
  return (dispatch) => (options, handler) => {
    const fail = handler.onResponseError?.bind(handler);
    handler.onResponseError = (controller, error) => fail?.(controller, new ProxyFault(host, error));
    return dispatch(options, handler);
  };
}

/** undici takes ECONNRESET for a good end of an answer without a length, so the code is hidden until undici has read it. */
function hideReset({ connect }: ConnectOptions): buildConnector.connector {
  return (options, callback) =>
    connect(options, (...connected) => {
      const [, socket] = connected;
      socket?.prependListener('error', (error: NodeJS.ErrnoException) => {
        if (error.code !== 'ECONNRESET') return;
        error.code = undefined;
        process.nextTick(() => Object.assign(error, { code: 'ECONNRESET' }));
      });
      callback(...connected);
    });
}

/** undici starts a request once the proxy has made its tunnel. */
function onStart(onLeave: () => void): Dispatcher.DispatcherComposeInterceptor {
  return (dispatch) => (options, handler) => {
    const start = handler.onRequestStart?.bind(handler);
    handler.onRequestStart = (...context) => {
      onLeave();
      start?.(...context);
    };
    return dispatch(options, handler);
  };
}

/** A turn later undici has the connection back for the next request, which otherwise opens another. */
async function* readThenRest(body: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  yield* body;
  await nextTurn();
}
