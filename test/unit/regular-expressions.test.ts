import { check } from 'recheck';
import { expect, it } from 'vitest';
import { nodesOf, parseSources, type SyntaxNode } from '../kit/sources.ts';

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

it.each(repeating)('$place /$source/$flags takes a time in proportion to the length of a text', async (expression) => {
  expect(await judge(expression.source, expression.flags)).toBe('safe');
});

it.each([String.raw`\/+$`, '^a*a*$', '"(?:[^"\\\\]|\\\\.)*"', '^x(.*?)[.,]*$', '(?<!x)a*a*$', String.raw`(?<!\w)\/+$`])(
  'would tell of /%s/',
  async (source) => {
    expect(await judge(source, '')).toBe('vulnerable');
  },
);

/**
 * Counted, not timed: a busy machine makes nothing vulnerable. Half the usual rounds for the few that are tried and not
 * proved. https://makenowjust-labs.github.io/recheck/docs/usage/parameters/
 */
const UNTIMED = {
  maxIteration: 5,
  timeout: null,
  attackTimeout: null,
  incubationTimeout: null,
  seedingTimeout: null,
};

/** Whether a text exists for which it takes more than a time in proportion to the length. */
async function judge(source: string, flags: string): Promise<string> {
  const { status } = await check(source, flags, UNTIMED);
  return status;
}
