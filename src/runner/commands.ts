/**
 * The runner's commands, by the toolkit's own code. Not by its front door: that loads, at every start, an HTTP client for
 * OpenID Connect tokens and a way to run programs, of which this action uses nothing.
 */
export { issueCommand } from '../../node_modules/@actions/core/lib/command.js';
export { issueFileCommand, prepareKeyValueMessage } from '../../node_modules/@actions/core/lib/file-command.js';
