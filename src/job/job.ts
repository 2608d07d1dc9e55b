import type { Clock } from '../clock.ts';
import type { Client } from '../cloudflare/client.ts';
import type { Settings } from '../inputs/settings.ts';
import type { TxtLookup } from '../verification/dns.ts';
import type { Outcome } from './outcome.ts';

/** Where lines for people go. What they say may come from outside: the log makes it safe. */
export interface Log {
  info(line: string): void;
  notice(message: string): void;
  warning(message: string): void;
  /** One annotation for an error. */
  error(message: string): void;
  /** Written only where the runner's debug logging is on. */
  debug(line: () => string): void;
}

/** What a mode works with. */
export interface Job {
  readonly settings: Settings;
  readonly client: Client;
  readonly clock: Clock;
  readonly log: Log;
  /** What public DNS says of a domain, for explanations. */
  readonly lookUpTxt: TxtLookup;
  /** Aborted when the job is cancelled. */
  readonly signal: AbortSignal;
  /** One for each target, in the given order. */
  readonly outcomes: readonly Outcome[];
}
