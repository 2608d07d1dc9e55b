import type { Call } from './call.ts';

/** What the API has accepted the token for in this run, and which connectors it had. */
export class TokenUse {
  /** Whether the run is to change something. */
  readonly isToWrite: boolean;
  /** Whether the token may at least read in this account. */
  isAccepted = false;
  #isAcceptedForChanges = false;
  /** The ids of connectors. */
  readonly #seen = new Set<string>();
  /** The requests with a refusal that was taken for stray, and no success since. */
  readonly #strays = new Set<string>();

  constructor(isToWrite = false) {
    this.isToWrite = isToWrite;
  }

  accept(call: Call): void {
    this.isAccepted = true;
    this.#isAcceptedForChanges ||= call.method !== 'GET';
    this.#strays.delete(keyOf(call));
    this.see(call.connectorId);
  }

  /** Notes that there is this connector. */
  see(id: string | undefined): void {
    if (id !== undefined) this.#seen.add(id);
  }

  /** Whether the token has the permission for a request. Who may write may read. */
  isShownFor({ method }: Call): boolean {
    return method === 'GET' ? this.isAccepted : this.#isAcceptedForChanges;
  }

  hasSeen(id: string): boolean {
    return this.#seen.has(id);
  }

  /** Whether a refusal may be a stray one: once for each request, after the token was accepted. */
  takeStray(call: Call): boolean {
    if (!this.isAccepted || this.#strays.has(keyOf(call))) return false;
    this.#strays.add(keyOf(call));
    return true;
  }
}

function keyOf({ method, url }: Call): string {
  return `${method} ${url.href}`;
}
