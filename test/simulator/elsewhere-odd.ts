import type { Envelope } from './envelope.ts';
import type { Play } from './play.ts';
import type { RecordedRequest } from './request.ts';

const COMMANDS = '＃＃［error]pwned\n：：error::pwned\n：：add-mask::a\n##[error]pwned\n::error::pwned';

/** Envelopes that the API might give and that no schema foresees. Those of a success are carried out first. */
export const oddPlays: readonly Play[] = [
  repeated('repeated-success', '"success" twice, first false', /"success":true/, '"success":false,$&'),
  repeated(
    'repeated-errors',
    '"errors" twice, first with an error',
    /"errors":\[\]/,
    '"errors":[{"code":1001,"message":"no"}],$&',
  ),
  repeated('repeated-result', '"result" twice, first null', /"result":/, '"result":null,$&'),
  repeated(
    'repeated-enabled',
    '"enabled" twice, true then false',
    /"enabled":(?:true|false)/,
    '"enabled":true,"enabled":false',
  ),
  repeated('repeated-id', '"id" twice in the connector', /"id":/, '"id":"00000000000000000000000000000000",$&'),
  repeated('repeated-status', '"status" twice in the verification', /"status":/, '"status":"verified",$&'),
  repeated(
    'repeated-escaped',
    '"enabled" twice, once spelt with a \\u escape',
    /"enabled":(true|false)/,
    '"\\u0065nabled":true,$&',
  ),
  repeated(
    'repeated-harmless',
    'a field twice, within an object of no interest',
    /"created_on":/,
    '"created_by":{"name":"a","name":"b"},$&',
  ),
  odd('false-200', '200 with success: false and an error', () => ({
    success: false,
    errors: [{ code: 1001, message: 'Not done' }],
    messages: [],
    result: null,
  })),
  odd('false-200-silent', '200 with success: false and no error', (envelope) => ({ ...envelope, success: false })),
  odd('true-with-errors', '200 with success: true and an error', (envelope) => ({
    ...envelope,
    errors: [{ code: 1001, message: 'Half done' }],
  })),
  odd('null-lists', 'errors and messages are null', (envelope) => ({ ...envelope, errors: null, messages: null })),
  odd('string-entries', 'messages are plain strings', (envelope) => ({ ...envelope, messages: ['one', 'two'] })),
  odd('message-10000', 'a success whose message has code 10000', (envelope) => ({
    ...envelope,
    messages: [{ code: 10000, message: 'This API Token is valid and active' }],
  })),
  odd('with-meta', 'meta beside the result', (envelope) => ({ ...envelope, meta: { cost: 1 } })),
  odd('no-result', 'a success without a result', ({ result: _, ...envelope }) => envelope),
  odd('null-result', 'a success with result: null and no count', ({ result_info: _, ...envelope }) => ({
    ...envelope,
    result: null,
  })),
  odd('null-empty', 'a success with result: null and a count of 0', ({ result_info: _, ...envelope }) => ({
    ...envelope,
    result: null,
    result_info: { count: 0, page: 1, per_page: 20, total_count: 0 },
  })),
  odd('result-list', 'the result as a list of one', (envelope) => ({
    ...envelope,
    result: Array.isArray(envelope.result) ? envelope.result : [envelope.result],
  })),
  {
    name: 'token-echo',
    description: '403, the message has the token, spelt with \\u escapes',
    respond: (request) => ({ status: 403, body: escapedEcho(request) }),
  },
  odd('token-message', 'a success, its message has the token, spelt with \\u escapes', (envelope, request) => {
    const message = JSON.stringify({ code: 1001, message: 'TOKEN' }).replace('TOKEN', escaped(tokenOf(request)));
    return JSON.stringify({ ...envelope, messages: [] }).replace('"messages":[]', () => `"messages":[${message}]`);
  }),
  {
    name: 'full-width-commands',
    description: '400, the message has workflow commands, full-width ones too',
    respond: {
      status: 400,
      body: { success: false, errors: [{ code: 1001, message: COMMANDS }], messages: [], result: null },
    },
  },
  odd('full-width-message', 'a success, its message has workflow commands, full-width ones too', (envelope) => ({
    ...envelope,
    messages: [{ code: 1001, message: COMMANDS }],
  })),
];

function odd(name: string, description: string, transform: NonNullable<Play['transform']>): Play {
  return { name, description, transform };
}

/** The usual answer, with something in its text once more. */
function repeated(name: string, description: string, pattern: RegExp, replacement: string): Play {
  return odd(name, description, (envelope: Envelope) => JSON.stringify(envelope).replace(pattern, replacement));
}

function tokenOf({ headers }: RecordedRequest): string {
  return headers.authorization?.replace(/^Bearer /, '') ?? '';
}

/** Each character as `\uXXXX`. */
function escaped(text: string): string {
  return [...text].map((character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`).join('');
}

function escapedEcho(request: RecordedRequest): string {
  const token = escaped(tokenOf(request));
  return `{"success":false,"errors":[{"code":9109,"message":"Invalid access token ${token}"}],"messages":[],"result":null}`;
}
