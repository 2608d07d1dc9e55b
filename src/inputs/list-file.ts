import type { Stats } from 'node:fs';
import { readFile, realpath, stat } from 'node:fs/promises';
import { isAbsolute, relative, resolve, sep } from 'node:path';
import { quoted } from '../untrusted.ts';
import type { Parsed, Wrong } from './problem.ts';

const LARGEST_FILE = 1_048_576;

/**
 * Reads a file of the workspace by its relative path: UTF-8, at most 1 MiB, and no path or link that leaves the
 * workspace. What is no regular file is not opened. `workspace` is the runner's `GITHUB_WORKSPACE`.
 */
export async function readListFile(path: string, workspace: string): Promise<Parsed<string>> {
  const named = resolve(workspace, path);
  if (isAbsolute(path) || isOutside(workspace, named)) return outside(quoted(path));
  try {
    const file = await realpath(named);
    if (isOutside(await realpath(workspace), file)) return outside(`${quoted(path)}, a link that leaves it`);
    const status = await stat(file);
    return refuseFile(path, status) ?? decode(path, await readFile(file));
  } catch (error) {
    return cannotRead(path, error);
  }
}

function isOutside(folder: string, path: string): boolean {
  const way = relative(resolve(folder), path);
  return way === '..' || way.startsWith(`..${sep}`) || isAbsolute(way);
}

function outside(not: string): Wrong {
  return { must: 'must be a relative path within the workspace', not };
}

function refuseFile(path: string, status: Stats): Wrong | undefined {
  const not = quoted(path);
  if (status.isDirectory()) return { must: 'must name a regular file', not: `${not}, which is a folder` };
  if (!status.isFile()) return { must: 'must name a regular file', not: `${not}, which is no regular file` };
  if (status.size <= LARGEST_FILE) return undefined;
  return { must: 'must name a file of at most 1 MiB', not: `${not} of ${status.size} bytes` };
}

function decode(path: string, bytes: Uint8Array): Parsed<string> {
  try {
    return { value: new TextDecoder('utf-8', { fatal: true }).decode(bytes) };
  } catch {
    return { must: 'must name a file in UTF-8', not: `${quoted(path)}, which has other bytes` };
  }
}

function cannotRead(path: string, error: unknown): Wrong {
  const { code } = error as NodeJS.ErrnoException;
  if (code !== 'ENOENT' && code !== 'ENOTDIR') {
    return { must: 'must name a file that can be read', not: `${quoted(path)} (${code})` };
  }
  return {
    must: 'must name a file of the workspace',
    not: `${quoted(path)}, which does not exist`,
    action: 'Is there a checkout step before this one? The path starts at the root of the workspace.',
  };
}
