import { describe, expect, it } from 'vitest';
import { type ListPage, readList } from '../../src/cloudflare/list.ts';
import { Failure } from '../../src/failure.ts';

/** A page: its items, or whatever stands in their place, and `result_info`. */
type Page = readonly [result: unknown, resultInfo?: unknown];

const connector = (n: number) => ({ id: `id-${n}`, email_domain: `d${n}.example` });
const of = (...numbers: number[]) => numbers.map(connector);

/** Reads a list of these pages, and no other. */
async function read(pageOf: (page: number) => Page | undefined) {
  let pages = 0;
  const readPage = async (page: number): Promise<ListPage> => {
    pages += 1;
    expect(page).toBe(pages);
    const [result, resultInfo] = pageOf(page) ?? [];
    if (result === undefined) throw new Error(`there is no page ${page}`);
    return { result, resultInfo };
  };
  const { connectors, ...rest } = await readList(readPage, 'list them');
  return { ids: connectors.map(({ id }) => id?.replace('id-', '')).join(' '), ...rest, pages };
}

describe('a list is read page by page as long as it says that it goes on:', () => {
  it.each<[string, Page[], string]>([
    ['without a word', [[of(1, 2)]], '1 2'],
    ['by a total_count that is reached', [[of(1, 2), { total_count: 2 }]], '1 2'],
    ['by a total_count that is reached on a full page', [[of(1, 2), { total_count: 2, per_page: 2 }]], '1 2'],
    [
      'by a greater total_count',
      [
        [of(1, 2), { total_count: 3 }],
        [of(3), { total_count: 3 }],
      ],
      '1 2 3',
    ],
    [
      'by a total_count that grows meanwhile',
      [
        [of(1, 2), { total_count: 3 }],
        [of(3, 4), { total_count: 4 }],
      ],
      '1 2 3 4',
    ],
    ['by a total_count that is a text', [[of(1, 2), { total_count: '3' }], [of(3)]], '1 2 3'],
    ['by a total_count of the first page alone', [[of(1), { total_count: 3 }], [of(2)], [of(3), {}]], '1 2 3'],
    [
      'by total_pages',
      [
        [of(1), { total_pages: 2 }],
        [of(2), { total_pages: 2 }],
      ],
      '1 2',
    ],
    ['by total_pages of the first page alone', [[of(1), { total_pages: 3 }], [of(2)], [of(3)]], '1 2 3'],
    ['by total_pages that are over', [[of(1, 2), { total_pages: 1, per_page: 2 }]], '1 2'],
    [
      'by a cursor',
      [
        [of(1), { cursors: { after: 'x' } }],
        [of(2), { cursors: { after: '' } }],
      ],
      '1 2',
    ],
    ['by a cursor of nothing', [[of(1), { cursors: null }]], '1'],
    ['by a cursor that is none', [[of(1), { cursors: 'x' }]], '1'],
    [
      'by a full page',
      [
        [of(1, 2), { per_page: 2 }],
        [of(3), { per_page: 2 }],
      ],
      '1 2 3',
    ],
    ['by more than a full page', [[of(1, 2, 3), { per_page: 2 }], [of(4)]], '1 2 3 4'],
    ['by full pages whose size the first page alone tells', [[of(1), { per_page: '1' }], [of(2)], [[]]], '1 2'],
    [
      'by a full page that is the last',
      [
        [of(1, 2), { per_page: 2 }],
        [[], { per_page: 2 }],
      ],
      '1 2',
    ],
    ['by a page of no size', [[of(1), { per_page: 0 }]], '1'],
    ['by a page of a size that is none', [[of(1), { per_page: 'x' }]], '1'],
    ['by no info at all', [[of(1), null]], '1'],
    ['by info that is none', [[of(1), 'x']], '1'],
    ['by info of nulls', [[of(1), { count: null, total_count: null, total_pages: null, per_page: null }]], '1'],
    [
      'by a page that overlaps',
      [
        [of(1, 2), { total_count: 3, count: 2 }],
        [of(2, 3), { count: 2 }],
      ],
      '1 2 3',
    ],
    ['by items without an id', [[[{ note: 1 }, { note: 2 }], { total_count: 3 }], [[{ note: 3 }]]], '  '],
    ['by a count of less than there is', [[of(1, 2), { count: 1 }]], '1 2'],
    ['by an empty list', [[[], { total_count: 0, count: 0 }]], ''],
    ['by an empty list, of full pages', [[[], { per_page: 0, count: 0 }]], ''],
    ['by null', [[null]], ''],
    ['by null and a count of 0', [[null, { total_count: 0 }]], ''],
    [
      'by what a page after the last says',
      [
        [of(1), { per_page: 1 }],
        [null, { total_count: 0, count: 7 }],
      ],
      '1',
    ],
  ])('%s', async (_, pages, ids) => {
    const list = await read((page) => pages[page - 1]);
    expect(list).toEqual({ ids, unreadable: [], missing: undefined, pages: pages.length });
  });
});

describe('counts that do not add up make a list incomplete:', () => {
  const ODD = [-1, 1.5, 2 ** 53, '', '-1', '1.5', 'x', '9'.repeat(17), true, {}, []];

  it.each<[string, Page[], string]>([
    ['it has fewer than its total_count', [[of(1, 2), { total_count: 3 }], [[]]], 'it has 2 of 3'],
    ['it has more than its total_count', [[of(1, 2), { total_count: 1 }]], 'it has 2 of 1'],
    ['it is null', [[null, { total_count: 3 }]], 'it has 0 of 3'],
    ['it is null with a count', [[null, { count: 1 }]], 'its page 1 has 0 of 1'],
    ['it has fewer than its total_pages', [[of(1), { total_pages: 2 }], [null]], 'it has 1 of 2 pages'],
    ['a page has fewer than its count', [[of(1), { count: 2 }]], 'its page 1 has 1 of 2'],
    [
      'the last page has fewer than its count',
      [
        [of(1), { total_count: 2, count: 1 }],
        [of(2), { count: 2 }],
      ],
      'its page 2 has 1 of 2',
    ],
    [
      'its total_count falls, as if one of a page before was deleted, and another moved there',
      [
        [of(1, 2), { total_count: 5 }],
        [of(4, 5), { total_count: 4 }],
      ],
      'its total_count fell from 5 to 4 meanwhile',
    ],
    [
      'its total_count falls and rises again',
      [
        [of(1), { total_count: 4 }],
        [of(3), { total_count: 3 }],
        [of(4, 5), { total_count: 4 }],
      ],
      'its total_count fell from 4 to 3 meanwhile',
    ],
    ['a cursor leads nowhere', [[of(1), { cursors: { after: 'x' } }], [[]]], 'it has no page 2'],
    ['a page repeats the first', [[of(1, 2), { total_count: 9 }], [of(1, 2)]], 'page 2 repeats page 1'],
    ['a page repeats a part', [[of(1, 2), { total_count: 9 }], [of(2)]], 'page 2 repeats page 1'],
    ['a page repeats the second', [[of(1), { total_count: 9 }], [of(2)], [of(2)]], 'page 3 repeats page 2'],
    ['a page repeats an id', [[of(1), { total_count: 9 }], [[{ id: 'id-1', enabled: true }]]], 'page 2 repeats page 1'],
    [
      'a page repeats what has no id',
      [[[{ email_domain: 'a.example' }], { total_count: 9 }], [[{ email_domain: 'a.example' }]]],
      'page 2 repeats page 1',
    ],
  ])('%s', async (_, pages, missing) => {
    const list = await read((page) => pages[page - 1]);
    expect([list.missing, list.pages]).toEqual([missing, pages.length]);
  });

  it.each(['count', 'total_count', 'total_pages'])('its %s is no count', async (name) => {
    for (const value of ODD) {
      const { missing } = await read((page) => (page === 1 ? [of(1), { [name]: value }] : undefined));
      expect(missing).toBe(`its ${name} is no count`);
    }
  });

  it('it has more pages than any list of connectors', async () => {
    const list = await read((page) => [of(page), { total_count: 2000 }]);
    expect(list).toMatchObject({ missing: 'it has more than 1000 pages', pages: 1000 });
  });

  it('it has as many pages as a list of connectors may have, and is whole', async () => {
    const list = await read((page) => [of(page), { total_count: 1000 }]);
    expect(list).toMatchObject({ missing: undefined, pages: 1000 });
  });
});

describe('an item that is no connector', () => {
  it.each<[string, unknown, { id?: string; email_domain?: string }]>([
    ['by both', { id: 'x', email_domain: 'a.example', enabled: 'yes' }, { id: 'x', email_domain: 'a.example' }],
    ['by its id', { id: 'x', email_domain: 1 }, { id: 'x' }],
    ['by its domain', { id: 1, email_domain: 'a.example' }, { email_domain: 'a.example' }],
    ['by nothing but empty texts', { id: '', email_domain: '', enabled: 'yes' }, {}],
    ['by nothing, since it is no object', 5, {}],
    ['by nothing, since it is null', null, {}],
  ])('is told beside the others, named %s', async (_, item, names) => {
    const { ids, unreadable, missing } = await read(() => [[connector(1), item, connector(2)], { total_count: 3 }]);
    expect([ids, missing]).toEqual(['1 2', undefined]);
    expect(unreadable).toEqual([{ id: undefined, email_domain: undefined, ...names, failure: expect.any(Failure) }]);
    expect(unreadable[0]?.failure.problems).toMatchObject([{ kind: 'unexpected', problem: 'no valid answer' }]);
  });
});

describe('a page that is no list', () => {
  const failureOf = (result: unknown) =>
    read(() => [result]).then(
      () => 'a list',
      (error: unknown) => (error instanceof Failure ? error.problems : error),
    );

  it.each([{}, connector(1), 'x', 1, true])('fails: %j', async (result) => {
    expect(await failureOf(result)).toEqual([
      {
        kind: 'unexpected',
        problem: 'no valid answer',
        message: "Could not list them: Cloudflare's answer has no list of them.",
      },
    ]);
  });

  it('fails with more items than any list of connectors has', async () => {
    expect(await failureOf(Array(10_000).fill(connector(1)))).toBe('a list');
    expect(await failureOf(Array(10_001).fill(connector(1)))).toEqual([
      {
        kind: 'unexpected',
        problem: 'no valid answer',
        message:
          "Could not list them: Cloudflare's answer has 10001 items on one page, which no list of connectors has.",
      },
    ]);
  });

  it('fails after others too', async () => {
    const list = read((page) => (page === 1 ? [of(1), { total_count: 3 }] : [{}]));
    await expect(list).rejects.toThrow("Could not list them: Cloudflare's answer has no list of them.");
  });
});
