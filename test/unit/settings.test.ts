import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { describe, expect, it, test } from 'vitest';
import { Failure } from '../../src/failure.ts';
import { hintFor, INPUTS } from '../../src/inputs/names.ts';
import { inputProblem } from '../../src/inputs/problem.ts';
import { givesNothing, readIssueToken, readSettings } from '../../src/inputs/read-settings.ts';
import { Reader } from '../../src/inputs/reader.ts';
import { MODES } from '../../src/inputs/settings.ts';
import { runAction } from '../kit/runner.ts';
import { actionFile, inputVariables } from '../kit/runner-environment.ts';
import { startSimulator } from '../simulator/simulator.ts';

const ID = '023e105f4ecef8ad9ca31a8372d0c353';
const ACCOUNT = '699d98642c564d2e855e9661899b7252';
const enough = { api_token: 'token-1', account_id: ACCOUNT, sso_connector_id: ID };

/** What the settings are, or what is wrong with them and what to do, for these inputs of a step. */
async function read(inputs: Record<string, string>, env: Record<string, string> = {}) {
  const warnings: string[] = [];
  try {
    const settings = await readSettings({ ...inputVariables(inputs, 'ghs_1'), ...env }, (text) => warnings.push(text));
    return { settings, problems: [], warnings };
  } catch (failure) {
    if (!(failure instanceof Failure)) throw failure;
    const problems = failure.problems.map(({ message, action }) => (action ? `${message} ${action}` : message));
    return { settings: undefined, problems, warnings };
  }
}

const defaults = {
  apiToken: 'token-1',
  accountId: ACCOUNT,
  mode: 'update',
  targets: [{ sso_connector_id: ID, email_domain: undefined, desired: {} }],
  many: false,
  requireVerified: false,
  beginVerification: false,
  waitForVerification: undefined,
  pollInterval: 15_000,
  unlisted: 'report',
  tokenExpiryWarning: undefined,
  requestTimeout: 30_000,
  maxRetries: 3,
  apiBaseUrl: new URL('https://api.cloudflare.com/client/v4'),
  reportIssue: false,
};

const CAUSES =
  'Usual causes: the secret or variable does not exist, it is in an environment that the job does not name, or the run is from a fork or Dependabot.';

describe('the inputs', () => {
  it('are those of action.yml', () => {
    expect(INPUTS).toEqual(Object.keys(actionFile.inputs));
  });

  it('have the defaults of the contract', async () => {
    expect(await read(enough)).toEqual({ settings: defaults, problems: [], warnings: [] });
  });

  it('have the same defaults without those of action.yml', async () => {
    const env = { INPUT_API_TOKEN: 'token-1', INPUT_ACCOUNT_ID: ACCOUNT, INPUT_SSO_CONNECTOR_ID: ID };
    expect(await readSettings(env, () => {})).toEqual(defaults);
  });

  it('are trimmed, and each means what the contract says', async () => {
    const inputs = {
      api_token: '\ttoken-2\n',
      account_id: ` ${ACCOUNT} `,
      sso_connector_id: `\n${ID}\n`,
      email_domain: ' acme.example ',
      mode: ' reconcile\n',
      enabled: ' true ',
      use_fedramp_language: '\nfalse',
      require_verified: ' True',
      begin_verification: 'TRUE ',
      wait_for_verification: ' 10m',
      poll_interval: ' 5 ',
      unlisted: ' ignore ',
      token_expiry_warning: '\u200b30d\ufeff',
      request_timeout: ' 20s ',
      max_retries: ' 0 ',
      api_base_url: ' https://api.fed.cloudflare.com/client/v4/ ',
      report_issue: ' true ',
      issue_key: ' eu ',
    };
    expect(await read(inputs)).toEqual({
      settings: {
        apiToken: 'token-2',
        accountId: ACCOUNT,
        mode: 'reconcile',
        targets: [
          {
            sso_connector_id: ID,
            email_domain: 'acme.example',
            desired: { enabled: true, use_fedramp_language: false },
          },
        ],
        many: false,
        requireVerified: true,
        beginVerification: true,
        waitForVerification: 600_000,
        pollInterval: 5000,
        unlisted: 'ignore',
        tokenExpiryWarning: 2_592_000_000,
        requestTimeout: 20_000,
        maxRetries: 0,
        apiBaseUrl: new URL('https://api.fed.cloudflare.com/client/v4'),
        reportIssue: true,
      },
      problems: [],
      warnings: [],
    });
  });

  const mayBeEmpty = INPUTS.filter((name) => !Object.hasOwn(enough, name) && !/^(mode|require_verified)$/.test(name));

  test.each(mayBeEmpty)('%s: empty means "not given"', async (name) => {
    for (const empty of ['', ' \n ', '\ufeff']) {
      expect(await read({ ...enough, [name]: empty })).toEqual({ settings: defaults, problems: [], warnings: [] });
    }
  });

  test.each([
    ['mode', 'must be update, check, plan or reconcile', 'update'],
    ['require_verified', 'must be true or false', 'false'],
  ])('%s: empty is a problem, since the runner passes the default if it is left out', async (name, must, value) => {
    for (const empty of ['', ' \n ', '\u200b']) {
      expect((await read({ ...enough, [name]: empty })).problems).toEqual([
        `Input ${name} ${must}, not empty. Its expression probably had no value. Give it one, or remove the input to use the default, ${value}.`,
      ]);
    }
  });

  test.each([
    ['true', { enabled: true }],
    ['false', { enabled: false }],
    ['', {}],
  ])('enabled: "%s" asks for %j, so that not given stays apart from false', async (enabled, desired) => {
    const { settings } = await read({ ...enough, enabled });
    expect(settings?.targets).toEqual([{ sso_connector_id: ID, email_domain: undefined, desired }]);
  });

  it('have the token of report_issue apart, and only if it is on and the mode may write', () => {
    const token = (inputs: object) => readIssueToken(inputVariables({ ...enough, ...inputs }, ' ghs_1 '));
    expect(['true', 'false', '', 'yes'].map((report_issue) => token({ report_issue }))).toEqual([
      'ghs_1',
      undefined,
      undefined,
      undefined,
    ]);
    expect(token({ report_issue: 'true', mode: 'chekc' })).toBe('ghs_1');
    expect(token({ report_issue: 'true', mode: ' plan' })).toBe(undefined);
  });
});

describe('the environment', () => {
  const env = { CLOUDFLARE_API_TOKEN: ' token-3\n', CLOUDFLARE_ACCOUNT_ID: ` ${ACCOUNT} ` };

  it('has the token and the account where the inputs have none', async () => {
    const { settings } = await read({ sso_connector_id: ID, api_token: ' ', account_id: '' }, env);
    expect(settings).toEqual({ ...defaults, apiToken: 'token-3' });
  });

  it('does not go before the inputs', async () => {
    const other = { ...env, CLOUDFLARE_ACCOUNT_ID: 'f'.repeat(32) };
    expect(await read(enough, other)).toEqual({ settings: defaults, problems: [], warnings: [] });
  });

  it('is named where the value comes from it', async () => {
    const bad = { CLOUDFLARE_API_TOKEN: 'token 3', CLOUDFLARE_ACCOUNT_ID: 'a/b' };
    expect((await read({ sso_connector_id: ID }, bad)).problems).toEqual([
      'Environment variable CLOUDFLARE_API_TOKEN must be visible ASCII characters, not white space at position 6 of 7. Was the secret pasted with something in or around it?',
      'Environment variable CLOUDFLARE_ACCOUNT_ID must have only A-Z, a-z, 0-9, _ and -, not "a/b". It is in the address of the dashboard, behind dash.cloudflare.com/.',
    ]);
    expect((await read({ ...enough, account_id: '' }, { CLOUDFLARE_ACCOUNT_ID: 'acme' })).warnings).toEqual([
      "Environment variable CLOUDFLARE_ACCOUNT_ID has 4 characters, but Cloudflare's ids have 32. Is it complete?",
    ]);
  });

  test.each([
    ['api_token', 'CLOUDFLARE_API_TOKEN', 'CF_API_TOKEN'],
    ['account_id', 'CLOUDFLARE_ACCOUNT_ID', 'CF_ACCOUNT_ID'],
  ])('without %s either, the error names the usual causes, or the old name', async (name, variable, old) => {
    const empty = `Input ${name} must not be empty, unless ${variable} is set.`;
    const inputs = { ...enough, [name]: '\u200b' };
    expect((await read(inputs, { [variable]: ' ' })).problems).toEqual([`${empty} ${CAUSES}`]);
    expect((await read(inputs, { [old]: ' ' })).problems).toEqual([`${empty} ${CAUSES}`]);
    expect((await read(inputs, { [old]: 'x' })).problems).toEqual([
      `${empty} Rename the environment variable ${old} to ${variable}.`,
    ]);
    expect((await read(enough, { [old]: 'x' })).problems).toEqual([]);
  });

  it('names a global API key that is set in its place', async () => {
    const [token, account] = ['api_token', 'account_id'].map(async (name) => {
      const { problems } = await read({ ...enough, [name]: '' }, { CLOUDFLARE_API_KEY: 'x' });
      return problems;
    });
    expect(await token).toEqual([
      'Input api_token must not be empty, unless CLOUDFLARE_API_TOKEN is set. The action takes an API token, not the global API key of CLOUDFLARE_API_KEY. Create a token.',
    ]);
    expect(await account).toEqual([
      `Input account_id must not be empty, unless CLOUDFLARE_ACCOUNT_ID is set. ${CAUSES}`,
    ]);
  });

  it.each<[Record<string, string>, boolean]>([
    [{}, true],
    [{ require_verified: 'false', begin_verification: 'false' }, true],
    [{ enabled: 'yes' }, false],
    [{ use_fedramp_language: 'true' }, false],
    [{ wait_for_verification: '1m' }, false],
    [{ require_verified: 'true' }, false],
    [{ begin_verification: 'true' }, false],
    [{ unlisted: 'fail' }, false],
    [{ connectors: '- email_domain: acme.example' }, true],
    [{ connectors: '- {email_domain: acme.example, enabled: true}' }, false],
    [{ connectors: '- email_domain: a.example\n- {email_domain: b.example, enabled: true}' }, false],
    [{ connectors: '- {email_domain: acme.example, enabled: maybe}' }, false],
    [{ connectors: '- {email_domain: acme.example}', unlisted: 'fail' }, false],
    [{ connectors_file: 'missing.yml' }, false],
  ])('may be in inputs that ask for nothing: %j', async (inputs, isNothing) => {
    expect(await givesNothing(inputVariables({ ...inputs, mode: 'check' }, ''))).toBe(isNothing);
  });

  const untrusted =
    'Environment variable NODE_TLS_REJECT_UNAUTHORIZED must not be 0, or whoever answers gets the token. Remove it. If a proxy has a certificate of its own, set NODE_EXTRA_CA_CERTS to the file of its CA.';

  test.each<[string, string | undefined, string[]]>([
    ['0', undefined, [untrusted]],
    ['0', 'https://proxy.example/client/v4', [untrusted]],
    ['0', 'https://127.0.0.1:8443/client/v4', []],
    ['0', 'http://localhost:8080', []],
    ['1', undefined, []],
    ['', undefined, []],
  ])('NODE_TLS_REJECT_UNAUTHORIZED=%s with the API at %s', async (value, api_base_url = '', problems) => {
    for (const mode of ['update', 'check', 'plan', 'reconcile']) {
      const env = { NODE_TLS_REJECT_UNAUTHORIZED: value };
      expect((await read({ ...enough, mode, enabled: 'false', api_base_url }, env)).problems).toEqual(problems);
    }
  });
});

describe('the proxy', () => {
  it('is one of the settings, by the URL of the API', async () => {
    const proxyOf = async (api_base_url: string) => {
      const { settings } = await read({ ...enough, api_base_url }, { HTTPS_PROXY: 'http://proxy.example:3128' });
      return settings?.proxy?.href;
    };
    expect([await proxyOf(''), await proxyOf('https://127.0.0.1')]).toEqual(['http://proxy.example:3128/', undefined]);
  });

  it('that cannot be one is told together with the other problems', async () => {
    const env = { HTTPS_PROXY: 'socks5://proxy.example', NODE_TLS_REJECT_UNAUTHORIZED: '0' };
    const { problems } = await read({ ...enough, mode: 'on', report_issue: 'on' }, env);
    expect(problems.map((problem) => problem.replace(/[,.] .*/, ''))).toEqual([
      'Input mode must be update',
      'Environment variable HTTPS_PROXY must be the URL of an http or https proxy',
      'Environment variable NODE_TLS_REJECT_UNAUTHORIZED must not be 0',
      'Input report_issue must be true or false',
    ]);
  });
});

describe('a problem', () => {
  it('is no other length of an id than 32, nor a UUID', async () => {
    const uuid = '01234567-89ab-cdef-0123-456789abcdef';
    const { problems, warnings } = await read({ ...enough, account_id: 'short', sso_connector_id: uuid });
    expect({ problems, warnings }).toEqual({
      problems: [],
      warnings: [
        "Input account_id has 5 characters, but Cloudflare's ids have 32. Is it complete?",
        'Input sso_connector_id has the shape of a UUID. It is probably the id of the Access application of type dash_sso, not of the connector.',
      ],
    });
  });

  const duration = (not: string) =>
    `must be a duration from 1s to 120h, not "${not}". Write it as 90s, 10m, 2h or plain seconds.`;

  it.each(['false', 'False', '0', '0m', 'no', 'never', 'off'])(
    'is a wait of %s, with how not to wait',
    async (text) => {
      expect((await read({ ...enough, wait_for_verification: text, poll_interval: text })).problems).toEqual([
        `Input wait_for_verification ${duration(text)} Leave it out in order not to wait.`,
        `Input poll_interval ${duration(text)}`,
      ]);
    },
  );

  it.each(['true', '10 minutes', '00x', '5d', 'x0', 'not'])('is a wait of %s, with how to write it', async (text) => {
    const { problems } = await read({ ...enough, wait_for_verification: text });
    expect(problems).toEqual([`Input wait_for_verification ${duration(text)}`]);
  });

  it('is an id for a domain, and a domain for an id', async () => {
    expect((await read({ ...enough, sso_connector_id: 'acme.example', email_domain: ID })).problems).toEqual([
      'Input sso_connector_id must have only A-Z, a-z, 0-9, _ and -, not "acme.example". It looks like a domain: use email_domain.',
      `Input email_domain must be a domain name such as acme.example, not "${ID}". It looks like the id of a connector: use sso_connector_id.`,
    ]);
  });

  it('is that no connector is named, for whatever cause', async () => {
    expect((await read({ ...enough, sso_connector_id: '' })).problems).toEqual([
      `Input sso_connector_id must not be empty, unless email_domain, connectors or connectors_file is given. Name a connector. ${CAUSES}`,
    ]);
  });

  it('is not that a connector is named by its domain alone', async () => {
    const { settings } = await read({ ...enough, sso_connector_id: '', email_domain: 'acme.example' });
    expect(settings?.targets).toEqual([{ sso_connector_id: undefined, email_domain: 'acme.example', desired: {} }]);
  });

  it('is no unusual length of many ids, of which five are named', async () => {
    const list = (count: number) => Array.from({ length: count }, (_, n) => `- sso_connector_id: x${n}`).join('\n');
    const warnings = async (count: number) =>
      (await read({ ...enough, sso_connector_id: '', connectors: list(count) })).warnings;
    const of = (n: number) =>
      `connectors, line ${n + 1}: sso_connector_id has 2 characters, but Cloudflare's ids have 32. Is it complete?`;
    expect(await warnings(5)).toEqual([0, 1, 2, 3, 4].map(of));
    expect(await warnings(6)).toEqual([...[0, 1, 2, 3, 4].map(of), 'connectors: 1 more such warning.']);
    expect((await warnings(9)).at(-1)).toBe('connectors: 4 more such warnings.');
  });

  it('is no field without a value in a list, which is warned of with its line', async () => {
    const list =
      '- email_domain: acme.example\n  enabled:\n- email_domain: globex.example\n  use_fedramp_language: ""\n';
    const { problems, settings, warnings } = await read({ ...enough, sso_connector_id: '', connectors: list });
    expect(problems).toEqual([]);
    expect(settings?.targets.map(({ desired }) => desired)).toEqual(Array(2).fill({}));
    expect(warnings).toEqual([
      'connectors, line 2: enabled has no value, so it counts as not given.',
      'connectors, line 4: use_fedramp_language has no value, so it counts as not given.',
    ]);
  });

  it('is an invisible character inside a value, by its place', async () => {
    expect(
      (await read({ ...enough, email_domain: '\ufeffacme\u200b.example ', issue_key: 'e\u200bu' })).problems,
    ).toEqual([
      'Input email_domain must have visible characters only, not U+200B at position 5. Type the value again.',
      'Input issue_key must have visible characters only, not U+200B at position 2. Type the value again.',
    ]);
  });

  it.each([
    ['dry-run', 'Use mode: plan.'],
    ['simulate', 'Use mode: plan.'],
    ['apply', 'Use mode: reconcile.'],
    ['Check', 'Did you mean check?'],
    ['reconsile', 'Did you mean reconcile?'],
    ['enabled', 'Use enabled: true or false.'],
    ...[
      'validate',
      'Validation',
      'verify',
      'verification',
      'gate',
      'test',
      'audit',
      'status',
      'state',
      'read',
      'read-only',
      'readonly',
    ].map((mode) => [mode, 'Use mode: check.']),
    ...['disable', 'switch-off', 'turn off', 'off', 'disable_sso', 'disablesso', 'turn_off_sso'].map((mode) => [
      mode,
      'Use mode: update with enabled: false.',
    ]),
    ...['enable', 'enforce', 'switch-on', 'turn on', 'on', 'enable_sso', 'onsso'].map((mode) => [
      mode,
      'Use mode: update with enabled: true.',
    ]),
    ...['disabled', 'enabled', 'active', 'sso'].map((mode) => [mode, 'Use enabled: true or false.']),
    ...['udpate', 'updates', 'UPDATE'].map((mode) => [mode, 'Did you mean update?']),
    ...['create', 'rotate', 'upgrade', 'mutate', 'recon', 'everything'].map((mode) => [mode, '']),
  ])('is a mode such as %s, with what to use for it', async (mode = '', action = '') => {
    const message = `Input mode must be update, check, plan or reconcile, not "${mode}". ${action}`;
    expect((await read({ ...enough, mode })).problems).toEqual([message.trim()]);
  });

  it('is a single input beside a list, and one list beside the other', async () => {
    const single = { sso_connector_id: ID, email_domain: 'a.example', enabled: 'true', use_fedramp_language: 'false' };
    const inputs = { ...enough, ...single, connectors: '- email_domain: b.example', connectors_file: 'list.yml' };
    const put = 'must not be given together with connectors. Put it into the entries of the list.';
    expect((await read(inputs)).problems).toEqual([
      `Input sso_connector_id ${put}`,
      `Input email_domain ${put}`,
      'Input connectors_file must name a file of the workspace, not "list.yml", which does not exist. Is there a checkout step before this one? The path starts at the root of the workspace.',
      'Input connectors_file must not be given together with connectors. Remove one of the two.',
      `Input enabled ${put}`,
      `Input use_fedramp_language ${put}`,
    ]);
  });

  it('is not an empty single input beside connectors', async () => {
    const inputs = { ...enough, sso_connector_id: ' ', enabled: '', connectors: '- email_domain: b.example' };
    const { settings, problems } = await read(inputs);
    expect({ many: settings?.many, problems }).toEqual({ many: true, problems: [] });
  });
});

describe('connectors_file', () => {
  const LIST = `# ours\n- email_domain: a.example\n- sso_connector_id: ${ID}\n  enabled: true\n`;

  /** Reads a file of a workspace that also has a list beside the workspace. */
  async function readFile(path: string, files: Record<string, string>, more: Record<string, string> = {}) {
    const folder = mkdtempSync(join(tmpdir(), 'settings-'));
    try {
      const workspace = join(folder, 'workspace');
      for (const [name, text] of Object.entries({ ...files, '../beside.yml': LIST })) {
        mkdirSync(dirname(join(workspace, name)), { recursive: true });
        writeFileSync(join(workspace, name), text);
      }
      const connectors_file = path.replace('WORKSPACE', workspace);
      const inputs = { ...enough, sso_connector_id: '', connectors_file, ...more };
      const { settings, problems, warnings } = await read(inputs, { GITHUB_WORKSPACE: workspace });
      return { targets: settings?.targets, problems, warnings };
    } finally {
      rmSync(folder, { recursive: true });
    }
  }

  it.each(['sso.yml', '..sso.yml', 'a../sso.yml', 'a/..b/sso.yml', 'b/../sso.yml'])(
    'may be %s, and has its targets in the order of its lines',
    async (path) => {
      expect(await readFile(path, { 'b/c.yml': '', [path]: LIST })).toEqual({
        targets: [
          { sso_connector_id: undefined, email_domain: 'a.example', desired: {}, line: 2 },
          { sso_connector_id: ID, email_domain: undefined, desired: { enabled: true }, line: 3 },
        ],
        problems: [],
        warnings: [],
      });
    },
  );

  it.each(['..', '../beside.yml', '../workspace/../beside.yml', 'WORKSPACE/sso.yml'])(
    'is a relative path within the workspace, not %s',
    async (path) => {
      expect((await readFile(path, { 'sso.yml': LIST })).problems).toEqual([
        expect.stringContaining('Input connectors_file must be a relative path within the workspace, not "'),
      ]);
    },
  );

  it('has at most 1 MiB', async () => {
    const files = { 'most.yml': LIST.padEnd(1_048_576, '#'), 'more.yml': LIST.padEnd(1_048_577, '#') };
    expect((await readFile('most.yml', files)).problems).toEqual([]);
    expect((await readFile('more.yml', files)).problems).toEqual([
      'Input connectors_file must name a file of at most 1 MiB, not "more.yml" of 1048577 bytes.',
    ]);
  });

  it('has no expressions, which GitHub fills in elsewhere', async () => {
    const text = `- email_domain: a.example\n  enabled: \${{ inputs.enabled }}\n  enabeld: \${{ inputs.enabled }}\n`;
    expect((await readFile('sso.yml', { 'sso.yml': text })).problems).toEqual([
      `connectors_file sso.yml, line 2: enabled must be true or false, not "\${{ inputs.enabled }}". GitHub fills in an expression in a workflow, not in a file. Write the value, or use connectors.`,
      'connectors_file sso.yml, line 3: "enabeld" is not a key of a connector. Did you mean enabled?',
    ]);
    const input = { ...enough, sso_connector_id: '', connectors: text.replace(/\n.*enabeld.*/, '') };
    expect((await read(input)).problems).toEqual([
      `connectors, line 2: enabled must be true or false, not "\${{ inputs.enabled }}".`,
    ]);
  });

  it('has its problems told with its path and their lines, in the place of its input, and an unusual length of an id', async () => {
    const text = '- email_domain: a.example\n  enabeld: true\n- enabled: maybe\n- sso_connector_id: abc\n';
    expect(await readFile('a/sso.yml', { 'a/sso.yml': text }, { account_id: 'a/b', mode: 'x' })).toEqual({
      targets: undefined,
      problems: [
        'Input account_id must have only A-Z, a-z, 0-9, _ and -, not "a/b". It is in the address of the dashboard, behind dash.cloudflare.com/.',
        'connectors_file a/sso.yml, line 2: "enabeld" is not a key of a connector. Did you mean enabled?',
        'connectors_file a/sso.yml, line 3: enabled must be true or false, not "maybe".',
        'connectors_file a/sso.yml, line 3: an entry must have sso_connector_id or email_domain.',
        'Input mode must be update, check, plan or reconcile, not "x".',
      ],
      warnings: [
        "connectors_file a/sso.yml, line 4: sso_connector_id has 3 characters, but Cloudflare's ids have 32. Is it complete?",
      ],
    });
  });

  it('excludes the single inputs', async () => {
    const { problems } = await readFile('sso.yml', { 'sso.yml': LIST }, { enabled: 'true' });
    expect(problems).toEqual([
      'Input enabled must not be given together with connectors_file. Put it into the entries of the list.',
    ]);
  });
});

describe('inputs that make no sense together', () => {
  const byId = `- sso_connector_id: ${ID}`;
  const list = (connectors: string) => ({ sso_connector_id: '', connectors });

  test.each<[Record<string, string>, string]>([
    [
      { mode: 'check', begin_verification: 'true' },
      'Input begin_verification must be false with mode: check, which never writes. Use mode: update or reconcile.',
    ],
    [
      { mode: 'plan', begin_verification: 'true' },
      'Input begin_verification must be false with mode: plan, which never writes. Use mode: update or reconcile.',
    ],
    [
      { mode: 'plan', wait_for_verification: '10m' },
      'Input wait_for_verification must not be given with mode: plan, which never waits. Use mode: check to wait without a change.',
    ],
    [
      { mode: 'plan', report_issue: 'true' },
      'Input report_issue must be false with mode: plan, which never writes. Show the plan by its summary or by the output drift.',
    ],
    [
      { unlisted: 'fail', mode: 'check' },
      'Input unlisted must be ignore or report for a single connector, not fail. Use connectors or connectors_file, even for a list of one.',
    ],
    ...[
      { ...list(byId) },
      { ...list(`${byId}\n  enabled: true`) },
      { ...list(`${byId}\n  enabled: false`), wait_for_verification: '1m' },
      { ...list(byId), begin_verification: 'true' },
    ].map((inputs): [Record<string, string>, string] => [
      { unlisted: 'fail', ...inputs },
      'Input unlisted must be ignore or report with mode: update if no entry has email_domain, not fail. Use mode: check or reconcile, which read the list of the account.',
    ]),
    [
      { token_expiry_warning: '30d' },
      'Input token_expiry_warning must not be given with mode: update. Use mode: check, plan or reconcile.',
    ],
    [
      { report_issue: 'true', github_token: ' ' },
      'Input github_token must not be empty with report_issue: true. Remove it to use the token of the job.',
    ],
  ])('%j', async (inputs, problem) => {
    expect((await read({ ...enough, ...inputs })).problems).toEqual([problem]);
  });

  test.each<Record<string, string>>([
    { mode: 'update', begin_verification: 'true' },
    { mode: 'reconcile', begin_verification: 'true' },
    { mode: 'check', wait_for_verification: '10m' },
    { mode: 'plan', require_verified: 'true', unlisted: 'report' },
    { mode: 'check', report_issue: 'true' },
    { report_issue: 'false', github_token: '' },
    { unlisted: 'fail', mode: 'check', ...list(byId) },
    { unlisted: 'fail', mode: 'update', ...list(`${byId}\n- email_domain: a.example`) },
    { unlisted: 'fail', mode: 'update', wait_for_verification: '1m', ...list(`${byId}\n  enabled: true`) },
    { unlisted: 'fail', mode: 'update', begin_verification: 'true', ...list(`${byId}\n  enabled: true`) },
    { unlisted: 'report', mode: 'update', ...list(byId) },
    { token_expiry_warning: '30d', mode: 'plan' },
    { token_expiry_warning: '30d', mode: 'check' },
    { token_expiry_warning: '30d', mode: 'reconcile' },
  ])('but these do: %j', async (inputs) => {
    expect((await read({ ...enough, ...inputs })).problems).toEqual([]);
  });

  it('are not guessed at if the list is wrong', async () => {
    for (const text of ['- email_domain: a..example', `- email_domain: a..example\n${byId}`]) {
      expect((await read({ ...enough, unlisted: 'fail', ...list(text) })).problems).toEqual([
        'connectors, line 1: email_domain must be a domain name such as acme.example, not "a..example".',
      ]);
    }
  });

  it('are not guessed at if the mode is wrong', async () => {
    expect((await read({ ...enough, mode: 'chekc', token_expiry_warning: '30d' })).problems).toEqual([
      'Input mode must be update, check, plan or reconcile, not "chekc". Did you mean check?',
    ]);
  });
});

describe('an input that action.yml does not declare', () => {
  const plan = 'Use mode: plan.';
  const enabled = 'Use enabled: true or false.';

  test.each([
    ...[
      'dry_run',
      'dry-run',
      'dry run',
      'Dry-Run',
      'dry__run',
      'dryrun',
      'preview',
      'plan',
      'check',
      'check_only',
      'simulate',
      'confirm',
    ].map((name) => [name, plan]),
    ...['disable', 'enable', 'disabled', 'active', 'state', 'status', 'enforce', 'sso'].map((name) => [name, enabled]),
    ['apply', 'Use mode: reconcile.'],
    ['sync', 'Use mode: reconcile.'],
    ...['validate', 'verify', 'verification', 'gate', 'read_only'].map((name) => [name, 'Use mode: check.']),
    ...[
      'require_enabled',
      'require_sso',
      'require_on',
      'require-sso-enabled',
      'requireEnabled',
      'assert_enabled',
      'is_enabled',
      'check_sso',
      'requireSsoOn',
      'require_enable',
      'require_enforce',
    ].map((name) => [name, 'Use enabled: true with mode: check.']),
    ...['require_disabled', 'require_off', 'requireSsoOff', 'assert_disable'].map((name) => [
      name,
      'Use enabled: false with mode: check.',
    ]),
    ...['require_verification', 'check_verification', 'requireVerification'].map((name) => [
      name,
      'Use require_verified: true.',
    ]),
    ['verified', 'Did you mean require_verified?'],
    ['no_plan', 'Remove it.'],
    ['must_be_enabled', 'Remove it.'],
    ['check_inactive_members', 'Remove it.'],
    ['check_active_members', 'Remove it.'],
    ['do_not_check_sso', 'Remove it.'],
    ['do_not_require_off', 'Remove it.'],
    ['never_require_verification', 'Did you mean begin_verification?'],
    ['check_verification_of_all_domains', 'Remove it.'],
    ['planning', 'Remove it.'],
    ['on_state', 'Remove it.'],
    ['statement', 'Remove it.'],
    ['apply_all', 'Remove it.'],
    ['do_apply', 'Remove it.'],
    ['enabeld', 'Did you mean enabled?'],
    ['require_verifed', 'Did you mean require_verified?'],
    ['require-verified', 'Did you mean require_verified?'],
    ['requireVerified', 'Did you mean require_verified?'],
    ['base_url', 'Did you mean api_base_url?'],
    ['domain', 'Did you mean email_domain?'],
    ['connector', 'Did you mean connectors?'],
    ['connector_file', 'Did you mean connectors_file?'],
    ...['connector_id', 'connectorId', 'id'].map((name) => [name, 'Use sso_connector_id.']),
    ...['wait', 'wait_for', 'waitfor', 'wait_timeout', 'waittimeout'].map((name) => [
      name,
      'Use wait_for_verification.',
    ]),
    ['list', 'Use connectors.'],
    ['issue', 'Use report_issue.'],
    ...[
      ...['disable_sso', 'disablesso', 'enable_sso', 'enforce_sso', 'turn_off', 'turn_on', 'turn_off_sso', 'switch-on'],
      ...['sso_disable', 'sso_disabled', 'sso_enable', 'sso_enabled', 'ssoenabled', 'sso_off', 'off', 'on', 'sso_on'],
      ...['sso_active', 'sso_state', 'sso_status', 'sso_enforce', 'sso_enforced', 'enforced', 'switch_off_sso'],
    ].map((name) => [name, enabled]),
    ['token', 'Did you mean api_token?'],
    ['account', 'Did you mean account_id?'],
    ['modes', 'Did you mean mode?'],
    ['report_issues', 'Did you mean report_issue?'],
    ['colour', 'Remove it.'],
    ['working-directory', 'Remove it.'],
    ['constructor', 'Did you mean connectors?'],
    ['x', 'Remove it.'],
    ['::error::x', 'Remove it.'],
  ])('%s is a problem, whatever it resembles', async (name = '', action) => {
    const variable = `INPUT_${name.toUpperCase().replace(' ', '_')}`;
    const said = name.toLowerCase().replace(' ', '_').replace(/^::/, ': :');
    const problem = `Input ${said} is not an input of this action. ${action} It may come from the environment variable ${variable}.`;
    expect(await read({ ...enough, [name]: 'true' })).toEqual({
      settings: undefined,
      problems: [problem],
      warnings: [],
    });
  });

  it('is a problem also if it is empty: the gate may depend on an expression', async () => {
    expect((await read({ ...enough, require_verifed: '' })).problems).toHaveLength(1);
  });

  it('is found in any case, in which Windows has variables', async () => {
    expect((await read(enough, { Input_Dry_Run: 'true' })).problems).toEqual([
      'Input dry_run is not an input of this action. Use mode: plan. It may come from the environment variable Input_Dry_Run.',
    ]);
    expect((await read(enough, { input_mode: 'x', INPUT_: 'x', INPUTS: 'x', MY_INPUT_X: 'x' })).problems).toEqual([]);
  });

  it.each([
    ...['await', 'wait_for_it', 'lists', 'my_list', 'issues', 'tissue', 'my_id', 'id_of'],
    ...[
      'my_state',
      'status_code',
      'offset',
      'my_off',
      'disable_all',
      'not_disable',
      'switch_off_all',
      'sso_disable_all',
    ],
  ])('with no plain meaning of a word that is only a part of it: %s', (name) => {
    expect(hintFor(name, INPUTS) ?? '').not.toMatch(/^Use /);
    expect(hintFor(name, MODES) ?? '').not.toMatch(/^Use mode: (update|check)/);
  });

  it('with a hint that follows one rule: the nearest name, if at most half of it differs', () => {
    expect(hintFor('abcd', ['abxy', 'zzzz'])).toBe('Did you mean abxy?');
    expect(hintFor('abcd', ['axyz', 'zzzz'])).toBeUndefined();
    expect(hintFor('abcd', ['abcdefgh', 'abcdefghi'])).toBe('Did you mean abcdefgh?');
  });

  it.each([
    ['update', 'updating', undefined],
    ['update', 'date', 'Did you mean update?'],
    ['reconcile', 'reconfigure', undefined],
    ['reconcile', 'reconcile-all', 'Did you mean reconcile?'],
  ])('with %s for %s, as it writes, only if at most a third of it differs', (mode, name, hint) => {
    expect(hintFor(name, [mode])).toBe(hint);
  });
});

describe('all problems', () => {
  const inputs = {
    api_token: 'Bearer s3cret',
    account_id: 'acme/1',
    sso_connector_id: 'a b',
    email_domain: 'user@acme.example',
    mode: 'sync',
    enabled: 'yes',
    use_fedramp_language: '0',
    require_verified: 'maybe',
    begin_verification: 'on',
    wait_for_verification: '5 minutes',
    poll_interval: '0',
    unlisted: 'warn',
    token_expiry_warning: 'soon',
    request_timeout: '1.5s',
    max_retries: '11',
    api_base_url: 'http://api.cloudflare.com',
    report_issue: 'y',
    requireverified: 'true',
  };
  const durations = 'Write it as 90s, 10m, 2h or plain seconds.';
  const problems = [
    'Input api_token must be the token alone, without "Bearer" before it. The action adds that word itself.',
    'Input account_id must have only A-Z, a-z, 0-9, _ and -, not "acme/1". It is in the address of the dashboard, behind dash.cloudflare.com/.',
    'Input sso_connector_id must have only A-Z, a-z, 0-9, _ and -, not "a b".',
    'Input email_domain must be a domain name such as acme.example, not "user@acme.example". Did you mean "acme.example"?',
    'Input mode must be update, check, plan or reconcile, not "sync". Use mode: reconcile.',
    'Input enabled must be true or false, not "yes". Did you mean true?',
    'Input use_fedramp_language must be true or false, not "0". Did you mean false?',
    'Input require_verified must be true or false, not "maybe".',
    'Input begin_verification must be true or false, not "on". Did you mean true?',
    `Input wait_for_verification must be a duration from 1s to 120h, not "5 minutes". ${durations}`,
    `Input poll_interval must be a duration from 1s to 120h, not "0". ${durations}`,
    'Input unlisted must be ignore, report or fail, not "warn".',
    'Input token_expiry_warning must be a duration with its unit, from 1s to 3650d, not "soon". Write it as 30d or 12h.',
    `Input request_timeout must be a duration from 1s to 120h, not "1.5s". ${durations}`,
    'Input max_retries must be a whole number from 0 to 10, not "11".',
    'Input api_base_url must be an https URL of host and path, not "http://api.cloudflare.com". By plain http, the token would travel in plain text.',
    'Input report_issue must be true or false, not "y". Did you mean true?',
    'Input requireverified is not an input of this action. Did you mean require_verified? It may come from the environment variable INPUT_REQUIREVERIFIED.',
  ];

  it('are found at once, in the order of action.yml, each with the input, what was given and what it must be', async () => {
    expect(await read(inputs)).toEqual({ settings: undefined, problems, warnings: [] });
  });

  it('are of kind input, and say what they are about and what is wrong in a few words', async () => {
    const env = inputVariables({ ...enough, enabled: 'yes', poll_interval: 'x' }, '');
    await expect(readSettings(env, () => {})).rejects.toMatchObject({
      problems: [
        {
          kind: 'input',
          about: 'Input enabled',
          problem: 'must be true or false',
          message: 'Input enabled must be true or false, not "yes".',
          action: 'Did you mean true?',
        },
        {
          kind: 'input',
          about: 'Input poll_interval',
          problem: 'must be a duration from 1s to 120h',
          message: 'Input poll_interval must be a duration from 1s to 120h, not "x".',
          action: 'Write it as 90s, 10m, 2h or plain seconds.',
        },
      ],
    });
  });

  it('fail the step before any request, with each in the output failures', async () => {
    await using simulator = await startSimulator();
    const step = await runAction({
      inputs: { ...inputs, api_base_url: `${simulator.apiBaseUrl}?` },
      env: { CLOUDFLARE_API_TOKEN: simulator.tokens.edit, CLOUDFLARE_ACCOUNT_ID: simulator.accountId },
    });
    const baseUrl = `Input api_base_url must be an https URL of host and path, without a query or fragment, not "${simulator.apiBaseUrl}?". An example is https://api.cloudflare.com/client/v4.`;
    expect(step.exitCode).toBe(1);
    expect(step.errors.slice(0, 9)).toEqual(problems.slice(0, 9));
    const failures: { kind: string; message: string; action: string | null }[] = JSON.parse(
      step.outputs['failures'] ?? '',
    );
    expect(failures.map(({ message, action }) => (action ? `${message} ${action}` : message))).toEqual(
      problems.map((problem) => (problem.startsWith('Input api_base') ? baseUrl : problem)),
    );
    expect(new Set(failures.map(({ kind }) => kind))).toEqual(new Set(['input']));
    expect(step.stderr).toBe('');
    expect(simulator.requests).toEqual([]);
  });

  it.each(['dry_run', 'disable', 'enabeld'])('are an input that is not there: %s sends nothing', async (name) => {
    await using simulator = await startSimulator();
    const { id } = simulator.addConnector({ enabled: true });
    const inputs = { api_base_url: simulator.apiBaseUrl, sso_connector_id: id, enabled: 'false', [name]: 'true' };
    const step = await runAction({
      inputs: { ...inputs, api_token: simulator.tokens.edit, account_id: simulator.accountId },
    });
    expect(step.errors[0]).toContain(`Input ${name} is not an input of this action.`);
    expect(simulator.requests).toEqual([]);
    expect(step.exitCode).toBe(1);
  });

  it('come after the masks, which are the first lines of the step, also of a token that is refused', async () => {
    const step = await runAction({ inputs: { ...enough, api_token: 'two words', mode: 'x' }, githubToken: 'ghs_1' });
    expect(step.lines.slice(0, 2)).toEqual(['::add-mask::two words', '::add-mask::ghs_1']);
    expect(step.masks).toEqual(['two words', 'ghs_1']);
    expect(step.lines.slice(2).join('\n')).not.toContain('two words');
  });

  it('mask the token of the environment too', async () => {
    const step = await runAction({ env: { CLOUDFLARE_API_TOKEN: ' token-3\n' } });
    expect(step.masks).toEqual(['token-3']);
    expect(step.lines[0]).toBe('::add-mask::token-3');
  });
});

it('the problems of a list are collected, however many they are', () => {
  const reader = new Reader({}, () => {});
  reader.add('connectors', Array(200_000).fill({ kind: 'input', problem: 'wrong', message: 'Wrong.' }));
  expect(reader.problems).toHaveLength(200_000);
});

it.each([
  ['Environment variable CLOUDFLARE_API_TOKEN', 'CLOUDFLARE_API_TOKEN'],
  ['connectors_file .github/cloudflare/sso-connectors.yml, line 214', 'sso-connectors.yml, line 214'],
  ['connectors_file sso.yml, line 2', 'sso.yml, line 2'],
  ['connectors, line 3', 'connectors, line 3'],
  ['Input mode', 'Input mode'],
])('the title of a problem has of %s what tells it apart', (about, who) => {
  const [record] = new Failure(
    inputProblem(about, { must: 'must be the token alone and nothing else of all' }),
  ).record();
  expect(record?.title).toBe(`${who}: must be the token alone and nothing else of all`);
  expect(record?.message.startsWith(`${about} must be`)).toBe(true);
});
