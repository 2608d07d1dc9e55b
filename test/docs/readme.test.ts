/** What README.md, docs/, CONTRIBUTING.md and SECURITY.md say is there is there, and a step fails as the README says. */
import { globSync, readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { renderReadme, renderRepository } from '../../scripts/readme-tables.ts';
import { REPOSITORY } from '../../scripts/repository.ts';
import { runStep } from '../kit/connector-step.ts';
import { serverCertificate } from '../network/certificate.ts';
import { startDnsServer } from '../network/dns-server.ts';
import type { ConnectorFields } from '../simulator/connectors.ts';
import type { Envelope } from '../simulator/envelope.ts';
import type { Fault } from '../simulator/faults.ts';
import { type Simulator, type SimulatorOptions, startSimulator } from '../simulator/simulator.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const read = (file: string) => readFileSync(`${ROOT}/${file}`, 'utf8');
const README = read('README.md');
const PAGES = [
  'README.md',
  'CONTRIBUTING.md',
  'SECURITY.md',
  ...readdirSync(`${ROOT}/docs`).map((name) => `docs/${name}`),
].filter((file) => file.endsWith('.md'));

describe('README.md', () => {
  it('has the tables of inputs and outputs of action.yml', () => {
    expect(renderReadme(README, parse(read('action.yml')))).toBe(README);
  });

  it('has fewer than 2,500 words', () => {
    expect(README.trim().split(/\s+/).length).toBeLessThan(2500);
  });

  it('leads to the way back in before all else', () => {
    expect(README.split('\n')[2]).toContain('(#when-nobody-can-log-in)');
  });

  it('begins with a step that only reads', () => {
    const [, first] = /```yaml\n(.*?)```/s.exec(README) ?? [];
    expect(parse(first ?? '')[0].with.mode).toBe('check');
  });
});

describe('the name of the repository', () => {
  it('is that of scripts/repository.ts, wherever it stands, and the checkout is that of ci.yml', () => {
    expect(renderRepository(ROOT)).toEqual(new Map());
  });

  it('changes everywhere in a fork', () => {
    const fork = renderRepository(ROOT, 'acme/sso');
    const named = ['README.md', 'SECURITY.md', 'examples/nightly.yml', '.github/ISSUE_TEMPLATE/config.yml'];
    expect([...fork.keys()]).toEqual(expect.arrayContaining(named));
    expect(fork.get('examples/nightly.yml')).toContain('uses: acme/sso@0');
  });
});

describe.each(PAGES)('%s', (file) => {
  const text = read(file);

  it('names no file, folder or pattern of files that does not exist', () => {
    const folder = file.replace(/[^/]*$/, '');
    const links = linksOf(text).map((path) => `${folder}${path}`);
    const missing = [...links, ...pathsOf(text)].filter((path) => globSync(path, { cwd: ROOT }).length === 0);
    expect(missing).toEqual([]);
  });

  it('leads to no heading that does not exist', () => {
    const missing = [...text.matchAll(/\]\(([^)\s]*\.md)?#([^)\s]+)\)/g)].filter(([, path, anchor = '']) => {
      const page = path === undefined ? text : read(`${file.replace(/[^/]*$/, '')}${path}`);
      return !anchorsOf(page).includes(anchor);
    });
    expect(missing.map(([link]) => link)).toEqual([]);
  });

  it('names no npm script that package.json lacks', () => {
    const { scripts } = JSON.parse(read('package.json'));
    const named = [...text.matchAll(/\bnpm (?:run ([\w:-]+)|(test)\b)/g)].map(([, run, test]) => run ?? test ?? '');
    expect(named.filter((name) => !Object.hasOwn(scripts, name))).toEqual([]);
  });
});

/** The targets of links within the repository. */
function linksOf(text: string): string[] {
  const targets = [...text.matchAll(/\]\(([^)\s#]+)[^)\s]*\)/g)].map(([, target = '']) => target);
  return targets.filter((target) => !/^https?:/.test(target));
}

/** https://docs.github.com/en/get-started/writing-on-github/getting-started-with-writing-and-formatting-on-github/basic-writing-and-formatting-syntax#section-links */
function anchorsOf(page: string): string[] {
  const headings = [...page.matchAll(/^#+ (.*)$/gm)].map(([, heading = '']) => heading.toLowerCase());
  return headings.map((heading) => heading.replaceAll(/[^\w\- ]/g, '').replaceAll(' ', '-'));
}

/** Files of a user's repository, which the pages speak of. */
const OF_USERS = ['sso-connectors.yml', 'dash.cloudflare.com/', REPOSITORY];

/**
 * The words in code, and in blocks indented as code, that can only be paths. What stands between fences is a user's, and
 * the text of a link has a target.
 */
function pathsOf(text: string): string[] {
  const prose = text.replace(/^ *```[\s\S]*?^ *```/gm, '').replace(/\[`[^`]*`\]/g, '');
  const code = [...prose.matchAll(/`([^`]+)`|^ {4}(.+)/gm)].map(([, span, line]) => span ?? line ?? '');
  const words = code.flatMap((piece) => piece.split(/[\s;:]+/));
  const paths = words.filter((word) =>
    /^[\w.*-]+(\/[\w.*-]+)*(\/|\/[\w.*-]+|\.(ts|js|json|md|yml|sh|png))$/.test(word),
  );
  const examples = readdirSync(`${ROOT}/examples`);
  return paths.filter((path) => !OF_USERS.includes(path) && !examples.includes(path));
}

/** What makes a step fail. By default it enables a connector that is verified and disabled, and tries once. */
interface Provocation {
  inputs?: Readonly<Record<string, string>>;
  connector?: ConnectorFields;
  also?: (simulator: Simulator) => unknown;
  fault?: Fault;
  simulator?: SimulatorOptions;
  env?: Readonly<Record<string, string>>;
}

const page = '<!DOCTYPE html><html><title>Sorry, you have been blocked</title></html>';
const refusal = (code: number) => ({
  success: false,
  errors: [{ code, message: 'Refused' }],
  messages: [],
  result: null,
});
const refuse = (status: number, code: number): Fault => ({ respond: { status, body: refusal(code) } });
const stillDisabled = (envelope: Envelope) => ({ ...envelope, result: { ...Object(envelope.result), enabled: false } });
const byDomain = { sso_connector_id: '', email_domain: 'acme.example' };
const listed = { sso_connector_id: '', enabled: '', mode: 'check', connectors: '[{ email_domain: acme.example }]' };

/** By the kinds in the first column of the README's table; more than one where the row names more. */
const PROVOCATIONS: Readonly<Record<string, readonly Provocation[]>> = {
  input: [{ inputs: { api_token: '' } }, { inputs: { enable: 'true' } }],
  not_found: [{ inputs: { sso_connector_id: 'f'.repeat(32) } }, { inputs: byDomain }],
  ambiguous: [
    {
      inputs: byDomain,
      connector: { email_domain: 'acme.example' },
      also: (simulator) => simulator.addConnector({ email_domain: 'acme.example' }),
    },
  ],
  wrong_domain: [{ inputs: { email_domain: 'acme.example' }, connector: { email_domain: 'branch.example' } }],
  drift: [{ inputs: { mode: 'check' } }],
  not_verified: [
    { connector: { verification: { status: 'awaiting' } } },
    {
      inputs: { mode: 'check', enabled: '', require_verified: 'true' },
      connector: { verification: { status: 'failed' } },
    },
  ],
  refused: [
    {
      connector: { email_domain: 'acme.example' },
      also: (simulator) =>
        simulator.addConnector({ email_domain: 'acme.example', enabled: true }, simulator.otherAccountId),
    },
  ],
  access: [
    { inputs: { account_id: 'f'.repeat(32) } },
    { fault: refuse(403, 10001) },
    { inputs: { api_token: 'x'.repeat(40) } },
    { fault: refuse(401, 1000) },
    { inputs: { api_token: 'x'.repeat(37) } },
  ],
  rate_limited: [{ fault: { respond: { status: 429, headers: { 'retry-after': '90' }, body: refusal(971) } } }],
  unavailable: [
    { simulator: { tls: serverCertificate } },
    { fault: refuse(503, 1001) },
    { fault: { respond: 'apply-then-reset' } },
  ],
  blocked: [{ fault: { respond: { status: 403, headers: { 'content-type': 'text/html' }, body: page } } }],
  unexpected: [{ fault: { transform: stillDisabled } }],
  unlisted: [
    {
      inputs: { ...listed, unlisted: 'fail' },
      connector: { email_domain: 'acme.example' },
      also: (simulator) => simulator.addConnector({ email_domain: 'branch.example' }),
    },
  ],
};

/** Tried elsewhere: no output is read where one is lost, and a cancel is a signal. */
const ELSEWHERE = ['runner', 'cancelled'];

describe.concurrent('"When a step fails" in the README', () => {
  const [, section = ''] = /^## When a step fails\n([\s\S]*?)^## /m.exec(README) ?? [];
  const kinds = [...section.matchAll(/^\| `(\w+)` \|/gm)].map(([, kind = '']) => kind);

  it('has every kind that is provoked here or elsewhere, and no other', () => {
    expect([...Object.keys(PROVOCATIONS), ...ELSEWHERE].sort()).toEqual(kinds.sort());
  });

  const cases = Object.entries(PROVOCATIONS).flatMap(([kind, list]) => list.map((one, n) => ({ kind, n, one })));
  it.each(cases)('has the kind of a failure: $kind ($n)', async ({ kind, one }) => {
    const { exitCode, outputs } = await provoke(one);
    expect(exitCode).toBe(1);
    expect(JSON.parse(outputs['failures'] ?? '[]')).toContainEqual(expect.objectContaining({ kind }));
  });
});

async function provoke({ inputs, connector = {}, also, fault, simulator: options }: Provocation) {
  await using simulator = await startSimulator(options);
  await using dns = await startDnsServer();
  const { id } = simulator.addConnector(connector);
  also?.(simulator);
  if (fault !== undefined) simulator.fault(fault);
  const enable = { sso_connector_id: id, enabled: 'true', max_retries: '0' };
  return await runStep(simulator, { ...enable, ...inputs }, { dns: dns.address });
}
