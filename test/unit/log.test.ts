import { EOL } from 'node:os';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { log, maskSecrets } from '../../src/runner/log.ts';
import { writtenBy } from '../kit/stdout.ts';

afterEach(() => {
  vi.unstubAllEnvs();
});

/** The lines that are written. */
function lines(write: () => void): string[] {
  const written = writtenBy(write);
  expect(written === '' || written.endsWith(EOL)).toBe(true);
  return written.split(EOL).slice(0, -1);
}

describe('a line of the log', () => {
  it.each([
    [
      'keeps the spaces between its columns',
      'a.example  in sync    enabled=true',
      'a.example  in sync    enabled=true',
    ],
    ['has none around it', '   a  b   ', 'a  b'],
    ['has each column made safe', 'a\u200b\nb  ::error::b  ##[error]c', 'a b  : :error::b  # #[error]c'],
    ['has no columns but by spaces', 'a \u200b b', 'a b'],
    ['has 4,000 characters at most', 'x'.repeat(4001), `${'x'.repeat(3999)}…`],
    [
      'has as many with all its columns',
      `${'x'.repeat(3000)}  ${'y'.repeat(3000)}`,
      `${'x'.repeat(3000)}  ${'y'.repeat(998)}`,
    ],
    [
      'is well-formed at its end',
      `${'x'.repeat(3000)}  ${'y'.repeat(997)}😀`,
      `${'x'.repeat(3000)}  ${'y'.repeat(997)}\ufffd`,
    ],
  ])('%s', (_, text, line) => {
    expect(lines(() => log.info(text))).toEqual([line]);
  });

  it('may be in a group, which ends after it', () => {
    expect(lines(() => log.group('2 domains\nin sync', ['a  x', 'b  y']))).toEqual([
      '::group::2 domains in sync',
      'a  x',
      'b  y',
      '::endgroup::',
    ]);
  });
});

describe('an annotation', () => {
  it('is one line with its kind', () => {
    expect(lines(() => log.notice('a\nb'))).toEqual(['::notice::a b']);
    expect(lines(() => log.warning('50 %'))).toEqual(['::warning::50 %25']);
    expect(lines(() => log.error('::x::'))).toEqual(['::error::: :x::']);
    expect(lines(() => log.error('No.', 'a.example:\nnot verified'))).toEqual([
      '::error title=a.example%3A not verified::No.',
    ]);
  });
});

describe('a debug line', () => {
  it('is written only with RUNNER_DEBUG=1, and is not even made without', () => {
    const line = vi.fn(() => 'a\nb');
    for (const value of [undefined, '', '0', 'true']) {
      vi.stubEnv('RUNNER_DEBUG', value);
      expect(lines(() => log.debug(line))).toEqual([]);
    }
    expect(line).not.toHaveBeenCalled();
    vi.stubEnv('RUNNER_DEBUG', '1');
    expect(lines(() => log.debug(line))).toEqual(['::debug::a b']);
  });
});

describe('the tokens', () => {
  it('are masked as they are sent, and nothing else is', () => {
    const tokens = {
      INPUT_API_TOKEN: ' token-1\n',
      CLOUDFLARE_API_TOKEN: '\u200btoken-2',
      INPUT_GITHUB_TOKEN: 'ghs_3',
    };
    expect(lines(() => maskSecrets({ ...tokens, INPUT_ACCOUNT_ID: 'a', CF_API_TOKEN: 'b' }))).toEqual([
      '::add-mask::token-1',
      '::add-mask::token-2',
      '::add-mask::ghs_3',
    ]);
    expect(lines(() => maskSecrets({ INPUT_API_TOKEN: ' ', CLOUDFLARE_API_TOKEN: '' }))).toEqual([]);
  });
});
