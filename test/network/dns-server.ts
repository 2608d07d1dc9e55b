import { once } from 'node:events';
import { createTCPServer, createUDPServer, type DnsHandler, Packet, type Question } from 'dns2';
import { closeServer, listenOnLoopback } from './loopback.ts';

/** One TXT record: its value (ASCII), cut into strings of 255 bytes where it is longer, or its strings themselves. */
export type TxtRecord = string | readonly string[];

/** `silent` never answers, `servfail` answers that the server failed. */
export type DnsFault = 'silent' | 'servfail';

export interface DnsServer extends AsyncDisposable {
  /** As `dns.setServers` takes it: `127.0.0.1:5353`. */
  readonly address: string;
  /** Every question so far, the domain in lower case, the type such as `TXT`. */
  readonly queries: readonly { domain: string; type: string }[];
  /** Has the domain answer with these records from now on; with none, it exists but has no TXT record. */
  setTxt(domain: string, records: readonly TxtRecord[]): void;
  /** Has the domain fail in this way, until `setTxt`. */
  fail(domain: string, fault: DnsFault): void;
  close(): Promise<void>;
}

export interface DnsServerOptions {
  records?: Readonly<Record<string, readonly TxtRecord[]>>;
  faults?: Readonly<Record<string, DnsFault>>;
}

/**
 * Starts a DNS server on loopback, on UDP, and on TCP for answers over 512 bytes. It knows TXT records alone; a domain
 * that was never named does not exist (NXDOMAIN).
 */
export async function startDnsServer({ records = {}, faults = {} }: DnsServerOptions = {}): Promise<DnsServer> {
  const domains = new Map<string, DnsFault | readonly TxtRecord[]>();
  for (const [domain, values] of Object.entries({ ...records, ...faults })) domains.set(domain.toLowerCase(), values);
  const queries: { domain: string; type: string }[] = [];

  const answer: DnsHandler = (request, send) => {
    const [question] = request.questions;
    if (!question) return;
    const domain = question.name.toLowerCase();
    queries.push({ domain, type: TYPE_NAMES.get(question.type) ?? String(question.type) });
    const response = respond(request, question, domains.get(domain));
    // Whoever asked may be gone by now.
    if (response) send(response).catch(() => {});
  };

  const { tcp, udp, port } = await listenOnBoth(answer);
  const close = async () => {
    udp.close();
    await closeServer(tcp);
  };
  return {
    address: `127.0.0.1:${port}`,
    queries,
    setTxt: (domain, values) => void domains.set(domain.toLowerCase(), values),
    fail: (domain, fault) => void domains.set(domain.toLowerCase(), fault),
    close,
    [Symbol.asyncDispose]: close,
  };
}

/** Listens on one port of TCP and UDP. One that is free on TCP may be taken on UDP: then it tries another. */
async function listenOnBoth(answer: DnsHandler, tries = 20) {
  const tcp = createTCPServer(answer);
  const udp = createUDPServer(answer);
  const port = await listenOnLoopback(tcp);
  try {
    udp.bind(port, '127.0.0.1');
    await once(udp, 'listening');
    return { tcp, udp, port };
  } catch (error) {
    udp.close();
    await closeServer(tcp);
    if (tries === 1) throw error;
    return listenOnBoth(answer, tries - 1);
  }
}

const TYPE_NAMES = new Map<number, string>(Object.entries(Packet.TYPE).map(([name, type]) => [type, name]));

/** https://www.rfc-editor.org/rfc/rfc1035#section-4.1.1 */
const SERVER_FAILURE = 2;
const NAME_ERROR = 3;

function respond(
  request: Packet,
  question: Question,
  found: DnsFault | readonly TxtRecord[] | undefined,
): Packet | undefined {
  if (found === 'silent') return undefined;
  const response = Packet.createResponseFromRequest(request);
  if (found === undefined) response.header.rcode = NAME_ERROR;
  else if (found === 'servfail') response.header.rcode = SERVER_FAILURE;
  else if (question.type === Packet.TYPE.TXT) {
    response.answers = found.map((record) => {
      const data = typeof record === 'string' ? cut(record) : [...record];
      return Packet.createResourceFromQuestion(question, { ttl: 1, data });
    });
  }
  return response;
}

/** https://www.rfc-editor.org/rfc/rfc1035#section-3.3: a character-string has up to 255 bytes. */
function cut(value: string): string[] {
  return value.match(/[\s\S]{1,255}/g) ?? [''];
}
