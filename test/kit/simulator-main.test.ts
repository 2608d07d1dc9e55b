import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { playGroups } from '../simulator/elsewhere.ts';
import { optionsFrom } from '../simulator/main-options.ts';

const MAIN = fileURLToPath(new URL('../simulator/main.ts', import.meta.url));

/** Its first lines, up to where the requests are told, and what of it `use` makes. */
async function startMain<T>(env: Record<string, string>, use: (text: string) => Promise<T>) {
  const child = spawn(process.execPath, [MAIN], { env: { PATH: process.env['PATH'], PORT: '0', ...env } });
  const closed = new Promise((resolve) => child.once('close', resolve));
  const lines: string[] = [];
  for await (const line of createInterface(child.stdout)) {
    lines.push(line);
    if (line === 'Requests:') break;
  }
  const text = lines.join('\n');
  const used = await use(text).finally(() => child.kill());
  await closed;
  return { text, used };
}

describe('npm run simulator', () => {
  it('tells the inputs, every play, and how to ask for one', async () => {
    const { text, used } = await startMain(
      { CONNECTORS: '3', PAGE_SIZE: '2', LIST_STYLE: 'total_pages' },
      async (said) => {
        const [, token] = /api_token: (\S+) +\(SSO Connector: Read\)/.exec(said) ?? [];
        const [, list = ''] = /^ {2}curl -H .* (http\S+)$/m.exec(said) ?? [];
        const headers = { authorization: `Bearer ${token}` };
        const [, play = ''] = /^ {2}curl -X POST (\S+edge-522)$/m.exec(said) ?? [];
        const before = (await (await fetch(list, { headers })).json()) as { result_info: unknown };
        await fetch(play, { method: 'POST' });
        return [before.result_info, (await fetch(list, { headers })).status];
      },
    );
    expect(used).toEqual([{ count: 2, page: 1, per_page: 2, total_pages: 4 }, 522]);
    for (const { name } of playGroups.flatMap(({ plays }) => plays))
      expect(text).toMatch(new RegExp(` ${name}( |$)`, 'm'));
    expect(text.split('\n').filter((line) => line.length > 180)).toEqual([]);
  });
});

describe('its options', () => {
  it('have their usual values', () => {
    expect(optionsFrom({})).toEqual({ port: 8787, connectors: 0, listStyle: 'total_count', githubFlavour: 'ghes' });
  });

  it.each([
    [{ PORT: '65536' }, 'PORT must be a number from 0 to 65535, not "65536"'],
    [{ CONNECTORS: 'many' }, 'CONNECTORS must be a number from 0 to 10000, not "many"'],
    [{ LIST_STYLE: 'x' }, /^LIST_STYLE must be one of total_count, .*, not "x"$/],
    [{ GITHUB: 'x' }, 'GITHUB must be one of github, ghe.com, ghes, gitea, not "x"'],
  ])('are refused: %o', (env, message) => {
    expect(() => optionsFrom(env)).toThrow(message);
  });
});
