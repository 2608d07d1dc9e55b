/** The reason of a page stands at its beginning. */
const MOST_BYTES = 100_000;

/** The words of a body for people: of HTML its title and first heading, or its text; else the body as it is. */
export function readWordsOfPage(body: Uint8Array): string {
  const page = new TextDecoder().decode(body.subarray(0, MOST_BYTES)).trim();
  if (!page.startsWith('<')) return page;
  const title = between(/<title\b[^<>]*>/i, page, '<');
  const heading = between(/<h[1-6]\b[^<>]*>/i, page, /<\/h[1-6]/i);
  const words = [...new Set([title, heading])].filter(Boolean).join(': ');
  return words || withoutTags(page) || page;
}

/** What stands between the first start and the end after it. */
function between(start: RegExp, html: string, end: string | RegExp): string {
  const [, rest = ''] = html.split(start, 2);
  return withoutTags(rest.split(end, 1).join());
}

function withoutTags(html: string): string {
  return html
    .replace(/<[^<>]*>/g, ' ')
    .replace(/\s+/g, ' ')
    .trim();
}
