import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { ACTION, diagnose } from '../kit/github-parser.ts';

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

  it('uses no other action', () => {
    const uses = read(file).matchAll(/uses: (.*)/g);
    expect(new Set([...uses].map(([, name]) => name))).toEqual(new Set([ACTION]));
  });
});

describe('README.md', () => {
  it('names no example that does not exist', () => {
    const named = [...README.matchAll(/\((examples\/.*?)\)/g)].map(([, name]) => name);
    expect([...new Set(named)].sort()).toEqual(EXAMPLES.sort());
  });

  const snippets = [...README.matchAll(/```yaml\n(.*?)```/gs)].map(([, text = '']) => text);
  it.each(snippets)('shows workflows, jobs and steps that are valid (snippet %#)', async (snippet) => {
    expect(await diagnose(complete(snippet))).toEqual([]);
  });
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
    const workflow = complete(`- uses: ${ACTION}
  id: sso
  with:
    enabled: true
- run: echo \${{ steps.sso.outputs.verified }}
`);
    expect(await diagnose(workflow)).toEqual([]);
    expect(await diagnose(workflow.replace(ACTION, './'))).toEqual([]);
    expect(await diagnose(workflow.replace(right, wrong))).toContain(message);
    expect(await diagnose(workflow.replace(ACTION, './').replace(right, wrong))).toContain(message);
  });
});

/** Puts around steps or jobs what makes them a workflow. */
function complete(snippet: string): string {
  if (/^on:/m.test(snippet)) return snippet;
  if (/^jobs:/m.test(snippet)) return `on: push\n${snippet}`;
  return `on: push\njobs:\n  job:\n    runs-on: ubuntu-latest\n    steps:\n${snippet.replaceAll(/^/gm, '      ')}`;
}
