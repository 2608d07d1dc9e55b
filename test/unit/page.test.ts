import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { parseConnector } from '../../src/connector/connector.ts';
import { Failure } from '../../src/failure.ts';
import type { Settings } from '../../src/inputs/settings.ts';
import { Outcome } from '../../src/job/outcome.ts';
import type { Result } from '../../src/job/result.ts';
import { renderPage } from '../../src/report/page.ts';
import { writeSummary } from '../../src/report/summary.ts';
import { log } from '../../src/runner/log.ts';

const MIB = 1024 * 1024;

/** What became of one connector that shall be enabled: in sync, or unverified and failed. */
function outcomeOf(n: number, isWell: boolean): Outcome {
  const target = { sso_connector_id: undefined, email_domain: undefined, desired: { enabled: true } };
  const outcome = new Outcome(target);
  outcome.find(
    parseConnector({
      id: String(n).padStart(32, '0'),
      email_domain: `department-${n}.subsidiary.acme.example`,
      enabled: isWell,
      use_fedramp_language: false,
      verification: { code: `cloudflare_dashboard_sso=${n}`, status: isWell ? 'verified' : 'awaiting' },
    }),
  );
  if (isWell) return outcome;
  outcome.dnsSays = 'public DNS does not have it: there is no TXT record at all';
  outcome.failures.push(new Failure(`Did not enable ${outcome.name}, since Cloudflare would refuse it.`));
  return outcome;
}

function resultOf(count: number, isWell: (n: number) => boolean): Result {
  const outcomes = Array.from({ length: count }, (_, n) => outcomeOf(n, isWell(n)));
  const settings: Settings = {
    apiToken: 'token',
    accountId: 'account',
    mode: 'reconcile',
    targets: outcomes.map(({ target }) => target),
    many: true,
    requireVerified: false,
    beginVerification: false,
    waitForVerification: undefined,
    pollInterval: 15_000,
    requestTimeout: 30_000,
    maxRetries: 3,
    apiBaseUrl: new URL('https://api.cloudflare.com/client/v4'),
  };
  return { settings, outcomes, failures: outcomes.flatMap(({ failures }) => failures) };
}

const count = (text: string, pattern: RegExp) => text.match(pattern)?.length ?? 0;

describe("5,000 connectors stay below GitHub's 1 MiB", () => {
  const folders: string[] = [];
  afterEach(async () => {
    vi.unstubAllEnvs();
    for (const folder of folders.splice(0)) await rm(folder, { recursive: true });
  });

  it('whole, where all are in sync', () => {
    const page = renderPage(
      resultOf(5000, () => true),
      MIB,
    );
    expect(count(page, /^\| ✅ /gm)).toBe(5000);
    expect(page).not.toContain('left out');
  });

  it('cut with a note, where all have failed', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'summary-'));
    folders.push(folder);
    const file = join(folder, 'summary.md');
    await writeFile(file, '');
    vi.stubEnv('GITHUB_STEP_SUMMARY', file);
    await writeSummary(
      resultOf(5000, () => false),
      log,
    );
    const summary = await readFile(file, 'utf8');
    expect(Buffer.byteLength(summary)).toBeLessThan(MIB);
    expect(Buffer.byteLength(summary)).toBeGreaterThan(MIB - 4096);
    expect(summary.split('\n')[0]).toBe('### ❌ Cloudflare SSO (reconcile): 5000 errors');
    expect(count(summary, /^- Did not enable /gm)).toBe(5000);
    expect(summary).toMatch(/\n\*\d+ more changes are left out here|\n\*\d+ more differences are left out here/);
    expect(summary).toContain('\n*5000 more TXT records are left out here; the log of the step has all.*\n');
  });
});

describe('a page that is cut', () => {
  const result = resultOf(40, (n) => n % 2 === 0);
  const whole = renderPage(result, MIB);

  it('is never longer than its limit, ends its blocks, and counts what is left out', () => {
    for (let limit = 1200; limit < Buffer.byteLength(whole) + 2000; limit += 37) {
      const page = renderPage(result, limit);
      expect(Buffer.byteLength(page)).toBeLessThanOrEqual(limit);
      expect(count(page, /^```/gm) % 2).toBe(0);
      const leftOut = (what: string) =>
        Number(new RegExp(`^\\*(\\d+) more ${what} are left`, 'm').exec(page)?.[1] ?? 0);
      expect(count(page, /^- Did not/gm) + leftOut('errors')).toBe(20);
      expect(count(page, /^\| [✅❌]/gmu) + leftOut('connectors')).toBe(40);
      expect(count(page, /^@@/gm) + leftOut('differences')).toBe(20);
      expect(count(page, /^#### TXT/gm) + leftOut('TXT records')).toBe(20);
    }
  });

  it('is the whole page where that fits', () => {
    expect(renderPage(result, Buffer.byteLength(whole) + 1000)).toBe(whole);
    expect(renderPage(result, Buffer.byteLength(whole))).not.toBe(whole);
  });
});
