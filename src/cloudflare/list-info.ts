import * as v from 'valibot';

const InfoSchema = v.looseObject({
  count: v.optional(v.unknown()),
  per_page: v.optional(v.unknown()),
  total_count: v.optional(v.unknown()),
  total_pages: v.optional(v.unknown()),
  cursors: v.fallback(v.nullish(v.looseObject({ after: v.optional(v.unknown()) })), undefined),
});

/** What a page says of its list; NaN is a count that is no number. The products of the API differ in what they say. */
export interface ListInfo {
  readonly count: number | undefined;
  readonly perPage: number | undefined;
  readonly totalCount: number | undefined;
  readonly totalPages: number | undefined;
  readonly hasCursor: boolean;
}

/** How far a list is read: so many items in all, of which the last page has so many. */
export interface Progress {
  readonly page: number;
  readonly items: number;
  readonly onPage: number;
}

/** Reads `result_info`. What an earlier page said of the whole list holds as long as no other says something else. */
export function readListInfo(resultInfo: unknown, earlier?: ListInfo): ListInfo {
  const parsed = v.safeParse(InfoSchema, resultInfo);
  const info = parsed.success ? parsed.output : undefined;
  return {
    count: readCount(info?.count),
    perPage: readCount(info?.per_page) ?? earlier?.perPage,
    totalCount: readCount(info?.total_count) ?? earlier?.totalCount,
    totalPages: readCount(info?.total_pages) ?? earlier?.totalPages,
    hasCursor: Boolean(info?.cursors?.after),
  };
}

function readCount(count: unknown): number | undefined {
  if (count === null || count === undefined) return undefined;
  return typeof count === 'number' || (typeof count === 'string' && count.trim() !== '') ? Number(count) : Number.NaN;
}

/** Whether a list goes on after a page: by what it counts, or, if it counts nothing, by the page being full. */
export function goesOn(info: ListInfo, { page, items, onPage }: Progress): boolean {
  const { totalCount, totalPages, perPage = 0, hasCursor } = info;
  if (hasCursor || (totalCount ?? 0) > items || (totalPages ?? 0) > page) return true;
  return totalCount === undefined && totalPages === undefined && perPage > 0 && onPage >= perPage;
}

/** What a list that is read to its end lacks by its own counts: `it has 20 of 2600`. Undefined if they add up. */
export function findGap(info: ListInfo, { page, items, onPage }: Progress): string | undefined {
  const { count = 0, totalCount = items, totalPages = page, hasCursor } = info;
  const counts = { count, total_count: totalCount, total_pages: totalPages };
  const odd = Object.entries(counts).find(([, value]) => !Number.isSafeInteger(value) || value < 0);
  if (odd) return `its ${odd[0]} is no count`;
  if (totalCount !== items) return `it has ${items} of ${totalCount}`;
  if (totalPages > page) return `it has ${page} of ${totalPages} pages`;
  if (count > onPage) return `its page ${page} has ${onPage} of ${count}`;
  return hasCursor ? `it has no page ${page + 1}` : undefined;
}
