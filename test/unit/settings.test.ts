import { describe, expect, it, test } from 'vitest';
import { Failure } from '../../src/failure.ts';
import { INPUTS } from '../../src/inputs/names.ts';
import { readIssueToken, readSettings } from '../../src/inputs/settings.ts';
import { runAction } from '../kit/runner.ts';
import { actionFile, inputVariables } from '../kit/runner-environment.ts';
import { startSimulator } from '../simulator/simulator.ts';

const ID = '023e105f4ecef8ad9ca31a8372d0c353';
const ACCOUNT = '699d98642c564d2e855e9661899b7252';
const enough = { api_token: 'token-1', account_id: ACCOUNT, sso_connector_id: ID };

/** What the settings are, or what is wrong with them, for these inputs of a step. */
async function read(inputs: Record<string, string>, env: Record<string, string> = {}) {
  const warnings: string[] = [];
  try {
    const settings = await readSettings({ ...inputVariables(inputs, 'ghs_1'), ...env }, (text) => warnings.push(text));
    return { settings, problems: [], warnings };
  } catch (failure) {
    if (!(failure instanceof Failure)) throw failure;
    return { settings: undefined, problems: failure.problems, warnings };
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
  requestTimeout: 30_000,
  maxRetries: 3,
  apiBaseUrl: new URL('https://api.cloudflare.com/client/v4'),
};

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
      request_timeout: ' 20s ',
      max_retries: ' 0 ',
      api_base_url: ' https://api.fed.cloudflare.com/client/v4/ ',
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
        requestTimeout: 20_000,
        maxRetries: 0,
        apiBaseUrl: new URL('https://api.fed.cloudflare.com/client/v4'),
      },
      problems: [],
      warnings: [],
    });
  });

  test.each(INPUTS.filter((name) => !Object.hasOwn(enough, name)))('%s: empty means "not given"', async (name) => {
    expect(await read({ ...enough, [name]: '' })).toEqual({ settings: defaults, problems: [], warnings: [] });
    expect(await read({ ...enough, [name]: ' \n ' })).toEqual({ settings: defaults, problems: [], warnings: [] });
  });

  test.each([
    ['true', { enabled: true }],
    ['false', { enabled: false }],
    ['', {}],
  ])('enabled: "%s" asks for %j, so that not given stays apart from false', async (enabled, desired) => {
    const { settings } = await read({ ...enough, enabled });
    expect(settings?.targets).toStrictEqual([{ sso_connector_id: ID, email_domain: undefined, desired }]);
  });

  it('has the token of report_issue apart, and only where it is on', () => {
    const env = (report_issue: string) => inputVariables({ ...enough, report_issue }, ' ghs_1 ');
    expect(['true', 'false', '', 'yes'].map((value) => readIssueToken(env(value)))).toEqual([
      'ghs_1',
      undefined,
      undefined,
      undefined,
    ]);
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
      'Environment variable CLOUDFLARE_API_TOKEN has white space at position 6 of 7; accepted are visible ASCII characters. Was the secret pasted with something around it?',
      'Environment variable CLOUDFLARE_ACCOUNT_ID is "a/b"; accepted are the characters A-Z, a-z, 0-9, _ and -.',
    ]);
    expect((await read({ ...enough, account_id: '' }, { CLOUDFLARE_ACCOUNT_ID: 'acme' })).warnings).toEqual([
      'Environment variable CLOUDFLARE_ACCOUNT_ID has 4 characters, where ids of Cloudflare have 32: is it complete?',
    ]);
  });

  it('without a token either, the error names the usual causes', async () => {
    const { problems } = await read({ ...enough, api_token: '' }, { CLOUDFLARE_API_TOKEN: ' ' });
    expect(problems).toEqual([
      'Input api_token is empty, and so is the environment variable CLOUDFLARE_API_TOKEN. Usual causes: the secret does not exist, it belongs to an environment that the job does not name, or the run comes from a fork or from Dependabot, which get no secrets.',
    ]);
  });

  it('without an account either, the error says what to give', async () => {
    const { problems } = await read({ ...enough, account_id: '' });
    expect(problems).toEqual([
      'Input account_id is empty, and so is the environment variable CLOUDFLARE_ACCOUNT_ID. Give the id of the account.',
    ]);
  });
});

describe('a problem', () => {
  it('is an id of an account that is none, but no length of one', async () => {
    expect(await read({ ...enough, account_id: 'short', sso_connector_id: 'x'.repeat(31) })).toEqual({
      settings: {
        ...defaults,
        accountId: 'short',
        targets: [{ sso_connector_id: 'x'.repeat(31), email_domain: undefined, desired: {} }],
      },
      problems: [],
      warnings: [
        'Input account_id has 5 characters, where ids of Cloudflare have 32: is it complete?',
        'Input sso_connector_id has 31 characters, where ids of Cloudflare have 32: is it complete?',
      ],
    });
  });

  it('is that no connector is named', async () => {
    const { problems } = await read({ ...enough, sso_connector_id: '' });
    expect(problems).toEqual([
      'No connector is named: give one of the inputs sso_connector_id, email_domain or connectors (a list of many).',
    ]);
  });

  it('is not that a connector is named by its domain alone', async () => {
    const { settings } = await read({ ...enough, sso_connector_id: '', email_domain: 'acme.example' });
    expect(settings?.targets).toEqual([{ sso_connector_id: undefined, email_domain: 'acme.example', desired: {} }]);
  });

  it('is each of the four single inputs beside connectors', async () => {
    const single = { email_domain: 'a.example', enabled: 'true', use_fedramp_language: 'false' };
    const { problems } = await read({ ...enough, ...single, connectors: '- email_domain: b.example' });
    expect(problems).toEqual(
      ['sso_connector_id', 'email_domain', 'enabled', 'use_fedramp_language'].map(
        (name) => `Input ${name} is given together with connectors; put it into the entries of that list.`,
      ),
    );
  });

  it('is not an empty single input beside connectors', async () => {
    const inputs = { ...enough, sso_connector_id: ' ', enabled: '', connectors: '- email_domain: b.example' };
    const { settings, problems } = await read(inputs);
    expect({ many: settings?.many, problems }).toEqual({ many: true, problems: [] });
  });

  it('is begin_verification with mode check, which never writes', async () => {
    expect((await read({ ...enough, mode: 'check', begin_verification: 'true' })).problems).toEqual([
      'Input begin_verification is true, which mode check never does; use mode update or reconcile for it.',
    ]);
  });

  test.each([
    ['check', 'false'],
    ['update', 'true'],
    ['reconcile', 'true'],
  ])('is not mode %s with begin_verification: %s', async (mode, begin_verification) => {
    expect((await read({ ...enough, mode, begin_verification })).problems).toEqual([]);
  });

  it('is report_issue without a token', async () => {
    const { problems } = await read({ ...enough, report_issue: 'true', github_token: ' ' });
    expect(problems).toEqual([
      'Input github_token is empty, which report_issue needs; leave it out to have the token of the job.',
    ]);
    expect((await read({ ...enough, report_issue: 'false', github_token: '' })).problems).toEqual([]);
    expect((await read({ ...enough, report_issue: 'true' })).problems).toEqual([]);
  });
});

describe('an input that action.yml does not declare', () => {
  test.each([
    ['enable', 'enabled'],
    ['enabeld', 'enabled'],
    ['is_enabled', 'enabled'],
    ['disabled', 'enabled'],
    ['require_verifed', 'require_verified'],
    ['requires_verified', 'require_verified'],
    ['required_verified', 'require_verified'],
    ['require-verified', 'require_verified'],
    ['requireVerified', 'require_verified'],
    ['require_verification', 'require_verified'],
    ['verified', 'require_verified'],
    ['must_be_verified', 'require_verified'],
    ['begin_verify', 'begin_verification'],
    ['wait_for_verified', 'wait_for_verification'],
    ['wait', 'wait_for_verification'],
    ['wiat_for_verfication', 'wait_for_verification'],
    ['pol_interval', 'poll_interval'],
    ['timeout', 'request_timeout'],
    ['max_retry', 'max_retries'],
    ['base_url', 'api_base_url'],
    ['domain', 'email_domain'],
    ['email', 'email_domain'],
    ['connector', 'connectors'],
    ['connector_id', 'sso_connector_id'],
    ['sso_connector', 'sso_connector_id'],
    ['token', 'api_token'],
    ['cloudflare_api_token', 'api_token'],
    ['account', 'account_id'],
    ['modes', 'mode'],
    ['fedramp', 'use_fedramp_language'],
    ['report_issues', 'report_issue'],
    ['github-token', 'github_token'],
  ])('%s resembles %s, and is a problem', async (misspelt, name) => {
    const said = misspelt.toLowerCase();
    expect(await read({ ...enough, [misspelt]: 'true' })).toEqual({
      settings: undefined,
      problems: [`Input ${said} is not an input of this action. Did you mean ${name}?`],
      warnings: [],
    });
  });

  it('is a problem also where it is empty: the gate may depend on an expression', async () => {
    expect((await read({ ...enough, require_verifed: '' })).problems).toEqual([
      'Input require_verifed is not an input of this action. Did you mean require_verified?',
    ]);
  });

  test.each([
    'dry_run',
    'name',
    'zone_id',
    'working-directory',
    'verbose',
    'internal',
    'modules',
    'role',
    'base_branch',
    'x',
    'if',
  ])('%s resembles none, and is a warning', async (name) => {
    expect(await read({ ...enough, [name]: 'x' })).toEqual({
      settings: defaults,
      problems: [],
      warnings: [`Input ${name} is not an input of this action and does nothing.`],
    });
  });
});

it('a variable without a name is no input', async () => {
  expect(await read(enough, { INPUT_: 'x' })).toEqual({ settings: defaults, problems: [], warnings: [] });
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
    request_timeout: '1.5s',
    max_retries: '11',
    report_issue: 'y',
    requireverified: 'true',
    wholly_other: '1',
  };
  const booleans = 'accepted are true and false (also True, TRUE, False, FALSE).';
  const durations = 'accepted are durations from 1s to 120h, such as 90s, 10m, 2h, or plain seconds.';
  const ids = 'accepted are the characters A-Z, a-z, 0-9, _ and -.';
  const problems = [
    'Input requireverified is not an input of this action. Did you mean require_verified?',
    'Input api_token starts with "Bearer "; accepted is the token alone, the action adds that word itself.',
    `Input account_id is "acme/1"; ${ids}`,
    'Input mode is "sync"; accepted are update, check, reconcile.',
    `Input sso_connector_id is "a b"; ${ids}`,
    'Input email_domain is "user@acme.example"; accepted is a domain name alone, such as example.com ("acme.example"?).',
    `Input enabled is "yes"; ${booleans}`,
    `Input use_fedramp_language is "0"; ${booleans}`,
    `Input require_verified is "maybe"; ${booleans}`,
    `Input begin_verification is "on"; ${booleans}`,
    `Input wait_for_verification is "5 minutes"; ${durations}`,
    `Input poll_interval is "0"; ${durations}`,
    `Input request_timeout is "1.5s"; ${durations}`,
    'Input max_retries is "11"; accepted are whole numbers from 0 to 10.',
    'Input api_base_url is "http://api.cloudflare.com"; the token would travel in plain text, so accepted is an https URL of host and path, such as https://api.cloudflare.com/client/v4.',
    `Input report_issue is "y"; ${booleans}`,
  ];

  it('are found at once, each with the input, what was given and what is accepted', async () => {
    expect(await read({ ...inputs, api_base_url: 'http://api.cloudflare.com' })).toEqual({
      settings: undefined,
      problems,
      warnings: ['Input wholly_other is not an input of this action and does nothing.'],
    });
  });

  it('fail the step before any request, with no output and nothing but annotations', async () => {
    await using simulator = await startSimulator();
    const step = await runAction({
      inputs: { ...inputs, api_base_url: `${simulator.apiBaseUrl}?` },
      env: { CLOUDFLARE_API_TOKEN: simulator.tokens.edit, CLOUDFLARE_ACCOUNT_ID: simulator.accountId },
    });
    expect(step.exitCode).toBe(1);
    expect(step.errors).toEqual([...problems.slice(0, 9), '7 more errors: see the log of this step.']);
    const baseUrl = `Input api_base_url is "${simulator.apiBaseUrl}?", with a query or fragment; accepted is an https URL of host and path, such as https://api.cloudflare.com/client/v4.`;
    expect(step.log.split('\n')).toEqual(
      problems.slice(9).map((problem) => `Error: ${problem.startsWith('Input api_base') ? baseUrl : problem}`),
    );
    expect(step.outputs).toEqual({});
    expect(step.stderr).toBe('');
    expect(simulator.requests).toEqual([]);
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
