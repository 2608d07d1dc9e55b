/** A request to the API; `asked` says it for people: `read acme.example`. */
export interface Call {
  readonly method: 'GET' | 'PATCH' | 'POST';
  readonly url: URL;
  readonly body?: unknown;
  readonly asked: string;
  /** Of which connector. */
  readonly connectorId?: string;
  /** Its answer only explains, and decides nothing of how the run ends. */
  readonly onlyExplains?: boolean;
  /** It is worth neither a retry nor a wait for the rate limit. */
  readonly atOnce?: boolean;
}
