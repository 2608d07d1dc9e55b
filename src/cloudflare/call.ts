/** A request to the API; `asked` says it for people: `read acme.example`. */
export interface Call {
  readonly method: 'GET' | 'PATCH' | 'POST';
  readonly url: URL;
  readonly body?: unknown;
  readonly asked: string;
  /** Of which connector. */
  readonly connectorId?: string;
  /** The answer only explains, and decides nothing. If it is wanted at once, it is not worth a wait or a retry. */
  readonly explains?: 'at once' | 'in time' | undefined;
}
