import type { Call } from './call.ts';

/** What this run knows of its token, by what the API has accepted it for. */
export class TokenUse {
  /** The permissions that it has shown to have. */
  readonly #shown = new Set<'read' | 'write'>();
  /** The requests that one refusal was taken for stray of, and that have not succeeded since. */
  readonly #strays = new Set<string>();

  /** A request has succeeded. */
  accept(call: Call): void {
    this.#shown.add(permissionOf(call));
    this.#strays.delete(keyOf(call));
  }

  /** Whether the token was accepted for anything. */
  get isAccepted(): boolean {
    return this.#shown.size > 0;
  }

  /** Whether the token has shown to have the permission that a request takes. Who may write may read. */
  isShownFor(call: Call): boolean {
    return this.#shown.has('write') || this.#shown.has(permissionOf(call));
  }

  /** Whether a refusal of the token may be a stray one: once for each request, after the token was accepted. */
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
