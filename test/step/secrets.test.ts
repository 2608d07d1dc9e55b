import { gzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { CONNECTOR, ID, inputsFor, runReadably, TOKEN } from '../kit/fault-world.ts';
import type { StepResult } from '../kit/runner.ts';
import type { Answer } from '../simulator/answer.ts';
import { type Simulator, startSimulator } from '../simulator/simulator.ts';

let cloudflare: Simulator;
let github: Simulator;
beforeEach(async () => {
  [cloudflare, github] = await Promise.all([startSimulator(), startSimulator()]);
  cloudflare.addConnector(CONNECTOR);
});
afterEach(() => Promise.all([cloudflare.close(), github.close()]));

interface Run {
  token?: string;
  inputs?: Record<string, string>;
  env?: Record<string, string>;
}

function run({ token = TOKEN, inputs = {}, env = {} }: Run = {}): Promise<StepResult> {
  return runReadably({
    inputs: inputsFor(cloudflare.apiBaseUrl, {
      account_id: cloudflare.accountId,
      api_token: token,
      max_retries: '1',
      report_issue: 'true',
      ...inputs,
    }),
    env: { GITHUB_API_URL: github.githubApiUrl, ...env },
    githubToken: github.githubToken,
    debug: true,
  });
}

/** Everything that others can read of a run, but for the command that has the runner mask the token. */
function readable({ lines, outputs, summary, files }: StepResult): string {
  const texts = [...lines.filter((line) => !line.startsWith('::add-mask::')), ...Object.values(outputs), summary];
  const issues = github.github.issues.flatMap(({ title, body }) => [title, body]);
  return JSON.stringify([texts, Object.values(files), issues])
    .replaceAll('\\"', '"')
    .replaceAll('\\\\', '\\');
}

/** Neither the token nor a piece of it, such as one cut off by the end of an excerpt. */
function expectNowhere(secret: string, text: string): void {
  const pieces = Array.from({ length: secret.length - 7 }, (_, n) => secret.slice(n, n + 8));
  expect(pieces.filter((piece) => text.includes(piece))).toEqual([]);
}

describe('the token', () => {
  it.each([
    ['from the input', TOKEN, {}],
    ['from the environment', '', { CLOUDFLARE_API_TOKEN: TOKEN }],
    ['with white space around it', ` ${TOKEN}\n`, {}],
  ])('is masked before anything else is written, %s', async (_, token, env) => {
    const result = await run({ token, env });
    expect(result.lines[0]).toBe(`::add-mask::${TOKEN}`);
    expect(result.masks).toEqual([TOKEN, github.githubToken]);
    expectNowhere(TOKEN, readable(result));
  });

  it.each([
    ['Bearer in front', `Bearer ${TOKEN}`],
    ['white space inside', `${TOKEN} ${TOKEN}`],
    ['a line break inside', `${TOKEN}\n${TOKEN}`],
    ['a strange character inside', `${TOKEN}ß`],
  ])('is not repeated where it is refused for %s', async (_, token) => {
    const result = await run({ token });
    expect([result.exitCode, result.errors.length, cloudflare.requests]).toEqual([1, 1, []]);
    expectNowhere(TOKEN, readable(result));
  });

  it('goes to the origin of api_base_url alone, and the token for GitHub to GitHub alone', async () => {
    await run();
    expect([cloudflare.requests.length, github.requests.length]).toEqual([1, 2]);
    expect(cloudflare.requests[0]?.headers.authorization).toBe(`Bearer ${TOKEN}`);
    expectNowhere(TOKEN, JSON.stringify(github.requests));
    expectNowhere(github.githubToken, JSON.stringify(cloudflare.requests));
  });
});

const AUTHORIZATION = `Authorization: Bearer ${TOKEN}`;
const FAILED = { success: false, messages: [] };

describe('a token that the API repeats is in no line, output, summary or issue:', () => {
  it.each<[string, Answer]>([
    [
      'in the message of an error',
      { status: 400, body: { ...FAILED, errors: [{ code: 6003, message: AUTHORIZATION }] } },
    ],
    ['in an error that is a text', { status: 400, body: { ...FAILED, errors: [AUTHORIZATION] } }],
    ['in the code of an error', { status: 400, body: { ...FAILED, errors: [{ code: TOKEN, message: 'no' }] } }],
    [
      'in pointer, documentation and chain of an error',
      {
        status: 400,
        body: {
          ...FAILED,
          errors: [
            {
              code: 6003,
              message: 'no',
              documentation_url: `https://cloudflare.example/?${TOKEN}`,
              source: { pointer: `/${TOKEN}` },
              error_chain: [{ code: 6111, message: AUTHORIZATION }],
            },
          ],
        },
      },
    ],
    ['in the name of a field', { status: 400, body: { ...FAILED, errors: [{ [TOKEN]: 1 }] } }],
    ['in messages', { status: 400, body: { ...FAILED, messages: [AUTHORIZATION], errors: ['no'] } }],
    [
      'in the connector',
      {
        status: 200,
        body: { success: true, result: { ...CONNECTOR, enabled: false, email_domain: TOKEN, [TOKEN]: TOKEN } },
      },
    ],
    ['in a page', { status: 403, headers: { 'content-type': 'text/html' }, body: `<pre>${AUTHORIZATION}` }],
    ['in a page, where its excerpt ends', { status: 403, body: `${'x'.repeat(100)}${TOKEN}` }],
    ['in a page, where what is looked at ends', { status: 403, body: `${' '.repeat(980)}${TOKEN}` }],
    ['in a page of a passing fault', { status: 503, body: AUTHORIZATION }],
    [
      'in header fields',
      { status: 403, headers: { 'cf-ray': TOKEN, 'content-type': TOKEN, 'retry-after': TOKEN }, body: 'x' },
    ],
    [
      'in header fields of a broken body',
      { status: 200, headers: { 'cf-ray': TOKEN, 'content-encoding': 'gzip' }, body: 'x' },
    ],
    [
      'in a compressed body',
      {
        status: 403,
        headers: { 'content-encoding': 'gzip' },
        body: gzipSync(JSON.stringify({ ...FAILED, errors: [AUTHORIZATION] })),
      },
    ],
  ])('%s', async (_, respond) => {
    cloudflare.fault({ times: Infinity, respond });
    const result = await run({ inputs: { mode: 'check' } });
    expect([result.exitCode, result.errors.length]).toEqual([1, 1]);
    expect(github.github.issues).toHaveLength(1);
    expectNowhere(TOKEN, readable(result));
  });

  it('with characters that JSON escapes', async () => {
    const token = `${TOKEN.slice(0, 10)}"\\/${TOKEN.slice(10)}`;
    cloudflare.fault({
      times: Infinity,
      respond: { status: 400, body: { ...FAILED, errors: [token], messages: [token] } },
    });
    const result = await run({ token, inputs: { mode: 'check' } });
    expect(result.errors).toHaveLength(1);
    expectNowhere(token, readable(result));
  });

  it('and stands as *** for the reader', async () => {
    cloudflare.fault({
      respond: { status: 400, body: { ...FAILED, errors: [{ code: 6003, message: AUTHORIZATION }] } },
    });
    const result = await run({ inputs: { mode: 'check' } });
    const ray = cloudflare.requests[0]?.responseHeaders?.['cf-ray'];
    expect(result.errors).toEqual([
      `Could not read connector ${ID}: Cloudflare error 6003 "Authorization: Bearer ***" (HTTP 400, cf-ray ${ray}). The secret does not look like an API token: is it a global API key, within quotes, or cut off?`,
    ]);
    expect(result.outputs['errors']).toBe('[{"code":6003,"message":"Authorization: Bearer ***"}]');
  });

  it('but one so short that it is part of many words leaves them alone', async () => {
    cloudflare.fault({ respond: { status: 200, body: { success: true, result: CONNECTOR } } });
    const result = await run({ token: 'e', inputs: { mode: 'check' } });
    expect([result.exitCode, result.outputs['email_domain']]).toEqual([0, CONNECTOR.email_domain]);
  });
});

it('what may be a password in api_base_url is not repeated', async () => {
  for (const url of [
    'https://acme:p4ssw0rd@api.example/client/v4',
    'htps://acme:p4ssw0rd@x',
    'https://acme:p4ssw0rd@',
  ]) {
    const result = await run({ inputs: { api_base_url: url } });
    expect(result.errors).toEqual([
      'Input api_base_url has a user name or password in it; accepted is an https URL of host and path, such as https://api.cloudflare.com/client/v4.',
    ]);
    expectNowhere('p4ssw0rd', readable(result));
  }
});
