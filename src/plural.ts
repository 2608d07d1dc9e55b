/** A number with its noun: `1 domain`, `3 domains`. */
export function counted(count: number, noun: string, plural = `${noun}s`): string {
  return `${count} ${count === 1 ? noun : plural}`;
}

/** `a, b and c`, or `a, b and 3 more`. */
export function listed(items: readonly string[], most: number): string {
  const more = items.length - most;
  const parts = more > 0 ? [...items.slice(0, most), `${more} more`] : items;
  return parts.length > 1 ? `${parts.slice(0, -1).join(', ')} and ${parts.at(-1)}` : parts.join();
}
