import { type Connector, parseConnector } from '../connector/connector.ts';
import { Failure } from '../failure.ts';
import { quoted } from '../untrusted.ts';

/**
 * The one item of a result, which may come as an object or as a list of one; undefined if there is none. Throws a
 * Failure for a list of several.
 */
export function onlyItem(result: unknown, asked: string): unknown {
  if (!Array.isArray(result)) return result ?? undefined;
  if (result.length > 1) throw noConnector(asked, `${result.length} connectors instead of one`);
  return result[0] ?? undefined;
}

/** The connector of a result. Throws a Failure if it is not one. */
export function readConnector(item: unknown, asked: string): Connector {
  if (item === undefined) throw noConnector(asked, 'a success without a result');
  const read = tryConnector(item);
  if (typeof read === 'string') throw noConnector(asked, read);
  return read;
}

/** A connector, or what is there instead. */
function tryConnector(item: unknown): Connector | string {
  try {
    return parseConnector(item);
  } catch (error) {
    return `something that is no connector: ${error instanceof Error ? error.message : String(error)}`;
  }
}

function noConnector(asked: string, what: string): Failure {
  return new Failure({
    kind: 'unexpected',
    problem: 'no valid answer',
    message: `Cloudflare was asked to ${asked}, and answered with ${what}.`,
  });
}

/** An item of a list that is no connector, and whose it is, as far as it tells. */
export interface Unreadable {
  readonly id: string | undefined;
  readonly email_domain: string | undefined;
  readonly failure: Failure;
}

/** The connectors of a list. One that cannot be read is no reason to pass over the others, so it is kept apart. */
export function readItems(items: readonly unknown[], asked: string) {
  const connectors: Connector[] = [];
  const unreadable: Unreadable[] = [];
  for (const item of items) {
    const read = tryConnector(item);
    if (typeof read !== 'string') connectors.push(read);
    else
      unreadable.push({
        id: textOf(item, 'id'),
        email_domain: textOf(item, 'email_domain'),
        failure: noConnector(asked, read),
      });
  }
  return { connectors, unreadable };
}

/** A field that is a text with something in it. */
export function textOf(item: unknown, key: string): string | undefined {
  const value = typeof item === 'object' && item !== null ? Reflect.get(item, key) : undefined;
  return typeof value === 'string' && value !== '' ? value : undefined;
}

/** An id from the API, for people. */
export function describeId(id: string | undefined): string {
  return id === undefined ? 'without an id' : quoted(id);
}
