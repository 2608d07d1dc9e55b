import type { Clock } from '../clock.ts';
import type { Client } from '../cloudflare/client.ts';
import type { ConnectorList } from '../cloudflare/list.ts';
import type { Settings } from '../inputs/settings.ts';
import type { Outcome } from './outcome.ts';

/** Where lines for people go. What they say may come from outside: the log makes it safe. */
export interface Log {
  info(line: string): void;
  /** Lines folded under a title. */
  group(title: string, lines: readonly string[]): void;
  notice(message: string): void;
  warning(message: string): void;
  error(message: string, title?: string): void;
  /** Written only if the runner's debug logging is on. */
  debug(line: () => string): void;
}

/** What public DNS has at a domain, or why that is unknown. */
export type TxtAnswer =
  | { readonly records: readonly string[] }
  | { readonly noDomain: true }
  | { readonly unknown: string };

/** Asks public DNS for a domain's TXT records, within a limit in milliseconds. */
export type TxtLookup = (domain: string, signal: AbortSignal, limitMs?: number) => Promise<TxtAnswer>;

/** The world that a run works in. */
export interface World {
  readonly env: NodeJS.ProcessEnv;
  readonly clock: Clock;
  readonly log: Log;
  readonly lookUpTxt: TxtLookup;
  /** Aborted with a Cancelled when the job is cancelled. */
  readonly signal: AbortSignal;
}

/** What a mode works with. */
export interface Job extends World {
  readonly settings: Settings;
  readonly client: Client;
  /** One for each target, in the given order. */
  readonly outcomes: readonly Outcome[];
  /** As last read as a whole, or else as read first; undefined if this run does not read it. */
  list?: ConnectorList;
}
