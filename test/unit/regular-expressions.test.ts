import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import type { Attempt, Job, Slowest } from '../kit/regular-expression-worker.ts';
import { nodesOf, parseSources, type SyntaxNode } from '../kit/sources.ts';

const LENGTH = 100_000;
/** A linear one needs some ms, a quadratic one of the cheapest kind 3 s, both of a processor's time. */
const LIMIT_MS = 1000;
/** For one that never ends. */
const WAIT_MS = 120_000;

const files = parseSources();
const literals = files.flatMap(({ path, body }) =>
  nodesOf('RegExpLiteral', body).map(({ pattern, flags, loc }) => ({
    place: `${path}:${loc.start.line}`,
    source: String(pattern),
    flags: String(flags),
  })),
);
/** Those that are made when they are needed, of a text of their file: `new RegExp(SPACE, 'gu')`. */
const made = files.flatMap(({ path, body }) => {
  const texts = new Map(nodesOf('VariableDeclarator', body).map(({ id, init }) => [nameIn(id), rawText(init)]));
  const calls = [...nodesOf('NewExpression', body), ...nodesOf('CallExpression', body)];
  return calls
    .filter(({ callee }) => (callee as SyntaxNode).type === 'Identifier' && nameIn(callee) === 'RegExp')
    .map(({ arguments: given, loc }) => {
      const [text, flags] = given as SyntaxNode[];
      return {
        place: `${path}:${loc.start.line}`,
        source: texts.get(nameIn(text)) ?? '',
        flags: String(flags?.['value'] ?? ''),
      };
    });
});
const expressions = [...literals, ...made];

function nameIn(node: unknown): unknown {
  return nodesOf('Identifier', node)[0]?.['name'];
}

/** What stands in `String.raw`; empty if the text is written in another way. */
function rawText(node: unknown): string {
  const [tagged] = nodesOf('TaggedTemplateExpression', node);
  const [part, ...more] = nodesOf('TemplateElement', tagged);
  return part && more.length === 0 ? (part['value'] as { raw: string }).raw : '';
}

it('knows every regular expression of src', () => {
  expect(literals.length).toBeGreaterThan(20);
  expect(made.length).toBeGreaterThan(5);
  expect(made.filter(({ source }) => source === '')).toEqual([]);
});

it('has no literal that V8 looks up in the tables of Unicode in every run, whether it is used or not', () => {
  expect(literals.filter(({ source }) => source.includes('\\p{'))).toEqual([]);
});

/** One that repeats nothing without end looks at a bounded piece of text from each place. */
const repeating = expressions.filter(({ source }) => /[*+]|\{\d+,\}/.test(source));

it.each(repeating)(
  '$place /$source/$flags takes a time in proportion to the length of a text',
  { timeout: WAIT_MS + 30_000 },
  async ({ source, flags }) => {
    const { cpuMs, attempt, length } = await slowest(source, flags, LIMIT_MS);
    expect(cpuMs, `${JSON.stringify(attempt)}, the second ${length} characters long`).toBeLessThan(LIMIT_MS);
  },
);

it.each([String.raw`\/+$`, '^a*a*$', '"(?:[^"\\\\]|\\\\.)*"', '^x(.*?)[.,]*$'])(
  'would tell of /%s/',
  { timeout: WAIT_MS + 30_000 },
  async (source) => {
    // A fifth of the length takes a 25th of the time, which is still far above what a linear one takes.
    const { cpuMs } = await slowest(source, '', LIMIT_MS / 25, LENGTH / 5);
    expect(cpuMs).toBeGreaterThan(LIMIT_MS / 25);
  },
);

async function slowest(source: string, flags: string, limitMs: number, length = LENGTH): Promise<Slowest> {
  const workerData: Job = { source, flags, limitMs, length, attempts: attemptsOf(source, flags) };
  const worker = new Worker(new URL('../kit/regular-expression-worker.ts', import.meta.url), { workerData });
  try {
    const [message] = await once(worker, 'message', { signal: AbortSignal.timeout(WAIT_MS) });
    return message;
  } finally {
    await worker.terminate();
  }
}

/** Texts that match up to a point, from where on one or two characters repeat, and an end that may not fit. */
function attemptsOf(source: string, flags: string): Attempt[] {
  const alphabet = [...new Set(`${source.replaceAll('\\', '')}\\aA0 \n\t.,-_"`)];
  const samples = matchesOf(source, flags);
  const starts = new Set(['', ...samples.flatMap((sample) => [...sample].map((_, n) => sample.slice(0, n)))]);
  const pairs = samples.flatMap((sample) => [...sample].map((_, n) => sample.slice(n, n + 2)));
  const repeated = new Set([...alphabet, ...pairs, ...alphabet.map((one) => `\\${one}`)]);
  return [...starts].flatMap((start) =>
    [...repeated].flatMap((many) => ['!', '\n'].map((end): Attempt => [start, many, end])),
  );
}

/** Some texts that match; none for an expression that the generator cannot take, or for `\p{…}`, where it may never end. */
function matchesOf(source: string, flags: string): string[] {
  if (/\\p\{/i.test(source)) return [];
  try {
    const texts = fc.stringMatching(new RegExp(source, flags.replace(/[gm]/g, '')), { maxLength: 12 });
    return fc.sample(texts, { seed: 1, numRuns: 2 });
  } catch {
    return [];
  }
}
