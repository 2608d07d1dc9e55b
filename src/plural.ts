/** A number with its noun: `1 domain`, `3 domains`. The plural has an s by default. */
export function counted(count: number, noun: string, plural = `${noun}s`): string {
  return `${count} ${count === 1 ? noun : plural}`;
}

/** Items side by side, with those beyond `most` counted: `a, b and 3 more`. */
export function listed(items: readonly string[], most: number): string {
  const more = items.length > most ? ` and ${items.length - most} more` : '';
  return `${items.slice(0, most).join(', ')}${more}`;
}
