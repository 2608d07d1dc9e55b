import { createServer, type IncomingMessage, type ServerResponse, request as startRequest } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import { connect, type Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import type { Certificate } from './certificate.ts';
import { closeServer, listenOnLoopback } from './loopback.ts';

export interface ProxyOptions {
  /** Whoever does not give these gets 407. */
  credentials?: { username: string; password: string };
  /** Where to go for a host (or `host:port`) that does not exist: `{ 'api.cloudflare.test': '127.0.0.1:8443' }`. */
  resolve?: Readonly<Record<string, string>>;
  /** What becomes of every request instead of its being carried out. */
  respond?: 407 | 502 | 'hang' | 'reset';
  /** Speaks TLS with its clients, so that its URL is `https`. */
  tls?: Certificate;
}

export interface Proxy extends AsyncDisposable {
  /** For HTTPS_PROXY and HTTP_PROXY, with the credentials, if any. */
  readonly url: string;
  /** The same without credentials. */
  readonly origin: string;
  /** The targets (`host:port`) of all CONNECT requests, refused ones too. */
  readonly connects: readonly string[];
  /** The plain http requests, refused ones too: `GET http://api.cloudflare.test/path`. */
  readonly forwards: readonly string[];
  /** How many requests were answered with 407. */
  readonly refused: number;
  close(): Promise<void>;
}

const LOOPBACK = ['127.0.0.1', 'localhost', '[::1]'];

/** Starts an HTTP proxy on loopback: tunnels by CONNECT, and forwards plain http. It never goes beyond loopback. */
export async function startProxy({ credentials, resolve = {}, respond, tls }: ProxyOptions = {}): Promise<Proxy> {
  const connects: string[] = [];
  const forwards: string[] = [];
  const sockets = new Set<Duplex>();
  let refused = 0;

  /** The address to go to, or the status of a refusal. */
  const admit = (request: IncomingMessage, host: string): URL | 407 | 502 => {
    if (respond === 407 || !authorized(request, credentials)) {
      refused += 1;
      return 407;
    }
    const { hostname } = new URL(`http://${host}`);
    const target = resolve[host] ?? resolve[hostname] ?? (LOOPBACK.includes(hostname) ? host : undefined);
    return respond === 502 || target === undefined ? 502 : new URL(`http://${target}`);
  };
  /** Whether the request gets no answer at all; resets its connection where that is wanted. */
  const obstruct = (socket: Socket | Duplex): boolean => {
    if (respond === 'reset' && 'resetAndDestroy' in socket) socket.resetAndDestroy();
    return respond === 'reset' || respond === 'hang';
  };

  const listener = (request: IncomingMessage, response: ServerResponse) => {
    forwards.push(`${request.method} ${request.url}`);
    if (obstruct(request.socket)) return;
    const url = URL.parse(request.url ?? '');
    const target = url?.protocol === 'http:' ? admit(request, url.host) : 502;
    if (typeof target === 'number') response.writeHead(target, REFUSALS[target]).end();
    else forward(request, response, target);
  };
  const server = tls ? createTlsServer(tls, listener) : createServer(listener);
  server.on('connect', (request, client, head) => {
    connects.push(request.url ?? '');
    client.on('error', () => client.destroy());
    if (obstruct(client)) return;
    const target = admit(request, request.url ?? '');
    if (typeof target === 'number') client.end(formatRefusal(target));
    else sockets.add(tunnel(client, head, target));
  });
  server.on('connection', (socket) => void sockets.add(socket));

  const scheme = tls ? 'https' : 'http';
  const host = `127.0.0.1:${await listenOnLoopback(server)}`;

  const close = async () => {
    for (const socket of sockets) socket.destroy();
    await closeServer(server);
  };
  return {
    url: `${scheme}://${credentials ? `${encodeURIComponent(credentials.username)}:${encodeURIComponent(credentials.password)}@` : ''}${host}`,
    origin: `${scheme}://${host}`,
    connects,
    forwards,
    get refused() {
      return refused;
    },
    close,
    [Symbol.asyncDispose]: close,
  };
}

const REFUSALS = {
  407: { 'proxy-authenticate': 'Basic realm="proxy of the tests"' },
  502: {},
};

function formatRefusal(status: 407 | 502): string {
  const headers = Object.entries({ ...REFUSALS[status], 'content-length': '0', connection: 'close' });
  const reason = status === 407 ? 'Proxy Authentication Required' : 'Bad Gateway';
  return [`HTTP/1.1 ${status} ${reason}`, ...headers.map((pair) => pair.join(': ')), '', ''].join('\r\n');
}

function authorized(request: IncomingMessage, credentials: ProxyOptions['credentials']): boolean {
  if (!credentials) return true;
  const expected = Buffer.from(`${credentials.username}:${credentials.password}`).toString('base64');
  return request.headers['proxy-authorization'] === `Basic ${expected}`;
}

/** Joins the client with the target; where one ends or breaks, so does the other. */
function tunnel(client: Duplex, head: Buffer, target: URL): Socket {
  const upstream = connect(Number(target.port || 80), target.hostname, () => {
    client.write('HTTP/1.1 200 Connection established\r\n\r\n');
    upstream.write(head);
    client.pipe(upstream).pipe(client);
  });
  upstream.on('error', () => client.destroy());
  upstream.on('close', () => client.destroy());
  client.on('close', () => upstream.destroy());
  return upstream;
}

function forward(request: IncomingMessage, response: ServerResponse, target: URL): void {
  const url = new URL(request.url ?? '');
  const { 'proxy-authorization': _, 'proxy-connection': __, ...headers } = request.headers;
  const onward = startRequest(
    { host: target.hostname, port: target.port, method: request.method, path: url.pathname + url.search, headers },
    (answer) => {
      response.writeHead(answer.statusCode ?? 502, answer.headers);
      answer.pipe(response);
      answer.on('error', () => response.destroy());
    },
  );
  onward.on('error', () => response.destroy());
  request.pipe(onward);
}
