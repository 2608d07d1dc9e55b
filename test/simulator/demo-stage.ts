import { isDeepStrictEqual } from 'node:util';
import { runAction } from '../kit/runner.ts';
import { startDnsServer } from '../network/dns-server.ts';
import type { Scene, Step } from './demo-scene.ts';
import { describeSurprise, type Report, showIssue, showStep } from './demo-text.ts';
import { isGitHub } from './exchange.ts';
import type { RecordedRequest } from './request.ts';
import { type Simulator, startSimulator } from './simulator.ts';

/** Plays a scene on a simulator and a DNS server of its own. */
export async function playScene(scene: Scene): Promise<{ text: string; asExpected: boolean }> {
  await using simulator = await startSimulator();
  await using dns = await startDnsServer();
  const texts: string[] = [];
  let asExpected = true;
  let run = 1658821493;

  await scene.play({
    simulator,
    publishTxt(domain, ...values) {
      simulator.publishTxt(domain, ...values);
      dns.setTxt(domain, simulator.txtRecords.get(domain) ?? []);
    },
    async step(step) {
      const report = await runStep(step, simulator, dns.address, run++);
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

async function runStep(step: Step, simulator: Simulator, dns: string, run: number): Promise<Report> {
  const before = simulator.requests.length;
  const result = await runAction({
    inputs: { api_base_url: simulator.apiBaseUrl, ...expand(step.with, simulator) },
    githubToken: simulator.githubToken,
    env: { GITHUB_API_URL: simulator.githubApiUrl, GITHUB_RUN_ID: String(run) },
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
    'secrets.CLOUDFLARE_USER_TOKEN': tokens.user,
    'vars.CLOUDFLARE_ACCOUNT_ID': accountId,
  };
  const entries = Object.entries(inputs).map(([name, text]) => {
    return [name, text.replace(/\$\{\{ (\S+) \}\}/g, (_, expression: string) => values[expression] ?? '')];
  });
  return Object.fromEntries(entries);
}

/** Without what is the same for all; of those to GitHub without queries and bodies too. */
function describeRequest(request: RecordedRequest): string {
  const path = request.path.replace(/^\/client\/v4(\/accounts\/\w+)?|^\/api\/v3/, '').replace(/\?.*/, '');
  const body = request.body === '' || isGitHub(request) ? '' : ` ${request.body}`;
  return `${isGitHub(request) ? 'GitHub: ' : ''}${request.method} ${path}${body} -> ${request.status ?? 'no answer'}`;
}
