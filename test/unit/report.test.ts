import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Problem } from '../../src/failure.ts';
import type { World } from '../../src/job/job.ts';
import type { Result } from '../../src/job/result.ts';
import { report } from '../../src/report/report.ts';
import { FakeClock } from '../kit/clock.ts';
import { ON, outcomeOf, recordsOf, resultOf, resultOfBadInputs } from '../kit/results.ts';
import { parseOutputs } from '../kit/runner-outputs.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'report-'));
  for (const name of ['OUTPUT', 'STEP_SUMMARY']) {
    writeFileSync(join(folder, name), '');
    vi.stubEnv(`GITHUB_${name}`, join(folder, name));
  }
});
afterEach(() => {
  vi.unstubAllEnvs();
  rmSync(folder, { recursive: true });
});

const debugged: string[] = [];
const logged: string[] = [];
const world: World = {
  env: { GITHUB_ACTIONS: 'true' },
  clock: new FakeClock(),
  log: {
    ...{ group() {}, notice() {}, warning() {} },
    info: (line) => void logged.push(line),
    error: (line, title) => void logged.push(`${title}: ${line}`),
    debug: (line) => void debugged.push(line()),
  },
  lookUpTxt: () => Promise.reject(new Error('no DNS here')),
  signal: new AbortController().signal,
};

/** What the runner has of a result. */
async function reported(result: Result) {
  debugged.length = 0;
  logged.length = 0;
  const succeeds = await report(result, world);
  const outputs = parseOutputs(readFileSync(join(folder, 'OUTPUT'), 'utf8'));
  return { succeeds, output: outputs['summary'] ?? '', page: readFileSync(join(folder, 'STEP_SUMMARY'), 'utf8') };
}

/** Problems of the inputs that make a page of so many bytes. */
async function problemsOf(bytes: number): Promise<Result> {
  const problem = (length: number): Problem => ({ kind: 'input', problem: 'wrong', message: 'm'.repeat(length) });
  const count = Math.ceil(bytes / 1900);
  const frame = `### ❌ Cloudflare SSO: ${count} problems in the inputs, so nothing was sent to Cloudflare\n\n\n`;
  let left = bytes - Buffer.byteLength(frame);
  const lengths = Array.from({ length: count }, (_, n) => {
    const size = Math.ceil(left / (count - n));
    left -= size;
    return size - '- \n'.length;
  });
  return resultOfBadInputs(recordsOf(...lengths.map(problem)));
}

describe('the page', () => {
  it('is the output as it is if it has 60,000 bytes', async () => {
    const { output, page } = await reported(await problemsOf(60_000));
    expect(Buffer.byteLength(output)).toBe(60_000);
    expect(page).toBe(`${output}\n`);
  });

  it('is cut for the output if it has a byte more, and whole as the job summary', async () => {
    const { output, page } = await reported(await problemsOf(60_001));
    expect(Buffer.byteLength(page)).toBe(60_002);
    expect(output.length).toBeLessThan(60_000);
    expect(output).toMatch(/\n\*1 more problem is left out here; the outputs of the step have it\.\*\n\n$/);
  });

  it("is cut as the job summary too, within GitHub's 1 MiB", async () => {
    const { page } = await reported(await problemsOf(1024 * 1024 + 1));
    expect(Buffer.byteLength(page)).toBeLessThanOrEqual(1024 * 1024);
    expect(Buffer.byteLength(page)).toBeGreaterThan(1_000_000);
    expect(page).toMatch(/\*\d+ more problems are left out here/);
  });
});

describe('a report', () => {
  it('says whether the step succeeds', async () => {
    expect((await reported(resultOf([await outcomeOf({ found: ON })]))).succeeds).toBe(true);
    expect(debugged).toEqual([]);
    expect((await reported(await problemsOf(1000))).succeeds).toBe(false);
  });

  it('hands over what is known, and nothing for what is not', async () => {
    await reported(resultOf([await outcomeOf({ desired: {}, found: { use_fedramp_language: true } })]));
    const outputs = parseOutputs(readFileSync(join(folder, 'OUTPUT'), 'utf8'));
    expect(Object.keys(outputs)).toEqual([
      ...['changed', 'in_sync', 'verified', 'sso_connector_id', 'email_domain', 'use_fedramp_language', 'result'],
      ...['drift', 'failures', 'unlisted', 'messages', 'errors', 'summary'],
    ]);
  });

  it('without a file for the summary is as good', async () => {
    vi.stubEnv('GITHUB_STEP_SUMMARY', '');
    expect(await reported(resultOf([await outcomeOf({ found: ON })]))).toMatchObject({ succeeds: true, page: '' });
    expect(debugged).toEqual(['No job summary: GITHUB_STEP_SUMMARY is not set']);
  });

  it('whose outputs are lost says so on the page, and fails the step', async () => {
    vi.stubEnv('GITHUB_OUTPUT', folder);
    const { succeeds, page } = await reported(resultOf([await outcomeOf({ found: ON })]));
    expect(succeeds).toBe(false);
    expect(logged).toEqual([
      '✅ in sync  acme.example  enabled=true, use_fedramp_language=false, verification verified',
      '❌ failed   Outputs       not handed over',
      '❌ SSO is on for acme.example, but the outputs could not be handed over.',
      'Outputs: not handed over: The outputs could not be written: GITHUB_OUTPUT is a folder. Nothing was changed. Later steps have no outputs of this one. Check the runner: GITHUB_OUTPUT must name a file that can be written, and the disk needs free space.',
    ]);
    expect(page).toMatch(/^### ❌ Cloudflare SSO is on for acme\.example, but the outputs could not be handed over\n/);
  });
});
