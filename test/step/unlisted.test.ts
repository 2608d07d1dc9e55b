import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { failuresOf, listOf, runStep, sent } from '../kit/connector-step.ts';
import { runQuick } from '../kit/quick-run.ts';
import type { StepResult } from '../kit/runner.ts';
import { type SimulatorOptions, startSimulator } from '../simulator/simulator.ts';

/** An account with a listed connector, acme.example, and one that no list names, globex.example. */
async function start(options: SimulatorOptions = {}) {
  const simulator = await startSimulator(options);
  const listed = simulator.addConnector({ email_domain: 'acme.example', enabled: true });
  const other = simulator.addConnector({ email_domain: 'globex.example', enabled: true, use_fedramp_language: true });
  return {
    ...{ simulator, listed, other },
    run: (inputs: Record<string, string>) =>
      runStep(simulator, { mode: 'check', connectors: LIST, ...inputs }, { debug: false }),
    quick: (inputs: Record<string, string>) => runQuick(simulator, { mode: 'check', connectors: LIST, ...inputs }),
    [Symbol.asyncDispose]: () => simulator.close(),
  };
}

const LIST = '- {email_domain: acme.example, enabled: true}';

describe.concurrent('a connector that no entry names', () => {
  it.each(['check', 'plan', 'reconcile', 'update'])(
    'is in the output of mode %s, and is never changed',
    async (mode) => {
      await using step = await start();
      const result = await step.run({ mode });
      expect(result).toMatchObject({ exitCode: 0, errors: [] });
      expect(listOf(result, 'unlisted')).toEqual([
        {
          ...{ sso_connector_id: step.other.id, email_domain: 'globex.example' },
          ...{ enabled: true, use_fedramp_language: true },
        },
      ]);
      expect(result.stdout).toContain('globex.example');
      expect(step.simulator.connector(step.other.id)).toEqual(step.other);
      expect(sent(step.simulator).filter((request) => request.includes(step.other.id))).toEqual([]);
    },
  );

  it('is passed over with unlisted: ignore', async () => {
    await using step = await start();
    const result = await step.run({ unlisted: 'ignore' });
    expect(result).toMatchObject({ exitCode: 0, outputs: { unlisted: '[]' } });
    expect(result.stdout + result.summary).not.toContain('globex.example');
    expect((await step.quick({ unlisted: 'ignore' })).result.unlisted).toBeUndefined();
  });

  it.each(['check', 'plan', 'reconcile', 'update'])('fails mode %s with unlisted: fail', async (mode) => {
    await using step = await start();
    const result = await step.quick({ mode, unlisted: 'fail' });
    expect(result.exitCode).toBe(1);
    expect(failuresOf(result)).toEqual([
      {
        kind: 'unlisted',
        sso_connector_id: step.other.id,
        email_domain: 'globex.example',
        title: 'globex.example: not in the list',
        message: 'The account has globex.example, which is not in the list.',
        action: 'Add what is missing to the list, or use unlisted: report. The job summary has the YAML to paste.',
        may_have_taken_effect: false,
        documentation_url: null,
      },
    ]);
    expect(listOf(result, 'unlisted')).toHaveLength(1);
    const action = 'Add it to the list (YAML below), or use `unlisted: report`.';
    expect(result.outputs['summary']).toContain(`| globex.example | not in the list | ${action} |\n`);
    expect(result.outputs['summary']).not.toContain('The job summary');
    // All that there is to say of it stands above.
    expect(result.outputs['summary']).not.toContain('full message');
    // The listed one is another matter.
    expect(result.outputs['in_sync']).toBe('true');
  });

  it('opens the issue with unlisted: fail', async () => {
    await using step = await start();
    const { simulator } = step;
    const inputs = { report_issue: 'true', github_token: simulator.githubToken, mode: 'check', connectors: LIST };
    const env = { GITHUB_API_URL: simulator.githubApiUrl };
    const told =
      '1 connector of the account is not in the list: globex.example. The job summary has the YAML to paste.';
    expect((await runStep(simulator, { ...inputs, unlisted: 'report' }, { env })).lines).toContain(told);
    expect(simulator.requestsTo('POST')).toEqual([]);
    const { lines } = await runStep(simulator, { ...inputs, unlisted: 'fail' }, { env });
    // The annotation says it.
    expect(lines).not.toContain(told);
    expect(lines.filter((line) => line.includes('The job summary'))).toHaveLength(1);
    expect(simulator.github.issues[0]?.body).not.toContain('The job summary');
    expect(simulator.requestsTo('POST').some(({ body }) => body.includes('globex.example'))).toBe(true);
  });
});

describe.concurrent('an entry names a connector', () => {
  const none = async (list: string, more: Record<string, string> = {}) => {
    await using step = await start();
    const result = await step.quick({ connectors: list.replace('ID', step.other.id), unlisted: 'fail', ...more });
    return failuresOf(result).filter(({ kind }) => kind === 'unlisted');
  };

  it.each([
    ['by its id', '- {sso_connector_id: ID}'],
    ['by its domain in any spelling', '- {email_domain: GLOBEX.example.}'],
    ['by its id, with a guard that does not hold', '- {sso_connector_id: ID, email_domain: wrong.example}'],
    [
      'by its domain, beside an id that there is not',
      `- {sso_connector_id: ${'f'.repeat(32)}, email_domain: globex.example}`,
    ],
  ])('%s', async (_, entry) => {
    expect(await none(`${LIST}\n${entry}`)).toEqual([]);
  });

  it('by its id, and then no other of its domain', async () => {
    await using step = await start();
    const twin = step.simulator.addConnector({ email_domain: 'acme.example' });
    const entries = [
      `- {sso_connector_id: ${step.listed.id}, email_domain: acme.example}`,
      '- {email_domain: globex.example}',
    ];
    const result = await step.quick({ connectors: entries.join('\n'), unlisted: 'fail' });
    expect(failuresOf(result)).toMatchObject([{ kind: 'unlisted', sso_connector_id: twin.id }]);
  });

  it('also one of two connectors of its domain', async () => {
    await using step = await start();
    step.simulator.addConnector({ email_domain: 'acme.example' });
    const result = await step.quick({ unlisted: 'fail' });
    expect(failuresOf(result).map(({ kind, email_domain }) => [kind, email_domain])).toEqual([
      ['ambiguous', 'acme.example'],
      ['unlisted', 'globex.example'],
    ]);
  });
});

describe.concurrent('the list of the account', () => {
  it('is not read for it by an update by ids', async () => {
    await using step = await start();
    const result = await step.run({
      mode: 'update',
      connectors: `- {sso_connector_id: ${step.listed.id}, enabled: false}`,
    });
    expect(result).toMatchObject({ exitCode: 0, outputs: { unlisted: '[]' } });
    expect(sent(step.simulator)).toEqual([`PATCH /${step.listed.id} {"enabled":false}`]);
  });

  it('is of no interest for a single connector', async () => {
    await using simulator = await startSimulator();
    simulator.addConnector({ email_domain: 'acme.example' });
    simulator.addConnector({ email_domain: 'globex.example' });
    const step = await runStep(simulator, { mode: 'check', email_domain: 'acme.example', enabled: 'false' });
    expect(step).toMatchObject({ exitCode: 0, outputs: { unlisted: '[]' } });
    expect(step.stdout + step.summary).not.toContain('globex.example');
  });

  it.each<[string, object, object, string]>([
    [
      'a domain',
      { id: 'x', email_domain: 'odd.example', enabled: 'yes' },
      { title: 'odd.example: not in the list' },
      '- { email_domain: odd.example } # Its fields could not be read.',
    ],
    [
      'an id alone',
      { id: 'abcdef', enabled: 'yes' },
      { title: 'connector abcdef: not in the list' },
      '- { sso_connector_id: abcdef } # Its fields could not be read.',
    ],
    [
      'nothing',
      { enabled: 'yes' },
      { title: 'a connector without a name: not in the list', email_domain: null },
      '# A connector without a usable id or domain.',
    ],
  ])('counts an item that cannot be read, and has %s', async (_, item, failure, line) => {
    await using step = await start();
    step.simulator.fault({
      times: Infinity,
      transform: (envelope) => {
        const result = [...(envelope.result as unknown[]).slice(0, 1), item];
        return { ...envelope, result, result_info: { count: 2, total_count: 2 } };
      },
    });
    // An entry whose connector is not known names no other that is not.
    const entries = [
      `- {sso_connector_id: ${step.listed.id}, enabled: true}`,
      '- {email_domain: missing.example}',
      `- {sso_connector_id: ${'f'.repeat(32)}}`,
    ];
    const connectors = entries.join('\n');
    const result = await step.quick({ connectors, unlisted: 'fail' });
    expect(failuresOf(result).filter(({ kind }) => kind === 'unlisted')).toMatchObject([failure]);
    expect(result.outputs['summary']?.split('\n')).toContain(line);
  });

  it('that is incomplete tells of no unlisted connector, and fails with unlisted: fail', async () => {
    await using step = await start({ listPageSize: 1, listStyle: 'repeating' });
    // Which the list has not, but it has another.
    const connectors = `- {sso_connector_id: ${step.other.id}, enabled: true}`;
    expect(await step.quick({ connectors })).toMatchObject({ exitCode: 0, outputs: { unlisted: '[]' } });
    const result = await step.quick({ connectors, unlisted: 'fail' });
    expect(failuresOf(result)).toMatchObject([
      {
        kind: 'ambiguous',
        title: `Account ${step.simulator.accountId}: incomplete list of connectors`,
        message: expect.stringMatching(
          /^Cloudflare's list of the connectors of account \w+ is incomplete: .*\. Whether it has unlisted connectors is unknown\.$/,
        ),
        action: 'Run it again. If that does not help, use unlisted: report.',
      },
    ]);
  });

  it('that cannot be read is one failure', async () => {
    await using step = await start();
    step.simulator.fault({ times: Infinity, respond: { status: 400, body: { success: false, errors: ['No'] } } });
    const result = await step.quick({ unlisted: 'fail' });
    expect(failuresOf(result)).toMatchObject([{ kind: 'refused' }]);
    expect(result.outputs['unlisted']).toBe('[]');
  });
});

/** The list under the unlisted connectors of a summary. */
function yamlOf({ summary }: StepResult): string {
  return /```yaml\n([\s\S]*?)```/.exec(summary)?.[1] ?? '';
}

describe('the list of the summary, put into a file', () => {
  const odd = [
    ...['bücher.example', 'xn--bcher-kva.test', '例え.テスト', 'UPPER.example.', 'a-b.example', '1.example'],
    ...['true.example', 'null', 'on.test', '0x10.example', 'no.example', '1e3.test', '~tilde.example'],
    ...['twins.example', 'Twins.example.'],
  ];

  it.each([1, 25, 1000])('and given back, is in sync: %i connectors', async (count) => {
    await using simulator = await startSimulator();
    simulator.addConnector({ email_domain: 'acme.example', enabled: true });
    for (let n = 0; n < count; n += 1) {
      const email_domain = odd[n] ?? `domain-${Math.floor(n / 2)}.${n % 2 === 0 ? 'example' : 'test'}`;
      simulator.addConnector({ email_domain, enabled: n % 2 === 0, use_fedramp_language: n % 3 === 0 });
    }
    const first = await runStep(simulator, { mode: 'check', connectors: LIST });
    expect(first.exitCode).toBe(0);
    expect(listOf(first, 'unlisted')).toHaveLength(simulator.connectors.length - 1);

    const folder = await mkdtemp(join(tmpdir(), 'list-'));
    try {
      await writeFile(join(folder, 'connectors.yml'), `${LIST}\n${yamlOf(first)}`);
      const again = await runStep(
        simulator,
        { mode: 'check', connectors_file: 'connectors.yml', unlisted: 'fail' },
        { env: { GITHUB_WORKSPACE: folder } },
      );
      expect(failuresOf(again)).toEqual([]);
      expect(again).toMatchObject({ exitCode: 0, warnings: [], outputs: { in_sync: 'true', unlisted: '[]' } });
      expect(listOf(again, 'result')).toHaveLength(simulator.connectors.length);
    } finally {
      await rm(folder, { recursive: true });
    }
  });
});
