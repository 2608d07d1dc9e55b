import type { Problem } from '../failure.ts';

/** What a value must be, what was given (unless that may be a secret), and what to do. */
export interface Wrong {
  readonly must: string;
  readonly not?: string;
  readonly action?: string | undefined;
}

export type Parsed<T> = { readonly value: T; readonly warning?: string } | Wrong;

/** What a title has no room for: it would cut the line of a list, or which variable it is. */
const WHERE = /^(?:Environment variable |connectors_file (?:.*\/)?)/;

/** A problem of an input, `Input enabled must be …`, or at a place in one, `connectors, line 3: …`. */
export function inputProblem(about: string, { must, not, action }: Wrong, between: ' ' | ': ' = ' '): Problem {
  const message = `${about}${between}${must}${not === undefined ? '' : `, not ${not}`}.`;
  return { kind: 'input', about: about.replace(WHERE, ''), problem: must, message, action: action ?? null };
}

export const USUAL_CAUSES =
  'Usual causes: the secret or variable does not exist, it is in an environment that the job does not name, or the run is from a fork or Dependabot.';

/** `a, b or c`. */
export function anyOf(words: readonly string[]): string {
  return words.join(', ').replace(/, ([^,]*)$/, ' or $1');
}
