import type { Connector } from '../connector/connector.ts';
import { Failure } from '../failure.ts';
import { readItems, textOf, type Unreadable } from './connectors.ts';
import type { Envelope } from './envelope.ts';
import { findGap, goesOn, type ListInfo, type Progress, readListInfo } from './list-info.ts';

/** The connectors of an account. */
export interface ConnectorList {
  readonly connectors: readonly Connector[];
  readonly unreadable: readonly Unreadable[];
  /** Why the list may lack some: `it has 20 of 2600`; undefined if it is whole. */
  readonly missing: string | undefined;
}

const MOST_PAGES = 1000;
/** A page has room for far more items that are no connectors, and each takes its time. */
const MOST_ITEMS = 10_000;

/**
 * Reads a list, page by page as long as it says that it goes on. `readPage` gets the number of a page, from 1 on; `asked`
 * says for people what is asked for. Throws a Failure if a page is no list.
 */
export async function readList(readPage: (page: number) => Promise<Envelope>, asked: string): Promise<ConnectorList> {
  const connectors: Connector[] = [];
  const unreadable: Unreadable[] = [];
  const end = (missing: string | undefined) => ({ connectors, unreadable, missing });
  const pageOf = new Map<string, number>();
  let info: ListInfo | undefined;
  let last: Progress = { page: 0, items: 0, onPage: 0 };
  for (let page = 1; page <= MOST_PAGES; page += 1) {
    const { result, resultInfo } = await readPage(page);
    const items = itemsOf(result, asked);
    // What follows the last page says nothing of the list.
    if (info && items.length === 0) return end(findGap(info, last));
    const keys = items.map((item) => textOf(item, 'id') ?? JSON.stringify(item));
    const fresh = items.filter((_, n) => !pageOf.has(keys[n] ?? ''));
    if (items.length > 0 && fresh.length === 0) return end(`page ${page} repeats page ${pageOf.get(keys[0] ?? '')}`);
    for (const key of keys) if (!pageOf.has(key)) pageOf.set(key, page);
    const list = readItems(fresh, asked);
    connectors.push(...list.connectors);
    unreadable.push(...list.unreadable);
    info = readListInfo(resultInfo, info);
    last = { page, items: last.items + fresh.length, onPage: items.length };
    if (!goesOn(info, last) || items.length === 0) return end(findGap(info, last));
  }
  return end(`it has more than ${MOST_PAGES} pages`);
}

/** The items of a page; `null` is how some products of the API spell an empty list. */
function itemsOf(result: unknown, asked: string): readonly unknown[] {
  if (result === null) return [];
  if (Array.isArray(result) && result.length <= MOST_ITEMS) return result;
  throw new Failure({
    kind: 'unexpected',
    problem: 'no valid answer',
    message: Array.isArray(result)
      ? `Could not ${asked}: Cloudflare's answer has ${result.length} items on one page, which no list of connectors has.`
      : `Could not ${asked}: Cloudflare's answer has no list of them.`,
  });
}
