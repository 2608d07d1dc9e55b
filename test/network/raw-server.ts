import { createServer, type Socket } from 'node:net';
import type { Certificate } from './certificate.ts';
import { closeServer, listenOnLoopback } from './loopback.ts';
import { ClientLeft, type RawConnection, type RawRequest, ScriptedConnection } from './raw-connection.ts';

export interface RawServer extends AsyncDisposable {
  /** `http://127.0.0.1:PORT`, or `https` with a certificate. */
  readonly origin: string;
  readonly port: number;
  /** Every request that a script read, of all connections. */
  readonly requests: readonly RawRequest[];
  /** How many connections were opened. */
  readonly connections: number;
  /** Ends everything. Rejects with the first error of a script, but for that of a client that left. */
  close(): Promise<void>;
}

export interface RawServerOptions {
  /** Speaks TLS with it. */
  tls?: Certificate;
}

/**
 * Starts a server on loopback that does with each connection what the script says, byte by byte. A connection stays
 * open after its script until someone closes it.
 */
export async function startRawServer(
  script: (connection: RawConnection) => Promise<void>,
  { tls }: RawServerOptions = {},
): Promise<RawServer> {
  const requests: RawRequest[] = [];
  const sockets = new Set<Socket>();
  let connections = 0;
  let failed: unknown;

  const server = createServer((plain) => {
    connections += 1;
    sockets.add(plain);
    plain.on('error', () => {});
    const connection = new ScriptedConnection(plain, connections, requests, tls);
    script(connection).catch((error: unknown) => {
      if (!(error instanceof ClientLeft)) failed ??= error;
      plain.destroy();
    });
  });
  const port = await listenOnLoopback(server);

  const close = async () => {
    for (const socket of sockets) socket.destroy();
    await closeServer(server);
    if (failed) throw failed;
  };
  return {
    origin: `${tls ? 'https' : 'http'}://127.0.0.1:${port}`,
    port,
    requests,
    get connections() {
      return connections;
    },
    close,
    [Symbol.asyncDispose]: close,
  };
}
