import { once } from 'node:events';
import { get as getPlain } from 'node:http';
import { get as getSecure, type RequestOptions } from 'node:https';
import { text } from 'node:stream/consumers';

/** GET by Node's own client, on a connection of its own. Rejects where there is no answer. */
export async function get(
  url: string,
  options: RequestOptions = {},
): Promise<{ status: number | undefined; body: string }> {
  const start = url.startsWith('https:') ? getSecure : getPlain;
  const [response] = await once(start(url, { agent: false, ...options }), 'response');
  return { status: response.statusCode, body: await text(response) };
}
