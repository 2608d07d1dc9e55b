import fc from 'fast-check';
import { marked } from 'marked';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { code, prose } from '../../src/report/markdown.ts';
import { log } from '../../src/runner/log.ts';
import { oneLine } from '../../src/untrusted.ts';
import { CONNECTOR, inputsFor, runReadably, TOKEN, toldBy } from '../kit/fault-world.ts';
import { hostileField, hostileText, tagsOf, textOf } from '../kit/hostile-text.ts';
import type { StepResult } from '../kit/runner.ts';
import { LineReader, readLog, type StepLog } from '../kit/runner-log.ts';
import { writtenBy } from '../kit/stdout.ts';
import { type DnsServer, startDnsServer } from '../network/dns-server.ts';
import { type Simulator, startSimulator } from '../simulator/simulator.ts';

describe('text from outside in the log', () => {
  beforeEach(() => {
    vi.stubEnv('RUNNER_DEBUG', '1');
  });
  afterEach(() => {
    vi.unstubAllEnvs();
  });

  /** What a runner reads of what is written. */
  function read(write: () => void): StepLog {
    const lines: string[] = [];
    const reader = new LineReader((line) => lines.push(line));
    reader.write(Buffer.from(writtenBy(write)));
    reader.end();
    return readLog(lines);
  }

  it('is one line and never a command', () => {
    fc.assert(
      fc.property(hostileText, fc.constantFrom('', 'Cloudflare says: ', '#', '##', ':', ' '), (text, before) => {
        const { commands, log: lines } = read(() => log.info(before + text));
        expect([commands, lines.length]).toEqual([[], 1]);
      }),
      { numRuns: 1000 },
    );
  });

  it.each(['notice', 'warning', 'error', 'debug'] as const)('is one command of ours and no other: %s', (kind) => {
    fc.assert(
      fc.property(hostileText, (text) => {
        const { commands, log: lines } = read(() => (kind === 'debug' ? log.debug(() => text) : log[kind](text)));
        expect(lines).toEqual([]);
        expect(commands).toEqual([{ command: kind, properties: {}, message: oneLine(text, 4000), registered: true }]);
      }),
      { numRuns: 1000 },
    );
  });

  it('has nothing that is invisible or changes its direction, and is as long as it may be', () => {
    fc.assert(
      fc.property(hostileText, fc.integer({ min: 1, max: 40 }), (text, limit) => {
        const line = oneLine(text, limit);
        expect(line).not.toMatch(/[\p{Cc}\p{Cf}\p{Cs}\p{DI}\p{Zl}\p{Zp}]|[#＃﹟]{2}[[［]|^\s*[:：﹕︓]{2}/u);
        expect(line.length).toBeLessThanOrEqual(limit);
      }),
      { numRuns: 1000 },
    );
  });

  it.each([
    ['::error::x', ': :error::x'],
    ['##[error]x', '# #[error]x'],
    ['：：error::x', '： ：error::x'],
    [' ：：error：：x', '： ：error： ：x'],
    [':：error::x', ': ：error::x'],
    ['：:error::x', '： :error::x'],
    ['﹕︓error::x', '﹕ ︓error::x'],
    ['a ＃＃［error]x', 'a ＃ ＃［error]x'],
    ['a #＃[error]x', 'a # ＃[error]x'],
    ['a ＃#［error]x', 'a ＃ #［error]x'],
    ['a ###[error]x##[y', 'a ## #[error]x# #[y'],
    ['a ﹟﹟[error]x', 'a ﹟ ﹟[error]x'],
    // What a comparison by culture passes over.
    ['#\u034f#[x', '# #[x'],
    [':\ufe0f:x', ': :x'],
    ['##\u200b[x', '## [x'],
  ])('is no command in any width: %j', (text, expected) => {
    expect(oneLine(text)).toBe(expected);
  });

  it('is left as it is where it does no harm', () => {
    for (const text of ['a: b :: c', 'Zürich ✓ 東京', '#1 [x]', '100 %', '＃1：a', '##', '# [x]'])
      expect(oneLine(text)).toBe(text);
  });
});

describe('text from outside in Markdown', () => {
  const page = (text: string) =>
    `### Title\n\n- ${prose(text)}\n\n| a | b |\n|---|---|\n| ${code(text)} | ${code(text)} |\n\nChanged: ${prose(text)}\n\nend\n`;

  it('is text, whole, and neither element nor link nor mention', async () => {
    const plain = tagsOf(await marked(page('x')));
    await fc.assert(
      fc.asyncProperty(hostileText, async (text) => {
        const html = await marked(page(text));
        expect(tagsOf(html)).toEqual(plain);
        const shown = oneLine(text, 300);
        expect(solid(textOf(html))).toBe(solid(`Title${shown}ab${shown}${shown}Changed:${shown}end`));
        expect(textOf(html.replace(/<code>.*?<\/code>/gs, ''))).not.toMatch(/@[\w-]|#\d|\bgh-\d|\bwww\.|:\/\//i);
      }),
      { numRuns: 300 },
    );
  });

  /** Without white space, and without the zero-width space that keeps GitHub from making links. */
  function solid(text: string): string {
    return text.replace(/[\s\u200b]/g, '');
  }
});

describe('hostile answers', () => {
  let simulator: Simulator;
  let dns: DnsServer;
  beforeAll(async () => {
    [simulator, dns] = await Promise.all([startSimulator(), startDnsServer()]);
  });
  afterAll(() => Promise.all([simulator.close(), dns.close()]));
  afterEach(() => simulator.clearFaults());

  const run = (respond: { status: number; headers?: Record<string, string>; body: unknown }) => {
    simulator.clearFaults();
    simulator.fault({ times: Infinity, respond });
    const more = { mode: 'check', require_verified: 'true', max_retries: '0' };
    return runReadably({ inputs: inputsFor(simulator.apiBaseUrl, more), debug: true, dns: dns.address });
  };

  /** The same commands as with plain text, which have nothing of the text but in their message and title. */
  function expectLike(result: StepResult, plain: StepResult) {
    const shape = ({ commands, exitCode }: StepResult) => ({
      exitCode,
      // What an annotation had no room for is folded.
      commands: commands
        .filter(({ command }) => !['group', 'endgroup'].includes(command))
        .map(({ command, properties }) => [command, Object.keys(properties)]),
    });
    expect(result.masks).toEqual([TOKEN]);
    expect(shape(result)).toEqual(shape(plain));
    for (const line of result.lines) expect(line).not.toMatch(/[#＃﹟]{2}[[［]|^\s*[：﹕︓]|^\s*:[：﹕︓]/u);
  }

  /** The elements of a summary that one with plain text does not have. */
  async function newTags(result: StepResult, plain: StepResult): Promise<string[]> {
    const known = tagsOf(await marked(plain.summary));
    return tagsOf(await marked(result.summary)).filter((tag) => !known.includes(tag));
  }

  it('of a connector: log and summary are ours, outputs have the raw values', async () => {
    const connectorOf = (text: () => string) => ({
      ...CONNECTOR,
      enabled: false,
      // A blank one is none.
      email_domain: `a${text()}`,
      created_on: `${text()}a`,
      updated_on: `${text()}a`,
      verification: { status: `${text()}a`, code: `${text()}a` },
      [text()]: text(),
    });
    const envelopeOf = (text: () => string) => ({
      success: true,
      errors: [],
      messages: Array.from({ length: 20 }, (_, n) => (n % 2 ? { code: n, message: text() } : `${text()}${n}`)),
      result: connectorOf(text),
    });
    const plain = await run({ status: 200, body: envelopeOf(() => 'plain.example') });
    await fc.assert(
      fc.asyncProperty(fc.infiniteStream(hostileText), hostileField, async (texts, ray) => {
        const body = envelopeOf(() => texts.next().value ?? '');
        const result = await run({ status: 200, headers: { 'cf-ray': ray }, body });
        expectLike(result, plain);
        expect(result.exitCode).toBe(1);
        expect(await newTags(result, plain)).toEqual([]);
        const { outputs } = result;
        const { result: connector, messages } = body;
        const { email_domain, created_on, updated_on, verification } = connector;
        expect(outputs).toMatchObject({
          email_domain: email_domain.toWellFormed(),
          created_on: created_on.toWellFormed(),
          updated_on: updated_on.toWellFormed(),
          verification_status: verification.status.toWellFormed(),
          verification_code: verification.code.toWellFormed(),
        });
        expect([outputs['result'], outputs['messages']].map((json) => JSON.parse(json ?? ''))).toEqual([
          connector,
          messages,
        ]);
      }),
      { numRuns: 3 },
    );
  });

  it('of errors: log and summary are ours, outputs have the raw values', async () => {
    const entryOf = (text: () => string): unknown => ({
      code: text(),
      message: text(),
      documentation_url: text(),
      source: { pointer: text() },
      error_chain: [{ code: text(), message: text(), error_chain: [text()] }],
      [text()]: text(),
    });
    const envelopeOf = (text: () => string) => ({
      success: false,
      errors: Array.from({ length: 12 }, (_, n) => (n % 3 ? entryOf(text) : text())),
      messages: [entryOf(text)],
    });
    const plain = await run({ status: 400, body: envelopeOf(() => 'plain') });
    await fc.assert(
      fc.asyncProperty(fc.infiniteStream(hostileText), hostileField, async (texts, ray) => {
        const body = envelopeOf(() => texts.next().value ?? '');
        const result = await run({ status: 400, headers: { 'cf-ray': ray }, body });
        expectLike(result, plain);
        expect(await newTags(result, plain)).toEqual([]);
        expect(JSON.parse(result.outputs['errors'] ?? '')).toEqual(body.errors);
        expect(JSON.parse(result.outputs['messages'] ?? '')).toEqual(body.messages);
      }),
      { numRuns: 3 },
    );
  });

  it('that are no JSON: log and summary are ours', async () => {
    const plain = await run({ status: 403, body: 'plain' });
    await fc.assert(
      fc.asyncProperty(hostileText, hostileField, hostileField, async (page, ray, type) => {
        const headers = { 'cf-ray': ray, 'content-type': type };
        const result = await run({ status: 403, headers, body: `<${page}` });
        expectLike(result, plain);
        expect(toldBy(result)[0]).toMatch(/^Could not read connector \w+: [\w' ]+ answered instead of the API \(/);
        expect(await newTags(result, plain)).toEqual([]);
      }),
      { numRuns: 3 },
    );
  });
});
