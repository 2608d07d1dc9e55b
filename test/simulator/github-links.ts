/** Where in a list a page is, and how the others are named. */
interface Place {
  page: number;
  last: number;
  /** Names `prev` and `next` alone, with a cursor beside the page. */
  cursors: boolean;
  /** Where the other pages are said to be, if not where this one is. */
  origin: string | undefined;
}

/**
 * The `Link` header of the page that this URL asked for; null where there is no other page.
 * https://docs.github.com/en/rest/using-the-rest-api/using-pagination-in-the-rest-api
 */
export function linksOf(url: URL, { page, last, cursors, origin }: Place): string | null {
  const targets = Object.entries(
    cursors ? { prev: page - 1, next: page + 1 } : { prev: page - 1, next: page + 1, last, first: 1 },
  );
  const links = targets
    .filter(([name, target]) => target >= 1 && target <= last && (name !== 'first' || page > 1))
    .map(([name, target]) => {
      const other = new URL(origin === undefined ? url : `${origin}${url.pathname}${url.search}`);
      other.searchParams.delete('after');
      other.searchParams.delete('before');
      other.searchParams.delete('page');
      if (cursors) other.searchParams.set(name === 'next' ? 'after' : 'before', cursorOf(target));
      other.searchParams.set('page', String(target));
      return `<${other}>; rel="${name}"`;
    });
  return last > 1 && links.length > 0 ? links.join(', ') : null;
}

function cursorOf(page: number): string {
  return Buffer.from(`cursor:v2:${page}`).toString('base64');
}
