/** The servers that the tests of a file talk to. */
import { afterAll, afterEach, beforeAll, beforeEach } from 'vitest';
import { type DnsServer, startDnsServer } from '../network/dns-server.ts';
import { type Simulator, startSimulator } from '../simulator/simulator.ts';
import { CONNECTOR } from './fault-world.ts';

/** Gives every test of the file a simulator and a DNS server of its own. */
export function startForEachTest(use: (simulator: Simulator, dns: DnsServer) => void): void {
  let close: () => Promise<unknown>;
  beforeEach(async () => {
    const [simulator, dns] = await Promise.all([startSimulator(), startDnsServer()]);
    close = () => Promise.all([simulator.close(), dns.close()]);
    use(simulator, dns);
  });
  afterEach(() => close());
}

/** Gives all tests of the file one simulator with the connector of `inputsFor`, and each of them no faults and no requests. */
export function startForAllTests(use: (simulator: Simulator) => void): void {
  let simulator: Simulator;
  beforeAll(async () => {
    simulator = await startSimulator();
    simulator.addConnector(CONNECTOR);
    use(simulator);
  });
  afterAll(() => simulator.close());
  beforeEach(() => {
    simulator.clearFaults();
    simulator.requests.length = 0;
  });
}
