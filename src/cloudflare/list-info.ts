import * as v from 'valibot';

/** NaN if it is no count. */
const count = v.nullish(
  v.fallback(
    v.pipe(v.union([v.number(), v.pipe(v.string(), v.digits(), v.transform(Number))]), v.safeInteger(), v.minValue(0)),
    Number.NaN,
  ),
);

/** `result_info` of a page. The products of the API differ in what they say. */
const InfoSchema = v.fallback(
  v.object({
    count,
    per_page: count,
    total_count: count,
    total_pages: count,
    cursors: v.fallback(v.nullish(v.object({ after: v.unknown() })), undefined),
  }),
  {},
);
export interface ListInfo extends v.InferOutput<typeof InfoSchema> {
  /** What shows that an item has moved to a page that was read before: one on that page was deleted. */
  readonly shrunk?: string | undefined;
}

/** How far a list is read. */
interface Progress {
  readonly page: number;
  /** Of all pages. */
  readonly items: number;
  readonly onPage: number;
}

/** Reads `result_info`. What an earlier page said of the whole list holds on. */
export function readListInfo(resultInfo: unknown, earlier: ListInfo = {}): ListInfo {
  const info = v.parse(InfoSchema, resultInfo);
  const [before, now] = [earlier.total_count ?? 0, info.total_count ?? Number.POSITIVE_INFINITY];
  return {
    ...info,
    shrunk: now < before ? `its total_count fell from ${before} to ${now} meanwhile` : earlier.shrunk,
    per_page: info.per_page ?? earlier.per_page,
    total_count: info.total_count ?? earlier.total_count,
    total_pages: info.total_pages ?? earlier.total_pages,
  };
}

/** Whether a list goes on: by its counts, or else by the page being full. */
export function goesOn({ cursors, per_page, total_count, total_pages }: ListInfo, progress: Progress): boolean {
  const { page, items, onPage } = progress;
  if (cursors?.after || (total_count ?? 0) > items || (total_pages ?? 0) > page) return true;
  return (total_count ?? total_pages) === undefined && onPage >= (per_page || Number.POSITIVE_INFINITY);
}

/** What a list lacks at its end: `it has 20 of 2600`. Undefined if its counts add up. */
export function findGap(info: ListInfo, { page, items, onPage }: Progress): string | undefined {
  const odd = (['count', 'total_count', 'total_pages'] as const).find((name) => Number.isNaN(info[name]));
  if (odd) return `its ${odd} is no count`;
  const { count, total_count: total = items, total_pages: pages, cursors, shrunk } = info;
  if (shrunk) return shrunk;
  if (total !== items) return `it has ${items} of ${total}`;
  if ((pages ?? 0) > page) return `it has ${page} of ${pages} pages`;
  if ((count ?? 0) > onPage) return `its page ${page} has ${onPage} of ${count}`;
  return cursors?.after ? `it has no page ${page + 1}` : undefined;
}
