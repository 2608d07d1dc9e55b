import { type Connector, parseConnector } from '../connector/connector.ts';
import { Failure } from '../failure.ts';
import { quoted } from '../untrusted.ts';

/** The item of a result, which may be a list of one; undefined if there is none. Throws a Failure for several. */
export function onlyItem(result: unknown, asked: string): unknown {
  if (!Array.isArray(result)) return result ?? undefined;
  if (result.length > 1) throw noConnector(asked, `${result.length} connectors instead of one`);
  return result[0] ?? undefined;
}

/** Reads a connector. Throws a Failure if it is none. */
export function readConnector(item: unknown, asked: string): Connector {
  if (item === undefined) throw noConnector(asked, 'a success without a result');
  try {
    return parseConnector(item);
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
    throw noConnector(asked, `something that is no connector: ${error.message}`);
  }
}

function noConnector(asked: string, what: string): Failure {
  return new Failure({
    kind: 'unexpected',
    problem: 'no valid answer',
    message: `Cloudflare was asked to ${asked}, and answered with ${what}.`,
  });
}

/** An id from the API, for people. */
export function describeId(id: string | undefined): string {
  return id === undefined ? 'without an id' : quoted(id);
}
