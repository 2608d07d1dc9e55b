import { once } from 'node:events';
import type { Server } from 'node:net';

/** Where no server listens. The port of one that has ended may be another's in no time. */
export const NOBODY = 'http://127.0.0.1:1';

/** Has a server listen on a free port of 127.0.0.1, and tells the port. */
export async function listenOnLoopback(server: Server): Promise<number> {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('The server has no port');
  return address.port;
}

/** Ends a server whose connections are gone. */
export async function closeServer(server: Server): Promise<void> {
  if (server.listening) await new Promise((resolve) => server.close(resolve));
}
