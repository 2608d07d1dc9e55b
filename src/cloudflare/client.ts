import { type Connector, type Desired, describeDesired } from '../connector/connector.ts';
import { Failure } from '../failure.ts';
import { describeAnswer } from './answer.ts';
import type { Call } from './call.ts';
import type { Doubt } from './effect.ts';
import { readEnvelope } from './envelope.ts';
import { type ConnectorList, readList } from './list.ts';
import { describeId, onlyItem, readConnector } from './read-connector.ts';
import { type RequestOptions, Requests } from './requests.ts';
import { readTokenState, type TokenState, verifyPaths } from './verify-token.ts';

/** What the client needs. Times are in milliseconds. */
export interface ClientOptions extends RequestOptions {
  readonly apiBaseUrl: URL;
  readonly accountId: string;
}

/** A connector by an id that fits into a path, and its name for people. */
export interface ConnectorRef {
  readonly id: string;
  readonly name: string;
}

/** Without any, a read decides how the run ends, waits for the rate limit, and is tried again. */
type ReadOptions = Pick<Call, 'onlyExplains' | 'atOnce'>;

/**
 * The SSO connector endpoints, one method each. Each throws a Failure, or the signal's reason.
 * https://developers.cloudflare.com/api/resources/iam/subresources/sso/
 */
export class Client {
  readonly #options: ClientOptions;
  readonly requests: Requests;
  readonly #path: string;

  constructor(options: ClientOptions) {
    this.#options = options;
    this.requests = new Requests(options);
    this.#path = `/accounts/${options.accountId}/sso_connectors`;
  }

  /** All connectors of the account. */
  async list(signal: AbortSignal): Promise<ConnectorList> {
    const asked = `list the connectors of account ${this.#options.accountId}`;
    const readPage = (page: number) => {
      const [query, which] = page === 1 ? ['', ''] : [`?page=${page}`, ` (page ${page})`];
      return this.requests.send(this.#call('GET', `${this.#path}${query}`, `${asked}${which}`), signal);
    };
    const list = await readList(readPage, asked);
    for (const { id } of list.connectors) this.requests.use.see(id);
    return list;
  }

  /** One connector. */
  async get(ref: ConnectorRef, signal: AbortSignal, options: ReadOptions = {}): Promise<Connector> {
    const asked = `read ${ref.name}`;
    const { result } = await this.requests.send({ ...this.#callOf(ref, 'GET', asked), ...options }, signal);
    const connector = readConnector(onlyItem(result, asked), asked);
    if (connector.id === ref.id) return connector;
    throw new Failure({
      kind: 'unexpected',
      problem: 'no answer about this connector',
      message: `Could not ${asked}: Cloudflare answered with a connector ${describeId(connector.id)}.`,
    });
  }

  /** Sends just these fields. Returns the connector of the answer; undefined for a success without a result. */
  async update(ref: ConnectorRef, desired: Desired, signal: AbortSignal, doubt: Doubt): Promise<Connector | undefined> {
    const asked = describeChange(ref.name, desired);
    const call = { ...this.#callOf(ref, 'PATCH', asked), body: desired };
    return await this.requests.change(call, signal, doubt, ({ result }) => {
      const item = onlyItem(result, asked);
      return item === undefined ? undefined : readConnector(item, asked);
    });
  }

  /** Asks Cloudflare to check for the TXT record (again). */
  async beginVerification(ref: ConnectorRef, signal: AbortSignal, doubt: Doubt): Promise<void> {
    const call = this.#callOf(ref, 'POST', describeChange(ref.name, 'begin'), '/begin_verification');
    await this.requests.change(call, signal, doubt, () => {});
  }

  /** How long the API token may be used, or why that is unknown. Never throws a Failure. */
  async verifyToken(signal: AbortSignal): Promise<TokenState | string> {
    const { apiToken, accountId } = this.#options;
    let reason = '';
    try {
      for (const path of verifyPaths(apiToken, accountId)) {
        const call = this.#call('GET', path, 'verify the API token');
        const answer = await this.requests.exchange(call, signal);
        reason = describeAnswer(answer);
        // The token may be one of the other kind.
        if (answer.status === 401) continue;
        return readTokenState(this.requests.expectSuccess(readEnvelope(answer), answer, call).result) ?? reason;
      }
      return reason;
    } catch (failure) {
      if (!(failure instanceof Failure)) throw failure;
      return failure.message;
    }
  }

  #call(method: Call['method'], path: string, asked: string): Call {
    return { method, url: new URL(`${this.#options.apiBaseUrl.href.replace(/\/$/, '')}${path}`), asked };
  }

  #callOf({ id }: ConnectorRef, method: Call['method'], asked: string, end = ''): Call {
    return { ...this.#call(method, `${this.#path}/${id}${end}`, asked), connectorId: id };
  }
}

/** Fields to set, or a begin of the verification. */
export type Change = Desired | 'begin';

/** What a change asks for, for people: `set enabled=true for acme.example`. */
export function describeChange(name: string, change: Change): string {
  if (change === 'begin') return `begin the verification of ${name}`;
  const fields = describeDesired(change);
  return fields ? `set ${fields} for ${name}` : `send an update of no field for ${name}`;
}
