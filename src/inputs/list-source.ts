import { isAbsolute, relative, resolve } from 'node:path';
import { counted } from '../plural.ts';
import { oneLine, quoted } from '../untrusted.ts';
import { readPlainList } from './plain-list.ts';
import { inputProblem, type Parsed } from './problem.ts';
import type { Reader } from './reader.ts';
import type { Target } from './settings.ts';

/** The runner shows 10 annotations of a type. */
const MOST_WARNINGS = 5;

const REMOVE = 'Remove it from the file. If others can read the file, create a new token.';

/** The targets of `connectors` or `connectors_file`; what is wrong with them is a problem of `read`. */
export async function readLists(read: Reader, env: NodeJS.ProcessEnv): Promise<Target[]> {
  const targets: Target[] = [];
  const take = async (name: 'connectors' | 'connectors_file', text: string, source: string) => {
    // A token is in it.
    if (read.hasProblem(name)) return;
    const list = readPlainList(text) ?? (await import('./yaml-list.ts')).readYamlList(text, source);
    targets.push(...list.targets);
    read.add(name, list.problems);
    for (const warning of list.warnings.slice(0, MOST_WARNINGS)) read.warn(warning);
    const more = list.warnings.length - MOST_WARNINGS;
    if (more > 0) read.warn(`${source}: ${counted(more, 'more such warning')}.`);
  };
  if (read.isGiven('connectors')) await take('connectors', read.raw('connectors') ?? '', 'connectors');
  const path = read.optional('connectors_file', (value) => ({ value }));
  if (path !== undefined) {
    const file = await readListFile(path, env['GITHUB_WORKSPACE'] || '.');
    const source = `connectors_file ${oneLine(path, 60)}`;
    const wrong = 'value' in file && read.findToken(file.value);
    if (wrong) read.add('connectors_file', [inputProblem(source, { ...wrong, action: REMOVE })]);
    if ('must' in file) read.problem('connectors_file', file);
    else await take('connectors_file', file.value, source);
  }
  return targets;
}

const LARGEST_FILE = 1_048_576;

/** Reads a regular file of the workspace, `GITHUB_WORKSPACE`: UTF-8, at most 1 MiB, and no path or link that leaves it. */
async function readListFile(path: string, workspace: string): Promise<Parsed<string>> {
  const given = quoted(path);
  const within = 'must be a relative path within the workspace';
  const named = resolve(workspace, path);
  if (isAbsolute(path) || isOutside(workspace, named)) return { must: within, not: given };
  // Loaded here: a list in an input does not need it.
  const { readFile, realpath, stat } = await import('node:fs/promises');
  try {
    const file = await realpath(named);
    if (isOutside(await realpath(workspace), file)) return { must: within, not: `${given}, a link that leaves it` };
    const status = await stat(file);
    if (!status.isFile()) {
      const what = status.isDirectory() ? 'a folder' : 'no regular file';
      return { must: 'must name a regular file', not: `${given}, which is ${what}` };
    }
    const { size } = status;
    if (size > LARGEST_FILE) return { must: 'must name a file of at most 1 MiB', not: `${given} of ${size} bytes` };
    return { value: new TextDecoder('utf-8', { fatal: true }).decode(await readFile(file)) };
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ERR_ENCODING_INVALID_ENCODED_DATA') {
      return { must: 'must name a file in UTF-8', not: `${given}, which has other bytes`, action: 'Save it as UTF-8.' };
    }
    if (code !== 'ENOENT' && code !== 'ENOTDIR') {
      return { must: 'must name a file that can be read', not: `${given} (${code})` };
    }
    return {
      must: 'must name a file of the workspace',
      not: `${given}, which does not exist`,
      action: 'Is there a checkout step before this one? The path starts at the root of the workspace.',
    };
  }
}

function isOutside(folder: string, path: string): boolean {
  const way = relative(folder, path);
  return /^\.\.(?:$|[\\/])/.test(way) || isAbsolute(way);
}
