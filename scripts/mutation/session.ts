import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import type { Ended, Order } from './protocol.ts';

/** A warm vitest in a workspace, which is ended and begun again where a mutant keeps it for ever. */
export class Session implements Disposable {
  readonly #workspace: string;
  readonly #arguments: readonly string[];
  #process: ChildProcess | undefined;

  constructor(workspace: string, purpose: 'record' | 'kill', workers: number) {
    this.#workspace = workspace;
    this.#arguments = [purpose, String(workers)];
  }

  /** Runs tests. Returns undefined if they take longer than the limit, or end their process. */
  async run(order: Order, limitMs: number): Promise<Ended | undefined> {
    this.#process ??= await this.#start();
    const done = new AbortController();
    const signal = AbortSignal.any([done.signal, AbortSignal.timeout(Math.round(limitMs))]);
    const answer = once(this.#process, 'message', { signal });
    const end = once(this.#process, 'exit', { signal });
    this.#process.send(order);
    try {
      const [ended] = await Promise.race([answer, end.then(() => [])]);
      if (ended === undefined) this[Symbol.dispose]();
      return ended;
    } catch {
      this[Symbol.dispose]();
      return undefined;
    } finally {
      done.abort();
      await Promise.allSettled([answer, end]);
    }
  }

  /** Ends it with all that it started. */
  [Symbol.dispose](): void {
    const { pid, exitCode } = this.#process ?? {};
    if (pid !== undefined && exitCode === null) process.kill(-pid, 'SIGKILL');
    this.#process = undefined;
  }

  async #start(): Promise<ChildProcess> {
    // A group of its own, so that what tests have started ends with it.
    const child = fork('scripts/mutation/session-process.ts', this.#arguments, {
      cwd: this.#workspace,
      detached: true,
      stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
      env: { ...process.env, NODE_ENV: 'test' },
    });
    await once(child, 'message');
    return child;
  }
}
