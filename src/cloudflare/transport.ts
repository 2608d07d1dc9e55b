import { Buffer } from 'node:buffer';
import { type Clock, describeSpan } from '../clock.ts';
import { Failure } from '../failure.ts';
import { VERSION } from '../version.ts';
import { type Answer, describeAnswer } from './answer.ts';
import type { Call } from './call.ts';
import { adviseCheck, explainFault } from './network-errors.ts';
import { kindOfOther } from './problem-details.ts';
import { redactToken } from './redact.ts';
import { isPassingStatus } from './retry.ts';
import type { Connections } from './wire.ts';

const BODY_LIMIT = 1024 * 1024;

/** What an attempt needs. Times are in milliseconds. */
export interface AttemptOptions {
  readonly apiToken: string;
  readonly connections: Connections;
  readonly requestTimeout: number;
  readonly clock: Clock;
}

/**
 * One attempt of a request, within `requestTimeout` from connecting to the last byte of the answer. The answer has no
 * token in it. Throws a Failure if no whole answer of at most 1 MiB came, or the signal's reason.
 */
export async function attempt(
  call: Call,
  options: AttemptOptions,
  signal: AbortSignal,
  onLeave: () => void,
): Promise<Answer> {
  const { apiToken, connections, requestTimeout, clock } = options;
  const timeout = clock.deadline(requestTimeout);
  const end = AbortSignal.any([signal, timeout]);
  let hasLeft = false;
  try {
    const { status, headers, body } = await connections.send({
      url: call.url,
      method: call.method,
      headers: {
        authorization: `Bearer ${apiToken}`,
        accept: 'application/json',
        'accept-encoding': 'identity',
        'user-agent': `cloudflare-sso-connector/${VERSION}`,
        ...(call.body !== undefined && { 'content-type': 'application/json' }),
      },
      body: JSON.stringify(call.body),
      signal: end,
      onLeave() {
        hasLeft = true;
        onLeave();
      },
    });
    const whole = await readBody(body);
    const answer = redactToken({ status, headers, body: whole ?? Buffer.alloc(0) }, apiToken);
    if (!whole) throw tooLarge(call, answer);
    // An answer without a length ends with its connection, also if this action ended that.
    end.throwIfAborted();
    return answer;
  } catch (error) {
    signal.throwIfAborted();
    if (error instanceof Failure) throw error;
    throw timeout.aborted ? tooLate(call, options, hasLeft, error) : explainFault(error, call);
  }
}

/** Undefined if it is larger than 1 MiB. */
async function readBody(stream: AsyncIterable<Uint8Array>): Promise<Buffer | undefined> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of stream) {
    size += chunk.length;
    if (size > BODY_LIMIT) return undefined;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

function tooLate({ asked }: Call, options: AttemptOptions, hasLeft: boolean, cause: unknown): Failure {
  const { proxy } = options.connections;
  const limit = describeSpan(options.requestTimeout);
  const way = proxy === undefined ? '' : ` through the proxy ${proxy}`;
  const message = `Could not ${asked}: no ${hasLeft ? 'whole answer' : `connection${way}`} within ${limit} (request_timeout).`;
  const problem = `no ${hasLeft ? 'answer' : 'connection'} within ${limit}`;
  const action = hasLeft ? 'Run this again, or raise request_timeout.' : adviseCheck(proxy);
  return new Failure({ kind: 'unavailable', problem, message, action }, { passing: true, cause });
}

function tooLarge({ asked }: Call, answer: Answer): Failure {
  const message = `Could not ${asked}: the answer (${describeAnswer(answer)}) is larger than 1 MiB, which no answer of the API is.`;
  const problem = { kind: kindOfOther(answer), problem: 'answer too large', message };
  return new Failure(problem, { passing: isPassingStatus(answer.status) });
}
