import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { command, type Suite } from './suite.ts';

const TESTS = 'tests/api_resources/iam/test_sso.py';

/** The source distribution of the vendor's Python library carries its tests. */
export const python: Suite = {
  name: 'Python',
  async run(folder, serverUrl) {
    const at = { cwd: folder };
    await command('python3', ['-m', 'venv', 'venv'], at);
    const bin = join(folder, 'venv', process.platform === 'win32' ? 'Scripts' : 'bin', 'python');
    const pip = (...args: string[]) => command(bin, ['-m', 'pip', '--quiet', ...args], at);
    await pip('download', 'cloudflare', '--no-deps', '--no-binary', 'cloudflare');
    const [archive = ''] = readdirSync(folder).filter((file) => file.endsWith('.tar.gz'));
    await command('tar', ['-xzf', archive], at);
    const name = archive.replace('.tar.gz', '');
    await pip('install', `cloudflare[aiohttp]==${name.split('-').at(-1)}`, 'pytest', 'pytest-asyncio', 'respx');

    const file = join(folder, name, TESTS);
    writeFileSync(file, readFileSync(file, 'utf8').replaceAll(/^ *@pytest\.mark\.skip\(.*\)\n/gm, ''));
    const options = ['-o', 'addopts=', '-o', 'filterwarnings=', '-o', 'xfail_strict=true', '-p', 'no:cacheprovider'];
    return command(bin, ['-m', 'pytest', TESTS, ...options], {
      cwd: join(folder, name),
      env: { TEST_API_BASE_URL: serverUrl },
    });
  },
  passed: /(\d+) passed/g,
  skipped: /(\d+) skipped/g,
};
