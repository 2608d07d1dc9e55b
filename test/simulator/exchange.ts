import { randomUUID } from 'node:crypto';
import type { ServerResponse } from 'node:http';
import { setTimeout as delay } from 'node:timers/promises';
import { type Answer, cfRay, deliver, deliverBroken, deliverRaw, headersOf, reset } from './answer.ts';
import { isControl } from './control.ts';
import { type Envelope, failure, Refusal } from './envelope.ts';
import type { Fault, FaultResponse, Faults } from './faults.ts';
import type { Quota, QuotaVerdict } from './quota.ts';
import type { RecordedRequest } from './request.ts';

/** What stands between a request and its answer. */
export interface Services {
  faults: Faults;
  quota: Quota | undefined;
  latencyMs: number;
  cloudflare: (request: RecordedRequest) => Answer;
  github: (request: RecordedRequest) => Answer;
}

/** Whether the request is for GitHub's API, of whatever flavour, and not Cloudflare's. */
export function isGitHub(request: RecordedRequest): boolean {
  return /^\/(?:api\/(?:v[13]\/|graphql)|(?:repos|repositories|user|users|graphql)(?:[/?]|$))/.test(request.path);
}

/** Whether the request is for Cloudflare's API, also where it misses the path that this has. */
export function isCloudflare(request: RecordedRequest): boolean {
  return !isGitHub(request) && !isControl(request);
}

/** Answers one request, as it should be or with the fault that was asked for. `signal` ends a delay. */
export async function exchange(
  services: Services,
  request: RecordedRequest,
  response: ServerResponse,
  signal: AbortSignal,
): Promise<void> {
  const fault = services.faults.take(request);
  const verdict = isGitHub(request) ? undefined : takeQuota(services, request);
  const usual: Record<string, string> = isGitHub(request)
    ? { 'x-github-request-id': randomUUID() }
    : { 'cf-ray': cfRay(), 'api-version': '2026-01-01', ...verdict?.headers };

  const carriedOut = () => carryOut(services, request, verdict);
  const spoilt = typeof fault?.respond === 'function' ? await fault.respond(request) : fault?.respond;
  if (typeof spoilt === 'object' && fault?.carriedOut) carriedOut();
  const wanted: FaultResponse = spoilt ?? transformed(carriedOut(), request, fault?.transform);
  if (wanted === 'hang') return;
  if (wanted === 'reset') {
    if (response.socket) reset(response.socket);
    return;
  }
  const answer = typeof wanted === 'string' ? carriedOut() : wanted;
  if (services.latencyMs > 0) await delay(services.latencyMs, undefined, { signal });
  if ('raw' in answer) return deliverRaw(response, answer.raw);

  request.answer = answer;
  const headers = headersOf(answer, usual);
  if (wanted !== 'apply-then-reset') {
    request.status = answer.status;
    request.responseHeaders = headers;
  }
  if (typeof wanted === 'string') deliverBroken(response, wanted, answer, headers);
  else await deliver(response, answer, headers);
}

function takeQuota({ quota }: Services, request: RecordedRequest): QuotaVerdict | undefined {
  return quota?.take(request.headers.authorization ?? '');
}

function carryOut({ cloudflare, github }: Services, request: RecordedRequest, verdict?: QuotaVerdict): Answer {
  if (isGitHub(request)) return github(request);
  if (verdict?.retryAfter === undefined) return cloudflare(request);
  const message = 'Please wait and consider throttling your request speed';
  return failure(new Refusal(429, { code: 10429, message }), { 'retry-after': String(verdict.retryAfter) });
}

function transformed(answer: Answer, request: RecordedRequest, transform?: Fault['transform']): Answer {
  if (transform === undefined || answer.status >= 300) return answer;
  return { ...answer, body: transform(answer.body as Envelope, request) };
}
