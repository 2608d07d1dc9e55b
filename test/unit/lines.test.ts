import { describe, expect, it } from 'vitest';
import { Cancelled, Failure, type Problem } from '../../src/failure.ts';
import type { Mode } from '../../src/inputs/settings.ts';
import type { Log } from '../../src/job/job.ts';
import type { Result } from '../../src/job/result.ts';
import { writeAnnotations } from '../../src/report/annotations.ts';
import { writeLines } from '../../src/report/log-lines.ts';
import { idOf, OFF, ON, outcomeOf, recordsOf, resultOf, resultOfBadInputs } from '../kit/results.ts';

const failure = new Failure([]);

/** What is written of a result, each line with its kind. */
function write(result: Result, ...writers: ((result: Result, log: Log) => void)[]): string[] {
  const lines: string[] = [];
  const log: Log = {
    info: (line) => void lines.push(line),
    group: (title, inner) => void lines.push(`[${title}`, ...inner, ']'),
    notice: (line) => void lines.push(`notice: ${line}`),
    warning: (line) => void lines.push(`warning: ${line}`),
    error: (line, title) => void lines.push(`error (${title}): ${line}`),
    debug() {},
  };
  for (const writer of writers) writer(result, log);
  return lines;
}
const linesOf = (result: Result) => write(result, writeLines);
const annotationsOf = (result: Result) => write(result, writeAnnotations);

const UNVERIFIED: Problem = {
  kind: 'not_verified',
  problem: 'not verified (awaiting), so not enabled',
  message: 'It is not verified.',
  action: 'Add the TXT record.',
};

describe('the lines of many connectors', () => {
  it('do not fold the only one of a list', async () => {
    const outcome = await outcomeOf({ found: ON });
    expect(linesOf(resultOf([outcome], { many: true }))[0]).toMatch(/^✅ in sync {2}acme\.example {2}enabled=true/);
  });

  it('say nothing of changes where several have failed alike: not all need have changed', async () => {
    const refused = { kind: 'access', problem: 'token not accepted', message: 'M.' } as const;
    const switched = { found: OFF, sent: { enabled: true }, now: ON, problems: [refused] };
    const outcomes = [
      await outcomeOf({ domain: 'a.example', id: idOf(1), ...switched }),
      await outcomeOf({ domain: 'b.example', id: idOf(2), found: ON, problems: [refused] }),
    ];
    expect(linesOf(resultOf(outcomes))).toContain('❌ failed  2 domains  token not accepted');
    expect(linesOf(resultOf(outcomes.slice(0, 1)))).toContain(
      '❌ failed  a.example  token not accepted; changed enabled false -> true',
    );
  });

  it('are one each: those in sync folded, the changed ones, the failures last, then the verdict with counts', async () => {
    const outcomes = [
      await outcomeOf({ domain: 'in-sync.example', id: idOf(1), found: ON }),
      await outcomeOf({ domain: 'failed.example', id: idOf(2), found: OFF, problems: [UNVERIFIED] }),
      await outcomeOf({ domain: 'changed.example', id: idOf(3), found: OFF, sent: { enabled: true }, now: ON }),
      await outcomeOf({ domain: 'xn--bcher-kva.example', id: idOf(4), found: ON }),
    ];
    expect(linesOf(resultOf(outcomes))).toEqual([
      '[✅ 2 domains in sync',
      '✅ in sync  in-sync.example                         enabled=true, use_fedramp_language=false, verification verified',
      '✅ in sync  bücher.example (xn--bcher-kva.example)  enabled=true, use_fedramp_language=false, verification verified',
      ']',
      '✏️ changed  changed.example  enabled false -> true',
      'Every user of changed.example must log in through SSO from now on, in every account that they belong to.',
      '❌ failed   failed.example   not verified (awaiting), so not enabled',
      '❌ 1 of 4 domains needs attention (2 in sync, 1 changed, 1 failed).',
    ]);
  });

  it('that all have failed for one reason are one', async () => {
    const problem: Problem = {
      kind: 'access',
      problem: 'refused: Authentication error',
      message: 'No.',
      action: 'Renew it.',
    };
    const outcomes = await Promise.all(
      [1, 2, 3].map((n) => outcomeOf({ domain: `d${n}.example`, id: idOf(n), problems: [problem] })),
    );
    const result = resultOf(outcomes);
    expect(linesOf(result)).toEqual([
      '❌ failed  3 domains  refused: Authentication error',
      '❌ All 3 domains need attention, all for the same reason.',
    ]);
    expect(annotationsOf(result)).toEqual(['error (3 domains: refused: Authentication error): No. Renew it.']);
  });

  it('of a plan say what would change', async () => {
    const outcomes = [
      await outcomeOf({ domain: 'a.example', found: ON }),
      await outcomeOf({
        domain: 'b.example',
        id: idOf(2),
        found: { ...OFF, use_fedramp_language: undefined },
        desired: { enabled: true, use_fedramp_language: true },
      }),
    ];
    expect(linesOf(resultOf(outcomes, { mode: 'plan' })).slice(3)).toEqual([
      '📝 would change  b.example  enabled false -> true, use_fedramp_language unknown -> true',
      '📝 1 of 2 domains would change (1 in sync, 1 would change).',
    ]);
  });

  it('tell what others changed meanwhile, a change before a failure, and who is in no entry', async () => {
    const outcomes = [
      await outcomeOf({ domain: 'a.example', found: OFF, now: { ...OFF, use_fedramp_language: true }, desired: {} }),
      await outcomeOf({
        domain: 'b.example',
        id: idOf(2),
        found: OFF,
        sent: { enabled: true },
        now: ON,
        problems: [{ kind: 'not_verified', problem: 'not verified (failed)', message: 'No.' }],
      }),
    ];
    const unlisted = [
      { id: idOf(8), email_domain: 'gamma.example', failure },
      { id: idOf(9), email_domain: undefined, failure },
    ];
    expect(linesOf(resultOf(outcomes, {}, { unlisted })).slice(3)).toEqual([
      'a.example: someone else changed use_fedramp_language false -> true meanwhile.',
      `2 connectors of the account are not in the list: gamma.example and connector ${idOf(9)}. The job summary has the YAML to paste.`,
      'Every user of b.example must log in through SSO from now on, in every account that they belong to.',
      '❌ failed  b.example  not verified (failed); changed enabled false -> true',
      '❌ 1 of 2 domains needs attention (1 in sync, 1 failed).',
    ]);
  });
});

describe('the lines of a run that was cancelled', () => {
  const cancelled = new Cancelled('SIGTERM');

  it.each<[string, Parameters<typeof outcomeOf>[0], Mode?]>([
    ['❔ unknown  acme.example  not read', {}],
    ['❔ unknown  acme.example  not done', {}, 'update'],
    ['❔ unknown  acme.example  state unknown', { sent: { enabled: true } }],
    ['❔ unknown  acme.example  sent, effect unknown', { doubted: { enabled: true } }],
    ['❔ unknown  acme.example  sent, effect unknown', { found: OFF, doubted: { enabled: true } }],
    ['⚠️ not in sync  acme.example  enabled is false, must be true', { found: OFF }],
  ])('say what is known: %s', async (line, kept, mode = 'reconcile') => {
    expect(linesOf(resultOf([await outcomeOf(kept)], { mode }, { cancelled }))).toEqual([
      line,
      '⏹️ The run was cancelled.',
    ]);
  });

  it('say of a verification that was waited for that it is not finished', async () => {
    const outcome = await outcomeOf({ desired: {}, found: { verification: { status: 'pending' } } });
    const result = resultOf([outcome], { mode: 'check', requireVerified: true }, { cancelled });
    expect(linesOf(result)[0]).toBe('⚠️ not in sync  acme.example  not finished');
  });
});

describe('the lines of a single connector', () => {
  it('of a plan say that it is the verification that is missing', async () => {
    const outcome = await outcomeOf({ desired: {}, found: { verification: { status: 'pending' } } });
    expect(linesOf(resultOf([outcome], { mode: 'plan', requireVerified: true }))[0]).toBe(
      '📝 would change  acme.example  not verified',
    );
  });

  it.each([
    ['verification begun', { found: OFF, desired: {} }],
    ['enabled false -> true, verification begun', { found: OFF, sent: { enabled: true }, now: ON }],
  ])('of a change say all of it: %s', async (what, kept) => {
    const outcome = await outcomeOf(kept);
    await outcome.send({}, async () => undefined);
    outcome.begunAt = 1;
    expect(linesOf(resultOf([outcome]))[0]).toBe(`✏️ changed  acme.example  ${what}`);
  });

  it('tell of no change by others to what is unknown', async () => {
    const outcome = await outcomeOf({ found: ON, now: { ...ON, use_fedramp_language: undefined } });
    expect(linesOf(resultOf([outcome])).join()).not.toContain('someone else');
  });

  it('have a failure of the run as a whole under all', async () => {
    const failures = recordsOf({ kind: 'ambiguous', problem: 'the list is incomplete', message: 'M.' });
    expect(linesOf(resultOf([await outcomeOf({ found: ON })], {}, { failures }))).toEqual([
      '✅ in sync  acme.example  enabled=true, use_fedramp_language=false, verification verified',
      '❌ failed   all           the list is incomplete',
      "❌ SSO is on for acme.example, but Cloudflare's list of the connectors is incomplete.",
    ]);
  });

  it('are its state and the verdict', async () => {
    expect(linesOf(resultOf([await outcomeOf({ found: ON })]))).toEqual([
      '✅ in sync  acme.example  enabled=true, use_fedramp_language=false, verification verified',
      '✅ SSO is on for acme.example.',
    ]);
  });

  it('leave out what the API leaves out', async () => {
    expect(linesOf(resultOf([await outcomeOf({ found: { enabled: true } })]))[0]).toBe(
      '✅ in sync  acme.example  enabled=true',
    );
  });

  it('of a disable say what follows', async () => {
    const outcome = await outcomeOf({ desired: { enabled: false }, sent: { enabled: false }, now: OFF });
    expect(linesOf(resultOf([outcome], { mode: 'update' }))).toEqual([
      '✅ in sync  acme.example  enabled=false, use_fedramp_language=false, verification verified',
      'Users of acme.example log in with email and password from now on. Those without a password choose "Forgot password", and the mail must reach them without the identity provider.',
      '✅ SSO is now off for acme.example.',
    ]);
  });
});

describe('problems of the inputs', () => {
  it('have no lines of their own beside their annotations', () => {
    const failures = recordsOf({
      kind: 'input',
      about: 'Input mode',
      problem: 'must be a mode',
      message: 'Input mode must be a mode.',
    });
    const result = resultOfBadInputs(failures);
    expect(linesOf(result)).toEqual(['❌ 1 problem in the inputs, so nothing was sent to Cloudflare.']);
    expect(annotationsOf(result)).toEqual(['error (Input mode: must be a mode): Input mode must be a mode.']);
  });
});

const many = (count: number) =>
  recordsOf(
    ...Array.from(
      { length: count },
      (_, n): Problem => ({ kind: 'input', about: `Input ${n + 1}`, problem: 'wrong', message: `Message ${n + 1}.` }),
    ),
  );

describe('of the 10 annotations that a runner shows for a step', () => {
  it.each([
    [9, 0, undefined],
    [10, 1, '1 more failure'],
    [30, 21, '21 more failures'],
  ])('%i failures take 9, %i are folded in the log, and the tenth counts these', (count, rest, title) => {
    const lines = annotationsOf(resultOfBadInputs(many(count)));
    const folded = Array.from({ length: rest }, (_, n) => `Message ${n + 10}.`);
    const shown = Array.from({ length: 9 }, (_, n) => `error (Input ${n + 1}: wrong): Message ${n + 1}.`);
    const group = [`[${rest === 1 ? '1 failure' : `${rest} failures`} in full`, ...folded, ']'];
    const counted = `error (${title}): The log of this step and the job summary have them all.`;
    expect(lines).toEqual(title ? [...group, ...shown, counted] : shown);
  });

  it('the first is that of a cancelled run, and then that of outputs that were not handed over', () => {
    const last = recordsOf(
      { kind: 'runner', about: 'Outputs', problem: 'not handed over', message: 'No space.' },
      { kind: 'cancelled', problem: 'The run was cancelled', message: 'Done: nothing.' },
    );
    const lines = annotationsOf(resultOfBadInputs([...many(12), ...last])).filter((line) => line.startsWith('error'));
    expect(lines).toHaveLength(10);
    expect(lines.slice(0, 2)).toEqual([
      'error (Outputs: not handed over): No space.',
      'error (The run was cancelled): Done: nothing.',
    ]);
  });
});

describe('an annotation', () => {
  const told = (problem: Partial<Problem>) =>
    annotationsOf(
      resultOfBadInputs(
        recordsOf({ kind: 'drift', about: 'a.example', problem: 'differs', message: 'No.', ...problem }),
      ),
    );

  it('has the documentation of the failure', () => {
    expect(told({ action: 'Do.', documentation_url: 'https://developers.cloudflare.com/x' })).toEqual([
      'error (a.example: differs): No. Do. See https://developers.cloudflare.com/x.',
    ]);
    expect(told({ action: null })).toEqual(['error (a.example: differs): No.']);
  });

  it.each<[string, number, string[]]>([
    ['fits, whole', 381, [`error (a.example: differs): ${'m'.repeat(381)}`]],
    [
      'is one character too long, cut and in the log',
      382,
      ['[1 failure in full', 'm'.repeat(382), ']', `error (a.example: differs): ${'m'.repeat(190)}…`],
    ],
  ])('that %s', (_, length, lines) => {
    expect(told({ message: 'm'.repeat(length) })).toEqual(lines);
  });

  it('leaves a long action whole as long as the message keeps its 80 characters', () => {
    const long = (length: number) => told({ message: 'm '.repeat(300).trim(), action: 'a'.repeat(length) }).at(-1);
    expect(long(301)).toBe(`error (a.example: differs): ${'m '.repeat(38)}m… ${'a'.repeat(301)}`);
    expect(long(302)).toMatch(/ a{150}…$/);
  });

  it('ends with the last word that fits, and never takes one more', () => {
    const words = `mmm ${'mm '.repeat(200)}end`;
    expect(told({ message: words, action: 'Do this.' }).at(-1)).toBe(
      `error (a.example: differs): mmm ${'mm '.repeat(121)}mm… Do this.`,
    );
  });

  it.each([
    ['a long message', 'word '.repeat(400).trim(), 'Do this.', /(word )+word… Do this\.$/],
    ['a long action', 'word '.repeat(60).trim(), `Do ${'this '.repeat(40)}.`, /(word )+word… Do (this )+\.$/],
    ['a longer action', 'word '.repeat(60).trim(), 'this '.repeat(200).trim(), /(word ){10,}word… (this )+this…$/],
    ['a long message and no action', 'word '.repeat(400).trim(), null, /(word )+word…$/],
    ['one word without an end', 'm'.repeat(2000), null, /m{150,}…$/],
    ['signs of two halves', '🎉'.repeat(500), null, /🎉+\ufffd?…$/u],
  ])(
    'is under 400 characters with its title, cut between words, and whole in the log: %s',
    (_, message, action, pattern) => {
      const [title, full, end, annotation = ''] = told({ message, action });
      expect([title, full, end]).toEqual([
        '[1 failure in full',
        action === null ? message : `${message} ${action}`,
        ']',
      ]);
      expect(annotation).toMatch(pattern);
      expect(annotation.replace('error (', '').replace('): ', '').length).toBeLessThan(400);
    },
  );
});
