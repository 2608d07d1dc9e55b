/**
 * Makes docs/summary.png: the summary of a nightly run against the simulator, as GitHub shows it. Needs Chromium, found
 * in PATH as `chromium` or named by the environment variable CHROMIUM.
 */
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { marked } from 'marked';
import { runAction } from '../test/kit/runner.ts';
import { startDnsServer } from '../test/network/dns-server.ts';
import { startSimulator } from '../test/simulator/simulator.ts';
import { shrinkPng } from './smaller-png.ts';

const PICTURE = 'docs/summary.png';
/** A summary on a run's page is about this wide. */
const WIDTH = 920;

mkdirSync('docs', { recursive: true });
const folder = mkdtempSync(join(tmpdir(), 'picture-'));
try {
  const page = join(folder, 'page.html');
  writeFileSync(page, renderHtml(await summarizeNight()));
  takePicture(page, measureHeight(page));
} finally {
  rmSync(folder, { recursive: true });
}
console.log(`${PICTURE} is made.`);

/** A reconcile of five connectors: one is healed, one cannot be enabled, the others are in sync. */
async function summarizeNight(): Promise<string> {
  await using simulator = await startSimulator();
  await using dns = await startDnsServer({ records: { 'newcomer.example': ['v=spf1 -all'] } });
  simulator.addConnector({ email_domain: 'acme.example' });
  simulator.addConnector({ email_domain: 'branch.example', enabled: true });
  simulator.addConnector({ email_domain: 'federal.example', enabled: true, use_fedramp_language: true });
  simulator.addConnector({ email_domain: 'xn--bcher-kva.example', enabled: true });
  simulator.addConnector({ email_domain: 'newcomer.example', verification: { status: 'awaiting' } });
  const connectors = simulator.connectors.map(({ email_domain }) => ({ email_domain, enabled: true }));
  const { summary } = await runAction({
    inputs: {
      api_base_url: simulator.apiBaseUrl,
      api_token: simulator.tokens.edit,
      account_id: simulator.accountId,
      mode: 'reconcile',
      connectors: JSON.stringify(connectors),
    },
    dns: dns.address,
  });
  return summary;
}

function renderHtml(markdown: string): string {
  const style = readFileSync('node_modules/github-markdown-css/github-markdown-light.css', 'utf8');
  const article = marked.parse(markdown, { async: false, gfm: true });
  return `<!doctype html><meta charset="utf-8"><style>${style}
    body { margin: 0; background: #fff; }
    article { box-sizing: border-box; width: ${WIDTH}px; padding: 24px; }
  </style><article class="markdown-body">${colourDiff(article)}</article>
  <script>document.documentElement.dataset.height = document.querySelector('article').offsetHeight</script>`;
}

/** GitHub colours the lines of a diff, which marked leaves alone. */
function colourDiff(html: string): string {
  const kinds: Readonly<Record<string, string>> = { '-': 'pl-md', '+': 'pl-mi1', '@': 'pl-mdr' };
  return html.replace(
    /(<code class="language-diff">)(.*?)(<\/code>)/gs,
    (_, start: string, text: string, end: string) => {
      const lines = text.split('\n').map((line) => `<span class="${kinds[line.charAt(0)] ?? ''}">${line}</span>`);
      return `${start}${lines.join('\n')}${end}`;
    },
  );
}

function measureHeight(page: string): number {
  const dom = runChromium(['--dump-dom', `--window-size=${WIDTH},100`], page).toString();
  const height = Number(/data-height="(\d+)"/.exec(dom)?.[1]);
  if (!(height > 0)) throw new Error('Chromium did not tell the height of the page.');
  return height;
}

function takePicture(page: string, height: number): void {
  const size = `--window-size=${WIDTH},${height}`;
  const shot = join(folder, 'shot.png');
  runChromium([`--screenshot=${shot}`, '--force-device-scale-factor=2', '--hide-scrollbars', size], page);
  writeFileSync(PICTURE, shrinkPng(readFileSync(shot)));
}

function runChromium(options: readonly string[], page: string): Buffer {
  const quiet = ['--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync'];
  const headless = ['--headless', '--no-sandbox', '--disable-gpu', `--user-data-dir=${join(folder, 'profile')}`];
  return execFileSync(
    process.env['CHROMIUM'] || 'chromium',
    [...headless, ...quiet, ...options, pathToFileURL(page).href],
    { stdio: ['ignore', 'pipe', 'ignore'] },
  );
}
