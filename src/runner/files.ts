import { statSync } from 'node:fs';
import { issueFileCommand } from './commands.ts';

/**
 * Appends to a file that the runner reads when the step ends. Throws an Error that says why that cannot be. A pipe that
 * nobody reads would hold the step for ever.
 * https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-commands#environment-files
 */
export function appendToRunnerFile(name: 'OUTPUT' | 'STEP_SUMMARY', text: string): void {
  const variable = `GITHUB_${name}`;
  const path = process.env[variable];
  if (!path) throw new Error(`${variable} is not set`);
  const file = statSync(path, { throwIfNoEntry: false });
  if (file === undefined) throw new Error(`the file of ${variable} does not exist`);
  if (file.isDirectory()) throw new Error(`${variable} is a folder`);
  if (file.isFIFO() || file.isSocket()) throw new Error(`${variable} is a pipe, which may have no reader`);
  issueFileCommand(name, text);
}
