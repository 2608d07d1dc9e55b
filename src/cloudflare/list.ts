import * as v from 'valibot';
import type { Connector, Desired } from '../connector/connector.ts';
import { Failure } from '../failure.ts';
import { lenient } from './api-errors.ts';
import type { Envelope } from './envelope.ts';
import { findGap, goesOn, type ListInfo, readListInfo } from './list-info.ts';
import { readConnector } from './read-connector.ts';

const name = lenient(v.pipe(v.string(), v.nonEmpty()));
const NamesSchema = v.fallback(v.object({ id: name, email_domain: name }), {});

/** An item that is no connector, and whose it is, as far as it tells; none of its fields is known. */
export interface Unreadable extends v.InferOutput<typeof NamesSchema>, Desired {
  readonly failure: Failure;
}

/** The connectors of an account. */
export interface ConnectorList {
  readonly connectors: readonly Connector[];
  readonly unreadable: readonly Unreadable[];
  /** Why the list may lack some: `it has 20 of 2600`; undefined if it is whole. */
  readonly missing: string | undefined;
}

const MOST_PAGES = 1000;
/** On one page, which has room for far more items that are no connectors. */
const MOST_ITEMS = 10_000;

/** What a page says of the list. */
export type ListPage = Pick<Envelope, 'result' | 'resultInfo'>;

/**
 * Reads a list, page by page from 1, as long as it says that it goes on. Throws what `readPage` throws, unless a further
 * page is refused, and a Failure if a page is no list.
 */
export async function readList(readPage: (page: number) => Promise<ListPage>, asked: string): Promise<ConnectorList> {
  // What comes again on a later page, which has moved meanwhile, is as it was read last.
  const found = new Map<string, { readonly firstPage: number; readonly alike: readonly ListItem[] }>();
  const end = (missing: string | undefined): ConnectorList => {
    const items = [...found.values()].flatMap(({ alike }) => alike.map(({ item }) => item));
    const connectors = items.filter((item) => 'raw' in item);
    return { connectors, unreadable: items.filter((item) => 'failure' in item), missing };
  };
  let info: ListInfo | undefined;
  let progress = { page: 0, items: 0, onPage: 0 };
  for (let page = 1; page <= MOST_PAGES; page += 1) {
    let envelope: ListPage;
    try {
      envelope = await readPage(page);
    } catch (failure) {
      // The API's description has no further pages: what one has is known all the same.
      if (page === 1 || !(failure instanceof Failure) || !failure.isAll('refused')) throw failure;
      return end(`page ${page} could not be read (${failure.problems[0]?.problem})`);
    }
    const { result, resultInfo } = envelope;
    const items = itemsOf(result, asked);
    // A page after the last one says nothing of the list.
    if (info && items.length === 0) return end(findGap(info, progress));
    const read = items.map((item) => readItem(item, asked));
    const fresh = read.filter(({ key }) => !found.has(key));
    const [first] = read;
    if (first && fresh.length === 0) return end(`page ${page} repeats page ${found.get(first.key)?.firstPage}`);
    for (const [key, alike] of Map.groupBy(read, (item) => item.key)) {
      found.set(key, { firstPage: found.get(key)?.firstPage ?? page, alike });
    }
    info = readListInfo(resultInfo, info);
    progress = { page, items: progress.items + fresh.length, onPage: items.length };
    if (items.length === 0 || !goesOn(info, progress)) return end(findGap(info, progress));
  }
  return end(`it has more than ${MOST_PAGES} pages`);
}

/** Some products of the API spell an empty list as null. */
function itemsOf(result: unknown, asked: string): readonly unknown[] {
  const items = result === null ? [] : result;
  if (Array.isArray(items) && items.length <= MOST_ITEMS) return items;
  const what = Array.isArray(items)
    ? `${items.length} items on one page, which no list of connectors has`
    : 'no list of them';
  const message = `Could not ${asked}: Cloudflare's answer has ${what}.`;
  throw new Failure({ kind: 'unexpected', problem: 'no valid answer', message });
}

/** A connector, or what cannot be read as one, and what it is known by. */
interface ListItem {
  readonly key: string;
  readonly item: Connector | Unreadable;
}

function readItem(item: unknown, asked: string): ListItem {
  const keyOf = (id: string | undefined) => id ?? JSON.stringify(item);
  try {
    const connector = readConnector(item, asked);
    return { key: keyOf(connector.id), item: connector };
  } catch (failure) {
    if (!(failure instanceof Failure)) throw failure;
    const names = v.parse(NamesSchema, item);
    return { key: keyOf(names.id), item: { ...names, failure } };
  }
}
