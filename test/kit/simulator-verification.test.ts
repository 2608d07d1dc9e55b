import Cloudflare from 'cloudflare';
import { afterEach, expect, it } from 'vitest';
import { type Simulator, type SimulatorOptions, startSimulator } from '../simulator/simulator.ts';

let simulator: Simulator;

/** A simulator with one connector, and what the vendor's SDK sees and does of its verification. */
async function start(status: string, options: SimulatorOptions = {}) {
  simulator = await startSimulator(options);
  const { id, email_domain } = simulator.addConnector({ verification: { status } });
  const account = { account_id: simulator.accountId };
  const apiToken = simulator.tokens.edit;
  const { sso } = new Cloudflare({ apiToken, baseURL: simulator.apiBaseUrl, maxRetries: 0 }).iam;
  return {
    id,
    domain: email_domain,
    begin: () => sso.beginVerification(id, account),
    look: async () => (await sso.get(id, account)).verification?.status,
    lookAtList: async () => (await sso.list(account)).result[0]?.verification?.status,
    enable: () => sso.update(id, { ...account, enabled: true }),
  };
}

afterEach(() => simulator.close());

it('awaits its begin, whatever DNS has', async () => {
  const { domain, look } = await start('awaiting', { verifyAfterLooks: 1 });
  simulator.publishTxt(domain);
  expect(await look()).toBe('awaiting');
});

it('is pending from its begin until the TXT record is published, then verified, and the connector can be enabled', async () => {
  const { domain, begin, look, enable } = await start('awaiting');
  await begin();
  expect([await look(), await look()]).toEqual(['pending', 'pending']);
  simulator.publishTxt(domain, 'v=spf1 -all');
  expect(await look()).toBe('pending');
  simulator.publishTxt(domain);
  expect(simulator.txtRecords.get(domain)).toEqual([simulator.connectors[0]?.verification?.code]);
  expect(await enable()).toMatchObject({ enabled: true, verification: { status: 'verified' } });
});

it('finds a record that was there before the begin', async () => {
  const { domain, begin, look } = await start('awaiting');
  simulator.publishTxt(domain);
  await begin();
  expect(simulator.connectors[0]?.verification?.status).toBe('pending');
  expect(await look()).toBe('verified');
});

it('is verified at the n-th look after the begin, a look at the list being one too', async () => {
  const { begin, look, lookAtList } = await start('awaiting', { verifyAfterLooks: 3 });
  await look();
  await begin();
  expect([await look(), await lookAtList(), await look()]).toEqual(['pending', 'pending', 'verified']);
});

it('fails at the n-th look after the begin, and can be begun again', async () => {
  const { begin, look } = await start('failed', { failAfterLooks: 2 });
  await begin();
  expect([await look(), await look()]).toEqual(['pending', 'failed']);
  await begin();
  expect(await look()).toBe('pending');
});

it('fails when polling runs out', async () => {
  const { id, domain, begin, look, enable } = await start('awaiting');
  await begin();
  simulator.failVerification(id);
  simulator.publishTxt(domain);
  expect(await look()).toBe('failed');
  await expect(enable()).rejects.toMatchObject({ status: 400 });
});

it('stays verified when it is begun once more', async () => {
  const { begin, look } = await start('verified');
  await begin();
  expect(await look()).toBe('verified');
});

it('can be changed at exactly the n-th request', async () => {
  const { id, look } = await start('pending');
  simulator.on('read', (_, n) => n === 2 && simulator.changeConnector(id, { verification: { status: 'in_review' } }));
  simulator.on('request', (_, n) => n === 3 && simulator.changeConnector(id, { verification: null }));
  expect([await look(), await look(), await look()]).toEqual(['pending', 'in_review', undefined]);
});
