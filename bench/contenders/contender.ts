import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';

/** A way to do the job: a command that reads the same environment and inputs as the action. */
export interface Contender {
  readonly name: string;
  readonly command: readonly string[];
  /** Size of its code without what it runs on. */
  readonly bytes: number;
}

/** Bytes of the scripts in a bundle, whether or not a run loads them all. */
export function bundleSize(folder: string): number {
  return readdirSync(folder)
    .filter((file) => file.endsWith('.js'))
    .reduce((sum, file) => sum + statSync(join(folder, file)).size, 0);
}
