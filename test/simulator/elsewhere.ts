import { connectionPlays } from './elsewhere-connection.ts';
import { edgePlays } from './elsewhere-edge.ts';
import { githubPlays } from './elsewhere-github.ts';
import { oddPlays } from './elsewhere-odd.ts';
import { pagePlays } from './elsewhere-pages.ts';
import { refusalPlays } from './elsewhere-refusals.ts';
import { sizePlays } from './elsewhere-size.ts';
import type { Fault, FaultTarget } from './faults.ts';
import type { Play } from './play.ts';

/** Plays of one kind. */
export interface PlayGroup {
  readonly title: string;
  readonly plays: readonly Play[];
}

/** Every play there is, in the order in which `npm run simulator` lists them. */
export const playGroups: readonly PlayGroup[] = [
  { title: 'The connection', plays: connectionPlays },
  { title: "Cloudflare's edge, JSON by RFC 9457", plays: edgePlays },
  { title: 'Something between, no envelope', plays: pagePlays },
  { title: 'Refusals by the API', plays: refusalPlays },
  { title: 'Odd answers of the API', plays: oddPlays },
  { title: 'Answers of great size', plays: sizePlays },
  { title: 'GitHub', plays: githubPlays },
];

const byName = new Map(playGroups.flatMap(({ plays }) => plays).map((play) => [play.name, play]));

/** The play of this name. @throws where there is none */
export function playNamed(name: string): Play {
  const play = byName.get(name);
  if (play === undefined) throw new Error(`no play ${JSON.stringify(name)}`);
  return play;
}

/** The fault that a play makes; what `where` says of method and path comes first. */
export function faultOf(
  { respond, transform, method, path = /^\/client\/v4\// }: Play,
  where: FaultTarget = {},
): Fault {
  return {
    path,
    ...(method === undefined ? {} : { method }),
    ...(respond === undefined ? {} : { respond }),
    ...(transform === undefined ? {} : { transform }),
    ...where,
  };
}

/** All plays with their descriptions, as text for people. */
export function describePlays(): string {
  const width = Math.max(...[...byName.keys()].map((name) => name.length));
  const groups = playGroups.map(({ title, plays }) =>
    [title, ...plays.map(({ name, description }) => `  ${name.padEnd(width)}  ${description}`)].join('\n'),
  );
  return `${groups.join('\n\n')}\n`;
}
