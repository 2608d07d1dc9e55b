import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { failuresOf, sent } from '../kit/connector-step.ts';
import { runQuick } from '../kit/quick-run.ts';
import type { Envelope } from '../simulator/envelope.ts';
import { type Simulator, startSimulator } from '../simulator/simulator.ts';

let simulator: Simulator;
beforeEach(async () => {
  simulator = await startSimulator();
});
afterEach(() => simulator.close());

/** Has the answer to a change give these fields alone. All are optional in the API's description. */
function answerWith(...names: string[]): void {
  simulator.fault({
    method: 'PATCH',
    transform: (envelope) => {
      const fields = Object.entries(envelope.result as object).filter(([name]) => names.includes(name));
      return { ...envelope, result: Object.fromEntries(fields) };
    },
  });
}

const BY_DOMAIN = { email_domain: 'acme.example' };

describe('what the answer to a change leaves out', () => {
  it('stays as it was read before, and nobody is said to have changed it', async () => {
    const { id, created_on, verification } = simulator.addConnector({ ...BY_DOMAIN, enabled: true });
    answerWith('id', 'use_fedramp_language');
    const inputs = { ...BY_DOMAIN, enabled: 'true', use_fedramp_language: 'true' };
    const run = await runQuick(simulator, { mode: 'reconcile', ...inputs });
    expect(sent(simulator)).toEqual(['GET', `PATCH /${id} {"use_fedramp_language":true}`]);
    expect(failuresOf(run)).toEqual([]);
    expect(run.outputs).toMatchObject({
      ...{ email_domain: 'acme.example', enabled: 'true', use_fedramp_language: 'true', changed: 'true', created_on },
      ...{ in_sync: 'true', verified: 'true', verification_status: 'verified', verification_code: verification?.code },
      result: JSON.stringify({ id, use_fedramp_language: true }),
    });
    expect(run.outputs).not.toHaveProperty('updated_on');
    expect(run.outputs['summary']).not.toContain('someone else');
  });

  it('is no answer as to a field that was sent', async () => {
    simulator.addConnector({ ...BY_DOMAIN, use_fedramp_language: false });
    answerWith('id', 'enabled');
    const inputs = { ...BY_DOMAIN, enabled: 'true', use_fedramp_language: 'true' };
    const run = await runQuick(simulator, { mode: 'reconcile', ...inputs });
    expect(failuresOf(run).map(({ title }) => title)).toEqual([
      'acme.example: Cloudflare answered with no use_fedramp_language',
    ]);
    expect(run.outputs).not.toHaveProperty('use_fedramp_language');
  });

  it('leaves in doubt what it has otherwise than sent, and nothing else', async () => {
    simulator.addConnector({ ...BY_DOMAIN, enabled: false, use_fedramp_language: false });
    const transform = ({ result, ...rest }: Envelope) => ({
      ...rest,
      result: { ...(result as object), enabled: false },
    });
    simulator.fault({ method: 'PATCH', transform });
    const inputs = { ...BY_DOMAIN, enabled: 'true', use_fedramp_language: 'true' };
    const { outputs } = await runQuick(simulator, { mode: 'reconcile', ...inputs });
    expect(outputs['summary']).toContain('| acme.example | `use_fedramp_language` | false | **true** |');
    expect(outputs['summary']).not.toContain('| acme.example | `enabled` |');
  });

  it('keeps nobody from beginning the verification that a read before has as awaiting', async () => {
    const { id } = simulator.addConnector({ ...BY_DOMAIN, verification: { status: 'awaiting' } });
    answerWith('id', 'use_fedramp_language');
    await runQuick(simulator, { ...BY_DOMAIN, use_fedramp_language: 'true', begin_verification: 'true' });
    expect(sent(simulator)).toEqual([
      'GET',
      `PATCH /${id} {"use_fedramp_language":true}`,
      `GET /${id}`,
      `POST /${id}/begin_verification`,
      `GET /${id}`,
    ]);
  });

  it('is read with retries if the gate hangs on it', async () => {
    const { id } = simulator.addConnector({ ...BY_DOMAIN, enabled: false });
    answerWith('id', 'enabled');
    simulator.fault({ method: 'GET', after: 1, respond: { status: 503, body: { success: false, errors: ['Busy'] } } });
    const inputs = { ...BY_DOMAIN, enabled: 'true', require_verified: 'true', max_retries: '1' };
    const { failures, outputs } = await runQuick(simulator, inputs);
    expect([failures, outputs['verified']]).toEqual([[], 'true']);
    expect(sent(simulator)).toEqual(['GET', `PATCH /${id} {"enabled":true}`, `GET /${id}`, `GET /${id}`]);
  });

  it('opens no gate if it cannot be read, and the failure says why', async () => {
    simulator.addConnector({ ...BY_DOMAIN, enabled: false });
    answerWith('id', 'enabled');
    simulator.fault({ method: 'GET', after: 1, respond: { status: 503, body: { success: false, errors: ['Busy'] } } });
    const { failures, outputs } = await runQuick(simulator, {
      ...BY_DOMAIN,
      enabled: 'true',
      require_verified: 'true',
    });
    const state =
      'Cloudflare was asked to set enabled=true for acme.example, which is done, but the verification could not be read afterwards. Could not read acme.example: ';
    expect(failures).toMatchObject([{ kind: 'unavailable', may_have_taken_effect: false }]);
    expect(failures[0]?.message.startsWith(state)).toBe(true);
    expect(outputs).toMatchObject({ enabled: 'true', changed: 'true', verified: 'false' });
    expect(outputs).not.toHaveProperty('in_sync');
  });

  it('keeps nobody from that, though it cannot be read again', async () => {
    const { id } = simulator.addConnector({ ...BY_DOMAIN, verification: { status: 'awaiting' } });
    answerWith('id', 'use_fedramp_language');
    simulator.fault({ method: 'GET', after: 1, respond: { status: 403, body: { success: false, errors: ['No'] } } });
    await runQuick(simulator, { ...BY_DOMAIN, use_fedramp_language: 'true', begin_verification: 'true' });
    expect(sent(simulator)).toContain(`POST /${id}/begin_verification`);
  });

  it('opens no gate by a read before: the domain may be verified no more', async () => {
    const { id } = simulator.addConnector({ ...BY_DOMAIN, enabled: true });
    answerWith('id', 'enabled');
    simulator.on('done', () => simulator.changeConnector(id, { verification: { status: 'failed' } }));
    const run = await runQuick(simulator, { ...BY_DOMAIN, enabled: 'false', require_verified: 'true' });
    expect(failuresOf(run).map(({ title }) => title)).toEqual(['acme.example: not verified (failed)']);
  });

  it('opens no gate by a read before if it cannot be read again', async () => {
    simulator.addConnector(BY_DOMAIN);
    answerWith('id', 'enabled');
    simulator.fault({ method: 'GET', after: 1, respond: { status: 403, body: { success: false, errors: ['No'] } } });
    const run = await runQuick(simulator, { ...BY_DOMAIN, enabled: 'true', require_verified: 'true' });
    expect(failuresOf(run).map(({ kind }) => kind)).toEqual(['refused']);
    expect(run.outputs['verified']).toBe('false');
  });

  it.each([
    [{ begin_verification: 'true' }, true],
    [{ require_verified: 'true' }, true],
    [{ wait_for_verification: '2m' }, true],
    [{}, false],
  ])('is read once if that is the verification, and if anything hangs on it: %j', async (inputs, isRead) => {
    const { id } = simulator.addConnector({ ...BY_DOMAIN, enabled: true });
    answerWith('id', 'enabled');
    const run = await runQuick(simulator, { sso_connector_id: id, enabled: 'false', ...inputs });
    expect(sent(simulator)).toEqual([`PATCH /${id} {"enabled":false}`, ...(isRead ? [`GET /${id}`] : [])]);
    expect(failuresOf(run)).toEqual([]);
    expect(run.outputs['verified']).toBe(String(isRead));
  });

  it('fails a gate, and no disable, if that read fails', async () => {
    const { id } = simulator.addConnector({ ...BY_DOMAIN, enabled: true });
    answerWith('id', 'enabled', 'email_domain');
    simulator.fault({ method: 'GET', respond: { status: 403, body: { success: false, errors: ['No'] } } });
    const run = await runQuick(simulator, { sso_connector_id: id, enabled: 'false', require_verified: 'true' });
    expect(failuresOf(run).map(({ kind }) => kind)).toEqual(['refused']);
    expect(run.outputs).toMatchObject({ enabled: 'false', verified: 'false' });
  });

  it('fails a begin of the verification if there is no status to go by', async () => {
    const { id } = simulator.addConnector({ ...BY_DOMAIN, verification: { status: 'awaiting' } });
    answerWith('id', 'use_fedramp_language');
    simulator.fault({ method: 'GET', respond: { status: 403, body: { success: false, errors: ['No'] } } });
    const inputs = { sso_connector_id: id, use_fedramp_language: 'true', begin_verification: 'true' };
    const { failures } = await runQuick(simulator, inputs);
    expect(failures).toMatchObject([{ kind: 'refused' }]);
  });

  it('is warned of once if the API never gives a status that a begin could go by', async () => {
    const names = Array.from({ length: 7 }, (_, n) => `d${n}.example`);
    for (const email_domain of names) simulator.addConnector({ email_domain, verification: null });
    const connectors = names.map((name) => `- { email_domain: ${name}, use_fedramp_language: true }`).join('\n');
    const { failures, warnings } = await runQuick(simulator, { connectors, begin_verification: 'true' });
    expect(failures).toEqual([]);
    expect(warnings).toEqual([
      'Did not ask to begin the verification of d0.example, d1.example, d2.example, d3.example, d4.example and 2 more: Cloudflare gives no verification status. Run this again later.',
    ]);
  });

  it('is not warned of if there is a status that needs no begin', async () => {
    const { id } = simulator.addConnector(BY_DOMAIN);
    const inputs = { sso_connector_id: id, use_fedramp_language: 'true', begin_verification: 'true' };
    const { failures, warnings } = await runQuick(simulator, inputs);
    expect([failures, warnings]).toEqual([[], []]);
  });
});
