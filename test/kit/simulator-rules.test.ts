import Cloudflare, { ConflictError, PermissionDeniedError } from 'cloudflare';
import { expect, it } from 'vitest';
import { type Simulator, type SimulatorOptions, startSimulator } from '../simulator/simulator.ts';

// What the vendor's description leaves open, each way of it.
async function start(options: SimulatorOptions = {}) {
  const simulator = await startSimulator(options);
  const client = new Cloudflare({ apiToken: simulator.tokens.edit, baseURL: simulator.apiBaseUrl, maxRetries: 0 });
  return { simulator, sso: client.iam.sso, account: { account_id: simulator.accountId } };
}

type World = Awaited<ReturnType<typeof start>>;

const enable = ({ sso, account }: World, id: string) => sso.update(id, { ...account, enabled: true });

it('answers a DELETE with null, if asked to', async () => {
  const { simulator, sso, account } = await start({ deleteAnswersNull: true });
  await using _: Simulator = simulator;
  expect(await sso.delete(simulator.addConnector().id, account)).toBe(null);
  expect(simulator.connectors).toEqual([]);
});

it('refuses to begin a verification that is under way, if asked to', async () => {
  const { simulator, sso, account } = await start({ refuseBeginWhilePending: true });
  await using _: Simulator = simulator;
  const { id } = simulator.addConnector({ verification: { status: 'awaiting' } });
  await sso.beginVerification(id, account);
  await expect(sso.beginVerification(id, account)).rejects.toBeInstanceOf(ConflictError);
  simulator.failVerification(id);
  expect(await sso.beginVerification(id, account)).toMatchObject({ success: true });
});

it('begins it once more by default', async () => {
  const { simulator, sso, account } = await start();
  await using _: Simulator = simulator;
  const { id } = simulator.addConnector({ verification: { status: 'pending' } });
  expect(await sso.beginVerification(id, account)).toMatchObject({ success: true });
});

it('leaves out every verification, if asked to, and knows it all the same', async () => {
  const world = await start({ hideVerification: true });
  const { simulator, sso, account } = world;
  await using _: Simulator = simulator;
  const { id } = simulator.addConnector();
  const other = simulator.addConnector({ verification: { status: 'failed' } });
  expect(await sso.get(id, account)).not.toHaveProperty('verification');
  expect((await sso.list(account)).result[0]).not.toHaveProperty('verification');
  expect(await sso.create({ ...account, email_domain: 'new.example' })).not.toHaveProperty('verification');
  const enabled = await enable(world, id);
  expect(enabled).toMatchObject({ enabled: true });
  expect(enabled).not.toHaveProperty('verification');
  await expect(enable(world, other.id)).rejects.toMatchObject({ status: 400 });
});

it('has connectors without a verification, which cannot be enabled', async () => {
  const world = await start();
  await using simulator: Simulator = world.simulator;
  const { id } = simulator.addConnector({ verification: null });
  expect(await world.sso.get(id, world.account)).not.toHaveProperty('verification');
  await expect(enable(world, id)).rejects.toMatchObject({ status: 400 });
});

it('has connectors of an empty domain, which do not stand in each other’s way', async () => {
  const world = await start();
  await using simulator: Simulator = world.simulator;
  simulator.addConnector({ email_domain: '', enabled: true });
  const { id } = simulator.addConnector({ email_domain: '' });
  expect(await enable(world, id)).toMatchObject({ email_domain: '', enabled: true });
});

it.each(['acme.edu', 'acme.ac.uk', 'acme.edu.au'])(
  'refuses to enable the academic domain %s, unless approved of',
  async (email_domain) => {
    const world = await start();
    await using simulator: Simulator = world.simulator;
    const { id } = simulator.addConnector({ email_domain });
    await expect(enable(world, id)).rejects.toBeInstanceOf(PermissionDeniedError);
    const approving = await start({ approvedDomains: [email_domain] });
    await using approved: Simulator = approving.simulator;
    expect(await enable(approving, approved.addConnector({ email_domain }).id)).toMatchObject({ enabled: true });
  },
);

it.each(['acme.ac', 'education.example', 'edu.example', 'acme.ac.example'])('enables %s', async (email_domain) => {
  const world = await start();
  await using simulator: Simulator = world.simulator;
  expect(await enable(world, simulator.addConnector({ email_domain }).id)).toMatchObject({ enabled: true });
});

it('has someone else change a connector between a GET and a PATCH', async () => {
  const world = await start();
  await using simulator: Simulator = world.simulator;
  const { id } = simulator.addConnector();
  simulator.meanwhile('PATCH', id, { use_fedramp_language: true });
  expect(await world.sso.get(id, world.account)).toMatchObject({ enabled: false, use_fedramp_language: false });
  expect(await enable(world, id)).toMatchObject({ enabled: true, use_fedramp_language: true });
  simulator.changeConnector(id, { use_fedramp_language: false });
  expect(await enable(world, id)).toMatchObject({ use_fedramp_language: false });
});
