/** A table in GitHub's Markdown, with columns of even width so that it also reads well in a terminal. */
export function table(header: readonly string[], rows: readonly (readonly string[])[]): string {
  const widths = header.map((title, column) =>
    Math.max(3, ...[title, ...rows.map((row) => row[column] ?? '')].map(({ length }) => length)),
  );
  const line = (cells: readonly string[]) =>
    `| ${cells.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join(' | ')} |`;
  return [line(header), line(widths.map((width) => '-'.repeat(width))), ...rows.map(line)].join('\n');
}

/** `81 ms`; three digits at least: `6,543 ms`. */
export function milliseconds(ms: number): string {
  return `${Math.round(ms).toLocaleString('en')} ms`;
}

/** `2.05x`. */
export function ratio(value: number, to: number): string {
  return `${(value / to).toFixed(2)}x`;
}

/** `2.56 MB` or, below a tenth of that, `4.1 kB`. */
export function size(bytes: number): string {
  return bytes < 100_000 ? `${(bytes / 1000).toFixed(1)} kB` : `${(bytes / 1_000_000).toFixed(2)} MB`;
}

/** Peak memory in whole megabytes; a dash where it is not known. */
export function memory(bytes: number | undefined): string {
  return bytes === undefined ? '–' : `${Math.round(bytes / 1_000_000)} MB`;
}
