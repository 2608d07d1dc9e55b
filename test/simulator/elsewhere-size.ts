import type { Play } from './play.ts';

/** The greatest body that a client must take, less what stands around the items. */
const ROOM = 1024 * 1024 - 300;
const LIST = /\/sso_connectors(?:\?|$)/;

const ODD_ITEMS = ['null', '[]', '{}', '""', '0', 'true', '[[]]', '{"id":1}', '{"id":null}', '{"email_domain":[]}'];

/** Answers just within 1 MiB that cost their reader much. */
export const sizePlays: readonly Play[] = [
  list('many-numbers', 'a list of some 520,000 times 1', ['1']),
  list('many-nulls', 'a list of some 210,000 times null', ['null']),
  list('many-objects', 'a list of some 350,000 times {}', ['{}']),
  list('many-lists', 'a list of some 350,000 times []', ['[]']),
  list('many-odd', 'a list of very many odd items', ODD_ITEMS),
  list('many-connectors', 'a list of very many connectors with an id alone', ['{"id":"x"}']),
  list('many-domains', 'a list of very many connectors with an odd domain alone', [
    '{"id":"a","email_domain":"ＡＣＭＥ.example"}',
  ]),
  {
    name: 'many-errors',
    description: '400 with very many empty errors',
    respond: () => json(400, `{"success":false,"errors":[${fill(['{}'])}]}`),
  },
  {
    name: 'many-messages',
    description: 'a success with very many messages, one letter each',
    transform: (envelope) =>
      JSON.stringify({ ...envelope, messages: [] }).replace(
        '"messages":[]',
        () => `"messages":[${fill(['"a"'], ROOM - JSON.stringify(envelope).length)}]`,
      ),
  },
  {
    name: 'long-message',
    description: '400 whose message has a million characters',
    respond: () => json(400, `{"success":false,"errors":[{"code":1001,"message":"${'a'.repeat(1_000_000)}"}]}`),
  },
  {
    name: 'long-slashes',
    description: '400 whose message has a million slashes and spaces',
    respond: () => json(400, `{"success":false,"errors":[{"code":1001,"message":"${'/ '.repeat(500_000)}x"}]}`),
  },
  {
    name: 'deep-result',
    description: 'a success whose result is nested 500,000 times',
    respond: () =>
      json(200, `{"success":true,"errors":[],"messages":[],"result":${'['.repeat(500_000)}${']'.repeat(500_000)}}`),
  },
  {
    name: 'deep-chain',
    description: '400 with an error_chain nested 20,000 times',
    respond: () => {
      const start = '{"code":1001,"message":"a","error_chain":['.repeat(20_000);
      return json(400, `{"success":false,"errors":[${start}${']}'.repeat(20_000)}]}`);
    },
  },
];

function list(name: string, description: string, items: readonly string[]): Play {
  const respond = () => json(200, `{"success":true,"errors":[],"messages":[],"result":[${fill(items)}]}`);
  return { name, description, method: 'GET', path: LIST, respond };
}

/** The items again and again, with commas, as many as there is room for. */
function fill(items: readonly string[], room = ROOM): string {
  const all = items.join(',');
  return Array(Math.floor(room / (Buffer.byteLength(all) + 1)))
    .fill(all)
    .join(',');
}

function json(status: number, body: string) {
  return { status, body };
}
