/** Writes the tables of inputs and outputs in README.md, from action.yml. `--check` only tells whether they are fresh. */
import { readFileSync, writeFileSync } from 'node:fs';
import { parse } from 'yaml';

interface Interface {
  readonly inputs: Record<string, { description: string; default?: string }>;
  readonly outputs: Record<string, { description: string }>;
}

/** README.md with its tables made anew. */
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
  const readme = readFileSync('README.md', 'utf8');
  const fresh = renderReadme(readme, parse(readFileSync('action.yml', 'utf8')));
  if (!process.argv.includes('--check')) writeFileSync('README.md', fresh);
  else if (fresh !== readme) throw new Error('The tables of README.md are stale: npm run readme');
}
