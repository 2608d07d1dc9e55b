import type { Call } from './call.ts';

/** What the API has accepted the token for in this run. */
export class TokenUse {
  #isAccepted = false;
  #isAcceptedForChanges = false;
  /** The requests with a refusal that was taken for stray, and no success since. */
  readonly #strays = new Set<string>();

  accept(call: Call): void {
    this.#isAccepted = true;
    this.#isAcceptedForChanges ||= call.method !== 'GET';
    this.#strays.delete(keyOf(call));
  }

  get isAccepted(): boolean {
    return this.#isAccepted;
  }

  /** Whether the token has the permission for a request. Who may write may read. */
  isShownFor({ method }: Call): boolean {
    return method === 'GET' ? this.#isAccepted : this.#isAcceptedForChanges;
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
