/** A request to the API: where, with what, and `asked`, which says it for a person: `read acme.example`. */
export interface Call {
  readonly method: 'GET' | 'PATCH' | 'POST';
  readonly url: URL;
  readonly body?: unknown;
  readonly asked: string;
  /** Whether it is about one connector. */
  readonly isOfConnector?: boolean;
}
