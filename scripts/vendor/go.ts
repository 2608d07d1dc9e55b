import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { command, type Suite } from './suite.ts';

/** https://pkg.go.dev/github.com/cloudflare/cloudflare-go/v7: a module carries its tests. */
const MODULE = 'github.com/cloudflare/cloudflare-go/v7';

export const go: Suite = {
  name: 'Go',
  async run(folder, serverUrl) {
    const { Dir: source } = JSON.parse(
      await command('go', ['mod', 'download', '-json', `${MODULE}@latest`], { cwd: folder }),
    );
    const file = join(source, 'iam/sso_test.go');
    const lifted = join(folder, 'sso_test.go');
    writeFileSync(lifted, readFileSync(file, 'utf8').replaceAll(/^\tt\.Skip\(.*\)\n/gm, ''));
    // The module's folder is read-only: https://pkg.go.dev/cmd/go#hdr-Build_and_test_caching (-overlay)
    const overlay = join(folder, 'overlay.json');
    writeFileSync(overlay, JSON.stringify({ Replace: { [file]: lifted } }));
    return command(
      'go',
      [
        'test',
        '-mod=mod',
        '-modfile',
        await ownModFile(folder, source),
        '-vet=off',
        '-overlay',
        overlay,
        '-v',
        '-count=1',
        '-run',
        '^TestSSO',
        './iam',
      ],
      {
        cwd: source,
        // Nothing within the cache of modules may be replaced, so that another one takes its place.
        env: { TEST_API_BASE_URL: serverUrl, GOMODCACHE: join(folder, 'modules'), GOFLAGS: '-modcacherw' },
      },
    );
  },
  passed: /^--- PASS/gm,
  skipped: /^--- SKIP/gm,
};

/** A copy of go.mod and go.sum that the tool may write to. */
async function ownModFile(folder: string, source: string): Promise<string> {
  for (const name of ['go.mod', 'go.sum']) writeFileSync(join(folder, name), readFileSync(join(source, name)));
  return join(folder, 'go.mod');
}
