import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { Cancelled } from '../../src/failure.ts';
import type { World } from '../../src/job/job.ts';
import { Outcome } from '../../src/job/outcome.ts';
import { run } from '../../src/run.ts';
import { FakeClock } from '../kit/clock.ts';
import { inputsFor } from '../kit/connector-step.ts';
import { CONNECTOR, success } from '../kit/fault-world.ts';
import { runQuick } from '../kit/quick-run.ts';
import { inputVariables } from '../kit/runner-environment.ts';
import { type Simulator, startSimulator } from '../simulator/simulator.ts';

let simulator: Simulator;
beforeEach(async () => {
  simulator = await startSimulator();
});
afterEach(async () => {
  vi.restoreAllMocks();
  await simulator.close();
});

/** A world that a test can end. */
function worldOf(inputs: Record<string, string>, signal: AbortSignal): World {
  const log = { info() {}, group() {}, notice() {}, warning() {}, error() {}, debug() {} };
  const env = inputVariables(inputsFor(simulator, inputs), '');
  return { env, log, signal, clock: new FakeClock(), lookUpTxt: async () => ({ records: [] }) };
}

it('a run whose inputs are wrong has their problems and did nothing', async () => {
  const { result, lines } = await runQuick(simulator, { enabled: 'yes' });
  expect(result).toEqual({
    failures: [
      expect.objectContaining({
        kind: 'input',
        message:
          'Input sso_connector_id must not be empty, unless email_domain, connectors or connectors_file is given.',
      }),
      expect.objectContaining({ kind: 'input', message: 'Input enabled must be true or false, not "yes".' }),
    ],
    many: false,
    asksNothing: false,
    outcomes: [],
    groups: new Map(),
    messages: [],
  });
  expect(lines).toEqual([]);
  expect(simulator.requests).toEqual([]);
});

it('what nobody has foreseen is no failure of the inputs or of the work', async () => {
  simulator.addConnector({ email_domain: 'acme.example' });
  const world = worldOf({ email_domain: 'acme.example', mode: 'check' }, new AbortController().signal);
  vi.spyOn(Map, 'groupBy').mockImplementation(() => {
    throw new Error('unforeseen in the work');
  });
  await expect(run(world)).rejects.toThrow('unforeseen in the work');
  vi.spyOn(URL, 'parse').mockImplementation(() => {
    throw new Error('unforeseen in the inputs');
  });
  await expect(run(world)).rejects.toThrow('unforeseen in the inputs');
});

it('a cancelled run has what failed before, then that it was cancelled', async () => {
  const id = '0123456789abcdef0123456789abcdef';
  const cancel = new AbortController();
  const cancelled = new Cancelled('SIGINT');
  simulator.on('request', (_, n) => n === 2 && cancel.abort(cancelled));
  simulator.fault({ times: 2, respond: ({ path }) => (path.endsWith('/tokens/verify') ? 'hang' : undefined) });
  const inputs = { sso_connector_id: id, mode: 'check', token_expiry_warning: '30d' };
  const result = await run(worldOf(inputs, cancel.signal));
  expect(result).toMatchObject({ cancelled, outcomes: [expect.any(Outcome)], settings: { mode: 'check' } });
  expect(result.failures.map(({ title }) => title)).toEqual([
    `connector ${id}: no connector with this id`,
    'The run was cancelled',
  ]);
});

it('a run leaves no connection behind', async () => {
  const sockets: Socket[] = [];
  const server = createServer((_, response) => response.end(success()));
  server.keepAliveTimeout = 0;
  server.on('connection', (socket) => sockets.push(socket));
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const api_base_url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const { exitCode } = await runQuick(simulator, { api_base_url, sso_connector_id: CONNECTOR.id, mode: 'check' });
  expect(exitCode).toBe(0);
  expect(sockets).toHaveLength(1);
  await Promise.all(sockets.map((socket) => socket.destroyed || once(socket, 'close')));
  server.close();
});
