import { describe, expect, it } from 'vitest';
import { inputsFor, sent } from '../kit/connector-step.ts';
import { runAction, type StepResult } from '../kit/runner.ts';
import { type Simulator, startSimulator } from '../simulator/simulator.ts';

/** A step on many connectors. */
function run(simulator: Simulator, connectors: string, more: Record<string, string> = {}): Promise<StepResult> {
  return runAction({ inputs: inputsFor(simulator, { mode: 'reconcile', connectors, ...more }) });
}

describe.concurrent('the input connectors', () => {
  it('has all of its problems told at once, together with those of other inputs, before any request', async () => {
    await using simulator = await startSimulator();
    const list = '- email_domain: a.example\n  enabeld: true\n- enabled: maybe\n- sso_connector_id: x';
    const { exitCode, errors, warnings, outputs } = await run(simulator, list, { enabled: 'true', poll_interval: '0' });
    expect(errors).toEqual([
      'connectors, line 2: "enabeld" is not a key of a connector. Did you mean enabled?',
      'connectors, line 3: enabled must be true or false, not "maybe".',
      'connectors, line 3: an entry must have sso_connector_id or email_domain.',
      'Input enabled must not be given together with connectors. Put it into the entries of the list.',
      'Input poll_interval must be a duration from 1s to 120h, not "0". Write it as 90s, 10m, 2h or plain seconds.',
    ]);
    expect(warnings).toEqual([
      "connectors, line 4: sso_connector_id has 1 character, but Cloudflare's ids have 32. Is it complete?",
    ]);
    expect(JSON.parse(outputs['failures'] ?? '')).toHaveLength(5);
    expect(simulator.requests).toEqual([]);
    expect(exitCode).toBe(1);
  });

  it('keeps the white space at the start of its first line', async () => {
    await using simulator = await startSimulator();
    const { id, email_domain } = simulator.addConnector();
    const { exitCode } = await run(simulator, `  - email_domain: ${email_domain}\n    enabled: true\n`);
    expect(sent(simulator)).toEqual(['GET', `PATCH /${id} {"enabled":true}`]);
    expect(exitCode).toBe(0);
  });

  it('is read without what is invisible at its head', async () => {
    await using simulator = await startSimulator();
    const { id, email_domain } = simulator.addConnector();
    const { exitCode } = await run(simulator, `\ufeff\u200b- email_domain: ${email_domain}\n  enabled: true\n`);
    expect(sent(simulator)).toEqual(['GET', `PATCH /${id} {"enabled":true}`]);
    expect(exitCode).toBe(0);
  });
});
