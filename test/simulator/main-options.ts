import { type FlavourName, flavours } from './github-flavours.ts';
import { type ListStyle, listStyles } from './listing.ts';
import type { SimulatorOptions } from './simulator.ts';

/** What a person may set in the environment of `npm run simulator`. */
export const OPTIONS_HELP = `PORT=8787 (0 takes a free one), CONNECTORS=2600 (how many more), PAGE_SIZE=20,
  LIST_STYLE=${listStyles.join('|')},
  GITHUB=${Object.keys(flavours).join('|')}`;

/** Read from the environment. @throws where one is not what it must be */
export function optionsFrom(env: NodeJS.ProcessEnv): SimulatorOptions & { port: number; connectors: number } {
  const style = env['LIST_STYLE'] || 'total_count';
  const flavour = env['GITHUB'] || 'ghes';
  if (!isListStyle(style)) throw new Error(`LIST_STYLE must be one of ${listStyles.join(', ')}, not "${style}"`);
  if (!isFlavour(flavour))
    throw new Error(`GITHUB must be one of ${Object.keys(flavours).join(', ')}, not "${flavour}"`);
  const size = numberFrom(env, 'PAGE_SIZE', 0, 10_000);
  return {
    port: numberFrom(env, 'PORT', 8787, 65_535),
    connectors: numberFrom(env, 'CONNECTORS', 0, 10_000),
    listStyle: style,
    githubFlavour: flavour,
    ...(size > 0 && { listPageSize: size }),
  };
}

function numberFrom(env: NodeJS.ProcessEnv, name: string, usual: number, greatest: number): number {
  const number = Number(env[name] || usual);
  if (Number.isInteger(number) && number >= 0 && number <= greatest) return number;
  throw new Error(`${name} must be a number from 0 to ${greatest}, not "${env[name]}"`);
}

function isListStyle(text: string): text is ListStyle {
  return listStyles.some((style) => style === text);
}

function isFlavour(text: string): text is FlavourName {
  return Object.hasOwn(flavours, text);
}
