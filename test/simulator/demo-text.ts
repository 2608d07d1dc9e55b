import { styleText } from 'node:util';
import { USES } from '../../scripts/repository.ts';
import type { StepResult } from '../kit/runner.ts';
import { parseCommand } from '../kit/runner-log.ts';
import type { Step } from './demo-scene.ts';
import type { GitHubIssue } from './github-issues.ts';

/** What came of a step. */
export interface Report {
  result: StepResult;
  requests: readonly string[];
}

/** Columns that text is wrapped to. */
const WIDTH = Math.min(Math.max(process.stdout.columns || 110, 60), 140);

type Format = 'bold' | 'dim' | 'red' | 'yellow' | 'green' | 'cyan';

/** Colours only on a terminal, and not with NO_COLOR. https://no-color.org */
const coloured = process.stdout.isTTY && !process.env['NO_COLOR'];
const style = (format: Format, text: string) => (coloured ? styleText(format, text, { validateStream: false }) : text);

/** The title of a scene. */
export function heading(title: string): string {
  return style('bold', `=== ${title} ${'='.repeat(Math.max(3, WIDTH - title.length - 5))}`);
}

/** A step as its author and GitHub's pages show it. */
export function showStep(step: Step, { result, requests }: Report): string {
  const succeeded = result.exitCode === 0;
  return [
    ...(step.says === undefined ? [] : [`${step.says}\n`]),
    showWorkflow(step.with),
    '',
    section('log', readableLog(result)),
    section('requests', requests),
    `${label('exit')}${style(succeeded ? 'green' : 'red', `${succeeded ? 'succeeded' : 'failed'} (${result.exitCode})`)}`,
    section('outputs', readableOutputs(result.outputs)),
    section('summary', result.summary.trimEnd().split('\n')),
    '',
  ].join('\n');
}

/** What a scene should have come to. */
export function describeSurprise({ exit, requests }: Step): string {
  return `${style('red', `NOT AS EXPECTED. Expected: ${exit}, with the requests`)}\n${section('', requests)}\n`;
}

/** An issue as it is after a step: what it says, or how it was closed. */
export function showIssue({ number, state, title, body, comments }: GitHubIssue): string {
  const text = (state === 'open' ? body : comments.at(-1)?.body)?.split('\n') ?? [];
  return `${section('issue', [style('bold', `#${number} ${title} (${state})`), '', ...text])}\n`;
}

function showWorkflow(inputs: Step['with']): string {
  const lines = Object.entries(inputs).map(([name, value]) =>
    value.includes('\n') ? `${name}: |\n${indent(value.trimEnd(), 2)}` : `${name}: ${value}`,
  );
  return `  - uses: ${USES} # v1.0.0\n    with:\n${indent(lines.join('\n'), 6)}`;
}

/** The log as GitHub shows it: annotations as `Error: …`, commands gone, masked values as `***`. */
function readableLog({ lines, masks }: StepResult): string[] {
  return lines.flatMap((line) => {
    const command = parseCommand(line);
    if (!command?.registered) return mask(line, masks);
    if (command.command === 'group') return style('bold', `▸ ${mask(command.message, masks)}`);
    const [kind, format] = KINDS.get(command.command) ?? [];
    if (kind === undefined || format === undefined) return [];
    return command.message.split('\n').map((text) => style(format, `${kind}: ${mask(text, masks)}`));
  });
}

const KINDS: ReadonlyMap<string, readonly [string, Format]> = new Map([
  ['error', ['Error', 'red']],
  ['warning', ['Warning', 'yellow']],
  ['notice', ['Notice', 'cyan']],
]);

function mask(text: string, masks: readonly string[]): string {
  return masks.reduce((rest, secret) => rest.replaceAll(secret, '***'), text);
}

/** Short values side by side, long ones cut to one line each. The output `summary` is what is shown as such. */
function readableOutputs({ summary, ...outputs }: StepResult['outputs']): string[] {
  const all = Object.entries(outputs).map(([name, value]) => `${name}=${value}`);
  const long = all.filter((text) => text.length > 60);
  const short = all.filter((text) => text.length <= 60).map((text) => text.replaceAll(' ', '\u00a0'));
  const cut = long.map((text) => (text.length > WIDTH - 13 ? `${text.slice(0, WIDTH - 14)}…` : text));
  return [...(short.length > 0 ? [short.join('  ')] : []), ...cut];
}

function section(name: string, lines: readonly string[]): string {
  const shown = lines.length > 0 ? lines.flatMap(wrap) : ['none'];
  return shown.map((line, n) => `${n === 0 ? label(name) : ' '.repeat(11)}${line}`.trimEnd()).join('\n');
}

function label(name: string): string {
  return style('dim', name.padEnd(11));
}

/** Breaks a line at spaces; a table's and a diff's lines stay whole. */
function wrap(line: string): string[] {
  if (/^[|+@]/.test(line)) return [line];
  const lines = [''];
  for (const word of line.split(' ')) {
    const last = lines.at(-1) ?? '';
    if (last !== '' && last.length + 1 + word.length > WIDTH - 11) lines.push(word);
    else lines[lines.length - 1] = last === '' && lines.length > 1 ? word : `${last}${last === '' ? '' : ' '}${word}`;
  }
  return lines;
}

function indent(text: string, columns: number): string {
  return text.replaceAll(/^(?=.)/gm, ' '.repeat(columns));
}
