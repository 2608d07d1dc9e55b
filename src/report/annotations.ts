import type { Log } from '../job/job.ts';
import type { Result } from '../job/result.ts';
import { counted } from '../plural.ts';
import { tellFailures } from './told.ts';

/** The runner shows 10 of a type for a step: the tenth counts the rest. https://docs.github.com/en/rest/checks/runs */
const MOST = 9;

/** Title and text together: GitHub shows a few lines. */
const LONGEST = 399;

/** What a message keeps beside a long action: the log has all of it, and what to do is needed first. */
const LEAST_MESSAGE = 80;
const LONGEST_URL = 100;

/** Writes an annotation for each failure. A line of the log has what is left out of them. */
export function writeAnnotations(result: Result, log: Log): void {
  const texts = tellFailures(result).map(({ title, record: { kind, message, action, documentation_url } }) => {
    // The TXT record is needed first, and there is no room for both.
    const url = kind === 'not_verified' ? null : documentation_url;
    const full = [message, action, url && `See ${url}.`].filter((part) => part).join(' ');
    return { title, full, text: fit(full, message, action ?? '', url ?? '', LONGEST - title.length) };
  });
  const long = texts.filter(({ full, text }, n) => n >= MOST || text !== full).map(({ full }) => full);
  if (long.length > 0) log.group(`${counted(long.length, 'failure')} in full`, long);
  for (const { title, text } of texts.slice(0, MOST)) log.error(text, title);
  const rest = texts.length - MOST;
  if (rest > 0) log.error('The log of this step and the job summary have them all.', counted(rest, 'more failure'));
}

function fit(full: string, message: string, action: string, url: string, limit: number): string {
  if (full.length <= limit) return full;
  // A link that is cut leads nowhere.
  const see = url !== '' && url.length <= LONGEST_URL ? ` See ${url}.` : '';
  const room = limit - see.length;
  const next = cut(action, room - LEAST_MESSAGE);
  return `${cut(message, room - next.length - 1)} ${next}`.trimEnd() + see;
}

/** Cut between words, so that no value looks whole and is not. */
function cut(text: string, limit: number): string {
  if (text.length <= limit) return text;
  const short = text.slice(0, limit - 1).toWellFormed();
  return `${short.slice(0, Math.max(short.lastIndexOf(' '), limit / 2))}…`;
}
