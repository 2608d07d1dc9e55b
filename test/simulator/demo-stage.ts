import { isDeepStrictEqual } from 'node:util';
import { runAction } from '../kit/runner.ts';
import { startDnsServer } from '../network/dns-server.ts';
import { describeSurprise, type Report, showIssue, showStep } from './demo-text.ts';
import { isGitHub } from './exchange.ts';
import type { RecordedRequest } from './request.ts';
import { type Simulator, startSimulator } from './simulator.ts';

/** What is shown, and how: `play` sets up the simulator and runs steps. */
export interface Scene {
  title: string;
  play: (stage: Stage) => Promise<void>;
}

/** A step of a workflow, and what is expected of it. */
export interface Step {
  /** Said before it is shown, where a scene has several. */
  says?: string;
  /** The inputs; an expression for a secret or a variable is shown as it stands, its value is passed on. */
  with: Readonly<Record<string, string>>;
  exit: 'succeeded' | 'failed';
  /** Every request, as `PATCH /sso_connectors/… {"enabled":true} -> 200`, in any order. */
  requests: readonly string[];
}

/** What a scene has at hand. */
export interface Stage {
  readonly simulator: Simulator;
  /** Puts TXT records into DNS, by default the ones that the domain's connectors ask for. */
  publishTxt: (domain: string, ...values: string[]) => void;
  step: (step: Step) => Promise<void>;
}

/** Plays a scene on a simulator and a DNS server of its own. */
export async function playScene(scene: Scene): Promise<{ text: string; asExpected: boolean }> {
  await using simulator = await startSimulator();
  await using dns = await startDnsServer();
  const texts: string[] = [];
  let asExpected = true;

  await scene.play({
    simulator,
    publishTxt(domain, ...values) {
      simulator.publishTxt(domain, ...values);
      dns.setTxt(domain, simulator.txtRecords.get(domain) ?? []);
    },
    async step(step) {
      const report = await runStep(step, simulator, dns.address);
      texts.push(showStep(step, report));
      if (isSurprise(step, report)) {
        asExpected = false;
        texts.push(describeSurprise(step));
      }
      if (step.with['report_issue']) texts.push(...simulator.github.issues.map(showIssue));
    },
  });
  return { text: texts.join('\n'), asExpected };
}

async function runStep(step: Step, simulator: Simulator, dns: string): Promise<Report> {
  const before = simulator.requests.length;
  const result = await runAction({
    inputs: { api_base_url: simulator.apiBaseUrl, ...expand(step.with, simulator) },
    githubToken: simulator.githubToken,
    env: { GITHUB_API_URL: simulator.githubApiUrl },
    dns,
  });
  return { result, requests: simulator.requests.slice(before).map(describeRequest) };
}

function isSurprise({ exit, requests }: Step, { result, requests: actual }: Report): boolean {
  const exitCode = exit === 'succeeded' ? 0 : 1;
  return result.exitCode !== exitCode || !isDeepStrictEqual(actual.toSorted(), requests.toSorted());
}

/** As a runner does: puts in the values of secrets and variables. One that does not exist is empty. */
function expand(inputs: Step['with'], { tokens, accountId }: Simulator): Record<string, string> {
  const values: Readonly<Record<string, string>> = {
    'secrets.CLOUDFLARE_API_TOKEN': tokens.edit,
    'secrets.CLOUDFLARE_READ_TOKEN': tokens.read,
    'vars.CLOUDFLARE_ACCOUNT_ID': accountId,
  };
  const entries = Object.entries(inputs).map(([name, text]) => {
    return [name, text.replace(/\$\{\{ (\S+) \}\}/g, (_, expression: string) => values[expression] ?? '')];
  });
  return Object.fromEntries(entries);
}

/** Without what is the same for all; of those to GitHub without queries and bodies too. */
function describeRequest(request: RecordedRequest): string {
  const path = request.path.replace(/^\/client\/v4\/accounts\/\w+|^\/api\/v3/, '').replace(/\?.*/, '');
  const body = request.body === '' || isGitHub(request) ? '' : ` ${request.body}`;
  return `${isGitHub(request) ? 'GitHub: ' : ''}${request.method} ${path}${body} -> ${request.status ?? 'no answer'}`;
}
