import type { Log } from '../job/job.ts';
import type { Result } from '../job/result.ts';
import { counted } from '../plural.ts';
import { tellFailures, titleOf } from './told.ts';

/**
 * The runner shows 10 annotations of a type for a step, so the tenth counts the rest.
 * https://docs.github.com/en/rest/checks/runs
 */
const MOST = 9;

/** Title and text together. GitHub shows no more than a few lines. */
const LIMIT = 399;

/** Writes an annotation for each failure. A line of the log has what is left out of them. */
export function writeAnnotations(result: Result, log: Log): void {
  const texts = tellFailures(result).map((told) => {
    const { message, action, documentation_url: url } = told.record;
    const title = titleOf(told);
    const next = [action, url && `See ${url}`].filter((part) => part).join(' ');
    const full = [message, next].filter((part) => part !== '').join(' ');
    return { title, full, text: fit(message, next, LIMIT - title.length) };
  });
  for (const [n, { title, full, text }] of texts.entries()) {
    if (n >= MOST || text !== full) log.info(`${title}: ${full}`);
  }
  for (const { title, text } of texts.slice(0, MOST)) log.error(text, title);
  const rest = texts.length - MOST;
  if (rest > 0)
    log.error('The log of this step and the job summary have them all.', `${counted(rest, 'more failure')}`);
}

/** Message and next step in at most so many characters. What to do is the last thing to be cut. */
function fit(message: string, next: string, limit: number): string {
  if (next === '') return cut(message, limit);
  const room = limit - next.length - 1;
  return room < SHORTEST ? cut(next, limit) : `${cut(message, room)} ${next}`;
}

/** A message of fewer characters says nothing. */
const SHORTEST = 40;

function cut(text: string, limit: number): string {
  return text.length > limit ? `${text.slice(0, limit - 1).toWellFormed()}…` : text;
}
