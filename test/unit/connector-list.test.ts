import { describe, expect, it } from 'vitest';
import type { Envelope } from '../../src/cloudflare/envelope.ts';
import { readList } from '../../src/cloudflare/list.ts';
import { Failure } from '../../src/failure.ts';

type Page = Pick<Envelope, 'result'> & { info?: unknown };

/** Reads a list of these pages; what was asked for, what is in it, and what it lacks. */
async function read(...pages: Page[]) {
  const asked: number[] = [];
  const readPage = async (page: number) => {
    asked.push(page);
    const { result, info } = pages[page - 1] ?? { result: [] };
    return { result, resultInfo: info };
  };
  const { connectors, unreadable, missing } = await readList(readPage, 'list them');
  return { asked: asked.length, ids: connectors.map(({ id }) => id), unreadable: unreadable.length, missing };
}

const items = (...ids: string[]) => ids.map((id) => ({ id, email_domain: `${id}.example` }));

describe('a list of one page', () => {
  it.each<[string, Page]>([
    ['by total_count', { result: items('a', 'b'), info: { count: 2, page: 1, per_page: 20, total_count: 2 } }],
    ['by total_count as a text', { result: items('a', 'b'), info: { total_count: '2' } }],
    ['by total_pages', { result: items('a', 'b'), info: { total_pages: 1, per_page: 2 } }],
    ['by a cursor without an end', { result: items('a', 'b'), info: { cursors: { after: '' } } }],
    ['by a cursor that is null', { result: items('a', 'b'), info: { cursors: { after: null } } }],
    ['by a page that is not full', { result: items('a', 'b'), info: { count: 2, per_page: 20 } }],
    ['by a total_count that is null', { result: items('a', 'b'), info: { total_count: null, per_page: 20 } }],
    ['that says nothing of it', { result: items('a', 'b') }],
    ['that says something strange of it', { result: items('a', 'b'), info: 'strange' }],
  ])('is whole: %s', async (_, page) => {
    expect(await read(page)).toEqual({ asked: 1, ids: ['a', 'b'], unreadable: 0, missing: undefined });
  });

  it.each<[string, Page]>([
    ['null', { result: null }],
    ['null, and a count of 0', { result: null, info: { count: 0, total_count: 0, total_pages: 0 } }],
    ['a list', { result: [], info: { count: 0, page: 1, per_page: 20, total_count: 0, total_pages: 0 } }],
  ])('may be empty: %s', async (_, page) => {
    expect(await read(page)).toEqual({ asked: 1, ids: [], unreadable: 0, missing: undefined });
  });

  it.each<[string, Page, string]>([
    ['null, though there are some', { result: null, info: { total_count: 5 } }, 'it has 0 of 5'],
    ['fewer than counted', { result: items('a'), info: { count: 2 } }, 'its page 1 has 1 of 2'],
    ['more than counted', { result: items('a', 'b'), info: { total_count: 1 } }, 'it has 2 of 1'],
    ['a count that is none', { result: items('a'), info: { total_count: 'many' } }, 'its total_count is no count'],
    ['a count of pages that is none', { result: items('a'), info: { total_pages: {} } }, 'its total_pages is no count'],
  ])('is incomplete: %s', async (_, page, missing) => {
    expect((await read(page)).missing).toBe(missing);
  });
});

describe('a list that goes on', () => {
  const third = items('e');

  it.each<[string, unknown, unknown, unknown]>([
    ['by total_count', { total_count: 5 }, { total_count: 5 }, { total_count: 5 }],
    ['by total_count on its first page', { total_count: 5 }, {}, undefined],
    ['by total_pages', { total_pages: 3 }, { total_pages: 3 }, { total_pages: 3 }],
    ['by cursors', { cursors: { after: 'x' } }, { cursors: { after: 'y' } }, { cursors: {} }],
    ['by full pages', { per_page: 2 }, { per_page: 2 }, { per_page: 2 }],
    ['by full pages, whose size the first one tells', { per_page: 2 }, undefined, undefined],
  ])('is read on to its end: %s', async (_, one, two, three) => {
    const pages = [
      { result: items('a', 'b'), info: one },
      { result: items('c', 'd'), info: two },
      { result: third, info: three },
    ];
    expect(await read(...pages)).toEqual({
      asked: 3,
      ids: ['a', 'b', 'c', 'd', 'e'],
      unreadable: 0,
      missing: undefined,
    });
  });

  it('by full pages ends with an empty one too', async () => {
    expect(await read({ result: items('a', 'b'), info: { per_page: 2 } }, { result: [] })).toEqual({
      asked: 2,
      ids: ['a', 'b'],
      unreadable: 0,
      missing: undefined,
    });
  });

  it.each<[string, Page[], string, number]>([
    [
      'a page repeats the one before',
      [{ result: items('a', 'b'), info: { total_count: 6 } }, { result: items('c', 'd') }, { result: items('c', 'd') }],
      'page 3 repeats page 2',
      3,
    ],
    [
      'every page is the first',
      [{ result: items('a'), info: { cursors: { after: 'x' } } }, { result: items('a') }],
      'page 2 repeats page 1',
      2,
    ],
    [
      'a page without ids repeats another',
      [{ result: [{}, {}], info: { total_count: 4 } }, { result: [{}, {}] }],
      'page 2 repeats page 1',
      2,
    ],
    ['it ends before its count', [{ result: items('a', 'b'), info: { total_count: 2600 } }], 'it has 2 of 2600', 2],
    ['it ends before its last page', [{ result: items('a'), info: { total_pages: 3 } }], 'it has 1 of 3 pages', 2],
    ['it ends before its cursor', [{ result: items('a'), info: { cursors: { after: 'x' } } }], 'it has no page 2', 2],
    [
      'one moved from page to page meanwhile',
      [
        { result: items('a', 'b'), info: { total_count: 4 } },
        { result: items('b', 'c'), info: { total_count: 4 } },
      ],
      'it has 3 of 4',
      3,
    ],
    [
      'one was added meanwhile',
      [{ result: items('a', 'b'), info: { total_count: 3 } }, { result: items('c', 'd') }],
      'it has 4 of 3',
      2,
    ],
  ])('is incomplete: %s', async (_, pages, missing, asked) => {
    expect(await read(...pages)).toMatchObject({ missing, asked });
  });

  it('is read for 1,000 pages at most', async () => {
    let asked = 0;
    const readPage = async (page: number) => {
      asked = page;
      return { result: items(`x${page}`), resultInfo: { per_page: 1 } };
    };
    const { connectors, missing } = await readList(readPage, 'list them');
    expect([asked, connectors.length, missing]).toEqual([1000, 1000, 'it has more than 1000 pages']);
  });

  it.each([20, 50, 1000])('has all of 2,600 connectors in pages of %i', async (size) => {
    const all = items(...Array.from({ length: 2600 }, (_, n) => `x${n}`));
    const pages = Array.from({ length: Math.ceil(all.length / size) }, (_, n) => ({
      result: all.slice(n * size, (n + 1) * size),
      info: { total_count: all.length, per_page: size, page: n + 1 },
    }));
    const { ids, missing, asked } = await read(...pages);
    expect([new Set(ids).size, missing, asked]).toEqual([2600, undefined, pages.length]);
  });
});

describe('the items of a list', () => {
  it('that are no connectors are kept apart, with what they say of themselves', async () => {
    const result = [{ id: 'a' }, { id: 'b', enabled: 'yes' }, { id: '', email_domain: '', enabled: 1 }, 'c', null];
    const list = await readList(async () => ({ result, resultInfo: undefined }), 'list them');
    expect(list.connectors.map(({ id }) => id)).toEqual(['a']);
    expect(list.unreadable.map(({ id, email_domain, failure }) => [id, email_domain, failure.message])).toEqual([
      [
        'b',
        undefined,
        'Cloudflare was asked to list them, and answered with something that is no connector: its enabled is "yes", not boolean.',
      ],
      [
        undefined,
        undefined,
        'Cloudflare was asked to list them, and answered with something that is no connector: its enabled is 1, not boolean.',
      ],
      [
        undefined,
        undefined,
        'Cloudflare was asked to list them, and answered with something that is no connector: it is "c", not an object.',
      ],
      [
        undefined,
        undefined,
        'Cloudflare was asked to list them, and answered with something that is no connector: it is null, not an object.',
      ],
    ]);
  });

  it('that are the same within a page are all kept, for whoever looks for one', async () => {
    expect((await read({ result: items('a', 'a') })).ids).toEqual(['a', 'a']);
  });

  it.each<[unknown, string]>([
    [{}, "Could not list them: Cloudflare's answer has no list of them."],
    [undefined, "Could not list them: Cloudflare's answer has no list of them."],
    ['x', "Could not list them: Cloudflare's answer has no list of them."],
    [
      Array(10_001).fill(1),
      "Could not list them: Cloudflare's answer has 10001 items on one page, which no list of connectors has.",
    ],
  ])('are on a list, which has no end of room', async (result, message) => {
    const failed = read({ result });
    await expect(failed).rejects.toBeInstanceOf(Failure);
    await expect(failed).rejects.toMatchObject({
      problems: [{ kind: 'unexpected', problem: 'no valid answer', message }],
    });
  });
});

describe('a connector that a list has twice', () => {
  const one = { id: 'a', email_domain: 'a.example', enabled: true };
  const read = async (...pages: object[][]) => {
    const info = { per_page: 2, total_count: 3 };
    const list = await readList(async (page) => ({ result: pages[page - 1] ?? [], resultInfo: info }), 'list them');
    return list.connectors.map(({ id, enabled }) => [id, enabled]);
  };

  it('is as a later page has it, since it may have changed meanwhile', async () => {
    const [b, c] = items('b', 'c');
    expect(await read([one, b ?? {}], [c ?? {}, { ...one, enabled: false }])).toEqual([
      ['a', false],
      ['b', undefined],
      ['c', undefined],
    ]);
  });

  it('stays two if one page has both, which says of neither that it is the one', async () => {
    expect(await read([one, { ...one, enabled: false }])).toEqual([
      ['a', true],
      ['a', false],
    ]);
  });
});
