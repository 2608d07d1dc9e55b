import type { IncomingHttpHeaders } from 'node:http';

/** A request as it goes over the wire. */
export interface Message {
  readonly method: string;
  readonly url: URL;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | undefined;
  /** Ends the request, and the reading of its answer. */
  readonly signal: AbortSignal;
}

/** An answer whose header is there, and whose body is still to be read. */
export interface AnswerHead {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: AsyncIterable<Uint8Array>;
}

/** The way to the API. Connections are kept for the next request. */
export interface Connections {
  /** Throws what the connection throws. */
  send(message: Message): Promise<AnswerHead>;
  destroy(): void;
}
