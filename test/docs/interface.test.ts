/** What is written down more than once must agree: action.yml, the code, package.json and the changelog. */
import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { INPUTS } from '../../src/inputs/names.ts';
import { readSettings } from '../../src/inputs/read-settings.ts';
import { VERSION } from '../../src/version.ts';
import { diagnose } from '../kit/github-parser.ts';
import { runAction } from '../kit/runner.ts';
import { type Simulator, startSimulator } from '../simulator/simulator.ts';

const path = (file: string) => fileURLToPath(new URL(`../../${file}`, import.meta.url));
const read = (file: string) => readFileSync(path(file), 'utf8');

const action: {
  description: string;
  inputs: Record<string, { default?: string }>;
  outputs: Record<string, unknown>;
  runs: { using: string; main: string };
} = parse(read('action.yml'));

describe('action.yml', () => {
  it('is valid to GitHub', async () => {
    expect(await diagnose(read('action.yml'), 'action.yml')).toEqual([]);
  });

  it('has a description that the Marketplace takes, of under 125 characters', () => {
    expect(action.description.length).toBeLessThan(125);
  });

  it('declares the inputs that the code knows, in its order', () => {
    expect(Object.keys(action.inputs)).toEqual([...INPUTS]);
  });

  it('has the defaults that the code has by itself', async () => {
    const required = {
      INPUT_API_TOKEN: 'x'.repeat(40),
      INPUT_ACCOUNT_ID: 'a'.repeat(32),
      INPUT_EMAIL_DOMAIN: 'acme.example',
    };
    const defaults = Object.entries(action.inputs).map(([name, input]) => [
      `INPUT_${name.toUpperCase()}`,
      input.default,
    ]);
    const refuse = (warning: string) => expect.fail(warning);
    const declared = await readSettings({ ...Object.fromEntries(defaults), ...required }, refuse);
    expect(declared).toEqual(await readSettings(required, refuse));
  });

  it('names a script that exists, and the Node that the tests run on', () => {
    expect(existsSync(path(action.runs.main))).toBe(true);
    expect(action.runs.using).toBe(`node${process.versions.node.split('.')[0]}`);
  });
});

describe('the outputs', () => {
  let simulator: Simulator;
  beforeEach(async () => {
    simulator = await startSimulator();
  });
  afterEach(() => simulator.close());

  const run = (inputs: Record<string, string>) =>
    runAction({
      inputs: {
        api_base_url: simulator.apiBaseUrl,
        account_id: simulator.accountId,
        api_token: simulator.tokens.edit,
        mode: 'reconcile',
        ...inputs,
      },
    });

  it('of one connector are all that action.yml declares', async () => {
    const { id } = simulator.addConnector();
    const { outputs } = await run({ sso_connector_id: id, enabled: 'true', token_expiry_warning: '30d' });
    expect(Object.keys(outputs).sort()).toEqual(Object.keys(action.outputs).sort());
  });

  it('of many connectors lack the fields of a single one', async () => {
    simulator.addConnector({ email_domain: 'acme.example' });
    const { outputs } = await run({ connectors: '[{ email_domain: acme.example, enabled: true }]' });
    const single = ['sso_connector_id', 'email_domain', 'enabled', 'use_fedramp_language', 'created_on', 'updated_on'];
    expect([...single, 'verification_status', 'verification_code'].filter((name) => name in outputs)).toEqual([]);
    const many = [
      'changed',
      'drift',
      'errors',
      'failures',
      'in_sync',
      'messages',
      'result',
      'summary',
      'unlisted',
      'verified',
    ];
    expect(many.filter((name) => !(name in outputs))).toEqual([]);
  });

  it('of a problem in the inputs have the lists', async () => {
    const { outputs } = await run({ enabled: 'yes' });
    expect(outputs).toMatchObject({ drift: '[]', unlisted: '[]', messages: '[]', errors: '[]' });
    expect(JSON.parse(outputs['failures'] ?? '')).toMatchObject([{ kind: 'input' }, { kind: 'input' }]);
  });

  it('come from the version that the User-Agent names', async () => {
    const { id } = simulator.addConnector();
    await run({ sso_connector_id: id });
    expect(simulator.requests[0]?.headers['user-agent']).toContain(`/${VERSION}`);
  });
});

describe('the version', () => {
  it('is the same in package.json, the code and the newest section of the changelog', () => {
    const [, newest] = /^## (\S+)/m.exec(read('CHANGELOG.md')) ?? [];
    expect({ package: JSON.parse(read('package.json')).version, changelog: newest }).toEqual({
      package: VERSION,
      changelog: VERSION,
    });
  });
});
