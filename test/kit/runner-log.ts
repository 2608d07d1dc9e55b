/**
 * Reads a step's output as GitHub's runner does: the lines of its process, and the workflow commands in them.
 * https://github.com/actions/runner/blob/main/src/Runner.Common/ActionCommand.cs
 * https://github.com/actions/runner/blob/main/src/Runner.Worker/ActionCommandManager.cs
 */

/** One workflow command. Its name and the names of its properties are in lower case: the runner ignores the case. */
export interface Command {
  command: string;
  properties: Record<string, string>;
  message: string;
  /** Whether the runner knows the command and acts on it; one that it does not know is printed as it stands. */
  registered: boolean;
}

/** What a runner makes of a step's lines: commands, and the text that is printed as it stands. */
export interface StepLog {
  commands: Command[];
  log: string[];
}

/** https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-commands, and those still accepted. */
const REGISTERED = new Set([
  ...['add-mask', 'add-matcher', 'add-path', 'debug', 'echo', 'endgroup', 'error', 'group', 'notice'],
  ...['remove-matcher', 'save-state', 'set-env', 'set-output', 'stop-commands', 'warning'],
]);

/** White space as .NET has it (`Char.IsWhiteSpace`): with U+0085, without U+FEFF, unlike JavaScript's. */
const SPACE = '[\\t-\\r\\x20\\x85\\xa0\\u1680\\u2000-\\u200a\\u2028\\u2029\\u202f\\u205f\\u3000]';
const LEADING_SPACE = new RegExp(`^${SPACE}+`);
const SPACE_AROUND = new RegExp(`^${SPACE}+|${SPACE}+$`, 'g');

const DATA_ESCAPES: Escapes = { '%0D': '\r', '%0A': '\n', '%25': '%' };
const PROPERTY_ESCAPES: Escapes = { '%0D': '\r', '%0A': '\n', '%3A': ':', '%2C': ',', '%25': '%' };
const BRACKET_ESCAPES: Escapes = { '%3B': ';', '%0D': '\r', '%0A': '\n', '%5D': ']', '%25': '%' };

type Escapes = Readonly<Record<string, string>>;

/** Takes the commands out of a step's lines. Between `stop-commands` and its token, everything is plain text. */
export function readLog(lines: readonly string[]): StepLog {
  const commands: Command[] = [];
  const log: string[] = [];
  let stopToken: string | undefined;
  for (const line of lines) {
    const command = parseCommand(line, stopToken === undefined ? [] : [stopToken]);
    if (stopToken !== undefined) {
      if (command?.command === stopToken) stopToken = undefined;
      else log.push(line);
      continue;
    }
    if (command) commands.push(command);
    if (!command?.registered) log.push(line);
    if (command?.command === 'stop-commands') stopToken = readStopToken(command.message);
  }
  return { commands, log };
}

/** The runner refuses a token that is empty or a command's name. */
function readStopToken(text: string): string | undefined {
  const token = text.toLowerCase();
  return token === '' || REGISTERED.has(token) ? undefined : token;
}

/**
 * The command in a line, if any: `::name key=value,…::data` at its start, or else `##[name key=value;…]data` anywhere.
 * One that the runner knows, or is among `alsoKnown`, goes before one that it does not know.
 */
export function parseCommand(line: string, alsoKnown: readonly string[] = []): Command | undefined {
  const found = [parseColons(line), parseBrackets(line)].filter((command) => command !== undefined);
  return found.find(({ registered, command }) => registered || alsoKnown.includes(command)) ?? found[0];
}

function parseColons(line: string): Command | undefined {
  const text = line.replace(LEADING_SPACE, '');
  const end = text.startsWith('::') ? text.indexOf('::', 2) : -1;
  if (end < 0) return undefined;
  const [name, properties] = splitInfo(text.slice(2, end));
  return build(name, properties.replace(SPACE_AROUND, '').split(','), PROPERTY_ESCAPES, [
    text.slice(end + 2),
    DATA_ESCAPES,
  ]);
}

function parseBrackets(line: string): Command | undefined {
  const start = line.indexOf('##[');
  const end = start < 0 ? -1 : line.indexOf(']', start);
  if (end < 0) return undefined;
  const [name, properties] = splitInfo(line.slice(start + 3, end));
  return build(name, properties.split(';'), BRACKET_ESCAPES, [line.slice(end + 1), BRACKET_ESCAPES]);
}

function splitInfo(info: string): [name: string, properties: string] {
  const space = info.indexOf(' ');
  return space < 0 ? [info, ''] : [info.slice(0, space), info.slice(space + 1)];
}

function build(name: string, pairs: readonly string[], escapes: Escapes, data: [string, Escapes]): Command | undefined {
  if (name === '') return undefined;
  const properties: Record<string, string> = {};
  for (const pair of pairs) {
    // As .NET's Split does with a count of 2 and empty entries removed: `a==b` is a and b, `a=` is nothing.
    const [, key, value] = /^=*([^=]+)=+([^=].*)$/s.exec(pair) ?? [];
    if (key !== undefined && value !== undefined) properties[key.toLowerCase()] = unescapeText(value, escapes);
  }
  const command = name.toLowerCase();
  return { command, properties, message: unescapeText(...data), registered: REGISTERED.has(command) };
}

/** Only the very spelling of the escapes counts, and `%25` comes last: `%250A` is the text `%0A`. */
function unescapeText(text: string, escapes: Escapes): string {
  return Object.entries(escapes).reduce((all, [escaped, character]) => all.replaceAll(escaped, character), text);
}

/** Cuts a stream of UTF-8 bytes into lines, ended by `\n`, `\r\n` or `\r`, as .NET's StreamReader does. */
export class LineReader {
  readonly #decoder = new TextDecoder();
  readonly #onLine: (line: string) => void;
  #rest = '';

  constructor(onLine: (line: string) => void) {
    this.#onLine = onLine;
  }

  write(bytes: Uint8Array): void {
    // A `\r` at the end has to wait: a `\n` may follow.
    const lines = (this.#rest + this.#decoder.decode(bytes, { stream: true })).split(/\r\n|\n|\r(?!$)/);
    this.#rest = lines.pop() ?? '';
    for (const line of lines) this.#onLine(line);
  }

  /** No more bytes: what is left is a line too, if there is anything. */
  end(): void {
    const lines = (this.#rest + this.#decoder.decode()).split(/\r\n|\n|\r/);
    if (lines.at(-1) === '') lines.pop();
    for (const line of lines) this.#onLine(line);
    this.#rest = '';
  }
}
