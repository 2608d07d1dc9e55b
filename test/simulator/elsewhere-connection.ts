import type { Play } from './play.ts';

/** What a connection may do; an update is carried out in all but the first two. */
export const connectionPlays: readonly Play[] = [
  { name: 'reset', description: 'RST before any answer, not carried out', respond: 'reset' },
  { name: 'hang', description: 'never an answer, not carried out', respond: 'hang' },
  { name: 'apply-then-reset', description: 'carried out, then RST instead of the answer', respond: 'apply-then-reset' },
  {
    name: 'reset-after-headers',
    description: 'carried out, then RST after the header',
    respond: 'reset-after-headers',
  },
  { name: 'truncate', description: 'carried out, half of the body, then closed', respond: 'truncate' },
  { name: 'answer-then-close', description: 'the whole answer, then closed unannounced', respond: 'answer-then-close' },
];
