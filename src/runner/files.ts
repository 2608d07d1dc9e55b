import { statSync } from 'node:fs';
import { issueFileCommand } from './commands.ts';

/**
 * Appends to a file that the runner reads when the step ends. Returns why that cannot be, or undefined. A pipe that nobody
 * reads would hold the step for ever.
 * https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-commands#environment-files
 */
export function appendToRunnerFile(name: 'OUTPUT' | 'STEP_SUMMARY', text: string): string | undefined {
  const variable = `GITHUB_${name}`;
  const path = process.env[variable];
  if (!path) return `${variable} is not set`;
  try {
    const file = statSync(path, { throwIfNoEntry: false });
    if (file === undefined) return `the file of ${variable} does not exist`;
    if (file.isDirectory()) return `${variable} is a folder`;
    if (file.isFIFO() || file.isSocket()) return `${variable} is a pipe, which may have no reader`;
    issueFileCommand(name, text);
    return undefined;
  } catch (error) {
    return (error as Error).message;
  }
}
