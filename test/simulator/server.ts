import { EventEmitter, once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import { isCloudflare } from './exchange.ts';
import { type RecordedRequest, recordRequest } from './request.ts';

export interface ServerOptions {
  /** A free one by default. */
  port?: number;
  /** PEM; serves https with it. */
  tls?: { key: string | Buffer; cert: string | Buffer };
}

/**
 * `request`: one has been read and nothing done yet; `read`: likewise, for a GET of Cloudflare's alone. Both come with
 * the count so far, so that a listener can change what exactly the n-th will see. `done`: the answer has left, or the
 * connection has ended.
 */
export interface ServerEvents {
  request: [request: RecordedRequest, n: number];
  read: [request: RecordedRequest, n: number];
  done: [request: RecordedRequest];
}

/** An HTTP server on 127.0.0.1 that keeps a record of everything that it is asked. */
export abstract class RecordingServer extends EventEmitter<ServerEvents> implements AsyncDisposable {
  /** Every request so far, in the order in which they were read to the end. */
  readonly requests: RecordedRequest[] = [];
  connectionsOpened = 0;
  /** The greatest number of requests that were under way at once. */
  maxInFlight = 0;
  #inFlight = 0;
  #reads = 0;
  readonly #scheme: 'http' | 'https';
  readonly #server: Server;
  readonly #closing = new AbortController();
  #port = 0;

  constructor(tls?: ServerOptions['tls']) {
    super();
    this.#scheme = tls ? 'https' : 'http';
    const listener = (message: IncomingMessage, response: ServerResponse) => void this.#handle(message, response);
    this.#server = tls ? createTlsServer(tls, listener) : createServer(listener);
    this.#server.on('connection', () => {
      this.connectionsOpened += 1;
    });
  }

  /** Answers one request. `signal` says that the server is being closed. */
  protected abstract respond(request: RecordedRequest, response: ServerResponse, signal: AbortSignal): Promise<void>;

  get origin(): string {
    return `${this.#scheme}://127.0.0.1:${this.#port}`;
  }

  /** The requests of this method, and with a path (query included) that matches. */
  requestsTo(method: string, path = /(?:)/): RecordedRequest[] {
    return this.requests.filter((request) => request.method === method && request.path.search(path) >= 0);
  }

  /** @throws where the port is taken */
  async listen(port = 0): Promise<void> {
    this.#server.listen(port, '127.0.0.1');
    await once(this.#server, 'listening');
    const address = this.#server.address();
    if (address !== null && typeof address === 'object') this.#port = address.port;
  }

  /** Ends at once, whatever is under way. */
  async close(): Promise<void> {
    if (!this.#server.listening) return;
    const closed = once(this.#server, 'close');
    this.#closing.abort();
    this.#server.close();
    this.#server.closeAllConnections();
    await closed;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }

  async #handle(message: IncomingMessage, response: ServerResponse): Promise<void> {
    this.#inFlight += 1;
    this.maxInFlight = Math.max(this.maxInFlight, this.#inFlight);
    response.once('close', () => {
      this.#inFlight -= 1;
    });
    try {
      const request = await recordRequest(message);
      response.once('close', () => this.emit('done', request));
      this.requests.push(request);
      this.emit('request', request, this.requests.length);
      if (request.method === 'GET' && isCloudflare(request)) {
        this.#reads += 1;
        this.emit('read', request, this.#reads);
      }
      await this.respond(request, response, this.#closing.signal);
    } catch (error) {
      // Nothing to say where the client has left. Otherwise a listener or a fault of the test's own is broken.
      if (response.destroyed || response.headersSent) response.destroy();
      else response.writeHead(500, { 'content-type': 'text/plain' }).end(`The simulator failed: ${error}`);
    }
  }
}
