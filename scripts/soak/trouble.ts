import type { Answer } from '../../test/simulator/answer.ts';
import { faultOf, playGroups } from '../../test/simulator/elsewhere.ts';
import { isCloudflare } from '../../test/simulator/exchange.ts';
import type { Fault, FaultResponse } from '../../test/simulator/faults.ts';
import type { Play } from '../../test/simulator/play.ts';
import type { RecordedRequest } from '../../test/simulator/request.ts';
import type { Simulator } from '../../test/simulator/simulator.ts';
import type { Chance } from '../chance.ts';

/** A change that was carried out and is said to be refused by Cloudflare itself is a lie that nobody can see through. */
const LIES = ['false-200', 'false-200-silent'];

/** Seconds of a `Retry-After` that are waited for, so that a run takes no minutes. */
const LONGEST_RETRY_AFTER = 1;

const plays = playGroups.flatMap((group) => (group.title === 'GitHub' ? [] : group.plays));

/** From now on, this share of requests fails in any way that the simulator knows. Returns the count so far, by name. */
export function makeTrouble(simulator: Simulator, share: number, chance: Chance): ReadonlyMap<string, number> {
  const struck = new Map<string, number>();
  simulator.on('request', (request) => {
    // The fault of the request before has struck at once.
    simulator.clearFaults();
    if (!isCloudflare(request) || !chance.is(share)) return;
    const play = chance.of(plays.filter((one) => suits(one, request)));
    struck.set(play.name, (struck.get(play.name) ?? 0) + 1);
    simulator.fault(spoil(play, chance));
  });
  return struck;
}

function suits({ name, method, path }: Play, request: RecordedRequest): boolean {
  if (request.method !== 'GET' && LIES.includes(name)) return false;
  return (method === undefined || method === request.method) && (path === undefined || path.test(request.path));
}

/** The fault of a play; half of those whose answer does not say otherwise are carried out all the same. */
function spoil(play: Play, chance: Chance): Fault {
  const { respond, ...fault } = faultOf(play);
  if (respond === undefined) return fault;
  const carriedOut = chance.is(0.5);
  const active: Fault = { ...fault };
  active.respond = async (request) => {
    const response = typeof respond === 'function' ? await respond(request) : respond;
    active.carriedOut = carriedOut && !isRefusal(response);
    return hastened(response);
  };
  return active;
}

/** Cloudflare's word that something was not done. */
function isRefusal(response: FaultResponse | undefined): boolean {
  if (typeof response !== 'object' || 'raw' in response || response.status >= 500) return false;
  const { body } = response;
  const value = typeof body === 'string' && body.startsWith('{"success":false') ? { success: false } : body;
  return typeof value === 'object' && value !== null && 'success' in value && value.success === false;
}

/** The same answer without a long wait: a refusal for the rate that names no time means five minutes. */
function hastened(response: FaultResponse | undefined): FaultResponse | undefined {
  if (typeof response !== 'object' || 'raw' in response) return response;
  const { status, headers = {}, body } = response;
  const asked = headers['retry-after'] ?? (status === 429 ? Number.POSITIVE_INFINITY : 0);
  const hasty: Answer = { ...response };
  if (Number(asked) > LONGEST_RETRY_AFTER) hasty.headers = { ...headers, 'retry-after': String(LONGEST_RETRY_AFTER) };
  if (typeof body === 'object' && body !== null && 'retry_after' in body) {
    hasty.body = { ...body, retry_after: LONGEST_RETRY_AFTER };
  }
  return hasty;
}
