import { describeMinute } from '../clock.ts';
import type { Result } from '../job/result.ts';
import { listed } from '../plural.ts';

const MOST_HEALED = 3;

/** When the drift that this run has healed was made at the latest, and where to look for who made it; empty if there was none. */
export function describeHealed({ outcomes, settings }: Result): string[] {
  if (settings?.mode !== 'reconcile') return [];
  const healed = outcomes
    .filter(({ drift, changedFields }) => drift.some(({ field }) => changedFields.includes(field)))
    .map(({ name, found }) => ({ name, time: Date.parse(String(found?.updated_on)) }))
    .filter(({ time }) => !Number.isNaN(time));
  if (healed.length === 0) return [];
  const times = healed.map(({ time }) => time);
  const [first, last] = [describeMinute(Math.min(...times)), describeMinute(Math.max(...times))];
  const span = first === last ? `on ${first}` : `between ${first} and ${last}`;
  const byMinute = Map.groupBy(healed, ({ time }) => describeMinute(time));
  const each = [...byMinute].map(([minute, some]) => {
    const names = some.map(({ name }) => name);
    return `${listed(names, MOST_HEALED)} on ${minute}`;
  });
  const what = healed.length > MOST_HEALED ? `${healed.length} connectors ${span}` : each.join(', ');
  return [`The last change before this run: ${what}. The audit log of the Cloudflare dashboard says who made it.`];
}
