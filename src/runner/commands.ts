/**
 * The runner's commands, by the toolkit's own code. Not by its front door, which loads an HTTP client and a way to run
 * programs at every start.
 */
export { issueCommand } from '../../node_modules/@actions/core/lib/command.js';
export { issueFileCommand, prepareKeyValueMessage } from '../../node_modules/@actions/core/lib/file-command.js';
