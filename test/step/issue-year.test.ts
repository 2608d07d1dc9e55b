import fc from 'fast-check';
import { expect, it } from 'vitest';
import { STEPS, Year } from '../kit/issue-year.ts';
import type { FlavourName } from '../simulator/github-flavours.ts';
import { startSimulator } from '../simulator/simulator.ts';

const years = fc.record({
  flavour: fc.constantFrom<FlavourName>('github', 'ghes', 'ghe.com', 'gitea'),
  isPersons: fc.boolean(),
  seed: fc.nat(),
});

const YEARS = Number(process.env['YEARS'] ?? 0);
/** By default a fifth of a year, in which all that may happen happens; `YEARS=3` plays whole years. */
const NIGHTS = YEARS > 0 ? 365 : 73;

it('every night of a year ends with an issue open exactly while something is wrong, and never two', async () => {
  const play = fc.asyncProperty(years, async ({ flavour, isPersons, seed }) => {
    await using simulator = await startSimulator({ githubFlavour: flavour });
    const year = new Year(simulator, isPersons ? simulator.githubUserToken : simulator.githubToken, seed);
    for (let night = 1; night <= NIGHTS; night++) {
      const before = STEPS.map((step) => year.open(step));
      const notes = before.map(([issue]) => issue?.body?.split('A note.').length);
      await year.next();
      const told = () =>
        `night ${night}, ${year.faults} faults, ${JSON.stringify(year.wrong)}:\n${year.lines.join('\n')}`;
      for (const [n, step] of STEPS.entries()) {
        const open = year.open(step);
        // A night with faults may miss its end, and two runs at once may then not see each other: the next one sees to it.
        if (year.faults === 0) expect(open.length, told()).toBe(year.wrong[step] ? 1 : 0);
        else if (!year.isTwice) expect(open.length, told()).toBeLessThanOrEqual(Math.max(1, before[n]?.length ?? 0));
        const [kept] = open.filter((issue) => before[n]?.[0] === issue);
        if (kept) expect(kept.body?.split('A note.').length, told()).toBeGreaterThanOrEqual(notes[n] ?? 1);
        for (const { state, comments } of year.copies(step)) expect([state, comments]).toEqual(['open', []]);
      }
      if (year.faults === 0)
        expect(year.lines.filter((line) => /^Could not (keep|close)|may open another/.test(line))).toEqual([]);
    }
  });
  await fc.assert(play, { numRuns: Math.max(YEARS, 1), endOnFailure: true });
}, 600_000);
