import type { Envelope } from './envelope.ts';

/**
 * How a list says that it goes on, as different products of the API do:
 * `total_count` and `total_pages` count, `cursor` has `cursors.after`, and `uncounted` has nothing but full pages.
 * Lists that cannot be read to their end: `repeating` gives its first page for every page, `overcounted` counts one more
 * than it has, `undercounted` one fewer.
 */
export const listStyles = [
  ...(['total_count', 'total_pages', 'cursor', 'uncounted'] as const),
  ...(['repeating', 'overcounted', 'undercounted'] as const),
] as const;
export type ListStyle = (typeof listStyles)[number];

/** Where the list is cut, and how it says so. */
export interface ListOptions {
  /** Connectors on a page of the list, which is incomplete where there are more; all of them by default. */
  listPageSize?: number;
  /** `total_count` by default, as documented. */
  listStyle?: ListStyle;
}

/** A page of the list, the one that `page` or `cursor` of the query name, in the style asked for. */
export function pageOf<T>(
  all: readonly T[],
  query: URLSearchParams,
  { listPageSize, listStyle = 'total_count' }: ListOptions,
): Pick<Envelope, 'result' | 'result_info'> & { result: T[] } {
  const size = listPageSize ?? Math.max(all.length, 20);
  const page = pageNumber(query);
  const start = listStyle === 'repeating' ? 0 : (page - 1) * size;
  const result = all.slice(start, start + size);
  const info = { count: result.length, page, per_page: size };
  switch (listStyle) {
    case 'uncounted':
      return { result, result_info: info };
    case 'total_pages':
      return { result, result_info: { ...info, total_pages: Math.ceil(all.length / size) } };
    case 'cursor': {
      const after = start + size < all.length ? { after: cursorOf(page + 1) } : {};
      return { result, result_info: { count: result.length, per_page: size, cursors: after } };
    }
    case 'overcounted':
      return { result, result_info: { ...info, total_count: all.length + 1 } };
    case 'undercounted':
      return { result, result_info: { ...info, total_count: Math.max(0, all.length - 1) } };
    default:
      return { result, result_info: { ...info, total_count: all.length } };
  }
}

/** Counted from 1; anything odd is the first. */
function pageNumber(query: URLSearchParams): number {
  const cursor = query.get('cursor');
  const text = cursor === null ? query.get('page') : Buffer.from(cursor, 'base64url').toString().replace('page:', '');
  const page = Number(text);
  return Number.isSafeInteger(page) && page > 0 ? page : 1;
}

function cursorOf(page: number): string {
  return Buffer.from(`page:${page}`).toString('base64url');
}
