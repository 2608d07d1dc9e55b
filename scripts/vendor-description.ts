/**
 * `npm run vendor:description [-- PATH_OR_URL]`: tells where the vendor's published description of the operations that
 * the action uses says something else than test/fixtures/sso-connectors.openapi.json, which the simulator is held to.
 */
import { readFile } from 'node:fs/promises';
import { parse } from 'yaml';
import { factsOf, operationsOf } from './vendor/facts.ts';

const PUBLISHED = 'https://raw.githubusercontent.com/cloudflare/api-schemas/main/openapi.json';
const OURS = new URL('../test/fixtures/sso-connectors.openapi.json', import.meta.url);

const source = process.argv[2] ?? PUBLISHED;
const ours = JSON.parse(await readFile(OURS, 'utf8'));
const theirs = await readDescription(source);
const differences = theirs && compare();
if (differences?.length === 0) console.log(`${source} says the same as our description.`);
for (const difference of differences ?? []) console.log(difference);
if (differences?.length !== 0) process.exitCode = 1;

function compare(): string[] {
  const used = operationsOf(ours, /(?:)/);
  const unknown = operationsOf(theirs, /\/sso_connectors(\/|$)/).filter((operation) => !used.includes(operation));
  return [
    ...unknown.map((operation) => `+ ${operation}`),
    ...used.flatMap((operation) => {
      const [own, other] = [factsOf(ours, operation), factsOf(theirs, operation)];
      return [
        ...own.filter((fact) => !other.includes(fact)).map((fact) => `- ${operation}, ${fact}`),
        ...other.filter((fact) => !own.includes(fact)).map((fact) => `+ ${operation}, ${fact}`),
      ];
    }),
  ];
}

/** Undefined, and told, if it cannot be read, as without a network. */
async function readDescription(place: string) {
  try {
    const text = /^https?:/.test(place) ? await download(place) : await readFile(place, 'utf8');
    return text.trimStart().startsWith('{') ? JSON.parse(text) : parse(text);
  } catch (error) {
    console.log(
      `${place} could not be read, so nothing was compared: ${error instanceof Error ? (error.cause ?? error.message) : error}`,
    );
    return undefined;
  }
}

async function download(url: string): Promise<string> {
  const response = await fetch(url, { signal: AbortSignal.timeout(120_000) });
  if (!response.ok) throw new Error(`HTTP ${response.status}`);
  return response.text();
}
