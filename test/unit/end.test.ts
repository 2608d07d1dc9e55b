import { afterEach, expect, test, vi } from 'vitest';
import { endAtOnce } from '../../src/end.ts';

afterEach(() => {
  vi.unstubAllGlobals();
});

/** What is tried, in a process that nothing ends. */
function tried(code: 0 | 1, platform: string, resources: readonly string[], canReplace = true): unknown[] {
  const calls: unknown[] = [];
  const noting =
    (name: string) =>
    (...values: unknown[]) =>
      void calls.push([name, ...values]);
  vi.stubGlobal('process', {
    platform,
    execPath: '/node',
    pid: 7,
    getActiveResourcesInfo: () => resources,
    ...(canReplace && { execve: noting('execve') }),
    kill: noting('kill'),
    exit: noting('exit'),
  });
  endAtOnce(code);
  vi.unstubAllGlobals();
  return calls;
}

const replaced = (code: number) => ['execve', '/node', ['/node', '--eval', `process.exit(${code})`], {}];
const killed = ['kill', 7, 'SIGKILL'];

test.each(['linux', 'win32'])('a process that nothing holds exits by its code: %s', (platform) => {
  expect(tried(0, platform, ['TTYWrap', 'Timeout'])).toEqual([['exit', 0]]);
  expect(tried(1, platform, [])).toEqual([['exit', 1]]);
});

test.each(['GetAddrInfoReqWrap', 'GetNameInfoReqWrap', 'FSReqCallback', 'FSReqPromise'])(
  'what cannot be called off holds up no process: %s',
  (resource) => {
    const resources = ['Timeout', resource];
    expect(tried(0, 'linux', resources)).toEqual([replaced(0), ['exit', 0]]);
    expect(tried(1, 'darwin', resources)).toEqual([replaced(1), killed, ['exit', 1]]);
    expect(tried(1, 'linux', resources, false)).toEqual([killed, ['exit', 1]]);
  },
);

test('on Windows, where no program takes the place of another, a kill ends with exit code 1, and a success waits', () => {
  expect(tried(1, 'win32', ['GetAddrInfoReqWrap'])).toEqual([killed, ['exit', 1]]);
  expect(tried(0, 'win32', ['GetAddrInfoReqWrap'])).toEqual([['exit', 0]]);
});
