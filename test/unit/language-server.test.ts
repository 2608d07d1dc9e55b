/** The schema in an editor: the language server that editors run for YAML, asked as they ask it. */
import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, it, test } from 'vitest';

const SERVER = fileURLToPath(import.meta.resolve('yaml-language-server/bin/yaml-language-server'));
const SCHEMA = new URL('../../schema/connectors.schema.json', import.meta.url).href;
const HEAD = `# yaml-language-server: $schema=${SCHEMA}\n`;

interface Message {
  id?: number;
  method?: string;
  params?: { uri: string; diagnostics: Diagnostic[] };
  result?: unknown;
}
interface Diagnostic {
  message: string;
  range: { start: { line: number } };
}

/** https://microsoft.github.io/language-server-protocol/specifications/lsp/3.17/specification/ */
class Editor implements Disposable {
  readonly #server = spawn(process.execPath, [SERVER, '--stdio'], { stdio: ['pipe', 'pipe', 'ignore'] });
  readonly #waiting: { matches: (message: Message) => boolean; resolve: (message: Message) => void }[] = [];
  #received = Buffer.alloc(0);
  #count = 0;

  constructor() {
    this.#server.stdout.on('data', (chunk: Buffer) => this.#receive(chunk));
  }

  async start(): Promise<void> {
    await this.#request('initialize', { processId: null, rootUri: null, capabilities: {} });
    this.#send({ method: 'initialized', params: {} });
    // No catalog of schemas from the network.
    const settings = { yaml: { schemaStore: { enable: false }, validate: true, completion: true, hover: true } };
    this.#send({ method: 'workspace/didChangeConfiguration', params: { settings } });
  }

  /** Opens a list, and resolves with what is wrong in it: `2: message`, the line counted from 1 after the head. */
  async open(text: string): Promise<{ uri: string; problems: string[] }> {
    const uri = `file:///lists/${this.#count}.yml`;
    const told = this.#wait(
      ({ method, params }) => method === 'textDocument/publishDiagnostics' && params?.uri === uri,
    );
    const textDocument = { uri, languageId: 'yaml', version: 1, text: HEAD + text };
    this.#count += 1;
    this.#send({ method: 'textDocument/didOpen', params: { textDocument } });
    const { params } = await told;
    const problems = params?.diagnostics.map(({ message, range }) => `${range.start.line}: ${message}`) ?? [];
    return { uri, problems };
  }

  /** What is offered at the end of a text. */
  async complete(text: string): Promise<string[]> {
    const { uri } = await this.open(text);
    const lines = (HEAD + text).split('\n');
    const position = { line: lines.length - 1, character: lines.at(-1)?.length };
    const result = await this.#request('textDocument/completion', { textDocument: { uri }, position });
    return (result as { items: { label: string }[] }).items.map(({ label }) => label);
  }

  #request(method: string, params: unknown): Promise<unknown> {
    this.#count += 1;
    const id = this.#count;
    const answer = this.#wait((message) => message.id === id && message.method === undefined);
    this.#send({ id, method, params });
    return answer.then(({ result }) => result);
  }

  #wait(matches: (message: Message) => boolean): Promise<Message> {
    return new Promise((resolve) => this.#waiting.push({ matches, resolve }));
  }

  #send(message: object): void {
    const body = Buffer.from(JSON.stringify({ jsonrpc: '2.0', ...message }));
    this.#server.stdin.write(`Content-Length: ${body.length}\r\n\r\n${body}`);
  }

  #receive(chunk: Buffer): void {
    this.#received = Buffer.concat([this.#received, chunk]);
    for (;;) {
      const start = this.#received.indexOf('\r\n\r\n') + 4;
      const length = Number(/Content-Length: (\d+)/.exec(this.#received.subarray(0, start).toString())?.[1]);
      if (start < 4 || this.#received.length < start + length) return;
      const message: Message = JSON.parse(this.#received.subarray(start, start + length).toString());
      this.#received = this.#received.subarray(start + length);
      for (const { matches, resolve } of this.#waiting) if (matches(message)) resolve(message);
    }
  }

  [Symbol.dispose](): void {
    this.#server.kill();
  }
}

let editor: Editor;
beforeAll(async () => {
  editor = new Editor();
  await editor.start();
});
afterAll(() => editor[Symbol.dispose]());

it('takes a list that the action takes', async () => {
  const list =
    '- email_domain: acme.example\n  enabled: true\n- sso_connector_id: 023e105f4ecef8ad9ca31a8372d0c353\n  use_fedramp_language: False\n';
  expect((await editor.open(list)).problems).toEqual([]);
});

test.each([
  ['a misspelt key', '- email_domain: acme.example\n  enabeld: true\n', ['2: Property enabeld is not allowed.']],
  [
    'a boolean of YAML 1.1',
    '- email_domain: acme.example\n  enabled: yes\n',
    ['2: enabled must be true or false without quotes.'],
  ],
  ['an address', '- email_domain: me@acme.example\n', ['1: email_domain must be a domain name such as acme.example.']],
  ['no name', '- enabled: true\n', ['1: Missing property "email_domain".']],
  ['no list', 'email_domain: acme.example\n', ['1: Incorrect type. Expected "array".']],
])('shows an error for %s', async (_, list, problems) => {
  expect((await editor.open(list)).problems).toEqual(problems);
});

it('offers the keys of an entry, but those that are there', async () => {
  const keys = await editor.complete('- email_domain: acme.example\n  ');
  expect(keys.sort()).toEqual(['enabled', 'sso_connector_id', 'use_fedramp_language']);
});

it('offers the values of a switch', async () => {
  expect(await editor.complete('- email_domain: acme.example\n  enabled: ')).toEqual(['true', 'false', 'null']);
});
