import { once } from 'node:events';
import type { Socket } from 'node:net';
import { TLSSocket } from 'node:tls';
import type { Certificate } from './certificate.ts';

/** One HTTP request as it was sent; names of headers in lower case. */
export interface RawRequest {
  method: string;
  /** Path and query. */
  target: string;
  httpVersion: string;
  headers: Record<string, string>;
  body: string;
}

/** What the script of a test can do with one connection. */
export interface RawConnection {
  /** 1 for the first connection of the server. */
  readonly number: number;
  /** The next whole request: its header, and a body of `content-length`. Rejects where the client ends before. */
  readRequest(): Promise<RawRequest>;
  /** Resolves when the bytes are with the operating system; an array's parts are lines, each ended by CR LF. */
  write(bytes: string | Uint8Array | readonly string[]): Promise<void>;
  /** Closes with RST. */
  reset(): void;
  /** Closes with FIN, after what was written. */
  end(): void;
  /** Resolves when the client, or the server of the test, has closed the connection. */
  hang(): Promise<void>;
}

/** Why a script ends early, without being wrong. */
export class ClientLeft extends Error {}

export class ScriptedConnection implements RawConnection {
  readonly number: number;
  readonly #plain: Socket;
  /** Where the bytes are read and written: within TLS, if there is any. */
  readonly #socket: Socket;
  readonly #requests: RawRequest[];
  #unread = Buffer.alloc(0);
  #over = false;
  #wake = () => {};

  constructor(plain: Socket, number: number, requests: RawRequest[], tls: Certificate | undefined) {
    this.number = number;
    this.#plain = plain;
    this.#requests = requests;
    this.#socket = tls ? new TLSSocket(plain, { isServer: true, ...tls }) : plain;
    this.#socket.on('data', (bytes: Buffer) => {
      this.#unread = Buffer.concat([this.#unread, bytes]);
      this.#wake();
    });
    this.#socket.on('error', () => {});
    for (const event of ['end', 'close']) {
      this.#socket.on(event, () => {
        this.#over = true;
        this.#wake();
      });
    }
  }

  async readRequest(): Promise<RawRequest> {
    const header = await this.#take(() => {
      const end = this.#unread.indexOf('\r\n\r\n');
      return end < 0 ? undefined : end + 4;
    });
    const [first = '', ...fields] = header.toString('latin1').trimEnd().split('\r\n');
    const [method = '', target = '', httpVersion = ''] = first.split(' ');
    const headers: Record<string, string> = {};
    for (const field of fields) {
      const [, name = '', value = ''] = /^([^:]*):\s*(.*)$/.exec(field) ?? [];
      headers[name.toLowerCase()] = value;
    }
    if (headers['transfer-encoding'] !== undefined) throw new Error(`No reading of ${headers['transfer-encoding']}`);
    const length = Number(headers['content-length'] ?? 0);
    const body = await this.#take(() => (this.#unread.length < length ? undefined : length));
    const request = { method, target, httpVersion, headers, body: body.toString() };
    this.#requests.push(request);
    return request;
  }

  write(bytes: string | Uint8Array | readonly string[]): Promise<void> {
    const data = bytes instanceof Uint8Array || typeof bytes === 'string' ? bytes : `${bytes.join('\r\n')}\r\n`;
    return new Promise((resolve, reject) => {
      this.#socket.write(data, (error) => (error ? reject(new ClientLeft(error.message)) : resolve()));
    });
  }

  reset(): void {
    this.#plain.resetAndDestroy();
  }

  end(): void {
    this.#socket.end();
  }

  async hang(): Promise<void> {
    if (!this.#plain.closed) await once(this.#plain, 'close');
  }

  /** Waits until `count` knows how many bytes to take, and takes them. */
  async #take(count: () => number | undefined): Promise<Buffer> {
    for (let length = count(); ; length = count()) {
      if (length !== undefined) {
        const taken = this.#unread.subarray(0, length);
        this.#unread = this.#unread.subarray(length);
        return taken;
      }
      if (this.#over) throw new ClientLeft('The client ended the connection before its request was whole');
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
  }
}
