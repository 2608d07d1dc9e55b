import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseJson } from '../../src/cloudflare/json.ts';

function parse(text: string) {
  return parseJson(Buffer.from(text));
}

const twice = (key: string) => ({ fault: `contradicts itself: it has the key "${key}" twice` });

describe('JSON', () => {
  it('has the value that it has', () => {
    fc.assert(
      fc.property(fc.json(), (text) => {
        const value = JSON.parse(text);
        expect(parse(text)).toEqual({ value });
        expect(parse(JSON.stringify(value, null, 1))).toEqual({ value });
      }),
      { numRuns: 2000 },
    );
  });

  it.each(['', ' ', '{', '{"a":1,}', "{'a':1}", '{} {}', 'undefined', 'NaN', '"a', '\ufffe{}'])('is not %j', (text) => {
    expect(parse(text)).toStrictEqual({ value: undefined });
  });

  it('is UTF-8, with or without a mark of its byte order', () => {
    expect(parseJson(Buffer.from([0x22, 0xff, 0x22]))).toEqual({ value: undefined });
    expect(parse('\ufeff[1]')).toEqual({ value: [1] });
  });

  it('may be 100 levels deep', () => {
    const nested = (levels: number, start = '[', end = ']') => start.repeat(levels) + end.repeat(levels);
    const TOO_DEEP = { fault: 'is JSON that is nested more than 100 levels deep' };
    expect(parse(nested(100))).toHaveProperty('value');
    expect(parse(nested(101))).toEqual(TOO_DEEP);
    expect(parse(`[0,${nested(100)},0]`)).toEqual(TOO_DEEP);
    expect(parse(nested(500_000))).toEqual(TOO_DEEP);
    expect(parse(`${'{"a":'.repeat(101)}1${'}'.repeat(101)}`)).toEqual(TOO_DEEP);
    expect(parse(JSON.stringify({ text: nested(200) }))).toHaveProperty('value');
  });
});

describe('a key that is there twice', () => {
  it.each([
    ['in the envelope', '{"success":false,"success":true}', 'success'],
    ['in the envelope, with much between', '{"errors":["x"],"result":{"id":"a"},"meta":{},"errors":[]}', 'errors'],
    ['in the envelope, after brackets in the texts of a list', '{"errors":["}{["],"success":1,"success":2}', 'success'],
    ['in the envelope, after brackets in a value', '{"result":  "}{[","success":1,"success":2}', 'success'],
    ['in the envelope, after escapes in a value', '{"result":"a\\"bc\\"de{","success":1,"success":2}', 'success'],
    ['in the envelope, after one escape in a value', '{"result":"a\\"bc{","success":1,"success":2}', 'success'],
    ['in the envelope, after two of them', '{"result":"a\\"b\\n{","success":1,"success":2}', 'success'],
    ['in the envelope, as a list', '{"result":[],"result":[{}]}', 'result'],
    ['in the envelope, of messages', '{"messages":[],"messages":[]}', 'messages'],
    ['in the envelope, of counts', '{"result_info":{},"result_info":{}}', 'result_info'],
    ['in the envelope, of no interest', '{"success":true,"meta":1,"meta":2}', 'meta'],
    ['in the connector', '{"result":{"enabled":true,"enabled":false}}', 'enabled'],
    [
      'in the connector, of what FedRAMP asks for',
      '{"result":{"use_fedramp_language":1,"use_fedramp_language":2}}',
      'use_fedramp_language',
    ],
    ['in the connector, of its beginning', '{"result":{"created_on":"a","created_on":"b"}}', 'created_on'],
    ['in the connector, of its last change', '{"result":{"updated_on":"a","updated_on":"b"}}', 'updated_on'],
    ['in the connector, of no interest', '{"result":{"created_by":"a","created_by":"b"}}', 'created_by'],
    ['in the connector, of the same value', '{"result":{"id":"a","id":"a"}}', 'id'],
    ['in the connector, spelt with an escape', '{"result":{"\\u0065nabled":true,"enabled":false}}', 'enabled'],
    ['in the connector, with white space', '{ "result" : { "id" : 1 , "id"\n: 2 } }', 'id'],
    ['in a connector of a list', '{"result":[{"id":"a"},{"email_domain":"a","email_domain":"b"}]}', 'email_domain'],
    ['in the verification', '{"result":{"verification":{"status":"failed","status":"verified"}}}', 'status'],
    ['in a verification of a list', '{"result":[{"verification":{"code":"a","code":"b"}}]}', 'code'],
    ['of the verification', '{"result":{"verification":null,"verification":{}}}', 'verification'],
  ])('is a contradiction: %s', (_, text, key) => {
    expect(parse(text)).toEqual(twice(key));
  });

  it('is told as one short line, whatever is in it', () => {
    const key = `::x::\n${'y'.repeat(1000)}`;
    const twice = `{${JSON.stringify(key)}:1,${JSON.stringify(key)}:2}`;
    expect(parse(twice)).toEqual({
      fault: expect.stringMatching(/^contradicts itself: it has the key ": ?:x: ?: y+…" twice$/),
    });
  });

  it.each([
    ['in another object', '{"meta":{"success":true,"success":false,"id":1,"id":2}}'],
    ['within the errors', '{"errors":[{"code":1,"code":2}]}'],
    ['of two connectors', '{"result":[{"id":"a"},{"id":"b"}]}'],
    ['of two levels', '{"success":true,"result":{"id":"a","verification":{"id":"b"}}}'],
    ['within a text', '{"result":{"id":"\\"id\\":1,\\"id\\":2","x":"id"}}'],
    ['as texts of a list', '{"result":["id","id"]}'],
    ['as a value', '{"result":{"id":"id","email_domain":"id"}}'],
    ['deeper than a connector', '{"result":[[{"id":1,"id":2}]]}'],
    ['in a list at the top', '[{"success":true,"success":false}]'],
  ])('is none: %s', (_, text) => {
    expect(parse(text)).toEqual({ value: JSON.parse(text) });
  });
});
