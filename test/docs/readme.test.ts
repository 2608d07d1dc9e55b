/** What README.md, CONTRIBUTING.md and SECURITY.md say is there is there, and what the README says of errors is said. */
import { globSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { renderReadme } from '../../scripts/readme-tables.ts';
import { runStep } from '../kit/connector-step.ts';
import { serverCertificate } from '../network/certificate.ts';
import { startDnsServer } from '../network/dns-server.ts';
import type { ConnectorFields } from '../simulator/connectors.ts';
import type { Envelope } from '../simulator/envelope.ts';
import type { Fault } from '../simulator/faults.ts';
import { type SimulatorOptions, startSimulator } from '../simulator/simulator.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const read = (file: string) => readFileSync(`${ROOT}/${file}`, 'utf8');
const README = read('README.md');

it('The tables of inputs and outputs in the README are those of action.yml', () => {
  expect(renderReadme(README, parse(read('action.yml')))).toBe(README);
});

describe.each(['README.md', 'CONTRIBUTING.md', 'SECURITY.md'])('%s', (file) => {
  const text = read(file);

  it('names no file, folder or pattern of files that does not exist', () => {
    const named = [...linksOf(text), ...pathsOf(text)];
    expect(named).not.toEqual([]);
    expect(named.filter((path) => globSync(path, { cwd: ROOT }).length === 0)).toEqual([]);
  });

  it('names no npm script that package.json lacks', () => {
    const { scripts } = JSON.parse(read('package.json'));
    const named = [...text.matchAll(/\bnpm (?:run ([\w:-]+)|(test)\b)/g)].map(([, run, test]) => run ?? test ?? '');
    expect(named.filter((name) => !Object.hasOwn(scripts, name))).toEqual([]);
  });
});

/** The targets of links within the repository. */
function linksOf(text: string): string[] {
  const targets = [...text.matchAll(/\]\(([^)\s]+)\)/g)].map(([, target = '']) => target);
  return targets.filter((target) => !/^(https?:|#)/.test(target));
}

/** The words in code, and in blocks indented as code, that can only be paths. What stands between fences is a user's. */
function pathsOf(text: string): string[] {
  const unfenced = text.replace(/^```[\s\S]*?^```/gm, '');
  const code = [...unfenced.matchAll(/`([^`]+)`|^ {4}(.+)/gm)].map(([, span, line]) => span ?? line ?? '');
  const words = code.flatMap((piece) => piece.split(/[\s;:]+/));
  return words.filter((word) => /^[\w.*-]+(\/[\w.*-]+)*(\/|\/[\w.*-]+|\.(ts|js|json|md|yml|sh|png))$/.test(word));
}

/** What makes a step fail. By default it enables a connector that is verified and disabled, and tries once. */
interface Provocation {
  inputs?: Readonly<Record<string, string>>;
  connector?: ConnectorFields;
  fault?: Fault;
  simulator?: SimulatorOptions;
}

const page = '<!DOCTYPE html><html><title>502: Bad gateway</title></html>';
const refusal = (code: number) => ({
  success: false,
  errors: [{ code, message: 'Refused' }],
  messages: [],
  result: null,
});
const stillDisabled = (envelope: Envelope) => ({ ...envelope, result: { ...Object(envelope.result), enabled: false } });

/** By the texts in the first column of the README's table. */
const PROVOCATIONS: Readonly<Record<string, Provocation>> = {
  'Input api_token is empty, …': { inputs: { api_token: '' } },
  'Input … is not an input of this action. Did you mean …?': { inputs: { enable: 'true' } },
  'Cloudflare error 10000 …': { inputs: { account_id: 'f'.repeat(32) } },
  '10001': { fault: { respond: { status: 403, body: refusal(10001) } } },
  'Cloudflare error 9109 …': { inputs: { api_token: 'x'.repeat(40) } },
  'Cloudflare error 6003 …': { inputs: { api_token: 'x'.repeat(37) } },
  'Cloudflare error 7003 …': { fault: { respond: { status: 404, body: refusal(7003) } } },
  'HTTP 404': { inputs: { sso_connector_id: 'f'.repeat(32) } },
  'HTTP 429': { fault: { respond: { status: 429, headers: { 'retry-after': '90' }, body: refusal(971) } } },
  'The domain … is not verified …': { connector: { verification: { status: 'awaiting' } } },
  'Drift: … differs from what was asked for': { inputs: { mode: 'check' } },
  'Cloudflare accepted to …, but answered with …': { fault: { transform: stillDisabled } },
  'the answer is not JSON …': {
    fault: { respond: { status: 502, headers: { 'content-type': 'text/html' }, body: page } },
  },
  'the certificate of … is not trusted …': { simulator: { tls: serverCertificate } },
  'Whether Cloudflare applied it is not known': { fault: { respond: 'apply-then-reset' } },
};

describe.concurrent('"When a step fails" in the README', () => {
  const [, section = ''] = /^## When a step fails\n([\s\S]*?)^## /m.exec(README) ?? [];
  const [, , ...rows] = section.split('\n').filter((line) => line.startsWith('|'));
  const textsOf = (row: string) => [...(row.split('|')[1] ?? '').matchAll(/`([^`]+)`/g)].map(([, text = '']) => text);

  it('has a text in each row, and each text is provoked here, and no other', () => {
    expect(rows.filter((row) => textsOf(row).length === 0)).toEqual([]);
    expect(Object.keys(PROVOCATIONS).sort()).toEqual(rows.flatMap(textsOf).sort());
  });

  it.each(rows.flatMap(textsOf))('has what an error says: %s', async (text) => {
    const provocation = PROVOCATIONS[text];
    if (provocation === undefined) return expect.fail(`nothing provokes: ${text}`);
    const { exitCode, errors } = await provoke(provocation);
    expect(exitCode).toBe(1);
    expect(errors).toContainEqual(expect.stringMatching(patternOf(text)));
  });
});

async function provoke({ inputs, connector = {}, fault, simulator: options }: Provocation) {
  await using simulator = await startSimulator(options);
  await using dns = await startDnsServer();
  const { id } = simulator.addConnector(connector);
  if (fault !== undefined) simulator.fault(fault);
  const enable = { sso_connector_id: id, enabled: 'true', max_retries: '0' };
  return await runStep(simulator, { ...enable, ...inputs }, { dns: dns.address });
}

/** Whole words, in which `…` stands for anything. */
function patternOf(text: string): RegExp {
  const words = text.split('…').map((part) => part.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'));
  return new RegExp(`(?<!\\w)${words.join('.+')}(?!\\w)`);
}
