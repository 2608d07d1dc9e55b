import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import {
  CONNECTOR,
  failuresOf,
  ID,
  inputsFor,
  runReadably,
  type Struck,
  strikeEach,
  TOKEN,
  toldBy,
} from '../kit/fault-world.ts';
import type { RunOptions, StepResult } from '../kit/runner.ts';
import type { Answer } from '../simulator/answer.ts';
import { type Simulator, startSimulator } from '../simulator/simulator.ts';

let cloudflare: Simulator;
let github: Simulator;
async function start(): Promise<void> {
  [cloudflare, github] = await Promise.all([startSimulator(), startSimulator()]);
  cloudflare.addConnector(CONNECTOR);
}
const stop = () => Promise.all([cloudflare.close(), github.close()]);
beforeEach(start);
afterEach(stop);

interface Run {
  token?: string;
  inputs?: Record<string, string>;
  env?: Record<string, string>;
}

function optionsOf({ token = TOKEN, inputs = {}, env = {} }: Run = {}): RunOptions {
  return {
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
  };
}

const run = (what: Run = {}): Promise<StepResult> => runReadably(optionsOf(what));

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
    expect(cloudflare.requests).toHaveLength(1);
    expect(github.requests).not.toEqual([]);
    expect(cloudflare.requests[0]?.headers.authorization).toBe(`Bearer ${TOKEN}`);
    expectNowhere(TOKEN, JSON.stringify(github.requests));
    expectNowhere(github.githubToken, JSON.stringify(cloudflare.requests));
  });
});

describe('a token in another input is refused, and nothing of it is shown or sent:', () => {
  const ACCOUNT = '0123456789abcdef'.repeat(2);
  const NO = { sso_connector_id: '', enabled: '' };
  const CHECK = 'Check which secret each of the two is set to.';
  const REMOVE = 'Remove it from the file. If others can read the file, create a new token.';
  const text = (name: string) => `Input ${name} must not contain the API token. -> ${CHECK}`;
  const other = (name: string, token: string) =>
    `Input ${name} must not contain ${token}. -> Check which secret it is set to.`;
  const like = (prefix: string) => `${prefix}0123456789abcdefABCDEF0123456789abcdef00`;

  it.each<[string, Run, string[]]>([
    [
      'every input that has a value of its own',
      {
        inputs: {
          account_id: ` x ${TOKEN}/y`,
          sso_connector_id: TOKEN,
          email_domain: `${TOKEN.toLowerCase()}.example`,
          mode: TOKEN,
          enabled: TOKEN,
          poll_interval: TOKEN,
          api_base_url: `https://api.example/${TOKEN}`,
          issue_key: TOKEN,
        },
      },
      [
        text('account_id'),
        text('sso_connector_id'),
        text('email_domain'),
        text('mode'),
        text('enabled'),
        text('poll_interval'),
        text('api_base_url'),
        text('issue_key'),
      ],
    ],
    [
      'CLOUDFLARE_ACCOUNT_ID, of a token in quotes',
      { token: `"${TOKEN}"`, inputs: { account_id: '' }, env: { CLOUDFLARE_ACCOUNT_ID: TOKEN } },
      [
        'Input api_token must be the token alone, without quotes around it. -> The secret must contain only the token.',
        `Environment variable CLOUDFLARE_ACCOUNT_ID must not contain the API token. -> ${CHECK}`,
      ],
    ],
    [
      'several, of a token from the environment',
      { token: '', inputs: { account_id: TOKEN, issue_key: TOKEN }, env: { CLOUDFLARE_API_TOKEN: TOKEN } },
      [text('account_id'), text('issue_key')],
    ],
    [
      'account_id, if the id of an account is in its place',
      { token: ACCOUNT, inputs: { account_id: TOKEN } },
      [text('account_id')],
    ],
    [
      'an entry of connectors',
      { inputs: { ...NO, connectors: `- {sso_connector_id: ${TOKEN}, enabled: true}` } },
      [text('connectors')],
    ],
    ['the path of connectors_file', { inputs: { ...NO, connectors_file: TOKEN } }, [text('connectors_file')]],
    [
      'the text of connectors_file',
      { inputs: { ...NO, connectors_file: 'sso.yml' } },
      [`connectors_file sso.yml must not contain the API token. -> ${REMOVE}`],
    ],
  ])('%s', async (_, what, told) => {
    const workspace = mkdtempSync(join(tmpdir(), 'workspace-'));
    writeFileSync(join(workspace, 'sso.yml'), `# ours\n- email_domain: acme.example\n- email_domain: ${TOKEN}\n`);
    const result = await run({ ...what, env: { GITHUB_WORKSPACE: workspace, ...what.env } });
    rmSync(workspace, { recursive: true });
    expect(toldBy(result)).toEqual(told);
    expect([result.exitCode, cloudflare.requests, github.github.issues.length]).toEqual([1, [], 1]);
    for (const secret of [TOKEN, TOKEN.toLowerCase()]) {
      expectNowhere(secret, readable(result));
      expectNowhere(secret, JSON.stringify(github.requests));
    }
  });

  it('one that its prefix tells, whatever secret it is from', async () => {
    const inputs = {
      account_id: like('cfut_'),
      sso_connector_id: like('cfat_'),
      email_domain: `${like('cfk_')}.example`,
      issue_key: like('github_pat_'),
    };
    const result = await run({ token: like('ghs_'), inputs });
    expect(toldBy(result)).toEqual([
      other('api_token', 'a GitHub token'),
      other('account_id', 'a Cloudflare token'),
      other('sso_connector_id', 'a Cloudflare token'),
      other('email_domain', 'a Cloudflare token'),
      other('issue_key', 'a GitHub token'),
    ]);
    expect([result.exitCode, cloudflare.requests, github.github.issues.length]).toEqual([1, [], 1]);
    expectNowhere(like(''), readable(result));
  });

  it('the token for GitHub, which has its prefix and serves for the issue', async () => {
    const { githubToken } = github;
    const result = await run({ token: githubToken, inputs: { account_id: githubToken } });
    expect(toldBy(result)).toEqual([other('api_token', 'a GitHub token'), other('account_id', 'a GitHub token')]);
    expect([cloudflare.requests, github.github.issues.length]).toEqual([[], 1]);
    expectNowhere(githubToken, readable(result));
  });

  it.each([
    ['with its prefix', like('cfat_'), [other('github_token', 'a Cloudflare token')]],
    [
      'without a prefix',
      TOKEN,
      [
        `Input api_token must not contain the GitHub token. -> ${CHECK}`,
        `Input github_token must not contain the API token. -> ${CHECK}`,
      ],
    ],
  ])('an API token for the one for GitHub, which does not go there: %s', async (_, token, told) => {
    const result = await runReadably({ ...optionsOf({ token }), githubToken: token });
    expect(toldBy(result)).toEqual(told);
    expect([cloudflare.requests, github.requests]).toEqual([[], []]);
  });

  it('but one so short that it is part of many words is left alone', async () => {
    const result = await run({ token: 'acme', inputs: { ...NO, email_domain: 'acme.example', mode: 'check' } });
    expect([result.exitCode, cloudflare.requests.length]).toEqual([1, 1]);
  });
});

const AUTHORIZATION = `Authorization: Bearer ${TOKEN}`;
const FAILED = { success: false, messages: [] };

/** Each character as an escape of JSON. */
function spelt(text: string): string {
  return [...text].map((character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`).join('');
}

/** JSON in which the token stands for the word TOKEN, spelt in this way. */
function json(value: unknown, token = spelt(TOKEN)): string {
  return JSON.stringify(value).replaceAll('TOKEN', token);
}

describe('a token that the API repeats is in no line, output, summary or issue:', () => {
  const places: [string, Answer][] = [
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
      'in header fields of a body in gzip',
      { status: 200, headers: { 'cf-ray': TOKEN, 'content-encoding': 'gzip' }, body: 'x' },
    ],
    ['in a content coding', { status: 200, headers: { 'content-encoding': TOKEN }, body: 'x' }],
    ['in the place of a redirect', { status: 302, headers: { location: `https://a.example/?${TOKEN}` }, body: '' }],
    ['in an error of the edge', { status: 403, body: { cloudflare_error: true, title: TOKEN, detail: AUTHORIZATION } }],
    ['in the advice of the edge', { status: 403, body: { cloudflare_error: true, what_you_should_do: AUTHORIZATION } }],
    ['in the words of a gateway', { status: 403, body: { error: { message: AUTHORIZATION } } }],
    ['in a title', { status: 403, body: `<html><title>${AUTHORIZATION}</title><h1>${TOKEN}</h1>` }],
    ['spelt with escapes in an error', { status: 400, body: json({ ...FAILED, errors: ['TOKEN'] }) }],
    ['spelt with escapes in messages', { status: 200, body: json({ success: true, messages: ['TOKEN'] }) }],
    [
      'spelt with escapes in the connector',
      { status: 200, body: json({ success: true, result: { ...CONNECTOR, enabled: false, email_domain: 'TOKEN' } }) },
    ],
    ['spelt with escapes in the name of a field', { status: 400, body: json({ ...FAILED, errors: [{ TOKEN: 1 }] }) }],
    [
      'spelt with escapes in an error of the edge',
      { status: 403, body: json({ cloudflare_error: true, title: 'TOKEN' }) },
    ],
    ['spelt with escapes in a page', { status: 403, body: `<script>x = "${spelt(TOKEN)}"` }],
    [
      'spelt with some escapes, in capitals',
      {
        status: 400,
        body: json(
          { ...FAILED, errors: ['TOKEN'] },
          spelt(TOKEN.slice(0, 5)).toUpperCase().replaceAll('U', 'u') + TOKEN.slice(5),
        ),
      },
    ],
  ];

  /** Eight places are shown by one step, so that each failure has its annotation. */
  const PER_STEP = 8;
  const steps: { struck: Struck[]; text: string; issues: number; exitCode: number | null }[] = [];

  beforeAll(async () => {
    for (let n = 0; n < places.length; n += PER_STEP) {
      await start();
      const faults = places.slice(n, n + PER_STEP).map(([, respond]) => ({ respond }));
      const { result, struck } = await strikeEach(cloudflare, faults, optionsOf());
      const { exitCode } = result;
      steps.push({ struck, text: readable(result), issues: github.github.issues.length, exitCode });
      await stop();
    }
  });

  it.each(places.map(([place], n) => [place, n] as const))('%s', (_, n) => {
    const step = steps[Math.floor(n / PER_STEP)];
    expect([step?.exitCode, step?.issues, step?.struck[n % PER_STEP]?.failures.length]).toEqual([1, 1, 1]);
    expectNowhere(TOKEN, step?.text ?? TOKEN);
    expectNowhere(spelt(TOKEN), step?.text ?? TOKEN);
  });

  // What a single connector is shown by: outputs of its own.
  it.each(places.filter(([place]) => /in the connector|in header fields$/.test(place)))(
    '%s, of a single connector',
    async (_, respond) => {
      cloudflare.fault({ times: Infinity, respond });
      const result = await run({ inputs: { mode: 'check' } });
      expect([result.exitCode, failuresOf(result).length]).toEqual([1, 1]);
      expect(github.github.issues).toHaveLength(1);
      expectNowhere(TOKEN, readable(result));
      expectNowhere(spelt(TOKEN), readable(result));
    },
  );

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
    expect(toldBy(result)).toEqual([
      `Could not read connector ${ID}: Cloudflare error 6003 "Authorization: Bearer ***" (HTTP 400, cf-ray ${ray}). -> The secret is not an API token. It may be a global API key, be in quotes, or be incomplete. Create an API token and put that alone into the secret.`,
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
      'Input api_base_url must be an https URL of host and path, without a user name or password. An example is https://api.cloudflare.com/client/v4.',
    ]);
    expectNowhere('p4ssw0rd', readable(result));
  }
});
