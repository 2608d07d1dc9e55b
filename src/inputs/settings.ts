import { type Desired, givenFields } from '../connector/connector.ts';

export const MODES = ['update', 'check', 'plan', 'reconcile'] as const;
export type Mode = (typeof MODES)[number];

/** What to do about connectors of the account that no entry of the list names. */
export const UNLISTED = ['ignore', 'report', 'fail'] as const;

/** How to find a connector, and what it shall be. */
export interface Target {
  readonly sso_connector_id: string | undefined;
  readonly email_domain: string | undefined;
  readonly desired: Desired;
  /** In the list; undefined for the single inputs. */
  readonly line?: number;
}

/** The inputs, checked. Times are in milliseconds. */
export interface Settings {
  readonly apiToken: string;
  readonly accountId: string;
  readonly mode: Mode;
  readonly targets: readonly Target[];
  /** The targets come from a list. */
  readonly many: boolean;
  readonly requireVerified: boolean;
  readonly beginVerification: boolean;
  /** Undefined: does not wait. */
  readonly waitForVerification: number | undefined;
  readonly pollInterval: number;
  readonly unlisted: (typeof UNLISTED)[number];
  /** Undefined: does not ask. */
  readonly tokenExpiryWarning: number | undefined;
  readonly requestTimeout: number;
  readonly maxRetries: number;
  readonly apiBaseUrl: URL;
  /** Undefined: none is on the way to the API. */
  readonly proxy: URL | undefined;
  readonly reportIssue: boolean;
}

/** Whether the mode may change something, and needs a token that may write. */
export function isToWrite({ mode }: Pick<Settings, 'mode'>): boolean {
  return mode === 'update' || mode === 'reconcile';
}

/** Whether the gate or the wait asks for a verified domain. */
export function mustBeVerified({ requireVerified, waitForVerification }: Settings): boolean {
  return requireVerified || waitForVerification !== undefined;
}

/** Whether only the fields count: no gate and no begin asks for more. */
export function countsFieldsAlone(settings: Settings): boolean {
  return !settings.beginVerification && !mustBeVerified(settings) && settings.unlisted !== 'fail';
}

/** Whether there is nothing to look at, as if the values of expressions are gone: no field, no gate, no begin. */
export function asksNothing(settings: Settings): boolean {
  return countsFieldsAlone(settings) && settings.targets.every(({ desired }) => givenFields(desired).length === 0);
}
