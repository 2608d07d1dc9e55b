import { expect, it } from 'vitest';
import { failuresOf, inputsFor, listById, listOf, runStep } from '../kit/connector-step.ts';
import { startAction } from '../kit/runner.ts';
import { startDnsServer } from '../network/dns-server.ts';
import { startSimulator } from '../simulator/simulator.ts';

const SUMMARY_DISABLED = 'Forgot password';

/** Many steps, one after the other. */
const TIMEOUT_MS = 180_000;

it('gets people back in on the worst of nights: off, left off, drilled, and on again', {
  timeout: TIMEOUT_MS,
}, async () => {
  await using simulator = await startSimulator();
  await using dns = await startDnsServer();
  const fleet = ['acme.example', 'globex.example', 'initech.example'].map((email_domain) =>
    simulator.addConnector({ email_domain, enabled: true }),
  );
  const [acme, globex, initech] = fleet.map(({ id }) => id) as [string, string, string];
  const on = () => simulator.connectors.map(({ enabled }) => enabled);
  const patches = () => simulator.requestsTo('PATCH').filter(({ path }) => path.startsWith('/client/v4/')).length;
  const issues = () => simulator.github.issues.map(({ state }) => state);
  let runs = 0;
  const run = (inputs: Record<string, string>) => {
    runs += 1;
    const env = { GITHUB_API_URL: simulator.githubApiUrl, GITHUB_RUN_ID: String(runs) };
    return runStep(simulator, inputs, { env, dns: dns.address });
  };
  const token = { github_token: simulator.githubToken };
  const nightly = { connectors: listById(fleet, 'enabled: true'), report_issue: 'true', ...token };

  // The nightly run is about to switch a domain on again when the identity provider goes down. It is cancelled.
  simulator.changeConnector(acme, { enabled: false, verification: { status: 'pending' } });
  const inputs = { ...nightly, mode: 'reconcile', wait_for_verification: '1h', poll_interval: '1h' };
  await using underWay = await startAction({ inputs: inputsFor(simulator, inputs), dns: dns.address });
  await underWay.waitForLine('Waiting for acme.example to be verified');
  underWay.kill('SIGINT');
  const cancelled = await underWay.result;
  expect(cancelled.exitCode).toBe(1);
  expect(failuresOf(cancelled).at(-1)?.message).toBe(
    'The run was cancelled (SIGINT). Done: nothing. Not done: enabled=true for acme.example.',
  );
  expect([on(), patches()]).toEqual([[false, true, true], 0]);
  simulator.changeConnector(acme, { enabled: true, verification: { status: 'verified' } });

  // Break glass: nothing can be read, and each request for a change meets another fault first.
  const broken = simulator.fault({ method: 'GET', times: Infinity, respond: 'reset' });
  const edge = { title: 'Error 522: Connection timed out', status: 522, cloudflare_error: true, retry_after: 120 };
  simulator.fault({
    path: new RegExp(acme),
    respond: { status: 522, headers: { 'content-type': 'application/problem+json', 'retry-after': '120' }, body: edge },
  });
  simulator.fault({ path: new RegExp(globex), respond: 'apply-then-reset' });
  simulator.fault({
    path: new RegExp(initech),
    respond: { status: 503, headers: { 'retry-after': '1' }, body: { success: false, errors: ['Busy'] } },
  });
  const off = await run({ mode: 'update', connectors: listById(fleet, 'enabled: false') });
  expect(off).toMatchObject({ exitCode: 0, errors: [], outputs: { in_sync: 'true' } });
  expect(off.summary).toContain(SUMMARY_DISABLED);
  expect([on(), patches()]).toEqual([[false, false, false], 6]);
  broken.remove();

  // The next nights only check, by one variable, and an issue is open: nobody forgets.
  for (const _ of [1, 2]) {
    const check = await run({ ...nightly, mode: 'check' });
    expect(check.exitCode).toBe(1);
    expect(failuresOf(check).map(({ kind }) => kind)).toEqual(['drift', 'drift', 'drift']);
    expect([on(), patches(), issues()]).toEqual([[false, false, false], 6, ['open']]);
  }

  // A drill reads only, and shows that a disable has nothing more to do and that the token is about to end.
  const expires_on = new Date(Date.now() + 5 * 86_400_000).toISOString();
  simulator.setToken(simulator.tokens.edit, { expires_on });
  const disable = { connectors: listById(fleet, 'enabled: false') };
  const drill = await run({ ...disable, mode: 'plan', token_expiry_warning: '30d' });
  expect(drill).toMatchObject({ exitCode: 0, outputs: { in_sync: 'true', drift: '[]', token_expires_on: expires_on } });
  expect(drill.warnings).toEqual([expect.stringMatching(/^The API token expires on /)]);
  expect(patches()).toBe(6);

  // The identity provider is back. One domain has lost its verification meanwhile, which keeps no other off.
  simulator.failVerification(initech);
  const enable = await run({ mode: 'update', connectors: listById(fleet, 'enabled: true') });
  expect(enable.exitCode).toBe(1);
  expect(failuresOf(enable)).toMatchObject([
    { kind: 'not_verified', title: 'initech.example: not verified (failed), so not enabled' },
  ]);
  expect(on()).toEqual([true, true, false]);

  // The nightly run begins the verification, and puts the last one back once that has come to its end.
  simulator.publishTxt('initech.example');
  const last = await run({ ...nightly, mode: 'reconcile', begin_verification: 'true', wait_for_verification: '5m' });
  expect(last).toMatchObject({ exitCode: 0, errors: [], outputs: { changed: 'true', in_sync: 'true' } });
  expect(listOf(last, 'drift')).toMatchObject([{ email_domain: 'initech.example', expected: true, actual: false }]);
  expect([on(), issues()]).toEqual([[true, true, true], ['closed']]);
});
