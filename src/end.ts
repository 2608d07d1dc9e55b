/** What cannot be called off: looking up a host name, or opening a file. */
const UNSTOPPABLE = /GetAddrInfo|GetNameInfo|FSReq/;

/**
 * Ends the process, whatever still hangs. `process.exit` waits for the threads of libuv; a new program in the place of
 * this one does not, nor does a kill, which on Windows ends with exit code 1.
 * https://docs.libuv.org/en/v1.x/threadpool.html, https://nodejs.org/api/process.html#processexecvefile-args-env
 */
export function endAtOnce(code: 0 | 1): never {
  if (process.getActiveResourcesInfo().some((resource) => UNSTOPPABLE.test(resource))) {
    if (process.platform !== 'win32') {
      process.execve?.(process.execPath, [process.execPath, '--eval', `process.exit(${code})`], {});
    }
    if (code === 1) process.kill(process.pid, 'SIGKILL');
  }
  process.exit(code);
}
