import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

/** One of the vendor's libraries. */
export interface Suite {
  readonly name: string;
  /** Gets the tests into an empty folder and runs them against this server. Returns what the test runner said. */
  run(folder: string, serverUrl: string): Promise<string>;
  /** Finds how many tests have passed, and how many were skipped, in what the runner said. */
  readonly passed: RegExp;
  readonly skipped: RegExp;
}

const MOST_OUTPUT = 64 * 1024 * 1024;

/** Runs a command to its end. Throws if it fails, with all that it said. */
export async function command(
  name: string,
  args: readonly string[],
  { cwd, env = {} }: { cwd: string; env?: Record<string, string> },
): Promise<string> {
  const options = { cwd, env: { ...process.env, ...env }, maxBuffer: MOST_OUTPUT };
  try {
    const { stdout, stderr } = await promisify(execFile)(name, args, options);
    return stdout + stderr;
  } catch (error) {
    const { stdout = '', stderr = '' } = error as { stdout?: string; stderr?: string };
    throw new Error(`${name} ${args.join(' ')} failed:\n${(stdout + stderr).slice(-8000) || error}`);
  }
}

/** How often something is found: the sum of numbers that it captures, or else the number of finds. */
export function count(output: string, pattern: RegExp): number {
  return [...output.matchAll(pattern)].reduce((sum, [, number]) => sum + Number(number ?? 1), 0);
}
