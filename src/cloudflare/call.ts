/** A request to the API; `asked` says it for people: `read acme.example`. */
export interface Call {
  readonly method: 'GET' | 'PATCH' | 'POST';
  readonly url: URL;
  readonly body?: unknown;
  readonly asked: string;
  /** Of which connector. */
  readonly connectorId?: string;
  /** Whether the answer only explains, and decides nothing: then nobody waits for it, unless it `isAwaited`. */
  readonly explains?: boolean;
  readonly isAwaited?: boolean;
}
