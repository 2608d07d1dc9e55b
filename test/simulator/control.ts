import type { ServerResponse } from 'node:http';
import { type Answer, deliver, headersOf } from './answer.ts';
import { describePlays, faultOf, playNamed } from './elsewhere.ts';
import type { Faults, FaultTarget } from './faults.ts';
import { type RecordedRequest, splitPath } from './request.ts';

/** Whether the request is for neither API, but a person's wish to the simulator. */
export function isControl(request: RecordedRequest): boolean {
  return /^\/play(?:[/?]|$)/.test(request.path);
}

/**
 * `GET /play` lists the plays, `POST /play/NAME` asks for one, `DELETE /play` takes all back. Query parameters of a
 * `POST`: `times` (1 by default, or `always`), `after`, `method`, and `carried_out` (`true` or `false`).
 */
export async function answerControl(faults: Faults, request: RecordedRequest, response: ServerResponse): Promise<void> {
  const answer = control(faults, request);
  request.status = answer.status;
  await deliver(response, answer, headersOf(answer, {}));
}

function control(faults: Faults, request: RecordedRequest): Answer {
  const { pathname, query } = splitPath(request);
  const name = pathname.slice('/play/'.length);
  if (request.method === 'GET' && name === '') return plain(200, describePlays());
  if (request.method === 'DELETE' && name === '') {
    faults.clear();
    return plain(200, 'Nothing is played any more.\n');
  }
  if (request.method !== 'POST') return plain(405, 'GET /play, POST /play/NAME or DELETE /play.\n');
  try {
    const target = targetOf(query);
    faults.add(faultOf(playNamed(name), target));
    const times = target.times === Infinity ? 'every request' : `the next ${target.times}`;
    return plain(200, `${name} is played for ${times} that it is for.\n`);
  } catch (error) {
    const problem = error instanceof Error ? error.message : String(error);
    return plain(400, `${problem}; GET /play lists the plays.\n`);
  }
}

function targetOf(query: URLSearchParams): FaultTarget {
  const method = query.get('method');
  return {
    times: query.get('times') === 'always' ? Infinity : numberOf(query, 'times', 1),
    after: numberOf(query, 'after', 0),
    carriedOut: query.get('carried_out') === 'true',
    ...(method === null ? {} : { method: method.toUpperCase() }),
  };
}

function numberOf(query: URLSearchParams, name: string, usual: number): number {
  const text = query.get(name) ?? String(usual);
  if (!/^\d+$/.test(text)) throw new Error(`${name} must be a whole number, not ${JSON.stringify(text)}`);
  return Number(text);
}

function plain(status: number, body: string): Answer {
  return { status, headers: { 'content-type': 'text/plain; charset=utf-8' }, body };
}
