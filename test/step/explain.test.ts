import { getServers, setServers } from 'node:dns';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { lookUpTxt } from '../../src/verification/dns.ts';
import { describeTxt } from '../../src/verification/txt-record.ts';
import { failuresOf, runStep } from '../kit/connector-step.ts';
import { runQuick } from '../kit/quick-run.ts';
import { type DnsFault, type DnsServer, startDnsServer, type TxtRecord } from '../network/dns-server.ts';
import { startSimulator } from '../simulator/simulator.ts';

const CODE = 'cloudflare_dashboard_sso=0123456789abcdef';

let dns: DnsServer;
beforeAll(async () => {
  dns = await startDnsServer();
});
afterAll(() => dns.close());

let domains = 0;

/** Has a domain of its own answer with these records, or in this way, and names it. */
function domainWith(records: DnsFault | readonly TxtRecord[] | undefined): string {
  domains += 1;
  const domain = `domain-${domains}.example`;
  if (typeof records === 'string') dns.fail(domain, records);
  else if (records) dns.setTxt(domain, records);
  return domain;
}

/** Runs a gate on one connector, with these records in DNS. */
async function gate({
  status = 'pending',
  code = CODE,
  records = undefined as DnsFault | readonly TxtRecord[] | undefined,
  domain = domainWith(records),
  inputs = {},
}) {
  await using simulator = await startSimulator();
  const { id } = simulator.addConnector({ email_domain: domain, verification: { status, code } });
  const all = { sso_connector_id: id, mode: 'check', require_verified: 'true', ...inputs };
  const step = await runStep(simulator, all, { dns: dns.address });
  return { step, domain, queries: dns.queries.filter((query) => query.domain === domain) };
}

const ADD = 'Add the TXT record. ';
const POLLED =
  'Cloudflare checks DNS for two days after the verification began. Run this again later, or use wait_for_verification.';

describe.concurrent('a failure for a domain that is not verified', () => {
  it.each<[string, readonly TxtRecord[] | DnsFault | undefined, string, string]>([
    ['it is there', ['v=spf1 -all', CODE], 'it is there', POLLED],
    [
      'no domain',
      undefined,
      'the domain does not exist in public DNS',
      `Is the domain right and registered? Add the TXT record. ${POLLED}`,
    ],
    ['no record', [], 'public DNS has no TXT record there', ADD + POLLED],
    [
      'a near miss',
      [`"${CODE}"`],
      'public DNS has it within quotes that are part of the record',
      `Correct the TXT record: remove the quotes. ${POLLED}`,
    ],
    [
      'no answer',
      'servfail',
      'public DNS could not be asked from here (ESERVFAIL)',
      `Make sure that the TXT record is there. ${POLLED}`,
    ],
  ])('says what public DNS has, and what to do: %s', async (_, records, says, action) => {
    const { step, domain, queries } = await gate({ records });
    expect(failuresOf(step)).toMatchObject([
      {
        title: `${domain}: not verified (pending)`,
        message: `${domain} is not verified (pending), and require_verified is true. The TXT record at ${domain} must be ${CODE}; ${says}.`,
        action,
      },
    ]);
    expect(step.exitCode).toBe(1);
    expect(new Set(queries.map(({ type }) => type))).toEqual(new Set(['TXT']));
  });

  it.each([
    ['awaiting', 'Run mode: update or mode: reconcile with begin_verification: true and wait_for_verification.'],
    ['failed', 'Run mode: update or mode: reconcile with begin_verification: true and wait_for_verification.'],
    ['pending', POLLED],
    ['in_review', 'Run this again to read the connector once more.'],
  ])('says what to do once the record is there: %s', async (status, action) => {
    await using simulator = await startSimulator();
    const { id } = simulator.addConnector({ verification: { status, code: CODE } });
    const inputs = { sso_connector_id: id, mode: 'check', require_verified: 'true' };
    const step = await runQuick(simulator, inputs, { lookUpTxt: async () => ({ records: [CODE] }) });
    expect(failuresOf(step)).toMatchObject([{ action }]);
    // The record has a table of its own.
    expect(step.outputs['summary']).not.toContain('full message');
  });

  it.each([
    ['check', {}, 'Run mode: update or mode: reconcile for this domain alone with'],
    ['reconcile', {}, 'Run the action for this domain alone with'],
    ['reconcile', { wait_for_verification: '1s' }, 'Run the action for this domain alone with'],
    ['reconcile', { begin_verification: 'true', wait_for_verification: '1s' }, undefined],
  ])(
    'leads from a list to a step of its own, since a list waits for its last domain: %s, %j',
    async (mode, more, run) => {
      await using simulator = await startSimulator();
      const { email_domain } = simulator.addConnector({ verification: { status: 'awaiting', code: CODE } });
      simulator.fault({ method: 'POST', respond: { status: 400, body: { success: false, errors: ['Not now'] } } });
      const inputs = { mode, connectors: `- {email_domain: ${email_domain}}`, require_verified: 'true', ...more };
      const step = await runQuick(simulator, inputs, { lookUpTxt: async () => ({ records: [CODE] }) });
      const action = run ? `${run} begin_verification: true and wait_for_verification.` : 'Run this again.';
      expect(failuresOf(step)).toMatchObject([{ action }]);
    },
  );

  it('names the domain in both spellings, and asks for the one that DNS has', async () => {
    dns.setTxt('xn--bcher-kva.example', [CODE]);
    const { step } = await gate({ domain: 'xn--bcher-kva.example' });
    expect(failuresOf(step)).toMatchObject([
      {
        title: 'bücher.example (xn--bcher-kva.example): not verified (pending)',
        message: `bücher.example (xn--bcher-kva.example) is not verified (pending), and require_verified is true. The TXT record at bücher.example (xn--bcher-kva.example) must be ${CODE}; it is there.`,
      },
    ]);
  });

  it('finds a record longer than a string of DNS, and than an answer over UDP', async () => {
    const code = `cloudflare_dashboard_sso=${'0123456789'.repeat(40)}`;
    const { step } = await gate({ code, records: [code, 'other '.repeat(60)] });
    expect(failuresOf(step)[0]?.message).toMatch(/; it is there\.$/);
    expect(step.outputs['verification_code']).toBe(code);
  });

  it('waits for DNS no longer than 3 seconds', async () => {
    const { step } = await gate({ records: 'silent' });
    expect(failuresOf(step)[0]?.message).toMatch(
      /; public DNS could not be asked from here \(no answer within 3 s\)\.$/,
    );
  });
});

describe('what public DNS says of the TXT record, in a message and in a cell', () => {
  const ADD_IT = 'Add the TXT record.';
  const THERE = ['it is there', 'this record', ''] as const;
  const MANY = ['public DNS has 2 other TXT records there, not this one', '2 other TXT records', ADD_IT] as const;
  const QUOTED = [
    'public DNS has it within quotes that are part of the record',
    'this record within quotes that are part of the record',
    'Correct the TXT record: remove the quotes.',
  ] as const;
  const NO_PREFIX = [
    'public DNS has it without its prefix',
    'this record without its prefix',
    'Correct the TXT record: put "cloudflare_dashboard_sso=" before it.',
  ] as const;
  const OTHER = 'cloudflare_dashboard_sso=fedcba9876543210';
  const another = (value: string) =>
    [
      `public DNS has "${value}" instead`,
      `another TXT record: "${value}"`,
      'Add the TXT record beside the other, which may be that of another connector or account.',
    ] as const;

  it.each<[string, readonly string[], readonly [says: string, found: string, remedy: string]]>([
    ['there', [CODE], THERE],
    ['among others', ['x', ` ${CODE}`, CODE], THERE],
    [
      'one other',
      ['v=spf1 -all'],
      ['public DNS has 1 other TXT record there, not this one', '1 other TXT record', ADD_IT],
    ],
    ['two others', ['v=spf1 -all', 'x'], MANY],
    ['none', [], ['public DNS has no TXT record there', 'nothing', ADD_IT]],
    ['another value', ['x', OTHER], another(OTHER)],
    ['within quotes', [`"${CODE}"`], QUOTED],
    ['typographic quotes', [`“${CODE}”`], QUOTED],
    ['one quote', [`'${CODE}`], QUOTED],
    [
      'white space',
      [` ${CODE} `],
      [
        'public DNS has it with white space around it',
        'this record with white space around it',
        'Correct the TXT record: remove the white space.',
      ],
    ],
    ['no prefix', ['0123456789abcdef'], NO_PREFIX],
    ['no prefix, within quotes', ['"0123456789abcdef"'], NO_PREFIX],
    [
      'the old prefix',
      ['cloudflared_dashboard_sso=0123456789abcdef'],
      [
        'public DNS has it with the prefix "cloudflared_dashboard_sso="',
        'this record with the prefix "cloudflared_dashboard_sso="',
        'Correct the TXT record: its prefix must be "cloudflare_dashboard_sso=".',
      ],
    ],
    [
      'other case',
      [CODE.toUpperCase()],
      [
        'public DNS has it with other capital letters',
        'this record with other capital letters',
        'Correct the TXT record: copy it exactly.',
      ],
    ],
    [
      'white space inside',
      [CODE.replace('=', '= ')],
      [
        'public DNS has it with white space inside',
        'this record with white space inside',
        'Correct the TXT record: remove the white space.',
      ],
    ],
    [
      'joined with more text',
      [`v=spf1 -all ${CODE}`],
      [
        'public DNS has it joined with more text',
        'this record joined with more text',
        'Correct the TXT record: give its value a record of its own.',
      ],
    ],
    ['cut off', [CODE.slice(0, -1)], another(CODE.slice(0, -1))],
    ['a near miss beside another value', [OTHER, `"${CODE}"`], QUOTED],
    ['nothing like it', ['"', '0123'], MANY],
    ['quotes within white space', [` "${CODE}"\t`], QUOTED],
    ['quotes inside', [CODE.replace('=', '="')], another(CODE.replace('=', '="'))],
    ['a quote inside, and one at the end', [CODE.replace('=', '="x"')], another(CODE.replace('=', '="x"'))],
  ])('tells near misses, and what to do: %s', (_, records, [says, found, remedy]) => {
    expect(describeTxt({ records }, CODE)).toEqual({ says, found, remedy });
  });

  it.each([
    [
      { noDomain: true },
      'the domain does not exist in public DNS',
      'nothing: the domain does not exist',
      'Is the domain right and registered? Add the TXT record.',
    ],
    [{ records: [] }, 'public DNS has no TXT record there', 'nothing', 'Add the TXT record.'],
    [
      { unknown: 'no answer within 3 s' },
      'public DNS could not be asked from here (no answer within 3 s)',
      'unknown: no answer within 3 s',
      'Make sure that the TXT record is there.',
    ],
  ] as const)('tells why there are no records, and what to do: %j', (answer, says, found, remedy) => {
    expect(describeTxt(answer, CODE)).toEqual({ says, found, remedy });
  });

  it('takes the old prefix for right if the connector has it', () => {
    const old = 'cloudflared_dashboard_sso=1';
    expect(describeTxt({ records: [old] }, old).says).toBe('it is there');
    expect(describeTxt({ records: ['cloudflare_dashboard_sso=1'] }, old).remedy).toBe(
      'Correct the TXT record: its prefix must be "cloudflared_dashboard_sso=".',
    );
  });

  it('says of a value without any prefix only what is so', () => {
    expect(describeTxt({ records: ['2', 'cloudflare_dashboard_sso=3'] }, '1').says).toBe(
      'public DNS has "cloudflare_dashboard_sso=3" instead',
    );
    expect(describeTxt({ records: ['cloudflare_dashboard_sso=1'] }, '1')).toMatchObject({
      says: 'public DNS has it with the prefix "cloudflare_dashboard_sso="',
      remedy: 'Correct the TXT record: remove the prefix.',
    });
  });
});

describe('the look-up itself', () => {
  const usual = getServers();
  afterAll(() => setServers(usual));

  it.each<[string, DnsFault | readonly TxtRecord[] | undefined, object]>([
    ['records', [CODE, 'x'], { records: [CODE, 'x'] }],
    ['one record in several strings', [['ab', 'c', 'd']], { records: ['abcd'] }],
    ['no domain', undefined, { noDomain: true }],
    ['no TXT record', [], { records: [] }],
    ['a server that fails', 'servfail', { unknown: 'ESERVFAIL' }],
  ])('tells %s', async (_, records, answer) => {
    setServers([dns.address]);
    expect(await lookUpTxt(domainWith(records), new AbortController().signal)).toEqual(answer);
  });

  it.each([
    [' Bücher.Example. ', 'xn--bcher-kva.example'],
    ['10.0.0.1', '10.0.0.1'],
  ])('asks for a domain as DNS spells it, or as it is if it is none: "%s"', async (domain, asked) => {
    setServers([dns.address]);
    dns.setTxt(asked, [CODE]);
    expect(await lookUpTxt(domain, new AbortController().signal)).toEqual({ records: [CODE] });
  });

  it('is bounded however many servers the system has', async () => {
    await using other = await startDnsServer({ faults: { 'silent.example': 'silent' } });
    dns.fail('silent.example', 'silent');
    setServers([dns.address, other.address]);
    expect(await lookUpTxt('silent.example', new AbortController().signal, 100)).toEqual({
      unknown: 'no answer within 100 ms',
    });
  });

  it('ends with the signal while a server is silent', async () => {
    const domain = domainWith('silent');
    setServers([dns.address]);
    const cancel = new AbortController();
    const lookUp = lookUpTxt(domain, cancel.signal, 600_000);
    await expect.poll(() => dns.queries.some((query) => query.domain === domain), { interval: 5 }).toBe(true);
    cancel.abort(new Error('cancelled'));
    expect(await lookUp).toEqual({ unknown: 'the run was cancelled' });
  });

  it('ends with the signal, and asks nothing if that was aborted before', async () => {
    dns.fail('quiet.example', 'silent');
    setServers([dns.address]);
    const cancel = new AbortController();
    const lookUp = lookUpTxt('quiet.example', cancel.signal, 600_000);
    cancel.abort(new Error('cancelled'));
    expect(await lookUp).toEqual({ unknown: 'the run was cancelled' });
    expect(await lookUpTxt('never.example', cancel.signal)).toEqual({ unknown: 'the run was cancelled' });
    expect(dns.queries.filter(({ domain }) => domain === 'never.example')).toEqual([]);
  });
});

describe.concurrent('public DNS', () => {
  it.each<[string, string, Record<string, string>]>([
    ['the gate of a verified domain', 'verified', {}],
    ['a wait for a verified domain', 'verified', { wait_for_verification: '10s', mode: 'reconcile' }],
    ['an enable that succeeds', 'verified', { mode: 'update', enabled: 'true' }],
    ['a disable, of whatever status', 'failed', { mode: 'update', enabled: 'false', require_verified: 'false' }],
  ])('is never asked when all is well: %s', async (_, status, inputs) => {
    const { step, queries } = await gate({ status, records: 'silent', inputs });
    expect(queries).toEqual([]);
    expect(step.exitCode).toBe(0);
  });

  it('neither opens nor closes a gate: a record that is there verifies nothing', async () => {
    const { step } = await gate({ status: 'failed', records: [CODE] });
    expect(step).toMatchObject({ exitCode: 1, outputs: { verified: 'false', verification_status: 'failed' } });
  });
});
