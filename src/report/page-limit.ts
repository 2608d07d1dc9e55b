/** Room for what ends a cut page: the notes on what is left out, and the ends of open blocks. */
const RESERVE = 1200;

interface Section {
  /** What its items are, for the note on those left out. */
  readonly what: string;
  readonly before?: string;
  readonly after?: string;
}

interface Table {
  /** What its rows are, for the note on those left out. */
  readonly what: string;
  readonly title?: string;
  readonly head: readonly string[];
}

/** Text that grows up to a limit in bytes; what does not fit is left out, with a note that says how much it was. */
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

  /** Adds a section of items, as many as fit; none where there are none. */
  addAll(items: readonly string[], { what, before = '', after = '\n' }: Section): void {
    const [first] = items;
    if (first === undefined) return;
    let added = 0;
    if (this.add(before + first)) {
      added = 1;
      while (added < items.length && this.add(items[added] ?? '')) added += 1;
      this.text += after;
    }
    if (added < items.length) {
      this.text += `*${items.length - added} more ${what} are left out here; the outputs of the step have them.*\n\n`;
      this.#left = 0;
    }
  }

  /** Adds a table, as many rows as fit; none where there are none. */
  addTable(rows: readonly (readonly string[])[], { what, title, head }: Table): void {
    const heading = title === undefined ? '' : `#### ${title}\n\n`;
    this.addAll(rows.map(line), { what, before: `${heading}${line(head)}${line(head.map(() => '---'))}` });
  }

  /** Adds what `fill` adds, folded under a title. */
  fold(title: string, fill: () => void): void {
    if (!this.add(`<details>\n<summary>${title}</summary>\n\n`)) return;
    fill();
    this.text += '</details>\n\n';
  }
}

function line(cells: readonly string[]): string {
  return `| ${cells.join(' | ')} |\n`;
}
