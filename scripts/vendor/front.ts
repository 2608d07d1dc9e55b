import { once } from 'node:events';
import { createServer } from 'node:http';
import { text } from 'node:stream/consumers';
import { type Simulator, startSimulator } from '../../test/simulator/simulator.ts';

/** The vendor's tests all ask for this account, and for a connector of the same id. */
const SAMPLE_ID = '023e105f4ecef8ad9ca31a8372d0c353';

/**
 * The simulator, as the vendor's tests want to find a server: any credentials will do, their sample ids are those of an
 * account and of its one connector, and no test sees what another has done.
 */
export async function startFront() {
  const server = createServer(async (request, response) => {
    await using simulator = await startSimulator();
    const { id } = simulator.addConnector();
    const body = await text(request);
    const answer = await fetch(translate(simulator, id, request.url ?? ''), {
      method: request.method ?? 'GET',
      headers: { authorization: `Bearer ${simulator.tokens.edit}`, 'content-type': 'application/json' },
      ...(body !== '' && { body }),
    });
    response.writeHead(answer.status, { 'content-type': answer.headers.get('content-type') ?? '' });
    response.end(await answer.text());
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  return {
    url: `http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}`,
    async [Symbol.asyncDispose]() {
      server.close();
      server.closeAllConnections();
    },
  };
}

function translate({ apiBaseUrl, accountId }: Simulator, id: string, path: string): string {
  return apiBaseUrl + path.replace(`/accounts/${SAMPLE_ID}`, `/accounts/${accountId}`).replace(SAMPLE_ID, id);
}
