/**
 * Writes the tables of inputs and outputs in README.md, from action.yml, and wherever they stand the name of the
 * repository, from scripts/repository.ts, and the commit of the checkout, from ci.yml. `--check` only tells whether all
 * is fresh.
 */
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { parse } from 'yaml';
import { REPOSITORY } from './repository.ts';

interface Interface {
  readonly inputs: Record<string, { description: string; default?: string }>;
  readonly outputs: Record<string, { description: string }>;
}

const CHECKOUT = /actions\/checkout@[0-9a-f]{40} # v[\d.]+\d/g;

/** README.md with its tables made again. */
export function renderReadme(readme: string, action: Interface): string {
  const inputs = Object.entries(action.inputs).map(([name, input]) => [
    code(name),
    defaultOf(input),
    input.description,
  ]);
  const outputs = Object.entries(action.outputs).map(([name, output]) => [code(name), output.description]);
  return replaceTable(replaceTable(readme, 'inputs', [['input', 'default', 'meaning'], ...inputs]), 'outputs', [
    ['output', 'meaning'],
    ...outputs,
  ]);
}

/**
 * The files that name the repository otherwise than `name`, another version than package.json, or another commit of the
 * checkout than ci.yml, with their new text. The old name is the one that the README has before the 40 zeros. Throws if it has none, or ci.yml no checkout.
 */
export function renderRepository(root: string, name = REPOSITORY): Map<string, string> {
  const { version } = JSON.parse(readFileSync(`${root}/package.json`, 'utf8'));
  const [, old] = /([\w.-]+\/[\w.-]+)@0{40}/.exec(readFileSync(`${root}/README.md`, 'utf8')) ?? [];
  if (old === undefined) throw new Error('README.md does not name the action by 40 zeros');
  const [checkout] = readFileSync(`${root}/.github/workflows/ci.yml`, 'utf8').match(CHECKOUT) ?? [];
  if (checkout === undefined) throw new Error('ci.yml has no checkout');
  const files = ['README.md', 'SECURITY.md', 'CONTRIBUTING.md', 'CHANGELOG.md', 'docs', 'examples', 'schema', '.github']
    .filter((file) => existsSync(`${root}/${file}`))
    .flatMap((file) => (file.includes('.md') ? file : within(root, file)));
  const texts = files.map((file) => [file, readFileSync(`${root}/${file}`, 'utf8')] as const);
  const changed = texts.map(([file, text]) => {
    const fresh = text
      .replaceAll(old, name)
      .replaceAll(CHECKOUT, checkout)
      .replaceAll(/(@0{40} # |commits\/|release verify )v[\d.]+\d/g, `$1v${version}`);
    return [file, text, fresh] as const;
  });
  return new Map(changed.filter(([, text, fresh]) => fresh !== text).map(([file, , fresh]) => [file, fresh]));
}

function within(root: string, folder: string): string[] {
  const entries = readdirSync(join(root, folder), { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile() && /\.(md|yml|json)$/.test(entry.name))
    .map((entry) => relative(root, join(entry.parentPath, entry.name)).replaceAll('\\', '/'));
}

function replaceTable(readme: string, name: string, [head = [], ...rows]: string[][]): string {
  const lines = [head, head.map(() => '---'), ...rows].map((cells) => `| ${cells.join(' | ')} |`);
  const pattern = new RegExp(`(<!-- ${name} -->\n)[\\s\\S]*?(<!-- /${name} -->)`);
  if (!pattern.test(readme)) throw new Error(`README.md has no place for the table of ${name}`);
  return readme.replace(pattern, (_, start: string, end: string) => `${start}${lines.join('\n')}\n${end}`);
}

function defaultOf({ default: value }: { default?: string }): string {
  return value === undefined ? '' : code(value);
}

function code(text: string): string {
  return `\`${text}\``;
}

if (process.argv[1] === import.meta.filename) {
  const renamed = renderRepository('.');
  const readme = readFileSync('README.md', 'utf8');
  const fresh = renderReadme(renamed.get('README.md') ?? readme, parse(readFileSync('action.yml', 'utf8')));
  if (!process.argv.includes('--check')) {
    for (const [file, text] of [...renamed, ['README.md', fresh] as const]) writeFileSync(file, text);
  } else if (fresh !== readme || renamed.size > 0) throw new Error('README.md and others are stale: npm run readme');
}
