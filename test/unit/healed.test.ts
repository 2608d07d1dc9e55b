import { expect, it } from 'vitest';
import { describeHealed } from '../../src/report/changes.ts';
import { OFF, ON, outcomeOf, resultOf, resultOfBadInputs } from '../kit/results.ts';

const at = (updated_on: string | undefined) => ({ ...OFF, updated_on });
const healed = { found: at('2026-11-20T10:05:59Z'), sent: { enabled: true }, now: ON };

it('drift that a run has healed is told with the time of the change before, and with where to look', async () => {
  const outcomes = [await outcomeOf(healed), await outcomeOf({ ...healed, domain: 'b.example' })];
  expect(describeHealed(resultOf(outcomes))).toEqual([
    'The last change before this run: acme.example and b.example on 2026-11-20 10:05 UTC. The audit log of the Cloudflare dashboard says who made it.',
  ]);
});

it('drift of different minutes is told with each', async () => {
  const later = { ...healed, domain: 'b.example', found: at('2026-11-20T10:06:00Z') };
  expect(describeHealed(resultOf([await outcomeOf(healed), await outcomeOf(later)]))).toEqual([
    'The last change before this run: acme.example on 2026-11-20 10:05 UTC, b.example on 2026-11-20 10:06 UTC. The audit log of the Cloudflare dashboard says who made it.',
  ]);
});

it('drift of many is told with the span of these times', async () => {
  const days = ['2026-11-20', '2026-11-18', '2026-11-21', '2026-11-19'];
  const outcomes = await Promise.all(days.map((day) => outcomeOf({ ...healed, found: at(`${day}T10:05:59Z`) })));
  expect(describeHealed(resultOf(outcomes))).toEqual([
    'The last change before this run: 4 connectors between 2026-11-18 10:05 UTC and 2026-11-21 10:05 UTC. The audit log of the Cloudflare dashboard says who made it.',
  ]);
});

it('drift of many of the same minute is told with that', async () => {
  const outcomes = await Promise.all(Array.from({ length: 4 }, () => outcomeOf(healed)));
  expect(describeHealed(resultOf(outcomes))).toEqual([
    'The last change before this run: 4 connectors on 2026-11-20 10:05 UTC. The audit log of the Cloudflare dashboard says who made it.',
  ]);
});

it.each([
  ['is in sync', { found: ON }],
  ['could not be changed', { found: at('2026-11-20T10:05:59Z') }],
  ['has no time', { ...healed, found: at(undefined) }],
  ['has a time that is none', { ...healed, found: at('yesterday') }],
  ['was changed by someone else', { found: at('2026-11-20T10:05:59Z'), now: ON }],
])('nothing is told of a connector that %s', async (_, kept) => {
  expect(describeHealed(resultOf([await outcomeOf(kept)]))).toEqual([]);
});

it('nothing is told of mode update, which knows no drift', async () => {
  expect(describeHealed(resultOf([await outcomeOf(healed)], { mode: 'update' }))).toEqual([]);
});

it('nothing is told where the inputs have problems', () => {
  expect(describeHealed(resultOfBadInputs([]))).toEqual([]);
});
