// The simulator in a process of its own, so that what it does takes nothing from the event loop of the process that
// measures. One simulator at a time: a new one for every run, with nothing left of the run before.
import { readFileSync } from 'node:fs';
import { type Simulator, startSimulator } from '../test/simulator/simulator.ts';
import type { Account, AccountOptions, Served } from './simulators.ts';

const TLS = new URL('../test/fixtures/tls/', import.meta.url);
const tls = { key: readFileSync(new URL('server.key', TLS)), cert: readFileSync(new URL('server.pem', TLS)) };
let simulator: Simulator | undefined;

process.on('message', async (options: AccountOptions | 'stop') => {
  process.send?.(options === 'stop' ? await stop() : await start(options));
});
process.on('disconnect', () => process.exit());

async function start({ connectors, drifted, latencyMs }: AccountOptions): Promise<Account> {
  simulator = await startSimulator({ tls, latencyMs });
  for (let n = 0; n < connectors; n += 1) simulator.addConnector({ enabled: !drifted });
  const { apiBaseUrl, accountId, tokens } = simulator;
  return { apiBaseUrl, accountId, apiToken: tokens.edit, ids: simulator.connectors.map(({ id }) => id) };
}

async function stop(): Promise<Served> {
  if (!simulator) throw new Error('no simulator is running');
  const { requests, connectionsOpened, connectors } = simulator;
  await simulator.close();
  return {
    requests: requests.length,
    connections: connectionsOpened,
    enabled: connectors.filter(({ enabled }) => enabled).length,
  };
}
