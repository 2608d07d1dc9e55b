import http from 'node:http';
import https from 'node:https';
import type { AnswerHead, Connections } from './wire.ts';

/** Straight to the API, by Node's own client, which loads fastest. */
export function connectDirectly(apiBaseUrl: URL): Connections {
  const isSecure = apiBaseUrl.protocol === 'https:';
  const { Agent, request } = isSecure ? https : http;
  const agent = new Agent({ keepAlive: true });
  return {
    send({ url, method, headers, body, signal, onLeave }) {
      const { promise, resolve, reject } = Promise.withResolvers<AnswerHead>();
      const sent = request(url, { agent, method, headers, signal }, (response) => {
        // Node takes any end of an answer without a length for a good one; only the request hears of a fault.
        sent.on('error', (error) => response.complete || response.destroy(error));
        resolve({ status: response.statusCode ?? 0, headers: response.headers, body: response });
      });
      sent.on('socket', (socket) => {
        if (socket.connecting) socket.once(isSecure ? 'secureConnect' : 'connect', onLeave);
        else onLeave();
      });
      sent.on('error', reject).end(body);
      // Some ends are no error to Node, such as a change of protocol.
      sent.on('close', () => reject(Object.assign(new Error(), { code: 'ECONNRESET' })));
      return promise;
    },
    destroy: () => agent.destroy(),
  };
}
