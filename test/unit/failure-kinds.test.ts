import { describe, expect, it } from 'vitest';
import type { FailureKind, Problem } from '../../src/failure.ts';
import type { Log } from '../../src/job/job.ts';
import type { Result } from '../../src/job/result.ts';
import { writeAnnotations } from '../../src/report/annotations.ts';
import { collectOutputs } from '../../src/report/outputs.ts';
import { idOf, outcomeOf, recordsOf, renderPage, resultOf, resultOfBadInputs } from '../kit/results.ts';

const entry = { code: 1001, message: 'No' };
const documentation_url = 'https://developers.cloudflare.com/x/';

/** A failure of each kind: who has it, and the row of the summary, or its paragraph. */
const KINDS: Readonly<Record<FailureKind, readonly [about: string | null, line: string]>> = {
  input: ['Input mode', 'What was wrong. What to do.'],
  not_found: [null, '| acme.example | a problem | What to do. |'],
  ambiguous: [null, '| acme.example | a problem | What to do. |'],
  wrong_domain: [null, '| acme.example | a problem | What to do. |'],
  drift: [null, '| acme.example | a problem | What to do. |'],
  not_verified: [null, '| acme.example | a problem | What to do. |'],
  refused: [null, '| acme.example | a problem | What to do. |'],
  access: [null, '| acme.example | a problem | What to do. |'],
  rate_limited: [null, '| acme.example | a problem | What to do. |'],
  unavailable: [null, '| acme.example | a problem | What to do. |'],
  blocked: [null, '| acme.example | a problem | What to do. |'],
  unexpected: [null, '| acme.example | a problem | What to do. |'],
  unlisted: [null, '| acme.example | a problem | Add it to the list (YAML below), or use `unlisted: report`. |'],
  runner: ['Outputs', '| Outputs | a problem | What to do. |'],
  cancelled: ['The run', 'What was wrong. What to do.'],
};

async function resultWith(kind: FailureKind, about: string | null): Promise<Result> {
  const problem: Problem = {
    kind,
    problem: 'a problem',
    message: 'What was wrong.',
    action: 'What to do.',
    documentation_url,
    entry,
  };
  if (about !== null) return resultOfBadInputs(recordsOf({ ...problem, about }));
  return resultOf([await outcomeOf({ problems: [problem], mayHaveTakenEffect: true })]);
}

describe.each(Object.entries(KINDS))('a failure of the kind %s', (name, [about, line]) => {
  const kind = name as FailureKind;
  const who = about ?? 'acme.example';

  it('is an annotation', async () => {
    const errors: [title: string | undefined, text: string][] = [];
    writeAnnotations(await resultWith(kind, about), { error: (text, title) => void errors.push([title, text]) } as Log);
    // The TXT record of a domain needs the room.
    const see = kind === 'not_verified' ? '' : ` See ${documentation_url}.`;
    expect(errors).toEqual([[`${who}: a problem`, `What was wrong. What to do.${see}`]]);
  });

  it('is a row of the summary, or a paragraph if it is no connector’s, once', async () => {
    const lines = renderPage(await resultWith(kind, about), 60_000).split('\n');
    expect(lines.filter((other) => other === line)).toHaveLength(1);
  });

  it('is a record of the output failures, and its entry is one of errors', async () => {
    const outputs = collectOutputs(await resultWith(kind, about), '');
    expect(JSON.parse(outputs['failures'] ?? '')).toEqual([
      {
        kind,
        sso_connector_id: about === null ? idOf(1) : null,
        email_domain: about === null ? 'acme.example' : null,
        title: `${who}: a problem`,
        message: 'What was wrong.',
        action: 'What to do.',
        may_have_taken_effect: about === null,
        documentation_url,
      },
    ]);
    expect(outputs['errors']).toBe(JSON.stringify([entry]));
  });
});
