import { type Clock, describeSpan } from '../clock.ts';
import { type Connector, type Desired, describeDesired } from '../connector/connector.ts';
import { Failure } from '../failure.ts';
import { describeReply, type Reply } from './answer.ts';
import { describeMessage, readEntry } from './api-errors.ts';
import type { Connections } from './connection.ts';
import { describeId, onlyItem, readConnector, readConnectors, type Unreadable } from './connectors.ts';
import { ApiFailure, type Envelope, readEnvelope } from './envelope.ts';
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

/** The connectors of an account; `total` is how many there are by the API's own count, where it says so. */
export interface ConnectorList {
  readonly connectors: readonly Connector[];
  readonly unreadable: readonly Unreadable[];
  readonly total: number | undefined;
}

/** Hears whether a change may have taken effect: true when it leaves, false when an answer says that it has not. */
export type Doubt = (inDoubt: boolean) => void;

/**
 * The SSO connector endpoints, one method each. Every method throws a Failure that says what was asked, what came back
 * and what to do, or the signal's reason when that is aborted.
 * https://developers.cloudflare.com/api/resources/iam/subresources/sso/
 */
export class Client {
  /** The last answer, whatever it was. */
  lastReply: Reply | undefined;
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
    if (!Array.isArray(result)) throw new Failure(`Could not ${asked}: Cloudflare's answer has no list of them.`);
    return { ...readConnectors(result, asked), total: totalCount };
  }

  /** One connector. */
  async get(id: string, signal: AbortSignal): Promise<Connector> {
    const asked = `read connector ${id}`;
    const { result } = await this.#send('GET', [id], asked, signal);
    const connector = readConnector(onlyItem(result, asked), asked);
    if (connector.id !== id) {
      throw new Failure(`Could not ${asked}: Cloudflare answered with connector ${describeId(connector.id)}.`);
    }
    return connector;
  }

  /** Sends just these fields. Returns the connector of the answer, or undefined for a success without a result. */
  async update(id: string, desired: Desired, signal: AbortSignal, doubt: Doubt): Promise<Connector | undefined> {
    const asked = describeUpdate(id, desired);
    const { result } = await this.#send('PATCH', [id], asked, signal, { body: desired, doubt });
    const item = onlyItem(result, asked);
    return item === undefined ? undefined : readConnector(item, asked);
  }

  /** Asks Cloudflare to look for the TXT record (again). The answer says nothing of the connector. */
  async beginVerification(id: string, signal: AbortSignal, doubt: Doubt): Promise<void> {
    const asked = `begin the verification of connector ${id}`;
    await this.#send('POST', [id, 'begin_verification'], asked, signal, { doubt });
  }

  async #send(method: Call['method'], path: string[], asked: string, signal: AbortSignal, change: Change = {}) {
    const { body, doubt = () => {} } = change;
    const { apiBaseUrl, accountId, maxRetries, clock, log } = this.#options;
    // An id may come from the API, so it is not to be trusted in a path.
    if (!path.every((segment) => /^[A-Za-z0-9_-]+$/.test(segment))) {
      throw new Failure(`Could not ${asked}: that is no id of a connector.`);
    }
    const resource = ['/accounts', accountId, 'sso_connectors', ...path].join('/');
    const url = new URL(`${apiBaseUrl.href.replace(/\/$/, '')}${resource}`);
    let unanswered = false;
    for (let retry = 1; ; retry += 1) {
      try {
        return await this.#sendOnce({ method, url, body, asked }, signal, doubt);
      } catch (failure) {
        if (!(failure instanceof Failure)) throw failure;
        unanswered ||= failure.unanswered && method !== 'GET';
        doubt(unanswered);
        const pause = failure.retryAfterMs || backoff(retry, clock.random());
        if (!failure.passing || retry > maxRetries || pause > LONGEST_RETRY_AFTER_MS) {
          throw failure.explained(describeEnd(retry - 1, unanswered), unanswered);
        }
        log.info(`${failure.problems[0]} Retry ${retry} of ${maxRetries} in ${describeSpan(pause)}.`);
        await clock.sleep(pause, signal);
      }
    }
  }

  async #sendOnce(call: Call, signal: AbortSignal, doubt: Doubt): Promise<Envelope> {
    const { apiToken, connections, requestTimeout, clock, log } = this.#options;
    const send = () => {
      log.debug(() => `${call.method} ${call.url.href} ${JSON.stringify(call.body) ?? ''}`);
      doubt(true);
      return attempt(call, apiToken, connections, requestTimeout, signal);
    };
    const reply = await this.#pace.run(call.asked, send, signal);
    this.lastReply = reply;
    log.debug(() => `${describeReply(reply)}: ${new TextDecoder().decode(reply.body)}`);
    try {
      const envelope = readEnvelope(reply, call.asked, clock.now());
      this.#note(envelope.messages);
      return envelope;
    } catch (failure) {
      if (failure instanceof ApiFailure) this.#note(failure.messages);
      throw failure;
    }
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
}

/** What an update asks for, for people: `set enabled=true of connector x`. */
export function describeUpdate(id: string, desired: Desired): string {
  const fields = describeDesired(desired);
  return fields ? `set ${fields} of connector ${id}` : `send an update of nothing to connector ${id}`;
}
