import type { Settings } from '../inputs/settings.ts';
import { connectDirectly } from './direct.ts';
import type { Connections } from './wire.ts';

/** The way to the API: through the proxy, if there is one. */
export async function connect({ apiBaseUrl, proxy, requestTimeout }: Settings): Promise<Connections> {
  if (proxy === undefined) return connectDirectly(apiBaseUrl);
  const { connectThroughProxy } = await import('./proxied.ts');
  return connectThroughProxy(proxy, requestTimeout);
}
