import { type Connector, parseConnector } from '../connector/connector.ts';
import { Failure } from '../failure.ts';
import { quoted } from '../untrusted.ts';

/** The one item of a result, which may come as a list of one; undefined if there is none. Throws a Failure for several. */
export function onlyItem(result: unknown, asked: string): unknown {
  if (!Array.isArray(result)) return result ?? undefined;
  if (result.length > 1) throw noConnector(asked, `${result.length} connectors instead of one`);
  return result[0] ?? undefined;
}

/** The connector of a result. Throws a Failure if it is not one. */
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
