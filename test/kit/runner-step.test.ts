import { existsSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startDnsServer } from '../network/dns-server.ts';
import { type RunOptions, runAction, startAction } from './runner.ts';

describe('a step', () => {
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'runner-test-'));
  });
  afterAll(() => rm(folder, { recursive: true }));

  let scripts = 0;
  const withScript = async (text: string, options: RunOptions = {}): Promise<RunOptions> => {
    scripts += 1;
    const script = join(folder, `${scripts}.mjs`);
    await writeFile(script, `import fs from 'node:fs';\n${text}`);
    return { ...options, script };
  };
  const run = async (text: string, options?: RunOptions) => runAction(await withScript(text, options));
  const readEnvironment = async (options?: RunOptions): Promise<Record<string, string>> =>
    JSON.parse((await run('console.log(JSON.stringify(process.env))', options)).log);

  it('has every declared input, by default as action.yml has it', async () => {
    const inputs = { enabled: ' true ', 'my input-x': 'y' };
    const env = await readEnvironment({ inputs, githubToken: 'ghs_$&' });
    const given = Object.entries(env).filter(([name]) => name.startsWith('INPUT_'));
    expect(Object.fromEntries(given)).toEqual({
      INPUT_ACCOUNT_ID: '',
      INPUT_API_BASE_URL: 'https://api.cloudflare.com/client/v4',
      INPUT_API_TOKEN: '',
      INPUT_BEGIN_VERIFICATION: 'false',
      INPUT_CONNECTORS: '',
      INPUT_CONNECTORS_FILE: '',
      INPUT_EMAIL_DOMAIN: '',
      INPUT_ENABLED: ' true ',
      INPUT_GITHUB_TOKEN: 'ghs_$&',
      INPUT_ISSUE_KEY: '',
      INPUT_MAX_RETRIES: '3',
      INPUT_MODE: 'update',
      'INPUT_MY_INPUT-X': 'y',
      INPUT_POLL_INTERVAL: '15s',
      INPUT_REPORT_ISSUE: 'false',
      INPUT_REQUEST_TIMEOUT: '30s',
      INPUT_REQUIRE_VERIFIED: 'false',
      INPUT_SSO_CONNECTOR_ID: '',
      INPUT_TOKEN_EXPIRY_WARNING: '',
      INPUT_UNLISTED: 'report',
      INPUT_USE_FEDRAMP_LANGUAGE: '',
      INPUT_WAIT_FOR_VERIFICATION: '',
    });
  });

  it('has an environment of the runner alone, and what the test gives or takes away', async () => {
    const env = await readEnvironment({ env: { GITHUB_JOB: 'other', GITHUB_OUTPUT: undefined, MORE: '1' } });
    expect(env).toMatchObject({
      GITHUB_ACTIONS: 'true',
      GITHUB_REPOSITORY: 'acme/platform',
      GITHUB_JOB: 'other',
      MORE: '1',
    });
    for (const name of ['GITHUB_OUTPUT', 'RUNNER_DEBUG', 'NODE_OPTIONS', 'NODE_EXTRA_CA_CERTS', 'VITEST', 'NODE_ENV'])
      expect(env).not.toHaveProperty(name);
    expect(await readEnvironment({ debug: true })).toMatchObject({ RUNNER_DEBUG: '1' });
  });

  it('is read as a runner reads it', async () => {
    const step = await run(`
      console.log('::add-mask::secret\\n::warning::a%0Ab\\n::notice::c\\n::debug::d\\nplain');
      console.error('::error title=t::e');
      fs.appendFileSync(process.env.GITHUB_OUTPUT, 'verified<<E\\ntrue\\nE\\n');
      fs.appendFileSync(process.env.GITHUB_STEP_SUMMARY, '# Summary');
      fs.appendFileSync(process.env.GITHUB_ENV, 'A=1');
      process.exitCode = 3;`);
    expect(step).toMatchObject({
      exitCode: 3,
      signal: null,
      stderr: '::error title=t::e\n',
      errors: ['e'],
      warnings: ['a\nb'],
      notices: ['c'],
      debugs: ['d'],
      masks: ['secret'],
      log: 'plain',
      outputs: { verified: 'true' },
      summary: '# Summary',
      files: { env: 'A=1', state: '', path: '' },
    });
    expect(step.stdout).toMatch(/^::add-mask::secret\n[\s\S]*\nplain\n$/);
    expect(step.lines).toHaveLength(6);
    expect(step.durationMs).toBeGreaterThan(0);
  });

  it.each([
    ['nope=1', 'action.yml does not declare the outputs nope'],
    ['verified<<E', "Matching delimiter not found 'E'"],
  ])('fails the test where it leaves the output file %j', async (text, message) => {
    const step = run(`console.log('told'); fs.writeFileSync(process.env.GITHUB_OUTPUT, '${text}\\n')`);
    await expect(step).rejects.toThrow(message);
    await expect(step).rejects.toThrow(/\ntold$/);
  });

  it('is killed when its time is over, and the test gets the log', async () => {
    const step = run(`console.log('told'); setInterval(() => {}, 1000)`, { timeoutMs: 10_000 });
    await expect(step).rejects.toThrow('The step was killed after 10000 ms. Its log:\ntold');
  });

  it('can be waited for, and cancelled', async () => {
    await using action = await startAction(
      await withScript(`
        const timer = setInterval(() => {}, 1000);
        process.on('SIGINT', () => { clearInterval(timer); console.log('cancelled'); });
        console.log('one'); console.log('ready 2');`),
    );
    expect(await action.waitForLine(/ready \d/)).toBe('ready 2');
    expect(await action.waitForLine('on')).toBe('one');
    if (process.platform === 'win32') return;
    const cancelled = action.waitForLine('cancelled');
    action.kill('SIGINT');
    expect(await cancelled).toBe('cancelled');
    expect(await action.result).toMatchObject({ exitCode: 0, lines: ['one', 'ready 2', 'cancelled'] });
    await expect(action.waitForLine('three')).rejects.toThrow('The step ended without a line that has three:\none');
  });

  it('leaves nothing behind', async () => {
    const { log } = await run('console.log(process.env.RUNNER_TEMP)');
    expect(existsSync(log)).toBe(false);
    const forgotten = await startAction(await withScript(`console.log('ready'); setInterval(() => {}, 1000)`));
    await forgotten.waitForLine('ready');
    await forgotten[Symbol.asyncDispose]();
    expect(forgotten.child.signalCode).toBe('SIGKILL');
  });

  it('asks the DNS server that the test names', async () => {
    await using dns = await startDnsServer({ records: { 'example.test': ['here'] } });
    const text = `import dns from 'node:dns/promises'; console.log((await dns.resolveTxt('example.test')).join());`;
    expect(await run(text, { dns: dns.address })).toMatchObject({ log: 'here', stderr: '' });
  });

  it('is the built action, by default', async () => {
    const step = await runAction({ inputs: { api_token: 'x y' } });
    expect(step.exitCode).toBe(1);
    expect(step.errors.join()).toContain('api_token');
  });
});
