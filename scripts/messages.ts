/**
 * Writes docs/messages.md: every failure that a list of provocations brings about, side by side, with the warnings and
 * notices. `--check` only tells whether it is fresh.
 */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Cancelled, type FailureRecord } from '../src/failure.ts';
import { prose } from '../src/report/markdown.ts';
import { setOutputs } from '../src/report/outputs.ts';
import { run } from '../src/run.ts';
import { FakeClock } from '../test/kit/clock.ts';
import { inputsFor } from '../test/kit/connector-step.ts';
import { inputVariables } from '../test/kit/runner-environment.ts';
import { startSimulator } from '../test/simulator/simulator.ts';
import { type Provoke, provocations } from './message-provocations.ts';

const FILE = 'docs/messages.md';

const INTRODUCTION = `# Messages

The failures that people meet most, as they stand in the log, the annotations, the summary, the issue and the output
\`failures\`. \`npm run messages\` makes this page: it provokes them one by one against the simulator. What differs from
run to run, such as a \`cf-ray\`, is replaced. Change a message in \`src/\`, never here.
`;

interface Said {
  readonly failures: readonly FailureRecord[];
  readonly warnings: readonly string[];
}

const folder = mkdtempSync(join(tmpdir(), 'messages-'));
try {
  const page = await renderMessages();
  if (!process.argv.includes('--check')) writeFileSync(FILE, page);
  else if (page !== readFileSync(FILE, 'utf8')) throw new Error(`${FILE} is stale: npm run messages`);
} finally {
  rmSync(folder, { recursive: true });
}

async function renderMessages(): Promise<string> {
  const warnings = new Set<string>();
  const sections: string[] = [];
  for (const [title, group] of Object.entries(provocations)) {
    const rows = new Set<string>();
    for (const provoke of group) {
      const said = await listen(provoke);
      for (const failure of said.failures) rows.add(row(failure));
      for (const warning of said.warnings) warnings.add(`- ${prose(warning)}\n`);
    }
    sections.push(
      `## ${title}\n\n| kind | title | message | action |\n| --- | --- | --- | --- |\n${[...rows].join('')}`,
    );
  }
  return [INTRODUCTION, ...sections, `## Warnings and notices\n\n${[...warnings].join('')}`].join('\n');
}

function row({ kind, title, message, action }: FailureRecord): string {
  return `| ${[kind, title, message, action ?? ''].map((text) => prose(text)).join(' | ')} |\n`;
}

/** What a run says of a provocation, without what differs from run to run. */
async function listen(provoke: Provoke): Promise<Said> {
  await using simulator = await startSimulator();
  const { inputs, env = {}, dns = () => ({ unknown: 'not asked' }), isCancelled } = provoke(simulator);
  const cancel = new AbortController();
  const warnings: string[] = [];
  const warn = (line: string) => void warnings.push(line);
  const result = await run({
    env: {
      GITHUB_WORKSPACE: folder,
      ...inputVariables(inputsFor(simulator, { max_retries: '0', ...inputs }), ''),
      ...env,
    },
    clock: new FakeClock(),
    log: {
      info: (line) =>
        isCancelled && line.startsWith('Waiting for') ? cancel.abort(new Cancelled('SIGTERM')) : undefined,
      ...{ group() {}, notice: warn, warning: warn, error() {}, debug() {} },
    },
    lookUpTxt: async () => dns(simulator.connectors[0]?.verification?.code ?? ''),
    signal: cancel.signal,
  });
  const all = isCancelled ? [...result.failures, ...failToSetOutputs(result)] : result.failures;
  const steady = (text: string) =>
    text
      .replaceAll(simulator.origin, 'https://api.cloudflare.com')
      .replace(/127\.0\.0\.1:\d+/g, '104.16.0.1:443')
      .replace(/cf-ray [\w-]+/g, 'cf-ray 0123456789abcdef-FRA')
      .replace(/(ray ID )\w+/gi, '$10123456789abcdef')
      .replace(/\d{4}-\d\d-\d\dT[\d:.]+Z/g, '2026-08-01T00:00:00Z');
  return {
    failures: all.map((failure) => ({
      ...failure,
      title: steady(failure.title),
      message: steady(failure.message),
      action: failure.action && steady(failure.action),
    })),
    warnings: warnings.map(steady),
  };
}

function failToSetOutputs(result: Parameters<typeof setOutputs>[0]): FailureRecord[] {
  process.env['GITHUB_OUTPUT'] = folder;
  return setOutputs(result, '', process.env);
}
