import { counted } from '../plural.ts';

/** Room for the notes on what is left out, and the ends of open blocks. */
const RESERVE = 1200;

/** A table of a page. */
export interface Table {
  /** What a row is. */
  readonly what: string;
  readonly title?: string;
  readonly head: readonly string[];
  /** Each as `row` makes them: a page may be cut twice. */
  readonly rows: readonly string[];
}

/** Text that grows up to a limit in bytes; a note says how much was left out. */
export class Page {
  text = '';
  #left: number;

  constructor(limit: number) {
    this.#left = limit - RESERVE;
  }

  /** Adds it whole or not at all, and returns whether. */
  add(text: string): boolean {
    const size = Buffer.byteLength(text);
    if (size > this.#left) return false;
    this.#left -= size;
    this.text += text;
    return true;
  }

  /** Adds items, each a `what`, as many as fit, between `before` and `after`; nothing if there are none. */
  addAll(items: readonly string[], what: string, before = '', after = '\n'): void {
    if (items.length === 0) return;
    // A thousand rows that fit are added at once.
    if (this.add(`${before}${items.join('')}`)) {
      this.text += after;
      return;
    }
    let added = 0;
    while (added < items.length && this.add(`${added === 0 ? before : ''}${items[added]}`)) added += 1;
    if (added > 0) this.text += after;
    const left = items.length - added;
    const [are, them] = left === 1 ? ['is', 'it'] : ['are', 'them'];
    this.text += `*${counted(left, `more ${what}`)} ${are} left out here; the outputs of the step have ${them}.*\n\n`;
    this.#left = 0;
  }

  addTable({ what, title, head, rows }: Table): void {
    const heading = title === undefined ? '' : `#### ${title}\n\n`;
    this.addAll(rows, what, `${heading}${row(head)}${row(head.map(() => '---'))}`);
  }

  /** Adds what `fill` adds, folded under a title. */
  fold(title: string, fill: () => void): void {
    if (!this.add(`<details>\n<summary>${title}</summary>\n\n`)) return;
    fill();
    this.text += '</details>\n\n';
  }
}

/** A row of a table, of cells in Markdown. */
export function row(cells: readonly string[]): string {
  return `| ${cells.join(' | ')} |\n`;
}
