import { existsSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { command, type Suite } from './suite.ts';

const TESTS = 'tests/api-resources/iam/sso.test.ts';

/**
 * https://www.npmjs.com/package/cloudflare does not carry the tests: they are taken from a checkout of
 * https://github.com/cloudflare/cloudflare-typescript, or are that one file. The library is the one that is installed here.
 */
export function typescript(path: string): Suite {
  return {
    name: 'TypeScript',
    async run(folder, serverUrl) {
      const inCheckout = join(path, TESTS);
      const tests = readFileSync(existsSync(inCheckout) ? inCheckout : path, 'utf8');
      writeFileSync(join(folder, 'sso.test.ts'), tests.replaceAll('test.skip(', 'test('));
      writeFileSync(join(folder, 'package.json'), '{ "type": "module" }');
      symlinkSync(resolve('node_modules'), join(folder, 'node_modules'), 'junction');
      return command(process.execPath, ['node_modules/vitest/vitest.mjs', 'run', '--globals', '--no-color'], {
        cwd: folder,
        env: { TEST_API_BASE_URL: serverUrl, NO_COLOR: '1' },
      });
    },
    passed: /^ *Tests .*?(\d+) passed/gm,
    skipped: /(\d+) (?:skipped|todo)/g,
  };
}
