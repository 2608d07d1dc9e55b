import { EOL } from 'node:os';
import { strip } from '../inputs/invisible.ts';
import { SECRETS } from '../inputs/misplaced-tokens.ts';
import type { Log } from '../job/job.ts';
import { isUsual, oneLine } from '../untrusted.ts';
import { issueCommand } from './commands.ts';

const LINE_LIMIT = 4000;

/** The step's log: whatever is written is one line and never a workflow command. */
export const log: Log = {
  info: (line) => void process.stdout.write(columns(line) + EOL),
  group: (title, lines) => {
    write('group', title);
    process.stdout.write(lines.map((line) => columns(line) + EOL).join(''));
    write('endgroup', '');
  },
  notice: (message) => write('notice', message),
  warning: (message) => write('warning', message),
  error: (message, title) => write('error', message, title),
  debug: (line) => {
    if (process.env['RUNNER_DEBUG'] === '1') write('debug', line());
  },
};

function write(command: string, message: string, title?: string): void {
  const properties = title === undefined ? {} : { title: oneLine(title, LINE_LIMIT) };
  issueCommand(command, properties, oneLine(message, LINE_LIMIT));
}

/** One line that keeps the spaces between its columns. Each column is made safe by itself. */
function columns(line: string): string {
  const isSafe = line.length <= LINE_LIMIT && isUsual(line.replaceAll(/ {2,}/g, ' '));
  if (isSafe) return line;
  const parts = line.split(/( {2,})/).map((part, n) => (n % 2 === 1 ? part : oneLine(part, LINE_LIMIT)));
  return parts.join('').trim().slice(0, LINE_LIMIT).toWellFormed();
}

/** Has the runner mask the tokens from here on, in the form in which they are sent. */
export function maskSecrets(env: NodeJS.ProcessEnv): void {
  for (const name of SECRETS.keys()) {
    const secret = strip(env[name] ?? '');
    if (secret) issueCommand('add-mask', {}, secret);
  }
}
