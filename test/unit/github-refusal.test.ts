import { describe, expect, it } from 'vitest';
import { explainRefusal, unlessRefused } from '../../src/report/github-refusal.ts';

const refusal = (status: number, data: unknown, headers: Record<string, string> = {}) =>
  Object.assign(new Error('no'), { status, response: { data, headers } });
const explain = (error: unknown) => explainRefusal(error, { GITHUB_REPOSITORY: 'acme/platform' });

describe('GitHub saying no is told as what it is', () => {
  it.each<[unknown, string]>([
    [
      refusal(500, { message: 'No. Not now.' }),
      'GitHub, or something in front of it, answered 500 "No. Not now". The next run tries again.',
    ],
    [refusal(500, {}), 'GitHub, or something in front of it, answered 500. The next run tries again.'],
    [refusal(500, { message: 5 }), 'GitHub, or something in front of it, answered 500. The next run tries again.'],
    [refusal(500, '<html>'), 'GitHub, or something in front of it, answered 500. The next run tries again.'],
    [
      refusal(404, { message: 'Not Found' }, { 'x-ratelimit-remaining': '0' }),
      'GitHub shows github_token no issues of acme/platform (404 "Not Found"). report_issue needs permissions: issues: write.',
    ],
    [
      refusal(403, { message: 'Slow down' }, { 'x-ratelimit-remaining': '0' }),
      'GitHub\'s rate limit is reached (403 "Slow down"). The next run tries again.',
    ],
    [
      refusal(410, { message: 'This issue was deleted' }),
      'GitHub, or something in front of it, answered 410 "This issue was deleted". The next run tries again.',
    ],
    ...['Resource protected by organization SAML enforcement. You must grant your OAuth token access.', 'No'].map(
      (message): [unknown, string] => [
        refusal(
          403,
          { message },
          { 'x-github-sso': 'required; url=https://github.com/orgs/acme/sso?authorization_request=x' },
        ),
        `The organization's single sign-on keeps github_token out (403 "${message.replace(/\.$/, '')}"). Authorize the token for the organization, or leave the input out to use the token of the job.`,
      ],
    ),
    ...[403, 404].map((status): [unknown, string] => [
      refusal(status, '<html>Blocked by a proxy</html>'),
      `GitHub, or something in front of it, answered ${status}. The next run tries again.`,
    ]),
    [
      refusal(403, { message: 'Resource protected by organization SAML enforcement.' }),
      'The organization\'s single sign-on keeps github_token out (403 "Resource protected by organization SAML enforcement"). Authorize the token for the organization, or leave the input out to use the token of the job.',
    ],
    [
      refusal(403, { message: 'No' }, { 'x-github-sso': 'partial-results; organizations=21955855' }),
      'GitHub does not let github_token do this in acme/platform (403 "No"). report_issue needs permissions: issues: write.',
    ],
    [
      refusal(403, {
        message:
          'Although you appear to have the correct authorization credentials, the `acme` organization has an IP allow list enabled, and your IP address is not permitted to access this resource.',
      }),
      'The organization\'s IP allow list keeps this runner out (403 "Although you appear to have the correct authorization credentials, the `acme` organization has an IP allow list enabled, and your IP address is not permitted to access this resource"). Add the runner\'s address to the list, or use a runner whose address is on it.',
    ],
    [
      refusal(403, { message: 'Resource not accessible by personal access token' }),
      'GitHub does not let github_token do this in acme/platform (403 "Resource not accessible by personal access token"). Give the token the repository permission "Issues: write" (a fine-grained one) or the scope repo (a classic one).',
    ],
    ...[
      '`acme` forbids access via a personal access token (classic). Please use a GitHub App, OAuth App, or a personal access token with fine-grained permissions',
      "The 'acme' organization forbids access via a fine-grained personal access tokens if the token's lifetime is greater than 366 days",
      'Repository access blocked',
    ].map((message): [unknown, string] => [
      refusal(403, { message: `${message}.` }),
      `GitHub does not let github_token do this in acme/platform (403 "${message}").`,
    ]),
    ...[
      [
        { message: 'body is too long (maximum is 65536 characters)', code: 'custom' },
        'body is too long (maximum is 65536 characters)',
      ],
      [{ message: '::error::was\nsubmitted too quickly.' }, '::error::was submitted too quickly'],
      [{ message: 'x'.repeat(400) }, `${'x'.repeat(280)}…`],
    ].map(([reason, told]): [unknown, string] => [
      refusal(422, { message: 'Validation Failed', errors: [null, { code: 'invalid' }, reason] }),
      `GitHub, or something in front of it, answered 422 "Validation Failed: ${told}". The next run tries again.`,
    ]),
    [
      refusal(422, { message: 'Validation Failed', errors: 'no list' }),
      'GitHub, or something in front of it, answered 422 "Validation Failed". The next run tries again.',
    ],
  ])('%o', (error, said) => {
    expect(explain(error)).toBe(said);
  });

  it.each<[unknown, string]>([
    [new Error('It went wrong. Sorry.'), 'It went wrong. Sorry.'],
    ['a text', 'a text.'],
    [
      new Error('fetch failed', { cause: new Error('other', { cause: new Error('read ECONNRESET') }) }),
      'GitHub cannot be reached (read ECONNRESET).',
    ],
    [
      new Error('other', { cause: new Error('connect ECONNREFUSED', { cause: new AggregateError([], '') }) }),
      'GitHub cannot be reached (connect ECONNREFUSED).',
    ],
    [
      new Error('fetch failed', { cause: new Error('Proxy response (407) !== 200 when HTTP Tunneling') }),
      'GitHub cannot be reached, since the proxy wants a user name and password (HTTP 407).',
    ],
    [
      new Error('fetch failed', { cause: new Error('Proxy response (502) !== 200 when HTTP Tunneling') }),
      'GitHub cannot be reached, since the proxy did not connect to it (HTTP 502).',
    ],
    [
      new Error('fetch failed', { cause: new DOMException('The operation was aborted', 'TimeoutError') }),
      'GitHub took more than 30 seconds.',
    ],
  ])('without an answer: %o', (error, said) => {
    expect(explain(error)).toBe(said);
  });
});

describe('what GitHub does not let the token have', () => {
  it.each([401, 403, 404])('is nothing, with HTTP %i', async (status) => {
    expect(await unlessRefused(Promise.reject(refusal(status, { message: 'No' })))).toBe(undefined);
  });

  it.each([
    ['another refusal', refusal(500, { message: 'No' })],
    ['a limit', refusal(403, { message: 'You have exceeded a secondary rate limit.' })],
    ['a fault', new Error('read ECONNRESET')],
  ])('is unknown, with %s', async (_, error) => {
    await expect(unlessRefused(Promise.reject(error))).rejects.toBe(error);
  });

  it('is the data of an answer', async () => {
    expect(await unlessRefused(Promise.resolve({ data: 1 }))).toBe(1);
  });
});
