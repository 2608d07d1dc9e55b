/** Fails where `dist/` is not what the sources build, a stray file included. */
import { execFileSync } from 'node:child_process';
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const stale = findStale();
if (stale.length > 0) {
  console.error(`dist/ is stale, commit what npm run build makes: ${stale.join(', ')}`);
  process.exit(1);
}
console.log('dist/ is what the sources build.');

function findStale(): string[] {
  const committed = mkdtempSync(join(tmpdir(), 'dist-'));
  try {
    cpSync('dist', committed, { recursive: true });
    execFileSync(process.execPath, ['scripts/build.ts'], { stdio: 'inherit' });
    const all = new Set([...files(committed), ...files('dist')]);
    return [...all].filter((file) => content(committed, file) !== content('dist', file));
  } finally {
    rmSync(committed, { recursive: true });
  }
}

function files(folder: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(folder.length + 1));
}

function content(folder: string, file: string): string | undefined {
  try {
    return readFileSync(join(folder, file), 'latin1');
  } catch {
    return undefined;
  }
}
