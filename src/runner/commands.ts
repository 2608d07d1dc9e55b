/**
 * The runner's commands, by the toolkit's own code. Not by its front door: that loads, at every start, an HTTP client for
 * OpenID Connect tokens and a way to run programs, of which this action uses nothing.
 */
import { issueCommand } from '../../node_modules/@actions/core/lib/command.js';
import { issueFileCommand, prepareKeyValueMessage } from '../../node_modules/@actions/core/lib/file-command.js';

export { issueCommand } from '../../node_modules/@actions/core/lib/command.js';
export { summary } from '../../node_modules/@actions/core/lib/summary.js';

/** Sets an output of the step; where no runner has given a file for it, by a command, as the toolkit does. */
export function setOutput(name: string, value: string): void {
  if (process.env['GITHUB_OUTPUT']) issueFileCommand('OUTPUT', prepareKeyValueMessage(name, value));
  else issueCommand('set-output', { name }, value);
}

/** Has the runner mask a text in the log from here on. */
export function setSecret(text: string): void {
  issueCommand('add-mask', {}, text);
}
