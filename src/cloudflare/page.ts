/** The reason of a page stands at its beginning. */
const MOST_BYTES = 100_000;

/** The words of a body for people: of HTML its title and first heading, or its text; else the body as it is. */
export function readPage(body: Uint8Array): string {
  const page = new TextDecoder().decode(body.subarray(0, MOST_BYTES)).trim();
  if (!/^[\s\ufeff]*</.test(page)) return page;
  const title = /<title\b[^<>]*>([^<]*)/i.exec(page)?.[1]?.trim();
  const heading = readHeading(page);
  const words = [title, heading === title ? '' : heading].filter(Boolean).join(': ');
  return words || withoutTags(page) || page;
}

function readHeading(page: string): string {
  const start = /<h[1-6]\b[^<>]*>/i.exec(page);
  if (!start) return '';
  const rest = page.slice(start.index + start[0].length);
  const end = rest.search(/<\/h[1-6]/i);
  return withoutTags(end === -1 ? '' : rest.slice(0, end));
}

function withoutTags(html: string): string {
  return html
    .replace(/<[^<>]*>/g, ' ')
    .replace(/\s+/g, ' ')
    .trim();
}
