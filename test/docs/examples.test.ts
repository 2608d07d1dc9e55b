import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { USES } from '../../scripts/repository.ts';
import { readSnippets } from '../../scripts/snippets.ts';
import { diagnose } from '../kit/github-parser.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const list = (folder: string) => readdirSync(`${ROOT}/${folder}`).map((name) => `${folder}/${name}`);
const read = (file: string) => readFileSync(`${ROOT}/${file}`, 'utf8');

const README = read('README.md');
const EXAMPLES = list('examples');
const WORKFLOWS = [...EXAMPLES, ...list('.github/workflows')];

describe.each(WORKFLOWS)('%s', (file) => {
  const workflow = parse(read(file));
  const jobs: Record<string, Record<string, unknown>> = workflow.jobs;

  it('is valid to GitHub, and has no input or output that action.yml lacks', async () => {
    expect(await diagnose(read(file))).toEqual([]);
  });

  it('gives the token of the run no permission but those that a job asks for', () => {
    expect(workflow.permissions).toEqual({});
  });

  it('ends each job after a time', () => {
    const endless = Object.entries(jobs).filter(([, job]) => !job['timeout-minutes'] && !job['uses']);
    expect(endless).toEqual([]);
  });
});

describe.each(EXAMPLES)('%s', (file) => {
  it('says what it is for and what to set up before', () => {
    expect(read(file)).toMatch(/^# [A-Z].*\n(#.*\n)*# Set up before/);
  });

  it('is named in the README', () => {
    expect(README).toContain(`(${file})`);
  });

  it('uses this action, pinned by a placeholder, and no other but the checkout, pinned as in our own workflows', () => {
    const [checkout] = /actions\/checkout@\w+ # .*/.exec(read('.github/workflows/ci.yml')) ?? [];
    const { version } = JSON.parse(read('package.json'));
    const uses = [...read(file).matchAll(/uses: (.*)/g)].map(([, name]) => name);
    expect(uses).toContain(`${USES} # v${version}`);
    expect(uses.filter((name) => name !== checkout && name !== `${USES} # v${version}`)).toEqual([]);
  });

  it('can write only from an environment', () => {
    const jobs: Record<string, { environment?: unknown }> = parse(read(file)).jobs;
    const writers = Object.values(jobs).filter((job) => JSON.stringify(job).includes('secrets.CLOUDFLARE_API_TOKEN'));
    expect(writers.filter(({ environment }) => environment === undefined)).toEqual([]);
  });
});

describe('examples/break-glass.yml and the nightly examples', () => {
  const reconciling = EXAMPLES.filter((file) => /'reconcile'/.test(read(file)));

  it('never run at once, and break-glass goes first', () => {
    expect(reconciling).toHaveLength(4);
    expect(reconciling.filter((file) => !/^ *concurrency: sso-connectors( |$)/m.test(read(file)))).toEqual([]);
    expect(read('examples/break-glass.yml')).toMatch(/&& 'sso-connectors' \|\| .*\n {2}cancel-in-progress: true/);
  });

  it('have no job that goes on when break-glass cancels the run', () => {
    expect(reconciling.filter((file) => /^ {4}if:.*always\(\)/m.test(read(file)))).toEqual([]);
  });

  it('reconcile only while SSO_BREAK_GLASS is not set', () => {
    const modes = reconciling.map((file) => /mode: (.*reconcile.*)/.exec(read(file))?.[1]);
    const mode = "{{ vars.SSO_BREAK_GLASS != '' && 'check' || 'reconcile' }}";
    expect(new Set(modes)).toEqual(new Set([`$${mode}`]));
  });
});

describe('README.md and docs/', () => {
  it('name every example, and none that does not exist', () => {
    const named = [...README.matchAll(/\((examples\/.*?)\)/g)].map(([, name]) => name);
    expect([...new Set(named)].sort()).toEqual(EXAMPLES.sort());
  });

  it.each(readSnippets().filter(({ kind }) => kind !== 'connectors'))(
    'show what is valid to GitHub ($place)',
    async ({ kind, text }) => {
      expect(await diagnose(text, kind === 'action' ? 'action.yml' : undefined)).toEqual([]);
    },
  );
});

describe('a workflow is not valid', () => {
  it.each([
    ['with a misspelt input', 'enabled: true', 'enabeld: true', "9: Invalid action input 'enabeld'"],
    [
      'with an unknown output',
      'outputs.verified',
      'outputs.is_verified',
      '10: Context access might be invalid: is_verified',
    ],
    ['with an unknown step', 'steps.sso', 'steps.soo', '10: Context access might be invalid: soo'],
    ['with an unknown key', 'runs-on:', 'run-on:', "4: Unexpected value 'run-on'"],
  ])('%s', async (_, right, wrong, message) => {
    const workflow = `on: push
jobs:
  job:
    runs-on: ubuntu-latest
    steps:
      - uses: ${USES}
        id: sso
        with:
          enabled: true
      - run: echo \${{ steps.sso.outputs.verified }}
`;
    expect(await diagnose(workflow)).toEqual([]);
    expect(await diagnose(workflow.replace(USES, './'))).toEqual([]);
    expect(await diagnose(workflow.replace(right, wrong))).toContain(message);
    expect(await diagnose(workflow.replace(USES, './ # why').replace(right, wrong))).toContain(message);
  });
});
