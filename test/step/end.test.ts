import { describe, expect, it } from 'vitest';
import { inputsFor, runStep, sent } from '../kit/connector-step.ts';
import { runAction, startAction } from '../kit/runner.ts';
import { startSimulator } from '../simulator/simulator.ts';

/** Has a module run before the step. https://nodejs.org/api/cli.html#--importmodule */
const before = (module: string) => ({ NODE_OPTIONS: `--import=data:text/javascript,${encodeURIComponent(module)}` });

describe.concurrent('the step', () => {
  it.each([
    ['an exception', 'Map.groupBy = () => { throw new Error("quite unforeseen"); };', 'quite unforeseen'],
    [
      'an exception within the inputs',
      'URL.parse = () => { throw new Error("unforeseen so early"); };',
      'unforeseen so early',
    ],
    ['no exception at all', 'Map.groupBy = () => { throw "no error"; };', 'no error'],
  ])('ends as a failure by what nobody has foreseen: %s', async (_, module, said) => {
    await using simulator = await startSimulator();
    simulator.addConnector({ email_domain: 'acme.example' });
    const inputs = { email_domain: 'acme.example', enabled: 'true' };
    const step = await runStep(simulator, inputs, { env: before(module), debug: true });
    expect(step).toMatchObject({ exitCode: 1, stderr: '' });
    expect(step.errors).toEqual([`This should not have happened, please report it: ${said}`]);
    expect(step.debugs.some((line) => line.includes('at Map.groupBy'))).toBe(said === 'quite unforeseen');
    expect(simulator.requestsTo('PATCH')).toEqual([]);
  });

  it('ends as a failure if it ends before it is done', async () => {
    await using simulator = await startSimulator();
    // Nothing is left that the process waits for.
    const env = before("import http from 'node:http'; http.request = () => ({ on() { return this; }, end() {} });");
    const step = await runStep(simulator, { email_domain: 'acme.example', enabled: 'true', max_retries: '0' }, { env });
    expect(step.exitCode).not.toBe(0);
  });

  it.each([
    ['success', 0],
    ['failure', 1],
  ])('does what it has to although nobody reads its log, in %s', async (_, exitCode) => {
    await using simulator = await startSimulator();
    const { id } = simulator.addConnector({ enabled: true });
    const gate = exitCode === 0 ? {} : { require_verified: 'true' };
    if (exitCode === 1) simulator.failVerification(id);
    await using action = await startAction({
      inputs: inputsFor(simulator, { sso_connector_id: id, enabled: 'false', ...gate }),
    });
    action.child.stdout?.destroy();
    action.child.stderr?.destroy();
    const step = await action.result;
    expect(step).toMatchObject({ exitCode, outputs: { enabled: 'false' } });
    expect(sent(simulator)).toEqual([`PATCH /${id} {"enabled":false}`]);
    expect(step.summary).not.toBe('');
  });

  it('has said all when it ends', async () => {
    await using simulator = await startSimulator();
    const connectors = Array.from({ length: 1000 }, () => simulator.addConnector({ enabled: true }));
    const list = connectors.map(({ email_domain }) => `- {email_domain: ${email_domain}, enabled: false}`).join('\n');
    const step = await runStep(simulator, { mode: 'plan', connectors: list });
    expect(step.exitCode).toBe(0);
    expect(connectors.filter(({ email_domain }) => !step.stdout.includes(` ${email_domain} `))).toEqual([]);
    expect(step.stdout).toMatch(/1000 of 1000 domains would change\.\r?\n$/);
  });

  it.each(['16.20.2', '20.20.2', '23.11.1'])(
    'says which Node is needed to one that is too old: %s',
    async (version) => {
      const module = `Object.defineProperty(process, 'versions', { value: { ...process.versions, node: '${version}' } });`;
      const step = await runAction({ env: before(module) });
      expect(step).toMatchObject({ exitCode: 1, stderr: '' });
      expect(step.lines).toEqual([
        `::error title=Node is too old::Node 24 or newer is needed, not ${version}. A runner brings its own since version 2.327.1. By hand, start this with Node 24.`,
      ]);
    },
  );
});
