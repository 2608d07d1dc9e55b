import { describe, expect, it } from 'vitest';
import type { ResultInfo } from '../simulator/envelope.ts';
import type { ListStyle } from '../simulator/listing.ts';
import { type Simulator, type SimulatorOptions, startSimulator } from '../simulator/simulator.ts';

interface Page {
  ids: string[];
  info: ResultInfo;
}

async function startWith(connectors: number, options: SimulatorOptions): Promise<Simulator> {
  const simulator = await startSimulator(options);
  for (let n = 0; n < connectors; n++) simulator.addConnector();
  return simulator;
}

async function read(simulator: Simulator, query = ''): Promise<Page> {
  const url = `${simulator.apiBaseUrl}/accounts/${simulator.accountId}/sso_connectors${query}`;
  const answer = await fetch(url, { headers: { authorization: `Bearer ${simulator.tokens.read}` } });
  const { result, result_info } = (await answer.json()) as { result: { id: string }[]; result_info: ResultInfo };
  return { ids: result.map(({ id }) => id), info: result_info };
}

/** The pages from the first, without a query, to the last, by `page=N` or by the cursor. */
async function readOn(simulator: Simulator, pages: number, by: 'page' | 'cursor' = 'page'): Promise<Page[]> {
  const all = [await read(simulator)];
  for (let n = 2; n <= pages; n++) {
    const next = by === 'page' ? n : (all.at(-1)?.info.cursors?.after ?? '');
    all.push(await read(simulator, `?${by}=${next}`));
  }
  return all;
}

const idsOf = (simulator: Simulator) => simulator.connectors.map(({ id }) => id);

describe('a list of five in pages of two says that it goes on', () => {
  const full = { count: 2, per_page: 2 };
  const last = { count: 1, per_page: 2 };

  it.each<[ListStyle, unknown[]]>([
    [
      'total_count',
      [
        { ...full, page: 1, total_count: 5 },
        { ...full, page: 2, total_count: 5 },
        { ...last, page: 3, total_count: 5 },
      ],
    ],
    [
      'total_pages',
      [
        { ...full, page: 1, total_pages: 3 },
        { ...full, page: 2, total_pages: 3 },
        { ...last, page: 3, total_pages: 3 },
      ],
    ],
    [
      'uncounted',
      [
        { ...full, page: 1 },
        { ...full, page: 2 },
        { ...last, page: 3 },
      ],
    ],
    [
      'cursor',
      [
        { ...full, cursors: { after: expect.any(String) } },
        { ...full, cursors: { after: expect.any(String) } },
        { ...last, cursors: {} },
      ],
    ],
  ])('by %s', async (listStyle, infos) => {
    await using simulator = await startWith(5, { listPageSize: 2, listStyle });
    const pages = await readOn(simulator, 3);
    expect(pages.map(({ info }) => info)).toEqual(infos);
    expect(pages.flatMap(({ ids }) => ids)).toEqual(idsOf(simulator));
    if (listStyle === 'cursor') expect(await readOn(simulator, 3, 'cursor')).toEqual(pages);
  });
});

it('has an empty page after a last one that is full, which uncounted lists do not tell', async () => {
  await using simulator = await startWith(4, { listPageSize: 2, listStyle: 'uncounted' });
  expect((await readOn(simulator, 3)).map(({ ids, info }) => [ids.length, info.count])).toEqual([
    [2, 2],
    [2, 2],
    [0, 0],
  ]);
});

describe('a list that cannot be read to its end', () => {
  it('repeats its first page', async () => {
    await using simulator = await startWith(5, { listPageSize: 2, listStyle: 'repeating' });
    const [first, second, third] = await readOn(simulator, 3);
    expect([second?.ids, third?.ids]).toEqual([first?.ids, first?.ids]);
    expect(second?.info).toEqual({ count: 2, page: 2, per_page: 2, total_count: 5 });
  });

  it.each<[ListStyle, number]>([
    ['overcounted', 6],
    ['undercounted', 4],
  ])('is %s', async (listStyle, total_count) => {
    await using simulator = await startWith(5, { listPageSize: 2, listStyle });
    const pages = await readOn(simulator, 4);
    expect(pages.map(({ ids, info }) => [ids.length, info.total_count])).toEqual([
      [2, total_count],
      [2, total_count],
      [1, total_count],
      [0, total_count],
    ]);
  });
});

it.each<[number, ListStyle]>([
  [20, 'total_count'],
  [50, 'cursor'],
  [1000, 'total_pages'],
])('holds 2,600 connectors in pages of %i, by %s', async (listPageSize, listStyle) => {
  await using simulator = await startWith(2600, { listPageSize, listStyle });
  const pages = await readOn(simulator, Math.ceil(2600 / listPageSize));
  expect(pages.flatMap(({ ids }) => ids)).toEqual(idsOf(simulator));
});

it('looks at the verifications on the page alone', async () => {
  await using simulator = await startSimulator({ listPageSize: 1, verifyAfterLooks: 1 });
  for (let n = 0; n < 2; n++) simulator.addConnector({ verification: { status: 'pending' } });
  await read(simulator, '?page=2');
  expect(simulator.connectors.map(({ verification }) => verification?.status)).toEqual(['pending', 'verified']);
});
