import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

/** The account that a run works on. `drifted` connectors are disabled, others enabled. */
export interface AccountOptions {
  readonly connectors: number;
  readonly drifted: boolean;
  /** How long the API holds every answer back. */
  readonly latencyMs: number;
}

/** Where to find the account. */
export interface Account {
  readonly apiBaseUrl: string;
  readonly accountId: string;
  readonly apiToken: string;
  readonly ids: readonly string[];
}

/** What a run asked of the API, and how many connectors are enabled after it. */
export interface Served {
  readonly requests: number;
  readonly connections: number;
  readonly enabled: number;
}

/** Simulators of the API over TLS, in a process of their own; one at a time. */
export class Simulators implements Disposable {
  readonly #process = fork(fileURLToPath(new URL('simulator-process.ts', import.meta.url)));

  async start(options: AccountOptions): Promise<Account> {
    return (await this.#ask(options)) as Account;
  }

  /** Throws nothing for a run that went wrong: what to expect is the caller's to know. */
  async stop(): Promise<Served> {
    return (await this.#ask('stop')) as Served;
  }

  [Symbol.dispose](): void {
    this.#process.disconnect();
  }

  async #ask(message: AccountOptions | 'stop'): Promise<unknown> {
    const answer = once(this.#process, 'message', { signal: AbortSignal.timeout(10_000) });
    this.#process.send(message);
    const [content] = await answer;
    return content;
  }
}
