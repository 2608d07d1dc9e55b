import { type Connector, parseConnector } from '../connector.ts';
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
      `Cloudflare was asked to ${asked}, and answered with ${result.length} connectors instead of one.`,
      { unanswered: true },
    );
  }
  return result[0] ?? undefined;
}

/** The connector of a result. Throws a Failure where it is not one. */
export function readConnector(item: unknown, asked: string): Connector {
  if (item === undefined) {
    throw new Failure(`Cloudflare was asked to ${asked}, and answered with a success without a result.`, {
      unanswered: true,
    });
  }
  try {
    return parseConnector(item);
  } catch (error) {
    const what = error instanceof Error ? error.message : String(error);
    throw new Failure(`Cloudflare was asked to ${asked}, and answered with something that is no connector: ${what}.`, {
      unanswered: true,
    });
  }
}

/** An id from the API, for people. */
export function describeId(id: string | undefined): string {
  return id === undefined ? 'without an id' : quoted(id);
}
