import type { Answer, BrokenDelivery } from './answer.ts';
import type { Envelope } from './envelope.ts';
import type { RecordedRequest } from './request.ts';

/**
 * What a fault does to a request, by name.
 * Not carried out: `reset` (RST at once), `hang` (never an answer).
 * Carried out, answer spoilt: `apply-then-reset` (RST instead of the answer), `reset-after-headers` (RST after the
 * header), `truncate` (half of the body, then closed), `answer-then-close` (whole answer, then closed unannounced).
 */
export type FaultKind = 'reset' | 'hang' | BrokenDelivery;

/** Bytes for the socket as they are, after which it is closed: HTTP/1.0, a broken header, anything. */
export interface RawAnswer {
  raw: string | Buffer;
}

/** What a fault answers; `undefined` from a function lets the request through as usual. */
export type FaultResponse = Answer | RawAnswer | FaultKind;

/** Which requests go wrong. */
export interface FaultTarget {
  /** Any method by default. */
  method?: string;
  /** Matched against path and query as sent; any by default. */
  path?: RegExp;
  /** For how many requests, 1 by default, may be Infinity. */
  times?: number;
  /** How many matching requests to let through first, 0 by default. */
  after?: number;
  /** Carries the request out first, where `respond` is an answer; what is answered is the same. */
  carriedOut?: boolean;
}

/** Which requests go wrong, and how. */
export interface Fault extends FaultTarget {
  /** Takes the place of the usual answer. */
  respond?:
    | FaultResponse
    | ((request: RecordedRequest) => FaultResponse | undefined | Promise<FaultResponse | undefined>);
  /**
   * Carries the request out and changes the envelope of its answer, a string being the new body as it is; where it was
   * a refusal, leaves it as it is.
   */
  transform?: (envelope: Envelope, request: RecordedRequest) => unknown;
}

/** A fault that was asked for: how often it struck so far, and the way to take it back. */
export interface ActiveFault {
  readonly hits: number;
  remove(): void;
}

/** The faults asked for; the first that matches a request and is not used up strikes. */
export class Faults {
  #active: { fault: Fault; seen: number; hits: number }[] = [];

  add(fault: Fault): ActiveFault {
    const entry = { fault, seen: 0, hits: 0 };
    this.#active.push(entry);
    return {
      get hits() {
        return entry.hits;
      },
      remove: () => {
        this.#active = this.#active.filter((other) => other !== entry);
      },
    };
  }

  clear(): void {
    this.#active = [];
  }

  /** The fault that strikes this request, if any; counts it. */
  take(request: RecordedRequest): Fault | undefined {
    for (const entry of this.#active) {
      const { method, path, times = 1, after = 0 } = entry.fault;
      if (method !== undefined && method !== request.method) continue;
      if (path !== undefined && request.path.search(path) < 0) continue;
      entry.seen += 1;
      if (entry.seen <= after || entry.hits >= times) continue;
      entry.hits += 1;
      return entry.fault;
    }
    return undefined;
  }
}
