import { execFileSync } from 'node:child_process';
import { mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { inputsFor, sent } from '../kit/connector-step.ts';
import { runQuickly } from '../kit/fault-world.ts';
import { runAction, type StepResult } from '../kit/runner.ts';
import { type Simulator, startSimulator } from '../simulator/simulator.ts';

const LIMIT = 1_048_576;

let simulator: Simulator;
let folder: string;
let workspace: string;
beforeEach(async () => {
  simulator = await startSimulator();
  folder = await mkdtemp(join(tmpdir(), 'workspace-'));
  workspace = join(folder, 'repository');
  await mkdir(workspace);
});
afterEach(async () => {
  await simulator.close();
  await rm(folder, { recursive: true });
});

/** A step on the list in a file of the workspace. */
function run(connectors_file: string, more: Record<string, string> = {}, env = {}): Promise<StepResult> {
  const inputs = inputsFor(simulator, { mode: 'reconcile', connectors_file, ...more });
  return runAction({ inputs, env: { GITHUB_WORKSPACE: workspace, ...env } });
}

const write = (path: string, text: string | Uint8Array) => writeFile(join(workspace, path), text);

describe('connectors_file', () => {
  it.each(['sso.yml', './sso.yml', 'a/../sso.yml', ' sso.yml\n'])('is a path in the workspace: %j', async (path) => {
    const { id, email_domain } = simulator.addConnector();
    await mkdir(join(workspace, 'a'));
    await write('sso.yml', `\ufeff# ours\n- email_domain: ${email_domain}\n  enabled: true\n`);
    const { exitCode, outputs } = await run(path);
    expect(sent(simulator)).toEqual(['GET', `PATCH /${id} {"enabled":true}`]);
    expect(JSON.parse(outputs['result'] ?? '')).toHaveLength(1);
    expect(exitCode).toBe(0);
  });

  it('may be a link within the workspace, and the workspace a link itself', async () => {
    const { email_domain } = simulator.addConnector();
    await write('sso.yml', `- email_domain: ${email_domain}\n`);
    await symlink('sso.yml', join(workspace, 'link.yml'));
    await symlink(workspace, join(folder, 'home'));
    const { errors, exitCode } = await run('link.yml', {}, { GITHUB_WORKSPACE: join(folder, 'home') });
    expect(errors).toEqual([]);
    expect(exitCode).toBe(0);
  });

  it('may have as much as 1 MiB', async () => {
    const { email_domain } = simulator.addConnector();
    await write('sso.yml', `- email_domain: ${email_domain}\n`.padEnd(LIMIT, '#'));
    expect((await run('sso.yml')).errors).toEqual([]);
  });

  it('has its problems told with their lines, as those of connectors', async () => {
    await mkdir(join(workspace, 'lists'));
    await write('lists/sso.yml', '- email_domain: a.example\n  enabeld: true\n- enabled: maybe\n');
    const { errors, exitCode } = await run('lists/sso.yml', { poll_interval: '0' });
    expect(errors).toEqual([
      'connectors_file lists/sso.yml, line 2: "enabeld" is not a key of a connector. Did you mean enabled?',
      'connectors_file lists/sso.yml, line 3: enabled must be true or false, not "maybe".',
      'connectors_file lists/sso.yml, line 3: an entry must have sso_connector_id or email_domain.',
      'Input poll_interval must be a duration from 1s to 120h, not "0". Write it as 90s, 10m, 2h or plain seconds.',
    ]);
    expect(exitCode).toBe(1);
  });

  const outside = 'must be a relative path within the workspace, not';

  it.each<[string, string, string]>([
    ['an absolute path', '/etc/hostname', `${outside} "/etc/hostname".`],
    ['a path that leaves the workspace', '../secret.yml', `${outside} "../secret.yml".`],
    ['a path that leaves it on a detour', 'a/../../secret.yml', `${outside} "a/../../secret.yml".`],
    ['a link that leaves it', 'link.yml', `${outside} "link.yml", a link that leaves it.`],
    ['a file behind a link that leaves it', 'up/secret.yml', `${outside} "up/secret.yml", a link that leaves it.`],
    ['a folder', 'lists', 'must name a regular file, not "lists", which is a folder.'],
    ['the workspace itself', '.', 'must name a regular file, not ".", which is a folder.'],
    ['a pipe', 'pipe', 'must name a regular file, not "pipe", which is no regular file.'],
    ['a large file', 'large.yml', 'must name a file of at most 1 MiB, not "large.yml" of 1048577 bytes.'],
    ['UTF-16', 'wide.yml', 'must name a file in UTF-8, not "wide.yml", which has other bytes. -> Save it as UTF-8.'],
    ['a link to itself', 'loop.yml', 'must name a file that can be read, not "loop.yml" (ELOOP).'],
    [
      'a file that does not exist',
      'no.yml',
      'must name a file of the workspace, not "no.yml", which does not exist. -> Is there a checkout step before this one? The path starts at the root of the workspace.',
    ],
    [
      'a file in a file',
      'large.yml/no.yml',
      'must name a file of the workspace, not "large.yml/no.yml", which does not exist. -> Is there a checkout step before this one? The path starts at the root of the workspace.',
    ],
  ])('is not %s', async (_, path, problem) => {
    await writeFile(join(folder, 'secret.yml'), '- email_domain: a.example\n');
    await symlink('../secret.yml', join(workspace, 'link.yml'));
    await symlink('..', join(workspace, 'up'));
    await symlink('loop.yml', join(workspace, 'loop.yml'));
    await mkdir(join(workspace, 'lists'));
    execFileSync('mkfifo', [join(workspace, 'pipe')]);
    await write('large.yml', '#'.repeat(LIMIT + 1));
    await write('wide.yml', Buffer.from('\ufeff- email_domain: a.example\n', 'utf16le'));
    const { errors } = await runQuickly(inputsFor(simulator, { mode: 'reconcile', connectors_file: path }), {
      GITHUB_WORKSPACE: workspace,
    });
    expect(errors).toEqual([`Input connectors_file ${problem}`]);
    expect(simulator.requests).toEqual([]);
  });

  it('is not in a workspace that does not exist', async () => {
    const { errors, exitCode } = await run('sso.yml', {}, { GITHUB_WORKSPACE: join(folder, 'none') });
    expect(exitCode).toBe(1);
    expect(errors).toEqual([
      'Input connectors_file must name a file of the workspace, not "sso.yml", which does not exist. Is there a checkout step before this one? The path starts at the root of the workspace.',
    ]);
  });

  it('is looked for in the folder of the process without a runner', async () => {
    const { errors } = await run('event.json', {}, { GITHUB_WORKSPACE: undefined });
    expect(errors[0]).toMatch(
      /^connectors_file event\.json, line 1: this must be a list of connectors, not a mapping\./,
    );
  });

  const entriesOf = (count: number) =>
    Array.from({ length: count }, (_, n) => ({
      sso_connector_id: String(n).padStart(32, '0'),
      email_domain: `d${n}.example`,
      enabled: true,
    }));
  const FORMS = {
    'YAML as the README has it': (count: number) =>
      entriesOf(count)
        .map(({ sso_connector_id: id, email_domain: domain, enabled }) =>
          [`- sso_connector_id: ${id}`, `  email_domain: ${domain}`, `  enabled: ${enabled}\n`].join('\n'),
        )
        .join(''),
    JSON: (count: number) => JSON.stringify(entriesOf(count)),
  };

  describe.each(Object.entries(FORMS))('of many entries in %s', (_, form) => {
    /** Runs a step that does nothing but read the list: another input is wrong. */
    async function read(count: number, env: Record<string, string>): Promise<void> {
      await write('sso.yml', form(count));
      const { errors } = await run('sso.yml', { max_retries: '11' }, env);
      expect(errors).toEqual(['Input max_retries must be a whole number from 0 to 10, not "11".']);
    }

    it('is read within 300 MB, be it 10,000', async () => {
      const file = join(folder, 'memory');
      await read(10_000, { NODE_OPTIONS: writeMemory(file) });
      expect(Number(await readFile(file, 'utf8'))).toBeLessThan(300_000);
    });

    it('takes work in proportion to their number', async () => {
      const work = async (count: number) => {
        const coverage = join(folder, `coverage-${count}`);
        await read(count, { NODE_V8_COVERAGE: coverage });
        return await countExecutions(coverage);
      };
      expect(await work(4000)).toBeLessThan(11 * (await work(400)));
    });
  });
});

/** Has a process write its greatest resident set to a file when it ends, in kB. */
function writeMemory(file: string): string {
  const module = `import { writeFileSync } from 'node:fs'; process.on('exit', () => {
    writeFileSync(${JSON.stringify(file)}, String(process.resourceUsage().maxRSS));
  });`;
  return `--import=data:text/javascript,${encodeURIComponent(module)}`;
}

/** How often the blocks of the code ran, all together. https://nodejs.org/api/cli.html#node_v8_coveragedir */
async function countExecutions(folder: string): Promise<number> {
  const [file = ''] = await readdir(folder);
  const { result } = JSON.parse(await readFile(join(folder, file), 'utf8'));
  const ranges = result.flatMap(({ functions }: Coverage) => functions.flatMap(({ ranges }) => ranges));
  return ranges.reduce((sum: number, { count }: { count: number }) => sum + count, 0);
}

interface Coverage {
  readonly functions: readonly { readonly ranges: readonly { readonly count: number }[] }[];
}
