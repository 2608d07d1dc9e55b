import { getServers, setServers } from 'node:dns';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { lookUpTxt } from '../../src/verification/dns.ts';
import { runAction } from '../kit/runner.ts';
import { explanation, inputsFor, NO_RECORD, nameOf } from '../kit/wait-step.ts';
import { type DnsFault, type DnsServer, startDnsServer, type TxtRecord } from '../network/dns-server.ts';
import type { Connector } from '../simulator/connectors.ts';
import { startSimulator } from '../simulator/simulator.ts';

/** A busy machine can add to the second that the action may take, so that one slow run is no proof against it. */
const BOUNDED = { retry: 2 };

let dns: DnsServer;
beforeAll(async () => {
  dns = await startDnsServer();
});
afterAll(() => dns.close());

let domains = 0;

/** Runs a gate on one connector of a domain of its own, with these records in DNS. */
async function gate(
  options: {
    status?: string;
    code?: string;
    domain?: string;
    dns?: DnsFault | ((code: string) => TxtRecord[]);
    inputs?: Record<string, string>;
  } = {},
) {
  await using simulator = await startSimulator();
  domains += 1;
  const { status = 'pending', code, domain = `gated-${domains}.example` } = options;
  const verification = { status, ...(code !== undefined && { code }) };
  const connector = simulator.addConnector({ email_domain: domain, verification });
  if (typeof options.dns === 'string') dns.fail(domain, options.dns);
  else if (options.dns) dns.setTxt(domain, options.dns(connector.verification?.code ?? ''));
  const step = await runAction({
    inputs: inputsFor(simulator, {
      ...{ sso_connector_id: connector.id, mode: 'check', require_verified: 'true' },
      ...options.inputs,
    }),
    dns: dns.address,
  });
  const { requests } = simulator;
  return { ...step, connector, requests, queries: dns.queries.filter((query) => query.domain === domain) };
}

const held = (connector: Connector, status: string, says: string) => [
  `require_verified holds for ${nameOf(connector)}. ${explanation(connector, status, says)}`,
];

const FOUND = 'public DNS has it by now';
const UNKNOWN = (why: string) => `it could not be looked up in public DNS from here (${why})`;

describe.concurrent('what public DNS says of a domain that is not verified', () => {
  it.each<[string, string, DnsFault | ((code: string) => TxtRecord[]) | undefined]>([
    ['found', FOUND, (code) => ['v=spf1 -all', code]],
    ['not found', NO_RECORD, undefined],
    ['not to be looked up', UNKNOWN('ESERVFAIL'), 'servfail'],
  ])('is told in the error and in the summary: %s', async (_, says, records) => {
    const step = await gate(records === undefined ? {} : { dns: records });
    expect(step.errors).toEqual(held(step.connector, 'pending', says));
    expect(step.exitCode).toBe(1);
    expect(new Set(step.queries.map(({ type }) => type))).toEqual(new Set(['TXT']));
    expect(step.summary).toContain(says.slice(0, 20));
  });

  it('is asked for 3 seconds at most', BOUNDED, async () => {
    const step = await gate({ dns: 'silent' });
    expect(step.errors).toEqual(held(step.connector, 'pending', UNKNOWN('no answer within 3 s')));
    expect(step.durationMs).toBeGreaterThan(2500);
    expect(step.durationMs).toBeLessThan(6500);
  });

  it('may be a record longer than a string of DNS, and than an answer over UDP', async () => {
    const code = `cloudflare_dashboard_sso=${'0123456789'.repeat(40)}`;
    const step = await gate({ code, dns: () => [code, 'other '.repeat(60)] });
    expect(step.errors).toEqual(held(step.connector, 'pending', FOUND));
    expect(step.outputs['verification_code']).toBe(code);
  });
});

describe('the look-up itself', () => {
  const usual = getServers();
  afterAll(() => setServers(usual));

  it.each<[string, string, DnsFault | ((code: string) => TxtRecord[]) | undefined]>([
    ['the record is there', FOUND, (code) => [code]],
    ['the record is there among others', FOUND, (code) => ['v=spf1 -all', code, 'x']],
    [
      'the record is there in several strings',
      FOUND,
      (code) => [[code.slice(0, 10), code.slice(10, 11), code.slice(11)]],
    ],
    ['the domain does not exist', NO_RECORD, undefined],
    ['the domain has no TXT record', NO_RECORD, () => []],
    ['one other', 'public DNS does not have it: there is only 1 other TXT record', () => ['v=spf1 -all']],
    [
      'three others',
      'public DNS does not have it: there are only 3 other TXT records',
      (code) => [`${code}0`, code.toUpperCase(), ` ${code}`],
    ],
    ['a server that fails', UNKNOWN('ESERVFAIL'), 'servfail'],
  ])('says of a record: %s', async (_, says, records) => {
    domains += 1;
    const domain = `looked-up-${domains}.example`;
    const code = 'cloudflare_dashboard_sso=123456789';
    if (typeof records === 'string') dns.fail(domain, records);
    else if (records) dns.setTxt(domain, records(code));
    setServers([dns.address]);
    expect(await lookUpTxt(domain, code, new AbortController().signal)).toBe(says);
  });

  it('is bounded to 3 seconds however many servers the system has', BOUNDED, async () => {
    await using other = await startDnsServer({ faults: { 'silent.example': 'silent' } });
    dns.fail('silent.example', 'silent');
    setServers([dns.address, other.address]);
    const start = performance.now();
    const says = await lookUpTxt('silent.example', 'x', new AbortController().signal);
    const took = performance.now() - start;
    expect(says).toBe(UNKNOWN('no answer within 3 s'));
    expect(took).toBeGreaterThan(2900);
    expect(took).toBeLessThan(4000);
  });

  it(
    'ends at once with the reason of the signal, and asks nothing where that was aborted before',
    BOUNDED,
    async () => {
      dns.fail('quiet.example', 'silent');
      setServers([dns.address]);
      const cancel = new AbortController();
      const start = performance.now();
      const lookUp = lookUpTxt('quiet.example', 'x', cancel.signal);
      cancel.abort(new Error('cancelled'));
      await expect(lookUp).rejects.toThrow('cancelled');
      await expect(lookUpTxt('never.example', 'x', cancel.signal)).rejects.toThrow('cancelled');
      expect(performance.now() - start).toBeLessThan(1000);
      expect(dns.queries.filter(({ domain }) => domain === 'never.example')).toEqual([]);
    },
  );
});

describe.concurrent('the error names', () => {
  it.each(['awaiting', 'failed', 'pending', 'in_review'])('the status %s and the next step', async (status) => {
    const step = await gate({ status, dns: () => [] });
    expect(step.errors).toEqual(held(step.connector, status, NO_RECORD));
  });

  it('the domain in both spellings, asked for in the one that DNS has', async () => {
    const step = await gate({ domain: 'xn--bcher-kva.example', dns: (code) => [code] });
    const { connector } = step;
    expect(step.errors).toEqual([
      `require_verified holds for bücher.example (xn--bcher-kva.example) (connector ${connector.id}). The domain bücher.example (xn--bcher-kva.example) is not verified (status pending). It needs the TXT record ${connector.verification?.code}; ${FOUND}. Cloudflare looks for it for two days from when the verification began.`,
    ]);
  });

  it('what is missing for a refused enable, behind what Cloudflare says', async () => {
    const step = await gate({
      dns: () => [],
      inputs: { mode: 'update', enabled: 'true', require_verified: 'false' },
    });
    const { connector, requests } = step;
    expect(requests.map(({ method }) => method)).toEqual(['PATCH', 'GET']);
    expect(step.errors).toHaveLength(1);
    expect(step.errors[0]).toMatch(
      new RegExp(`^Could not set enabled=true of connector ${connector.id}: Cloudflare error 1010 "`),
    );
    expect(step.errors[0]?.slice(-explanation(connector, 'pending').length)).toBe(explanation(connector, 'pending'));
    expect(step.queries).toHaveLength(1);
  });

  it('that there is no record to name, without a look at DNS', async () => {
    await using simulator = await startSimulator();
    const { id, email_domain } = simulator.addConnector({ verification: null });
    const inputs = inputsFor(simulator, { sso_connector_id: id, mode: 'check', require_verified: 'true' });
    const step = await runAction({ inputs, dns: dns.address });
    expect(step.errors).toEqual([
      `require_verified holds for ${email_domain} (connector ${id}). The domain ${email_domain} is not verified (the API gives no status), and the API gives no TXT record to add. Look at the connector in the dashboard.`,
    ]);
    expect(dns.queries.filter(({ domain }) => domain === email_domain)).toEqual([]);
  });
});

describe.concurrent('public DNS', () => {
  it.each<[string, Record<string, string>]>([
    ['the gate of a verified domain', {}],
    ['a wait for a verified domain', { wait_for_verification: '10s', mode: 'reconcile' }],
    ['an enable that succeeds', { mode: 'update', enabled: 'true' }],
  ])('is never asked when all is well: %s', async (_, inputs) => {
    const step = await gate({ status: 'verified', dns: 'silent', inputs });
    expect(step.queries).toEqual([]);
    expect(step.exitCode).toBe(0);
  });

  it('is not asked of a domain that is not verified, where that does not matter', async () => {
    const inputs = { require_verified: 'false', mode: 'update', enabled: 'false' };
    const step = await gate({ status: 'failed', dns: 'silent', inputs });
    expect(step.queries).toEqual([]);
    expect(step.exitCode).toBe(0);
  });

  it('neither opens nor closes a gate: a record that is there verifies nothing', async () => {
    const step = await gate({ status: 'failed', dns: (code) => [code] });
    expect(step.outputs).toMatchObject({ verified: 'false', verification_status: 'failed' });
    expect(step.exitCode).toBe(1);
  });
});
