import { describe, expect, it } from 'vitest';
import { TOKEN_LINE } from '../../src/report/issue-marker.ts';
import { FakeClock } from '../kit/clock.ts';
import { failuresOf, runStep, sent } from '../kit/connector-step.ts';
import { keep, onlyIssue, WRONG } from '../kit/issue-step.ts';
import { runQuick } from '../kit/quick-run.ts';
import type { FaultResponse } from '../simulator/faults.ts';
import { startSimulator } from '../simulator/simulator.ts';
import type { Token } from '../simulator/tokens.ts';

const DAY_MS = 86_400_000;
const inDays = (days: number) => new Date(Date.now() + days * DAY_MS).toISOString();

type Owner = 'user' | 'account' | 'edit';

/** A check of a connector in sync, with a token of this owner that is so. */
async function start(owner: Owner, fields: Partial<Token> = {}) {
  const simulator = await startSimulator();
  const { id } = simulator.addConnector({ email_domain: 'acme.example', enabled: true });
  const token = simulator.tokens[owner];
  simulator.setToken(token, fields);
  const inputs = {
    mode: 'check',
    sso_connector_id: id,
    enabled: 'true',
    token_expiry_warning: '30d',
    api_token: token,
  };
  return {
    ...{ simulator, id, inputs },
    run: (more: Record<string, string> = {}) => runStep(simulator, { ...inputs, ...more }),
    quick: (more: Record<string, string> = {}) =>
      runQuick(simulator, { ...inputs, ...more }, { clock: new FakeClock(Date.now()) }),
    [Symbol.asyncDispose]: () => simulator.close(),
  };
}

const USER = 'GET /client/v4/user/tokens/verify';
const warningFor = (expires: string) =>
  `The API token expires on ${expires.slice(0, 10)}. Renew the token before then, or every step that uses it fails.`;

describe.concurrent('token_expiry_warning', () => {
  it.each<[string, Owner, Partial<Token>, string[]]>([
    ['a user', 'user', {}, [USER]],
    ['an account', 'account', {}, ['GET ACCOUNT']],
    ['a user, of the old form', 'edit', {}, ['GET ACCOUNT', USER]],
    ['an account, of the old form', 'edit', { owner: 'account' }, ['GET ACCOUNT']],
  ])('asks in the right place after all other work, and warns: a token of %s', async (_, owner, fields, requests) => {
    const expires_on = inDays(12);
    await using step = await start(owner, { ...fields, expires_on });
    const result = await step.run();
    const path = `GET /client/v4/accounts/${step.simulator.accountId}/tokens/verify`;
    expect(sent(step.simulator)).toEqual([
      `GET /${step.id}`,
      ...requests.map((request) => request.replace('GET ACCOUNT', path)),
    ]);
    expect(result).toMatchObject({ exitCode: 0, errors: [], warnings: [warningFor(expires_on)] });
    expect(result.outputs).toMatchObject({ token_expires_on: expires_on, http_status: '200', in_sync: 'true' });
    expect(result.summary).toContain('but the API token expires on ');
  });

  it.each([
    ['later', inDays(40)],
    ['never', undefined],
  ])('is silent about a token that ends %s', async (_, expires_on) => {
    await using step = await start('user', { expires_on });
    const result = await step.run();
    expect(result).toMatchObject({ exitCode: 0, warnings: [], outputs: { token_expires_on: expires_on ?? 'never' } });
    expect(result.summary).not.toContain('expire');
  });

  it.each<[string, number, boolean]>([
    ['a second before', -1000, true],
    ['just then', 0, false],
    ['a second after', 1000, false],
  ])('warns of an end within the time: %s the time is over', async (_, difference, warns) => {
    const clock = new FakeClock(Date.now());
    const expires_on = new Date(clock.now() + 30 * DAY_MS + difference).toISOString();
    await using step = await start('user', { expires_on });
    const { result, warnings } = await runQuick(step.simulator, step.inputs, { clock });
    expect(warnings).toEqual(warns ? [warningFor(expires_on)] : []);
    const { problem, action } = result.tokenExpiry?.warning ?? {};
    expect(problem && [`${problem.replace('the', 'The')}. ${action}`]).toEqual(warnings[0] && warnings);
    expect(result.tokenExpiry?.expiresOn).toBe(expires_on);
  });

  it.each([
    ['is near', 1, 'expires on 2100-01-02. Renew the token before then, or every step that uses it fails.'],
    ['is just now', 0, 'expired on 2100-01-02. Create a new token and update the secret.'],
    ['is over', -1, 'expired on 2100-01-02. Create a new token and update the secret.'],
  ])('tells an end that %s: %s ms to go', async (_, left, what) => {
    const expires_on = '2100-01-02T00:00:00Z';
    await using step = await start('user', { expires_on });
    const clock = new FakeClock(Date.parse(expires_on) - left);
    const { warnings } = await runQuick(step.simulator, step.inputs, { clock });
    expect(warnings).toEqual([`The API token ${what}`]);
  });

  it('takes no end of an active token for never', async () => {
    await using step = await start('user');
    const result = await step.quick();
    expect(result).toMatchObject({ exitCode: 0, warnings: [], outputs: { token_expires_on: 'never' } });
  });

  it.each([
    ['check', 'every step that uses it fails'],
    ['plan', 'every step that uses it fails'],
    ['reconcile', 'SSO cannot be switched off from here'],
  ])('is for mode %s, and says what is lost', async (mode, loss) => {
    const expires_on = inDays(3);
    await using step = await start('user', { expires_on });
    expect(await step.quick({ mode })).toMatchObject({
      exitCode: 0,
      warnings: [`The API token expires on ${expires_on.slice(0, 10)}. Renew the token before then, or ${loss}.`],
    });
  });

  it('is an input error with mode update, before any request', async () => {
    await using step = await start('user', { expires_on: inDays(3) });
    const result = await step.run({ mode: 'update' });
    expect(result).toMatchObject({ exitCode: 1, warnings: [] });
    expect(failuresOf(result)).toMatchObject([{ kind: 'input' }]);
    expect(failuresOf(result)[0]?.message).toContain('token_expiry_warning');
    expect(step.simulator.requests).toEqual([]);
  });

  it('asks nothing if it is not given', async () => {
    await using step = await start('user', { expires_on: inDays(3) });
    const result = await step.run({ token_expiry_warning: '' });
    expect(result).toMatchObject({ exitCode: 0, warnings: [] });
    expect(result.outputs).not.toHaveProperty('token_expires_on');
    expect(sent(step.simulator)).toEqual([`GET /${step.id}`]);
  });

  it.each<[string, FaultResponse]>([
    ['a refusal', { status: 403, body: { success: false, errors: [{ code: 9109, message: 'No' }] } }],
    [
      'a 401 everywhere',
      { status: 401, body: { success: false, errors: [{ code: 1000, message: 'Invalid API Token' }] } },
    ],
    ['a fault', { status: 500, body: { success: false, errors: ['No'] } }],
    ['a page', { status: 200, body: '<html>' }],
    ['no result', { status: 200, body: { success: true, result: null } }],
    ['no status', { status: 200, body: { success: true, result: { expires_on: '2026-01-01T00:00:00Z' } } }],
    ['no time', { status: 200, body: { success: true, result: { status: 'active', expires_on: 'soon' } } }],
    ['a disabled token', { status: 200, body: { success: true, result: { status: 'disabled' } } }],
    ['no answer', 'reset'],
  ])('never fails the step, and says nothing, if the answer is not clear: %s', async (_, respond) => {
    await using step = await start('edit');
    step.simulator.fault({ path: /tokens\/verify$/, times: Infinity, respond });
    const result = await step.quick();
    expect(result).toMatchObject({
      exitCode: 0,
      errors: [],
      warnings: [],
      outputs: { http_status: '200', errors: '[]' },
    });
    expect(result.outputs).not.toHaveProperty('token_expires_on');
    expect(step.simulator.requests.filter(({ path }) => path.endsWith('/verify')).length).toBeLessThanOrEqual(2);
  });

  it('is a debug line if the answer is not clear', async () => {
    await using step = await start('user');
    step.simulator.fault({ path: /tokens\/verify$/, respond: { status: 403, body: { success: false } } });
    const { debugs } = await runStep(step.simulator, step.inputs, { debug: true });
    expect(debugs.some((line) => line.startsWith('The end of the API token is unknown: '))).toBe(true);
  });

  it('changes no other output, and what fails is still the failure', async () => {
    await using step = await start('user', { expires_on: inDays(3) });
    const result = await step.run({ enabled: 'false' });
    expect(result).toMatchObject({ exitCode: 1, outputs: { http_status: '200', in_sync: 'false' } });
    expect(failuresOf(result).map(({ kind }) => kind)).toEqual(['drift']);
  });

  it('is not asked for after a rate limit, which it would wait for', async () => {
    await using step = await start('user', { expires_on: inDays(3) });
    step.simulator.fault({ respond: { status: 429, body: { success: false } } });
    const result = await step.quick();
    expect(result.failures.map(({ kind }) => kind)).toEqual(['rate_limited']);
    expect([sent(step.simulator), result.clock.pauses, result.warnings]).toEqual([[`GET /${step.id}`], [], []]);
  });

  it('is not asked for after the rate limit of one of many', async () => {
    await using step = await start('user', { expires_on: inDays(3) });
    const { simulator } = step;
    const other = simulator.addConnector({ email_domain: 'b.example', enabled: true }).id;
    simulator.fault({ method: 'PATCH', path: new RegExp(other), respond: { status: 429, body: { success: false } } });
    const connectors = [step.id, other].map((id) => `- sso_connector_id: ${id}\n  enabled: false`).join('\n');
    const inputs = { mode: 'reconcile', sso_connector_id: '', enabled: '', connectors };
    const { failures } = await step.quick(inputs);
    expect(failures.map(({ kind }) => kind)).toEqual(['rate_limited']);
    expect(sent(simulator).filter((request) => request.includes('verify'))).toEqual([]);
  });

  it('waits for the window of the rate limit to turn, as the work before it does', async () => {
    const clock = new FakeClock(Date.now());
    const quota = { limit: 1, windowMs: 60_000, now: () => clock.now() };
    await using simulator = await startSimulator({ quota });
    const { id } = simulator.addConnector({ email_domain: 'acme.example', enabled: true });
    const expires_on = inDays(3);
    simulator.setToken(simulator.tokens.user, { expires_on });
    const inputs = { mode: 'check', sso_connector_id: id, enabled: 'true', token_expiry_warning: '30d' };
    const result = await runQuick(simulator, { ...inputs, api_token: simulator.tokens.user }, { clock });
    expect(result.lines).toContain(
      "Cloudflare's rate limit leaves no request: waiting 1 min 1 s for its window to turn.",
    );
    expect(result.warnings).toEqual([warningFor(expires_on)]);
  });

  it('tells as a debug line that a token without an end is not active', async () => {
    await using step = await start('user');
    step.simulator.fault({
      path: /tokens\/verify$/,
      respond: { status: 200, body: { success: true, errors: [], result: { status: 'disabled' } } },
    });
    const { debugs, outputs, warnings } = await runStep(step.simulator, step.inputs, { debug: true });
    expect(debugs).toContain('The end of the API token is unknown: its status is "disabled".');
    expect([outputs['token_expires_on'], warnings]).toEqual([undefined, []]);
  });

  it('says of a token that has expired that it has, in a warning, and leaves the failure as it is', async () => {
    const expires_on = inDays(-2);
    await using step = await start('user', { expires_on });
    const result = await step.run();
    expect(result).toMatchObject({ exitCode: 1, outputs: { token_expires_on: expires_on } });
    const action = 'Create a new token and update the secret.';
    expect(result.warnings).toEqual([`The API token expired on ${expires_on.slice(0, 10)}. ${action}`]);
    expect(result.summary).toContain('and the API token expired on ');
    expect(result.summary).toContain(`⚠️ ${action}`);
    const others = failuresOf(await step.run({ token_expiry_warning: '' }));
    expect(failuresOf(result).map((failure) => failure.action)).toEqual(others.map((failure) => failure.action));
  });

  it.each(['true', ''])('is a reason for the issue to be open, and no failure: enabled "%s"', async (enabled) => {
    await using step = await start('user', { expires_on: inDays(3) });
    const { simulator } = step;
    const inputs = { ...step.inputs, enabled, report_issue: 'true', github_token: simulator.githubToken };
    const run = (id: string) =>
      runStep(simulator, inputs, { env: { GITHUB_API_URL: simulator.githubApiUrl, GITHUB_RUN_ID: id } });
    expect(await run('1')).toMatchObject({ exitCode: 0, errors: [] });
    expect(
      simulator.requestsTo('POST').filter(({ body }) => body.includes('but the API token expires on')),
    ).toHaveLength(1);

    simulator.setToken(simulator.tokens.user, { expires_on: inDays(300) });
    expect(await run('2')).toMatchObject({ exitCode: 0 });
    expect(simulator.requestsTo('PATCH').some(({ body }) => body.includes('"closed"'))).toBe(true);
  });
});

describe.concurrent('an unknown end of the token', () => {
  const LEFT = 'info: Left issue #1 open: it warns of the end of the API token, which is unknown now.';
  const CLOSED = 'info: Closed issue #1.';
  const [FIRST, SECOND, THIRD] = ['1', '2', '3'].map((id) => ({ GITHUB_RUN_ID: id }));
  const fault = { path: /tokens\/verify$/, respond: { status: 503, body: { success: false } } };

  it('leaves the issue open that a warning has opened, until the end is known again', async () => {
    await using step = await start('user', { expires_on: inDays(5) });
    const { simulator } = step;
    expect(await keep(simulator, (await step.quick()).result, FIRST)).toEqual(['info: Opened issue #1.']);
    const before = structuredClone(onlyIssue(simulator));

    simulator.fault(fault);
    expect(await keep(simulator, (await step.quick()).result, SECOND)).toEqual([LEFT]);
    expect(onlyIssue(simulator)).toEqual(before);

    simulator.setToken(simulator.tokens.user, { expires_on: undefined });
    expect(await keep(simulator, (await step.quick()).result, SECOND)).toEqual([CLOSED]);
  });

  it('is a warning if the issue takes no comment on the trouble that comes', async () => {
    await using step = await start('user', { expires_on: inDays(5) });
    const { simulator } = step;
    await keep(simulator, (await step.quick()).result, FIRST);
    simulator.github.changeIssue(onlyIssue(simulator), { locked: true });
    const { result } = await step.quick({ enabled: 'false' });
    expect(await keep(simulator, result, SECOND)).toEqual([
      'info: Updated issue #1.',
      expect.stringMatching(/^warning: Could not comment on issue #1, which is open: /),
    ]);
  });

  it('keeps when it was first seen, and no comment, while it is the token alone', async () => {
    await using step = await start('user', { expires_on: inDays(5) });
    const { simulator } = step;
    for (const run of [FIRST, SECOND]) await keep(simulator, (await step.quick()).result, run);
    const { body, comments } = onlyIssue(simulator);
    expect(body).toMatch(/\n- First seen: .*\[run 1\].*\n- Last seen: .*\[run 2\]/);
    expect(comments).toEqual([]);
  });

  it('leaves it open too if a failure was told in it meanwhile, which has gone', async () => {
    await using step = await start('user', { expires_on: inDays(5) });
    const { simulator } = step;
    await keep(simulator, (await step.quick()).result, FIRST);
    simulator.fault({ ...fault, times: 6 });
    const failing = await step.quick({ enabled: 'false' });
    expect(await keep(simulator, failing.result, SECOND)).toEqual(['info: Updated issue #1.']);
    // A body that changes is no news to anyone; nor is the same trouble once more.
    const comments = () => onlyIssue(simulator).comments.map(({ body }) => body);
    const once = [expect.stringMatching(/^Something is wrong now, not just the end of the token: \[run 2\]\(\S+\)\.$/)];
    expect(comments()).toEqual(once);
    await keep(simulator, failing.result, SECOND);
    expect(comments()).toEqual(once);
    const issue = onlyIssue(simulator);
    simulator.github.changeIssue(issue, { body: `${issue.body}\n\nA note.` });
    expect(await keep(simulator, (await step.quick()).result, THIRD)).toEqual([LEFT]);

    // It says that the drift is over, and keeps what people wrote.
    const { state, body } = structuredClone(issue);
    expect(state).toBe('open');
    const [head, lead, ...rest] = body?.split('\n\n') ?? [];
    expect([head, lead]).toEqual([
      '### ⚠️ Cloudflare SSO: when the API token expires is unknown now',
      'An earlier run warned of its end: renew it, if nobody has. Nothing else is wrong.',
    ]);
    expect(rest[0]).toMatch(/^- First seen: .*\[run 2\].*\n- Last seen: .*\[run 3\].*$/);
    expect(rest.slice(2)).toEqual([
      ...['<!-- last seen in run 3, attempt 1 -->', TOKEN_LINE, expect.stringMatching(/^<!-- cloudflare-sso-/)],
      ...['---', 'A note.'],
    ]);
    expect(await keep(simulator, (await step.quick()).result, { GITHUB_RUN_ID: '4' })).toEqual([LEFT]);
    expect(issue.body).toBe(body);
  });

  it('closes the issue that warns of the token no more', async () => {
    await using step = await start('user', { expires_on: inDays(5) });
    const { simulator } = step;
    await keep(simulator, (await step.quick()).result, FIRST);
    simulator.setToken(simulator.tokens.user, { expires_on: undefined });
    expect(await keep(simulator, (await step.quick({ enabled: 'false' })).result, SECOND)).toEqual([
      'info: Updated issue #1.',
    ]);
    simulator.fault(fault);
    expect(await keep(simulator, (await step.quick()).result, THIRD)).toEqual([CLOSED]);
  });

  it('closes the issue that a drift has opened, once that is gone', async () => {
    await using step = await start('user');
    const { simulator } = step;
    simulator.fault(fault);
    expect(await keep(simulator, (await step.quick({ enabled: 'false' })).result, FIRST)).toEqual([
      'info: Opened issue #1.',
    ]);
    expect(await keep(simulator, (await step.quick()).result, SECOND)).toEqual([CLOSED]);
  });

  it('opens none', async () => {
    await using step = await start('user');
    step.simulator.fault(fault);
    expect(await keep(step.simulator, (await step.quick()).result)).toEqual([]);
    expect(step.simulator.github.issues).toEqual([]);
  });

  it('does not keep a failure from the issue', async () => {
    await using step = await start('user');
    step.simulator.fault({ ...fault, times: 2 });
    const failing = async () => (await step.quick({ enabled: 'false' })).result;
    expect(await keep(step.simulator, await failing(), FIRST)).toEqual(['info: Opened issue #1.']);
    expect(await keep(step.simulator, await failing(), SECOND)).toEqual(['info: Updated issue #1.']);
  });

  it('is one that was not asked for too: it leaves the issue open that a warning has opened', async () => {
    await using step = await start('user', { expires_on: inDays(5) });
    const { simulator } = step;
    await keep(simulator, (await step.quick()).result, FIRST);
    const failing = await step.quick({ enabled: 'false', token_expiry_warning: '' });
    expect(await keep(simulator, failing.result, SECOND)).toEqual(['info: Updated issue #1.']);
    const { result } = await step.quick({ token_expiry_warning: '' });
    expect(await keep(simulator, result, THIRD)).toEqual([LEFT]);
  });

  it('closes another issue though nobody asked for it', async () => {
    await using step = await start('user');
    await keep(step.simulator, WRONG, FIRST);
    const { result } = await step.quick({ token_expiry_warning: '' });
    expect(await keep(step.simulator, result, SECOND)).toEqual([CLOSED]);
  });
});
