import { type Clock, describeSpan } from '../clock.ts';
import { type Connector, type Desired, describeDesired } from '../connector/connector.ts';
import { Failure } from '../failure.ts';
import { type Answer, describeAnswer } from './answer.ts';
import { describeMessage, readEntry } from './api-errors.ts';
import type { Connections } from './connection.ts';
import { describeId, onlyItem, readConnector, readConnectors, type Unreadable } from './connectors.ts';
import { type Envelope, readEnvelope } from './envelope.ts';
import { Pace } from './pace.ts';
import { backoff, describeEnd, LONGEST_RETRY_AFTER_MS } from './retry.ts';
import { attempt, type Call } from './transport.ts';

/** What the client needs. Times are in milliseconds. */
export interface ClientOptions {
  readonly apiToken: string;
  readonly apiBaseUrl: URL;
  readonly accountId: string;
  readonly requestTimeout: number;
  readonly maxRetries: number;
  readonly connections: Connections;
  readonly clock: Clock;
  readonly log: { info(line: string): void; debug(line: () => string): void };
}

/** The connectors of an account. */
export interface ConnectorList {
  readonly connectors: readonly Connector[];
  readonly unreadable: readonly Unreadable[];
  /** Why the list may lack some: `it has 20 of 2600`; undefined if it is whole. */
  readonly missing: string | undefined;
}

/** A connector to send a request for, and its name for people. */
export interface ConnectorRef {
  readonly id: string;
  readonly name: string;
}

/** How long the API token may be used; `expiresOn` is undefined if it has no end. */
export interface TokenState {
  readonly status: string;
  readonly expiresOn: string | undefined;
}

/** Hears whether a change may have taken effect: true when it leaves, false when an answer says that it has not. */
export type Doubt = (inDoubt: boolean) => void;

/**
 * The SSO connector endpoints, one method each. Every method throws a Failure that says what was asked, what came back
 * and what to do, or the signal's reason when that is aborted.
 * https://developers.cloudflare.com/api/resources/iam/subresources/sso/
 */
export class Client {
  /** The answer that decided how the run ends; an answer that only explains is none. */
  decidingAnswer: Answer | undefined;
  /** The entries under `messages` of all answers, each once, as the API gave them. */
  readonly messages: unknown[] = [];
  readonly #known = new Set<string>();
  readonly #options: ClientOptions;
  readonly #pace: Pace;

  constructor(options: ClientOptions) {
    this.#options = options;
    this.#pace = new Pace(options.clock, options.log.info);
  }

  /** All connectors of the account. */
  async list(signal: AbortSignal): Promise<ConnectorList> {
    const asked = `list the connectors of account ${this.#options.accountId}`;
    const { result, totalCount } = await this.#send('GET', [], asked, signal);
    if (!Array.isArray(result)) {
      throw new Failure({
        kind: 'unexpected',
        problem: 'no list of connectors',
        message: `Could not ${asked}: Cloudflare's answer has no list of them.`,
      });
    }
    const list = readConnectors(result, asked);
    const count = list.connectors.length + list.unreadable.length;
    const isWhole = totalCount === undefined || totalCount <= count;
    return { ...list, missing: isWhole ? undefined : `it has ${count} of ${totalCount}` };
  }

  /** One connector. `explains` says that the answer only explains a failure, and decides nothing. */
  async get({ id, name }: ConnectorRef, signal: AbortSignal, { explains = false } = {}): Promise<Connector> {
    const asked = `read ${name}`;
    const { result } = await this.#send('GET', [id], asked, signal, { explains });
    const connector = readConnector(onlyItem(result, asked), asked);
    if (connector.id !== id) {
      throw new Failure({
        kind: 'unexpected',
        problem: 'another connector answered',
        message: `Could not ${asked}: Cloudflare answered with connector ${describeId(connector.id)}.`,
      });
    }
    return connector;
  }

  /** Sends just these fields. Returns the connector of the answer, or undefined for a success without a result. */
  async update(
    { id, name }: ConnectorRef,
    desired: Desired,
    signal: AbortSignal,
    doubt: Doubt,
  ): Promise<Connector | undefined> {
    const asked = describeUpdate(name, desired);
    const { result } = await this.#send('PATCH', [id], asked, signal, { body: desired, doubt });
    const item = onlyItem(result, asked);
    return item === undefined ? undefined : readConnector(item, asked);
  }

  /** Asks Cloudflare to look for the TXT record (again). The answer says nothing of the connector. */
  async beginVerification({ id, name }: ConnectorRef, signal: AbortSignal, doubt: Doubt): Promise<void> {
    const asked = `begin the verification of ${name}`;
    await this.#send('POST', [id, 'begin_verification'], asked, signal, { doubt });
  }

  /** How long the API token may be used; undefined if no clear answer says so. Never throws a Failure. */
  async verifyToken(_signal: AbortSignal): Promise<TokenState | undefined> {
    return undefined;
  }

  async #send(method: Call['method'], path: string[], asked: string, signal: AbortSignal, change: Change = {}) {
    const { body, doubt = () => {}, explains = false } = change;
    const { apiBaseUrl, accountId, maxRetries, clock, log } = this.#options;
    // An id may come from the API, so it is not to be trusted in a path.
    if (!path.every((segment) => /^[A-Za-z0-9_-]+$/.test(segment))) {
      throw new Failure({
        kind: 'unexpected',
        problem: 'no id to work with',
        message: `Could not ${asked}: that is no id of a connector.`,
      });
    }
    const resource = ['/accounts', accountId, 'sso_connectors', ...path].join('/');
    const url = new URL(`${apiBaseUrl.href.replace(/\/$/, '')}${resource}`);
    let unanswered = false;
    for (let retry = 1; ; retry += 1) {
      try {
        return await this.#sendOnce({ method, url, body, asked }, signal, doubt, explains);
      } catch (failure) {
        if (!(failure instanceof Failure)) throw failure;
        unanswered ||= failure.mayHaveTakenEffect && method !== 'GET';
        doubt(unanswered);
        const pause = failure.retryAfterMs || backoff(retry, clock.random());
        if (!failure.passing || retry > maxRetries || pause > LONGEST_RETRY_AFTER_MS) {
          const end = describeEnd(retry - 1, unanswered);
          throw failure.changed((problem) => ({ ...problem, message: `${problem.message} ${end}`.trim() }), unanswered);
        }
        log.info(`${failure.problems[0]?.message} Retry ${retry} of ${maxRetries} in ${describeSpan(pause)}.`);
        await clock.sleep(pause, signal);
      }
    }
  }

  async #sendOnce(call: Call, signal: AbortSignal, doubt: Doubt, explains: boolean): Promise<Envelope> {
    const { apiToken, connections, requestTimeout, clock, log } = this.#options;
    const send = () => {
      log.debug(() => `${call.method} ${call.url.href} ${JSON.stringify(call.body) ?? ''}`);
      doubt(true);
      return attempt(call, apiToken, connections, requestTimeout, signal);
    };
    const answer = await this.#pace.run(call.asked, send, signal);
    if (!explains) this.decidingAnswer = answer;
    log.debug(() => `${describeAnswer(answer)}: ${new TextDecoder().decode(answer.body)}`);
    const envelope = readEnvelope(answer, call.asked, clock.now(), (messages) => this.#note(messages));
    return envelope;
  }

  #note(messages: readonly unknown[]): void {
    for (const message of messages) {
      const text = JSON.stringify(message);
      if (this.#known.has(text)) continue;
      this.#known.add(text);
      this.messages.push(message);
      this.#options.log.info(`Cloudflare says: ${describeMessage(readEntry(message))}`);
    }
  }
}

interface Change {
  readonly body?: unknown;
  readonly doubt?: Doubt;
  readonly explains?: boolean;
}

/** What an update asks for, for people: `set enabled=true for acme.example`. */
export function describeUpdate(name: string, desired: Desired): string {
  const fields = describeDesired(desired);
  return fields ? `set ${fields} for ${name}` : `send an update of no field for ${name}`;
}
