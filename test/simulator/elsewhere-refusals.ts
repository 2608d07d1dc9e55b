import { type EnvelopeEntry, failure, Refusal } from './envelope.ts';
import type { Play } from './play.ts';

const THROTTLE = 'Please wait and consider throttling your request speed';

/**
 * Refusals as the API words them, none of them carried out.
 * https://developers.cloudflare.com/fundamentals/api/troubleshooting/
 */
export const refusalPlays: readonly Play[] = [
  refusal('error-10000-403', 403, 10000, 'Authentication error'),
  refusal('error-10000-401', 401, 10000, 'Authentication error'),
  refusal('error-10000-500', 500, 10000, 'Internal authentication error'),
  refusal('error-10000-405', 405, 10000, 'Method not allowed for this authentication scheme'),
  refusal('error-10001', 403, 10001, 'Unable to authenticate request'),
  refusal('error-9106', 400, 9106, 'Missing X-Auth-Key, X-Auth-Email or Authorization headers'),
  refusal('error-9106-failed', 403, 9106, 'Authentication failed (status: 400)'),
  refusal('error-9109-token', 403, 9109, 'Invalid access token'),
  refusal('error-9109-location', 403, 9109, 'Cannot use the access token from location: 203.0.113.7'),
  refusal('error-9109-resource', 403, 9109, 'Unauthorized to access requested resource'),
  refusal('error-1000', 401, 1000, 'Invalid API Token'),
  refusal('error-6003-6111', 400, 6003, 'Invalid request headers', {
    error_chain: [{ code: 6111, message: 'Invalid format for Authorization header' }],
  }),
  refusal('error-6003-6103', 400, 6003, 'Invalid request headers', {
    error_chain: [{ code: 6103, message: 'Invalid format for X-Auth-Key header' }],
  }),
  refusal('error-7003', 404, 7003, 'Could not route to /accounts/x, perhaps your object identifier is invalid?'),
  refusal('error-7000', 404, 7000, 'No route for that URI'),
  refusal('error-7001', 405, 7001, 'Method not available for that URI'),
  ...[971, 10100, 10013].flatMap((code) => [
    refusal(`error-${code}-429`, 429, code, THROTTLE, {}, '300'),
    refusal(`error-${code}-429-bare`, 429, code, THROTTLE),
  ]),
  refusal('error-971-429-zero', 429, 971, THROTTLE, {}, '0'),
  refusal('error-971-429-soon', 429, 971, THROTTLE, {}, '1'),
  refusal('error-403-documented', 403, 10000, 'Authentication error', {
    documentation_url: 'https://developers.cloudflare.com/fundamentals/api/reference/permissions/',
  }),
  refusal('error-500', 500, 1002, 'Internal server error'),
  refusal('error-503', 503, 1002, 'Service unavailable', {}, '120'),
  refusal('error-0', 400, 0, 'Something went wrong'),
];

function refusal(
  name: string,
  status: number,
  code: number,
  message: string,
  more: Partial<EnvelopeEntry> = {},
  retryAfter?: string,
): Play {
  const after = retryAfter === undefined ? '' : `, Retry-After ${retryAfter}`;
  const chain = more.error_chain?.map((entry) => ` with ${entry.code}`).join('') ?? '';
  const headers = retryAfter === undefined ? {} : { 'retry-after': retryAfter };
  const respond = failure(new Refusal(status, { code, message, ...more }), headers);
  return { name, description: `${status}, ${code}${chain} "${message}"${after}`, respond };
}
