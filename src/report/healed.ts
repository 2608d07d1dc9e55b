import { describeMinute } from '../clock.ts';
import type { Result } from '../job/result.ts';
import { listed } from '../plural.ts';

const MOST_HEALED = 10;

/** Since when there was the drift that this run has healed, and where to look for who made it; empty if there was none. */
export function describeHealed({ outcomes, settings }: Result): string[] {
  if (settings?.mode !== 'reconcile') return [];
  const changes = outcomes.flatMap(({ name, found, drift, changedFields }) => {
    const time = Date.parse(String(found?.updated_on));
    const isHealed = drift.some(({ field }) => changedFields.includes(field));
    return isHealed && !Number.isNaN(time) ? [`${name} on ${describeMinute(time)}`] : [];
  });
  if (changes.length === 0) return [];
  const what = `The last change before this run: ${listed(changes, MOST_HEALED)}.`;
  return [`${what} The audit log of the Cloudflare dashboard says who made it.`];
}
