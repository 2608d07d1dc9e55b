import { describe, expect, it } from 'vitest';
import { failuresOf, inputsFor, runReadably } from '../kit/fault-world.ts';
import type { ListStyle } from '../simulator/listing.ts';
import { type Simulator, startSimulator } from '../simulator/simulator.ts';

const DOMAINS = Array.from({ length: 45 }, (_, n) => `d${n}.example`);

async function world(listStyle: ListStyle, listPageSize = 20): Promise<Simulator> {
  const simulator = await startSimulator({ listStyle, listPageSize });
  for (const email_domain of DOMAINS) simulator.addConnector({ email_domain, enabled: true });
  return simulator;
}

function run({ accountId, apiBaseUrl, tokens }: Simulator, more: Record<string, string>) {
  const account = { account_id: accountId, api_token: tokens.edit, sso_connector_id: '', mode: 'check' };
  return runReadably({ inputs: inputsFor(apiBaseUrl, { ...account, ...more }) });
}

/** The requests, from the account's connectors on. */
function asked({ requests }: Simulator): string[] {
  return requests.map(({ method, path }) => `${method} ${path.replace(/^.*\/sso_connectors/, '')}`.trim());
}

const PAGES = ['GET', 'GET ?page=2', 'GET ?page=3'];

describe('a list that goes on', () => {
  it.each<[ListStyle, string[]]>([
    ['total_count', PAGES],
    ['total_pages', PAGES],
    ['cursor', PAGES],
    ['uncounted', PAGES],
  ])('(%s) is read to its end, and has the connector of its last page', async (style, requests) => {
    await using simulator = await world(style);
    const result = await run(simulator, { email_domain: 'd44.example' });
    expect([result.exitCode, failuresOf(result), result.outputs['email_domain']]).toEqual([0, [], 'd44.example']);
    expect(asked(simulator)).toEqual(requests);
  });

  it('shows that a domain has a second connector on another page', async () => {
    await using simulator = await world('total_pages');
    simulator.addConnector({ email_domain: 'd0.example' });
    const result = await run(simulator, { email_domain: 'd0.example', mode: 'update' });
    expect([failuresOf(result).map(({ kind }) => kind), asked(simulator)]).toEqual([['ambiguous'], PAGES]);
  });

  it('that fails on a later page fails, and names that page', async () => {
    await using simulator = await world('total_count');
    simulator.fault({ path: /page=2/, times: Infinity, respond: { status: 403, body: '<title>No' } });
    const result = await run(simulator, { email_domain: 'd0.example' });
    expect(failuresOf(result).map(({ message }) => message.split(': ')[0])).toEqual([
      `Could not list the connectors of account ${simulator.accountId} (page 2)`,
    ]);
  });
});

describe('an incomplete list', () => {
  it.each<[ListStyle, string, string[]]>([
    ['repeating', 'page 2 repeats page 1', ['GET', 'GET ?page=2']],
    ['overcounted', 'it has 45 of 46', [...PAGES, 'GET ?page=4']],
    ['undercounted', 'it has 45 of 44', PAGES],
  ])('(%s) is said to be so', async (style, missing, requests) => {
    await using simulator = await world(style);
    const result = await run(simulator, { email_domain: 'd0.example' });
    expect(failuresOf(result)).toMatchObject([{ kind: 'ambiguous', message: expect.stringContaining(missing) }]);
    expect([result.exitCode, asked(simulator)]).toEqual([1, requests]);
  });

  it('has the ids that are in it; the others are read one by one', async () => {
    await using simulator = await world('repeating');
    const [first, last] = [simulator.connectors.at(0)?.id, simulator.connectors.at(-1)?.id];
    const connectors = JSON.stringify([first, last].map((id) => ({ sso_connector_id: id, enabled: true })));
    const result = await run(simulator, { enabled: '', connectors });
    expect([result.exitCode, failuresOf(result)]).toEqual([0, []]);
    expect(asked(simulator)).toEqual(['GET', 'GET ?page=2', `GET /${last}`]);
  });
});
