/**
 * Makes the pictures of job summaries in docs/, as GitHub shows them. With a folder as argument: all scenes, light and
 * dark, into that. Needs Chromium, found in PATH as `chromium` or named by the environment variable CHROMIUM.
 */
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { marked } from 'marked';
import { scenes, summarize } from './picture-scenes.ts';

/** A summary on a run's page is about this wide. */
const WIDTH = 920;

type Theme = 'light' | 'dark';

const DOCS = [
  ['fleet', 'docs/summary.png'],
  ['disable', 'docs/break-glass.png'],
] as const;

const [target, only] = process.argv.slice(2);
const folder = mkdtempSync(join(tmpdir(), 'picture-'));
try {
  if (target === undefined) {
    for (const [name, file] of DOCS) await picture(name, 'light', file);
  } else {
    mkdirSync(target, { recursive: true });
    for (const name of Object.keys(scenes).filter((name) => only === undefined || name === only)) {
      for (const theme of ['light', 'dark'] as const) await picture(name, theme, join(target, `${name}-${theme}.png`));
    }
  }
} finally {
  rmSync(folder, { recursive: true });
}

async function picture(name: string, theme: Theme, file: string): Promise<void> {
  const scene = scenes[name];
  if (scene === undefined) throw new Error(`There is no scene ${name}`);
  const { summary } = await summarize(scene);
  const page = join(folder, 'page.html');
  writeFileSync(page, renderHtml(summary, theme));
  const height = measureHeight(page);
  const size = `--window-size=${WIDTH},${height}`;
  runChromium([`--screenshot=${file}`, '--force-device-scale-factor=1.5', '--hide-scrollbars', size], page);
  console.log(`${file}: ${height} px high`);
}

function renderHtml(markdown: string, theme: Theme): string {
  const style = readFileSync(`node_modules/github-markdown-css/github-markdown-${theme}.css`, 'utf8');
  const article = marked.parse(markdown, { async: false, gfm: true });
  return `<!doctype html><meta charset="utf-8"><style>${style}
    body { margin: 0; background: ${theme === 'light' ? '#fff' : '#0d1117'}; }
    article { box-sizing: border-box; width: ${WIDTH}px; padding: 24px; }
  </style><article class="markdown-body">${article}</article>
  <script>document.documentElement.dataset.height = document.querySelector('article').offsetHeight</script>`;
}

function measureHeight(page: string): number {
  const dom = runChromium(['--dump-dom', `--window-size=${WIDTH},100`], page).toString();
  const height = Number(/data-height="(\d+)"/.exec(dom)?.[1]);
  if (!(height > 0)) throw new Error('Chromium did not tell the height of the page.');
  return height;
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
