import type { Call } from './call.ts';

/** What the API has accepted the token for in this run. */
export class TokenUse {
  readonly #shown = new Set<'read' | 'write'>();
  /** The requests with a refusal that was taken for stray, and no success since. */
  readonly #strays = new Set<string>();

  accept(call: Call): void {
    this.#shown.add(permissionOf(call));
    this.#strays.delete(keyOf(call));
  }

  get isAccepted(): boolean {
    return this.#shown.size > 0;
  }

  /** Whether the token has the permission for a request. Who may write may read. */
  isShownFor(call: Call): boolean {
    return this.#shown.has('write') || this.#shown.has(permissionOf(call));
  }

  /** Whether a refusal may be a stray one: once for each request, after the token was accepted. */
  takeStray(call: Call): boolean {
    if (!this.isAccepted || this.#strays.has(keyOf(call))) return false;
    this.#strays.add(keyOf(call));
    return true;
  }
}

function permissionOf({ method }: Call): 'read' | 'write' {
  return method === 'GET' ? 'read' : 'write';
}

function keyOf({ method, url }: Call): string {
  return `${method} ${url.href}`;
}
