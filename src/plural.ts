/** A number with its noun: `1 domain`, `3 domains`. */
export function counted(count: number, noun: string, plural = `${noun}s`): string {
  return `${count} ${count === 1 ? noun : plural}`;
}

/** `a, b and c`, or `a, b and 3 more`. */
export function listed(items: readonly string[], most: number): string {
  const isCut = items.length > most;
  const [last = '', ...others] = isCut
    ? [`${items.length - most} more`, ...items.slice(0, most)]
    : [items.at(-1), ...items.slice(0, -1)];
  return others.length > 0 ? `${others.join(', ')} and ${last}` : last;
}
