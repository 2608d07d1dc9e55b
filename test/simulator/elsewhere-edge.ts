import { randomBytes } from 'node:crypto';
import type { Answer } from './answer.ts';
import type { Play } from './play.ts';

/** An error of Cloudflare's edge: code, HTTP status, name, seconds of `Retry-After`. */
type EdgeError = readonly [code: number, status: number, title: string, retryAfter?: number];

// https://developers.cloudflare.com/support/troubleshooting/http-status-codes/cloudflare-1xxx-errors/
const NUMBERED: readonly EdgeError[] = [
  [1000, 403, 'DNS points to prohibited IP'],
  [1001, 409, 'DNS resolution error'],
  [1002, 403, 'Restricted'],
  [1003, 403, 'Direct IP access not allowed'],
  [1004, 403, 'Host not configured to serve web traffic'],
  [1005, 403, 'Autonomous system banned'],
  [1006, 403, 'IP address banned'],
  [1007, 403, 'IP address banned'],
  [1008, 403, 'IP address banned'],
  [1009, 403, 'Country or region banned'],
  [1010, 403, 'Browser signature banned'],
  [1011, 403, 'Hotlinking denied'],
  [1012, 403, 'Access denied'],
  [1013, 403, 'HTTP hostname and TLS SNI hostname mismatch'],
  [1014, 409, 'CNAME cross-user banned'],
  [1015, 429, 'Rate limited', 30],
  [1016, 530, 'Origin DNS error'],
  [1018, 409, 'Could not find host'],
  [1019, 500, 'Compute server error'],
  [1020, 403, 'Access denied'],
  [1023, 409, 'Could not find host'],
  [1025, 429, 'Check back later'],
  [1033, 530, 'Tunnel error', 120],
  [1034, 409, 'Edge IP restricted'],
  [1035, 500, 'Invalid request rewrite'],
  [1036, 500, 'Invalid request rewrite'],
  [1037, 500, 'Invalid rewrite rule'],
  [1040, 500, 'Invalid request rewrite'],
  [1041, 500, 'Invalid request rewrite'],
  [1101, 500, 'Worker threw exception'],
  [1102, 503, 'Worker exceeded resource limits'],
  [1200, 429, 'Cache connection limit'],
];

// https://developers.cloudflare.com/support/troubleshooting/http-status-codes/cloudflare-5xx-errors/
const BY_STATUS: readonly EdgeError[] = [
  [500, 500, 'Internal server error', 30],
  [502, 502, 'Bad gateway', 60],
  [504, 504, 'Gateway timeout', 120],
  [520, 520, 'Web server returned an unknown error', 60],
  [521, 521, 'Web server is down', 120],
  [522, 522, 'Connection timed out', 120],
  [523, 523, 'Origin is unreachable', 120],
  [524, 524, 'A timeout occurred', 120],
  [525, 525, 'TLS handshake failed'],
  [526, 526, 'Invalid TLS certificate'],
];

/** By default those of four digits are `application/problem+json` and those of three `application/json`, as both occur. */
export const edgePlays: readonly Play[] = [...NUMBERED, ...BY_STATUS].map((error) => {
  const [code, status, title, retryAfter] = error;
  const after = retryAfter === undefined ? '' : `, Retry-After ${retryAfter}`;
  return { name: `edge-${code}`, description: `${status} ${title}${after}`, respond: () => edgeAnswer(error) };
});

function edgeAnswer([code, status, title, retryAfter]: EdgeError): Answer {
  const ray = randomBytes(8).toString('hex');
  const passing = retryAfter !== undefined;
  return {
    status,
    headers: {
      'content-type': code >= 1000 ? 'application/problem+json; charset=UTF-8' : 'application/json; charset=UTF-8',
      'cf-ray': `${ray}-FRA`,
      'api-version': null,
      ...(passing && { 'retry-after': String(retryAfter) }),
    },
    body: {
      type: `https://developers.cloudflare.com/support/troubleshooting/http-status-codes/cloudflare-${
        code >= 1000 ? `1xxx-errors/error-${code}` : `5xx-errors/error-${code}`
      }/`,
      title: `Error ${code}: ${title}`,
      status,
      detail: `${title}: the edge ended this request with error ${code}.`,
      instance: ray,
      error_code: code,
      error_name: title.toLowerCase().replaceAll(/[^a-z]+/g, '_'),
      error_category: code === 1015 ? 'rate_limit' : status < 500 ? 'access_denied' : 'origin',
      ray_id: ray,
      timestamp: new Date().toISOString(),
      cloudflare_error: true,
      retryable: passing,
      ...(passing && { retry_after: retryAfter }),
      owner_action_required: !passing,
      what_you_should_do: passing
        ? `Wait ${retryAfter} seconds, then send the request again.`
        : `Do not send it again. Give the ray ID ${ray} to the owner of the site.`,
    },
  };
}
