import type { Answer } from './answer.ts';
import type { Play } from './play.ts';

const ANY = /^\/(?:api\/v[13]\/)?(?:repos|repositories|user|users)\b/;
const LIST = /^\/(?:api\/v[13]\/)?(?:repos\/[^/]+|repositories)\/[^/]+\/issues(?:\?|$)/;
const COMMENTS = /\/comments$/;

/**
 * What GitHub may answer instead.
 * https://docs.github.com/en/rest/using-the-rest-api/troubleshooting-the-rest-api
 */
export const githubPlays: readonly Play[] = [
  ...[500, 502, 503, 504].map((status): Play => {
    return { name: `github-${status}`, description: `${status}`, path: ANY, respond: refused(status, 'Server Error') };
  }),
  {
    name: 'github-secondary-limit',
    description: '403 secondary rate limit, Retry-After 60',
    path: ANY,
    respond: refused(403, 'You have exceeded a secondary rate limit. Please wait a few minutes before you try again.', {
      'retry-after': '60',
    }),
  },
  {
    name: 'github-rate-limit',
    description: '403, no requests left in this hour',
    path: ANY,
    respond: refused(403, 'API rate limit exceeded for installation ID 1234.', {
      'x-ratelimit-limit': '1000',
      'x-ratelimit-remaining': '0',
      'x-ratelimit-reset': '4102444800',
    }),
  },
  { name: 'github-401', description: '401 Bad credentials', path: ANY, respond: refused(401, 'Bad credentials') },
  {
    name: 'github-403',
    description: '403, the token may not',
    path: ANY,
    respond: refused(403, 'Resource not accessible by integration'),
  },
  { name: 'github-404', description: '404 Not Found', path: ANY, respond: refused(404, 'Not Found') },
  { name: 'github-422', description: '422 Validation Failed', path: ANY, respond: refused(422, 'Validation Failed') },
  {
    name: 'github-comment-403',
    description: '403 to a comment, as in a locked issue',
    path: COMMENTS,
    respond: refused(403, 'Unable to create comment because issue is locked.'),
  },
  { name: 'github-page', description: '502 page with a unicorn', path: ANY, respond: unicorn() },
  list('github-list-object', 'the list of issues is {}', {}),
  list('github-list-null', 'the list of issues is null', null),
  list('github-list-null-item', 'the list of issues has a null and an empty object', [null, {}]),
  list('github-list-odd-items', 'the list of issues has numbers, texts and issues without fields', [
    ...[1, 'a', [], true],
    ...[{ number: 'x' }, { number: 1, body: 7, user: 'a' }, { number: 2, user: null, body: null }],
  ]),
  list('github-list-text', 'the list of issues is a text', '"issues"'),
];

function list(name: string, description: string, body: unknown): Play {
  return { name, description, method: 'GET', path: LIST, respond: { status: 200, body } };
}

function refused(status: number, message: string, headers: Record<string, string> = {}): Answer {
  return { status, headers, body: { message, documentation_url: 'https://docs.github.com/rest', status: `${status}` } };
}

function unicorn(): Answer {
  const body = '<!DOCTYPE html>\n<html><head><title>Unicorn! &middot; GitHub</title></head></html>';
  return { status: 502, headers: { 'content-type': 'text/html' }, body };
}
