import { type Connector, parseConnector } from '../connector/connector.ts';
import { Failure } from '../failure.ts';
import { quoted } from '../untrusted.ts';

/**
 * The one item of a result, which may come as an object or as a list of one; undefined where there is none. Throws a
 * Failure for a list of several.
 */
export function onlyItem(result: unknown, asked: string): unknown {
  if (!Array.isArray(result)) return result ?? undefined;
  if (result.length > 1) {
    throw new Failure(
      {
        kind: 'unexpected',
        problem: 'an unexpected answer',
        message: `Cloudflare was asked to ${asked}, and answered with ${result.length} connectors instead of one.`,
      },
      { mayHaveTakenEffect: true },
    );
  }
  return result[0] ?? undefined;
}

/** The connector of a result. Throws a Failure where it is not one. */
export function readConnector(item: unknown, asked: string): Connector {
  if (item === undefined) {
    throw new Failure(
      {
        kind: 'unexpected',
        problem: 'an unexpected answer',
        message: `Cloudflare was asked to ${asked}, and answered with a success without a result.`,
      },
      {
        mayHaveTakenEffect: true,
      },
    );
  }
  try {
    return parseConnector(item);
  } catch (error) {
    const what = error instanceof Error ? error.message : String(error);
    throw new Failure(
      {
        kind: 'unexpected',
        problem: 'an unexpected answer',
        message: `Cloudflare was asked to ${asked}, and answered with something that is no connector: ${what}.`,
      },
      {
        mayHaveTakenEffect: true,
      },
    );
  }
}

/** An item of a list that is no connector, and whose it is, as far as it tells. */
export interface Unreadable {
  readonly id: string | undefined;
  readonly email_domain: string | undefined;
  readonly failure: Failure;
}

/** The connectors of a list. One that cannot be read is no reason to pass over the others, so it is kept apart. */
export function readConnectors(items: readonly unknown[], asked: string) {
  const connectors: Connector[] = [];
  const unreadable: Unreadable[] = [];
  for (const item of items) {
    try {
      connectors.push(readConnector(item, asked));
    } catch (failure) {
      if (!(failure instanceof Failure)) throw failure;
      unreadable.push({ id: textOf(item, 'id'), email_domain: textOf(item, 'email_domain'), failure });
    }
  }
  return { connectors, unreadable };
}

function textOf(item: unknown, key: string): string | undefined {
  const value = typeof item === 'object' && item !== null ? Reflect.get(item, key) : undefined;
  return typeof value === 'string' ? value : undefined;
}

/** An id from the API, for people. */
export function describeId(id: string | undefined): string {
  return id === undefined ? 'without an id' : quoted(id);
}
