import { once } from 'node:events';
import { createServer } from 'node:http';
import fc from 'fast-check';
import { checkExchange, description } from '../../test/simulator/description.ts';
import type { Chance } from '../chance.ts';
import { arbitraryOf, type Schema } from './arbitrary.ts';

/** One request and its answer. */
export interface Exchange {
  readonly method: string;
  readonly path: string;
  readonly status: number;
  readonly body: Readonly<Record<string, unknown>>;
}

/** What answers are bent to in most cases, since a wholly random one is hardly ever about a connector asked for. */
export interface Likely {
  readonly id: string;
  readonly domain: string;
  /** Fields as asked for. */
  readonly wanted: Readonly<Record<string, boolean>>;
}

type Body = Record<string, unknown>;

const BASE_PATH = '/client/v4';
const STATUSES = ['awaiting', 'pending', 'failed'];
const REFUSALS = [400, 401, 403, 404, 405, 408, 409, 422, 429, 499];

/** An API that answers whatever its description allows. `exchanges` grows as it is asked. */
export async function startRandomApi(chance: Chance, likely: readonly Likely[]) {
  const exchanges: Exchange[] = [];
  const server = createServer((request, response) => {
    let text = '';
    request.setEncoding('utf8').on('data', (chunk) => {
      text += chunk;
    });
    request.on('end', () => {
      const { method = '', url: path = '', headers } = request;
      const { status, body } = draw(method, path, chance, likely);
      const problems = confusesChecker(body)
        ? []
        : checkExchange({ method, path, headers, body: text }, { status, body });
      if (problems.length > 0) throw new Error(`${method} ${path} ${JSON.stringify(body)}: ${problems.join('; ')}`);
      exchanges.push({ method, path, status, body });
      // Without a time, a limit that is exceeded is waited for as long as the vendor says that it lasts.
      const wait = status === 429 && { 'retry-after': '1' };
      response.writeHead(status, { 'content-type': 'application/json', ...wait }).end(JSON.stringify(body));
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  const port = typeof address === 'object' ? address?.port : undefined;
  return {
    exchanges,
    apiBaseUrl: `http://127.0.0.1:${port}${BASE_PATH}`,
    async [Symbol.asyncDispose]() {
      server.close();
      server.closeAllConnections();
    },
  };
}

/** The checker compares entries by methods of theirs, which a field of that name takes the place of. */
function confusesChecker(body: unknown): boolean {
  return /"(?:valueOf|toString)"/.test(JSON.stringify(body));
}

function draw(method: string, path: string, chance: Chance, likely: readonly Likely[]): { status: number; body: Body } {
  const operation = operationOf(method, path.replace(/\?.*/, ''));
  const isSuccess = chance.is(0.9);
  const schema = operation.responses[isSuccess ? '200' : '4XX']?.content['application/json']?.schema as Schema;
  const seed = Math.floor(chance.next() * 2 ** 31);
  const [body] = fc.sample(arbitraryOf(schema, resolve), { seed, numRuns: 1 }) as Body[];
  if (body === undefined) throw new Error('nothing was drawn');
  if (!isSuccess) return { status: chance.of(REFUSALS), body };
  if (chance.is(0.9)) body['errors'] = [];
  const { result } = body;
  if (Array.isArray(result)) bendList(result, body, chance, likely);
  else if (typeof result === 'object' && result !== null && !path.endsWith('/tokens/verify')) {
    const asked = likely.find(({ id }) => path.includes(id));
    if (asked) bend(result as Body, asked, chance);
  }
  return { status: 200, body };
}

function bendList(items: Body[], body: Body, chance: Chance, likely: readonly Likely[]): void {
  for (const one of likely) if (chance.is(0.95)) items.push(bend({}, one, chance));
  if (chance.is(0.8)) body['result_info'] = { count: items.length, page: 1, per_page: 50, total_count: items.length };
}

function bend(connector: Body, { id, domain, wanted }: Likely, chance: Chance): Body {
  if (chance.is(0.95)) connector['id'] = id;
  if (chance.is(0.95)) connector['email_domain'] = domain;
  for (const [field, value] of Object.entries(wanted)) if (chance.is(0.9)) connector[field] = chance.is(0.8) === value;
  if (chance.is(0.8)) connector['verification'] = { status: chance.is(0.7) ? 'verified' : chance.of(STATUSES) };
  return connector;
}

function operationOf(method: string, path: string) {
  for (const [template, item] of Object.entries(description.paths)) {
    const pattern = new RegExp(`^${BASE_PATH}${template.replaceAll(/\{\w+\}/g, '[^/]+')}$`);
    const operation = item[method.toLowerCase() as 'get'];
    if (operation && pattern.test(path)) return operation;
  }
  throw new Error(`The action asked for what is not described: ${method} ${path}`);
}

function resolve(ref: string): Schema {
  const parts = ref.replace('#/', '').split('/');
  return parts.reduce((value: unknown, part) => (value as Record<string, unknown>)[part], description) as Schema;
}
