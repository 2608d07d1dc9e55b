import http from 'node:http';
import https from 'node:https';
import type { AnswerHead, Connections } from './connection.ts';

/** Straight to the API, with nothing but Node's own client, which is the fastest to load. */
export function connectDirectly(apiBaseUrl: URL): Connections {
  const { Agent, request } = apiBaseUrl.protocol === 'https:' ? https : http;
  const agent = new Agent({ keepAlive: true });
  return {
    send({ url, method, headers, body, signal }) {
      const { promise, resolve, reject } = Promise.withResolvers<AnswerHead>();
      const sent = request(url, { agent, method, headers, signal }, (response) => {
        resolve({ status: response.statusCode ?? 0, headers: response.headers, body: response });
      });
      sent.on('error', reject).end(body);
      // Some ends are no error to Node, such as a change of protocol.
      sent.on('close', () => reject(Object.assign(new Error('closed'), { code: 'ECONNRESET' })));
      return promise;
    },
    destroy: () => agent.destroy(),
  };
}
