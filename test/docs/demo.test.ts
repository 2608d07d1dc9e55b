import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { USES } from '../../scripts/repository.ts';
import type { Step } from '../simulator/demo-scene.ts';
import { playScene } from '../simulator/demo-stage.ts';
import { scenes } from '../simulator/scenes.ts';
import { apiToken, workflowToken } from '../simulator/tokens.ts';

const DEMO = fileURLToPath(new URL('../simulator/demo.ts', import.meta.url));

describe('the demo', () => {
  it('shows every scene, ends well, and has neither colours nor secrets in a pipe', async () => {
    const env = { PATH: process.env['PATH'] };
    const { stdout, stderr } = await promisify(execFile)(process.execPath, [DEMO], { env });
    const titles = [...stdout.matchAll(/^=== \d+\. (.*?) =+$/gm)].map(([, title]) => title);
    expect(titles).toEqual(scenes.map(({ title }) => title));
    expect(stdout).toMatch(new RegExp(`\n${scenes.length} of ${scenes.length} scenes went as expected\\.\n$`));
    expect(stderr).toBe('');
    expect(stdout).not.toContain('\x1b');
    for (const secret of [apiToken('edit'), apiToken('read'), apiToken('user', 'cfut_'), workflowToken('write')]) {
      expect(stdout).not.toContain(secret);
    }
  });

  it('shows of a step its inputs, log, requests, exit, outputs and summary', async () => {
    const { text, asExpected } = await playScene({
      title: 'Misspelt',
      async play({ simulator, step }) {
        const inputs = {
          api_token: 'x',
          account_id: simulator.accountId,
          connectors: '- a: 1\n  b: 2\n',
          mode: 'chek',
        };
        await step({ with: inputs, exit: 'failed', requests: [] });
      },
    });
    expect(asExpected).toBe(true);
    const [step, rest] = text.split(/\n\n(.*)/s);
    expect(step?.split('\n')).toEqual([
      `  - uses: ${USES} # v1.0.0`,
      '    with:',
      '      api_token: x',
      expect.stringMatching(/^ {6}account_id: \w{32}$/),
      '      connectors: |',
      '        - a: 1',
      '          b: 2',
      '      mode: chek',
    ]);
    expect(rest?.match(/^\S.*/gm)).toEqual([
      expect.stringMatching(/^log {8}❌ \d problems in the inputs, so nothing was sent to Cloudflare\.$/),
      'requests   none',
      'exit       failed (1)',
      'outputs    changed=false  in_sync=false  verified=false  result=[]  drift=[]  unlisted=[]  messages=[]',
      expect.stringMatching(
        /^summary {4}### ❌ Cloudflare SSO: \d problems in the inputs, so nothing was sent to Cloudflare$/,
      ),
    ]);
  });

  const step: Step = { with: {}, exit: 'failed', requests: [] };

  it.each<[string, Step, boolean]>([
    ['goes as expected', step, true],
    ['comes to another end', { ...step, exit: 'succeeded' }, false],
    ['lacks a request', { ...step, requests: ['GET /sso_connectors -> 200'] }, false],
  ])('tells where a scene %s', async (_, wanted, expected) => {
    const { text, asExpected } = await playScene({ title: 'No inputs', play: ({ step }) => step(wanted) });
    expect(asExpected).toBe(expected);
    expect(text.includes('NOT AS EXPECTED')).toBe(!expected);
  });
});
