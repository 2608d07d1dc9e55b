import type { Answer } from './answer.ts';
import type { Call } from './call.ts';

/** A request on the wire. */
export interface WireRequest {
  readonly method: Call['method'];
  readonly url: URL;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | undefined;
  /** Ends the request, and the reading of its answer. */
  readonly signal: AbortSignal;
  /** Called when the request may leave. */
  readonly onLeave: () => void;
}

/** An answer whose body is still to be read; that ends with an error if it is not whole. */
export interface AnswerHead extends Omit<Answer, 'body'> {
  readonly body: AsyncIterable<Uint8Array>;
}

/** The way to the API, by connections that are kept. */
export interface Connections {
  /** The host and port of the proxy, if there is one. */
  readonly proxy?: string;
  /** Throws what the connection throws, or a ProxyFault if that is the one to the proxy. */
  send(request: WireRequest): Promise<AnswerHead>;
  destroy(): void;
}

/** A fault on the way to the proxy. Its cause is what the connection threw, which has the message. */
export class ProxyFault extends Error {
  readonly host: string;

  constructor(host: string, cause: unknown) {
    super(undefined, { cause });
    this.host = host;
  }
}
