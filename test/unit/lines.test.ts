import { describe, expect, it } from 'vitest';
import { parseConnector } from '../../src/connector/connector.ts';
import { Cancelled, Failure } from '../../src/failure.ts';
import { Outcome } from '../../src/job/outcome.ts';
import type { Result } from '../../src/job/result.ts';
import { countOutcomes, writeLines } from '../../src/report/log-lines.ts';

/** What is written of a result, each line with its kind. */
function write(result: Result): string[] {
  const lines: string[] = [];
  const to = (kind: string) => (line: string) => void lines.push(`${kind}: ${line}`);
  writeLines(result, {
    ...{ info: to('info'), notice: to('notice'), warning: to('warning'), error: to('error') },
    debug() {},
  });
  return lines;
}

const failures = (count: number) => Array.from({ length: count }, (_, n) => new Failure(`Failure ${n + 1}.`));
const errors = (lines: readonly string[]) => lines.filter((line) => line.startsWith('error: '));

describe('of the 10 annotations that a runner shows for a step', () => {
  it.each([
    [9, 9, 0],
    [10, 10, 1],
    [30, 10, 21],
  ])('%i failures take %i, and %i are lines of the log', (count, annotations, rest) => {
    const lines = write({ failures: failures(count), outcomes: [] });
    expect(errors(lines)).toHaveLength(annotations);
    expect(lines.filter((line) => line.startsWith('info: Error: Failure '))).toHaveLength(rest);
    const more = rest === 1 ? '1 more error' : `${rest} more errors`;
    if (rest > 0) expect(lines.at(-1)).toBe(`error: ${more}: see the log of this step.`);
  });

  it('a cancelled run takes one more', () => {
    const lines = write({ failures: failures(30), outcomes: [], cancelled: new Cancelled('SIGTERM') });
    expect(errors(lines)).toHaveLength(10);
    expect(errors(lines)[0]).toMatch(/^error: The run was cancelled \(SIGTERM\)\. /);
    expect(lines.at(-1)).toBe('error: 22 more errors: see the log of this step.');
  });

  it('a failure with several problems takes one for each', () => {
    const lines = write({ failures: [new Failure(['One.', 'Two.'])], outcomes: [] });
    expect(lines).toEqual(['error: One.', 'error: Two.']);
  });
});

describe('the line of a connector', () => {
  const outcomeOf = (connector: object | undefined, desired = {}) => {
    const outcome = new Outcome({ sso_connector_id: 'x', email_domain: 'acme.example', desired });
    if (connector) outcome.connector = parseConnector({ id: 'x', email_domain: 'acme.example', ...connector });
    return outcome;
  };

  it('has all that is known of it, and whether that was asked for', () => {
    const full = { enabled: true, use_fedramp_language: false, verification: { status: 'verified' } };
    expect(write({ failures: [], outcomes: [outcomeOf(full, { enabled: true }), outcomeOf({})] })).toEqual([
      'info: acme.example (connector x): enabled=true, use_fedramp_language=false, verification verified; as asked for',
      'info: acme.example (connector x): enabled=not told, use_fedramp_language=not told, verification not told; as asked for',
    ]);
  });

  it('that is not as asked for, or failed unseen, says so', () => {
    const failed = outcomeOf(undefined);
    failed.failures.push(new Failure('It failed.'));
    const differs = outcomeOf({ enabled: false }, { enabled: true });
    expect(write({ failures: [], outcomes: [differs, failed] })).toEqual([
      'info: acme.example (connector x): enabled=false, use_fedramp_language=not told, verification not told; not as asked for',
      'info: acme.example (connector x): not seen; FAILED',
    ]);
  });

  it('names what this run changed, and not what someone else did meanwhile', async () => {
    const lineOf = async (send: boolean) => {
      const outcome = outcomeOf(undefined, { enabled: true });
      outcome.find(parseConnector({ id: 'x', enabled: false }));
      if (send) await outcome.send('set enabled=true of connector x', async () => undefined);
      outcome.connector = parseConnector({ id: 'x', enabled: true });
      return write({ failures: [], outcomes: [outcome] }).join();
    };
    expect(await lineOf(true)).toContain('; changed enabled false -> true; as asked for');
    expect(await lineOf(false)).not.toContain('changed');
  });

  it('is not written where it neither was seen nor failed', () => {
    expect(write({ failures: [], outcomes: [outcomeOf(undefined)] })).toEqual([]);
  });
});

it('the closing count of many tells apart what was changed, is as asked for, failed, and is neither', () => {
  const outcomes = Array.from({ length: 4 }, (_, n) => {
    const id = String(n);
    const outcome = new Outcome({ sso_connector_id: id, email_domain: undefined, desired: { enabled: true } });
    if (n > 0) outcome.connector = parseConnector({ id, enabled: n > 1 });
    if (n === 3) outcome.failures.push(new Failure('It failed.'));
    return outcome;
  });
  const count = (shown: Outcome[]) => countOutcomes({ failures: [], outcomes: shown });
  expect(count(outcomes)).toBe('4 connectors: 0 changed, 1 as asked for, 1 failed, 2 not as asked for or not seen.');
  expect(count(outcomes.slice(2, 3))).toBe('1 connector: 0 changed, 1 as asked for, 0 failed.');
});
