import { EOL } from 'node:os';
import { strip } from '../inputs/invisible.ts';
import type { Log } from '../job/job.ts';
import { oneLine } from '../untrusted.ts';
import { issueCommand } from './commands.ts';

const LINE_LIMIT = 4000;

/** The step's log. Whatever is written is one line and never a workflow command. */
export const log: Log = {
  info: (line) => void process.stdout.write(columns(line) + EOL),
  group: (title, lines) => {
    issueCommand('group', {}, oneLine(title, LINE_LIMIT));
    for (const line of lines) log.info(line);
    issueCommand('endgroup', {}, '');
  },
  notice: (message) => issueCommand('notice', {}, oneLine(message, LINE_LIMIT)),
  warning: (message) => issueCommand('warning', {}, oneLine(message, LINE_LIMIT)),
  error: (message, title) => {
    issueCommand(
      'error',
      title === undefined ? {} : { title: oneLine(title, LINE_LIMIT) },
      oneLine(message, LINE_LIMIT),
    );
  },
  debug: (line) => {
    if (process.env['RUNNER_DEBUG'] === '1') issueCommand('debug', {}, oneLine(line(), LINE_LIMIT));
  },
};

/** One line that keeps the spaces between its columns. Each column is made safe by itself. */
function columns(line: string): string {
  const safe = line.split(/(?<! ) {2,}/).map((column) => oneLine(column, LINE_LIMIT));
  const gaps = line.match(/(?<! ) {2,}/g) ?? [];
  return safe
    .map((column, n) => column + (gaps[n] ?? ''))
    .join('')
    .trim()
    .slice(0, LINE_LIMIT)
    .toWellFormed();
}

const SECRETS = ['INPUT_API_TOKEN', 'CLOUDFLARE_API_TOKEN', 'INPUT_GITHUB_TOKEN'];

/** Has the runner mask the tokens from here on, in the form in which they are sent. */
export function maskSecrets(env: NodeJS.ProcessEnv): void {
  for (const name of SECRETS) {
    const secret = strip(env[name] ?? '');
    if (secret) issueCommand('add-mask', {}, secret);
  }
}
