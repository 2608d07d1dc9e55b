/**
 * `node scripts/self-test-examples.ts ACT`: runs every example with act, against the simulator, without GitHub and without
 * containers. A copy of the example uses the action of this repository, which is started with the simulator's addresses.
 */
import { execFile, execFileSync } from 'node:child_process';
import { chmodSync, cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { type Simulator, startSimulator } from '../test/simulator/simulator.ts';
import { USES } from './repository.ts';

const [, , ACT = 'act'] = process.argv;
const LIST = '[{ email_domain: acme.example, enabled: true }, { email_domain: branch.example, enabled: true }]';
const PULL = {
  pull_request: { number: 7, head: { repo: { full_name: 'acme/platform' } }, user: { login: 'octocat' } },
};
const FORK = { pull_request: { number: 8, head: { repo: { full_name: 'mallory/x' } }, user: { login: 'mallory' } } };

interface Scenario {
  readonly title: string;
  readonly example: string;
  readonly event: 'workflow_dispatch' | 'schedule' | 'push' | 'pull_request';
  readonly payload?: object;
  readonly vars?: Readonly<Record<string, string>>;
  /** Whether SSO is on for acme.example before; branch.example is off. */
  readonly on: boolean;
  /** The token ends in so many days; never by default. */
  readonly days?: number;
  /** The comment that gh finds. */
  readonly comment?: string;
  readonly ends: 'well' | 'badly';
  /** What Cloudflare is asked to write. */
  readonly writes?: readonly string[];
  /** What the log or gh has. act may lose the last lines of a process that ends, so this is never one of them. */
  readonly says?: RegExp;
  readonly saysNot?: RegExp;
}

const ON = 'PATCH {"enabled":true}';
const OFF = 'PATCH {"enabled":false}';
const breakGlass = { example: 'break-glass', event: 'workflow_dispatch', ends: 'well' } as const;
const pull = { example: 'pull-request', event: 'pull_request', ends: 'well', on: true } as const;

const SCENARIOS: readonly Scenario[] = [
  { ...breakGlass, title: 'disable', payload: { inputs: { sso: 'disable' } }, on: true, writes: [OFF] },
  { ...breakGlass, title: 'enable', payload: { inputs: { sso: 'enable' } }, on: false, writes: [ON] },
  { ...breakGlass, title: 'a drill', payload: { inputs: { sso: 'drill' } }, on: true },
  { ...breakGlass, title: 'the monthly drill', event: 'schedule', on: true },
  {
    ...breakGlass,
    title: 'a drill 20 days before the end',
    event: 'schedule',
    on: true,
    days: 20,
    says: /warning.*token expires on/,
  },
  {
    ...breakGlass,
    title: 'a drill 5 days before the end',
    event: 'schedule',
    on: true,
    days: 5,
    ends: 'badly',
    says: /Failure - Main The token lasts/,
  },
  { title: 'open', example: 'gate-deploy', event: 'push', on: true, ends: 'well', says: /Your deployment/ },
  { title: 'shut', example: 'gate-deploy', event: 'push', on: false, ends: 'badly', saysNot: /Your deployment/ },
  { title: 'put back', example: 'nightly', event: 'schedule', on: false, ends: 'well', writes: [ON] },
  {
    title: 'left off',
    example: 'nightly',
    event: 'schedule',
    vars: { SSO_BREAK_GLASS: 'on' },
    on: false,
    ends: 'badly',
  },
  { title: 'a list', example: 'nightly-fleet', event: 'schedule', on: true, ends: 'well', writes: [ON] },
  { title: 'two accounts', example: 'many-accounts', event: 'schedule', on: true, ends: 'well', writes: [ON] },
  { ...pull, title: 'a plan', payload: PULL, says: /gh: .*POST repos\/acme\/platform\/issues\/7\/comments/ },
  { ...pull, title: 'the next plan', payload: PULL, comment: '99', says: /gh: .*PATCH repos\/.*\/comments\/99/ },
  { ...pull, title: 'a fork', payload: FORK, saysNot: /gh: / },
  { ...pull, title: 'after the merge', event: 'push', writes: [ON] },
  {
    title: 'a domain that is verified',
    example: 'onboard-domain',
    event: 'workflow_dispatch',
    payload: { inputs: { email_domain: 'branch.example' } },
    on: true,
    ends: 'well',
    writes: [ON],
  },
];

async function play(scenario: Scenario): Promise<string[]> {
  await using simulator = await startSimulator();
  const { id } = simulator.addConnector({ email_domain: 'acme.example', enabled: scenario.on });
  simulator.addConnector({ email_domain: 'branch.example' });
  if (scenario.days !== undefined) {
    const end = new Date(Date.now() + (scenario.days + 0.5) * 86_400_000);
    simulator.setToken(simulator.tokens.account, { expires_on: end.toISOString() });
  }
  const folder = mkdtempSync(join(tmpdir(), 'example-'));
  try {
    prepare(folder, scenario, simulator);
    const { failed, log } = await act(folder, scenario, simulator, id);
    const gh = join(folder, 'gh.log');
    const text = existsSync(gh) ? log + readFileSync(gh, 'utf8') : log;
    const writes = simulator.requests.filter(({ method, path }) => method !== 'GET' && path.includes('/client/v4/'));
    const asked = writes.map(({ method, body }) => `${method} ${body}`);
    const isFork = scenario.payload === FORK;
    const wrong = [
      ...((simulator.requests.length === 0) === isFork ? [] : [`it asked ${simulator.requests.length} times`]),
      ...(failed === (scenario.ends === 'badly') ? [] : [`it ended ${failed ? 'badly' : 'well'}`]),
      ...(String(asked) === String(scenario.writes ?? []) ? [] : [`it wrote ${JSON.stringify(asked)}`]),
      ...(scenario.says?.test(text) === false ? [`it did not say ${scenario.says}`] : []),
      ...(scenario.saysNot?.test(text) ? [`it said ${scenario.saysNot}`] : []),
    ];
    return wrong.length === 0 ? [] : [...wrong, text];
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/**
 * The repository of a user, with the example and the action in it. act needs a checkout for an action of the repository
 * itself, and does not know `deployment`.
 */
function prepare(folder: string, { example }: Scenario, { apiBaseUrl, githubApiUrl }: Simulator): void {
  const workflow = readFileSync(`examples/${example}.yml`, 'utf8')
    .replaceAll(/^ *deployment: false\n/gm, '')
    .replaceAll(/^( *)steps:\n(?! *- uses: actions\/checkout)/gm, '$1steps:\n$1  - uses: actions/checkout@v7\n')
    .replaceAll(USES, './');
  const start = `process.env.INPUT_API_BASE_URL = '${apiBaseUrl}';
process.env.GITHUB_API_URL = '${githubApiUrl}';
await import('./dist/index.js');
`;
  const files: Record<string, string> = {
    [`.github/workflows/${example}.yml`]: workflow,
    'start.mjs': start,
    'action.yml': readFileSync('action.yml', 'utf8').replace('dist/index.js', 'start.mjs'),
    'sso-connectors.yml': LIST,
    'sso/production.yml': LIST,
    'sso/research.yml': '[{ email_domain: acme.example }]',
    'bin/gh':
      '#!/bin/sh\necho "gh: $*" >>"$GH_LOG"\ncase "$*" in *--jq*) echo "$GH_COMMENT" ;; *) cat >>"$GH_LOG" ;; esac\n',
  };
  for (const [path, content] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), content);
  }
  chmodSync(join(folder, 'bin/gh'), 0o755);
  cpSync('dist', join(folder, 'dist'), { recursive: true });
  const git = (...args: string[]) =>
    execFileSync('git', ['-c', 'user.name=x', '-c', 'user.email=x@x', ...args], { cwd: folder });
  git('init', '--quiet', '--initial-branch=main');
  git('remote', 'add', 'origin', 'https://github.com/acme/platform.git');
  git('add', '--all');
  git('commit', '--quiet', '--message=x');
}

function act(folder: string, { event, payload, vars, comment }: Scenario, simulator: Simulator, id: string) {
  const { account, read } = simulator.tokens;
  const pairs = (option: string, values: Readonly<Record<string, string>>) =>
    Object.entries(values).flatMap(([name, value]) => [option, `${name}=${value}`]);
  writeFileSync(join(folder, 'event.json'), JSON.stringify(payload ?? {}));
  const args = [
    ...[
      event,
      '--eventpath',
      join(folder, 'event.json'),
      '--platform',
      'ubuntu-latest=-self-hosted',
      '--no-cache-server',
    ],
    ...pairs('--var', { CLOUDFLARE_ACCOUNT_ID: simulator.accountId, SSO_CONNECTOR_ID: id, ...vars }),
    ...pairs('--secret', {
      CLOUDFLARE_API_TOKEN: account,
      CLOUDFLARE_READ_TOKEN: read,
      GITHUB_TOKEN: simulator.githubToken,
    }),
    ...pairs('--env', { GH_LOG: join(folder, 'gh.log'), GH_COMMENT: comment ?? '' }),
  ];
  const env = { ...process.env, PATH: `${folder}/bin:${process.env['PATH']}` };
  return new Promise<{ failed: boolean; log: string }>((resolve) => {
    execFile(ACT, args, { cwd: folder, env, maxBuffer: 2 ** 26 }, (error, stdout, stderr) =>
      resolve({ failed: error !== null, log: stdout + stderr }),
    );
  });
}

const only = process.argv[3] ?? '';
for (const scenario of SCENARIOS.filter(({ example }) => example.includes(only))) {
  const [first, ...rest] = await play(scenario);
  console.log(`${first === undefined ? 'passed' : 'FAILED'}  ${scenario.example}.yml: ${scenario.title}`);
  if (first === undefined) continue;
  console.log([first, ...rest].join('\n'));
  process.exitCode = 1;
}
