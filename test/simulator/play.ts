import type { Fault } from './faults.ts';

/** One thing that may come instead of the usual answer. */
export interface Play extends Pick<Fault, 'respond' | 'transform'> {
  /** Such as `edge-1020`: unique, of `a-z 0-9 -`. */
  readonly name: string;
  /** A line for people. */
  readonly description: string;
  /** GET alone, for an answer that only a read can have; any method otherwise. */
  readonly method?: 'GET';
  /** Which requests it is for; any to Cloudflare otherwise. */
  readonly path?: RegExp;
}
