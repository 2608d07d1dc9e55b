/** The reason of a page stands at its beginning. */
const MOST_BYTES = 100_000;

/** The words of a body for people: of HTML its title and first heading, or its text; else the body as it is. */
export function readPage(body: Uint8Array): string {
  const page = new TextDecoder().decode(body.subarray(0, MOST_BYTES)).trim();
  if (!page.startsWith('<')) return page;
  const title = /<title\b[^<>]*>([^<]*)/i.exec(page)?.[1]?.trim();
  const [, rest = ''] = page.split(/<h[1-6]\b[^<>]*>/i, 2);
  const [inside = '', end] = rest.split(/<\/h[1-6]/i, 2);
  const heading = end === undefined ? '' : withoutTags(inside);
  const words = [title, heading === title ? '' : heading].filter(Boolean).join(': ');
  return words || withoutTags(page) || page;
}

function withoutTags(html: string): string {
  return html
    .replace(/<[^<>]*>/g, ' ')
    .replace(/\s+/g, ' ')
    .trim();
}
