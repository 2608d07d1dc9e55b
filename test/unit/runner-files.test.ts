import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, mkdtempSync, openSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { EOL, tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { appendToRunnerFile } from '../../src/runner/files.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'files-'));
});
afterEach(() => {
  vi.unstubAllEnvs();
  rmSync(folder, { recursive: true });
});

it('what a step hands over is appended to the file of the runner', () => {
  const file = join(folder, 'summary');
  writeFileSync(file, 'before\n');
  vi.stubEnv('GITHUB_STEP_SUMMARY', file);
  expect(appendToRunnerFile('STEP_SUMMARY', 'a\nb')).toBeUndefined();
  expect(readFileSync(file, 'utf8')).toBe(`before\na\nb${EOL}`);
});

describe.skipIf(process.platform === 'win32')('why it cannot be is told', () => {
  it.each(['OUTPUT', 'STEP_SUMMARY'] as const)('with the variable GITHUB_%s', async (name) => {
    execFileSync('mkfifo', [join(folder, 'pipe')]);
    // With a reader, so that a write that should not be fails the test and does not hang.
    const reader = openSync(join(folder, 'pipe'), 'r+');
    symlinkSync('loop', join(folder, 'loop'));
    const server = createServer().listen(join(folder, 'socket'));
    await once(server, 'listening');
    const variable = `GITHUB_${name}`;
    const reasons = [undefined, '', 'missing', '.', 'pipe', 'socket', 'loop'].map((file) => {
      vi.stubEnv(variable, file && join(folder, file));
      return appendToRunnerFile(name, 'text');
    });
    server.close();
    closeSync(reader);
    expect(reasons).toEqual([
      `${variable} is not set`,
      `${variable} is not set`,
      `the file of ${variable} does not exist`,
      `${variable} is a folder`,
      `${variable} is a pipe, which may have no reader`,
      `${variable} is a pipe, which may have no reader`,
      expect.stringMatching(/^ELOOP: /),
    ]);
  });
});
