/**
 * Reads the file of GITHUB_OUTPUT as GitHub's runner does: `name=value` in a line, or `name<<delimiter`, the value's
 * lines, and the delimiter in a line of its own. Throws, with the runner's words, where the runner would fail the step.
 * https://github.com/actions/runner/blob/main/src/Runner.Worker/FileCommandManager.cs (`EnvFileKeyValuePairs`)
 *
 * @param windows whether `\r\n` ends a line too, as it does for a runner on Windows
 */
export function parseOutputs(text: string, windows = process.platform === 'win32'): Record<string, string> {
  const outputs: Record<string, string> = {};
  const lines = readLines(text, windows);
  for (const { line } of lines) {
    if (line === '') continue;
    const [, name = '', sign] = /^(.*?)(=|<<)/s.exec(line) ?? [];
    if (sign === undefined) throw new Error(`Invalid format '${line}'`);
    const rest = line.slice(name.length + sign.length);
    outputs[name] = sign === '=' ? rest : readHeredoc(name, rest, line, lines);
  }
  return outputs;
}

/** A line, and what ended it: nothing for the last one. */
interface Line {
  line: string;
  newline: string;
}

function readHeredoc(name: string, delimiter: string, line: string, lines: Iterator<Line>): string {
  if (name === '' || delimiter === '')
    throw new Error(`Invalid format '${line}'. Name must not be empty and delimiter must not be empty`);
  const value: Line[] = [];
  for (let next = lines.next(); !next.done; next = lines.next()) {
    if (next.value.line === delimiter) return joinLines(value);
    if (next.value.newline === '') throw new Error('Invalid value. EOF marker missing new line.');
    value.push(next.value);
  }
  throw new Error(`Invalid value. Matching delimiter not found '${delimiter}'`);
}

/** The line break before the delimiter is not part of the value, those between its lines are as they were. */
function joinLines(lines: readonly Line[]): string {
  return lines.map(({ line, newline }, n) => (n < lines.length - 1 ? line + newline : line)).join('');
}

function* readLines(text: string, windows: boolean): Generator<Line, undefined> {
  const ending = windows ? /\r?\n/g : /\n/g;
  let start = 0;
  for (const { 0: newline, index } of text.matchAll(ending)) {
    yield { line: text.slice(start, index), newline };
    start = index + newline.length;
  }
  if (start < text.length) yield { line: text.slice(start), newline: '' };
}
