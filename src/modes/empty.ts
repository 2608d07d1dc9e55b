import { givenFields } from '../connector/connector.ts';
import type { Job } from '../job/job.ts';
import { listed } from '../plural.ts';

const MOST_LINES = 5;

/**
 * Which targets have no field given, to be put behind "there is nothing to check": empty for all of them, ` for line 3 of
 * the list` for some, undefined for none.
 */
export function describeEmpty({ outcomes }: Job): string | undefined {
  const lines = outcomes.flatMap(({ target }) => (givenFields(target.desired).length === 0 ? [target.line] : []));
  if (lines.length === 0) return undefined;
  if (lines.length === outcomes.length) return '';
  return ` for ${lines.length === 1 ? 'line' : 'lines'} ${listed(lines.map(String), MOST_LINES)} of the list`;
}
