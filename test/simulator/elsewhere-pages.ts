import type { Answer } from './answer.ts';
import type { Play } from './play.ts';

/** What a firewall's page begins with: for browsers of long ago. */
const CONDITIONAL = [
  ...['lt IE 7', 'IE 7', 'IE 8'].map(
    (name, n) => `<!--[if ${name}]> <html class="no-js ie${n + 6} oldie"> <![endif]-->`,
  ),
  '<!--[if gt IE 8]><!--> <html class="no-js" lang="en-US"> <!--<![endif]-->',
].join('\n');

/** Answers that are no envelope: pages, texts and JSON of Cloudflare's firewall, of a gateway, of a proxy. */
export const pagePlays: readonly Play[] = [
  {
    name: 'error-1010-text',
    description: '403 text/plain "error code: 1010"',
    respond: { status: 403, headers: { 'content-type': 'text/plain; charset=UTF-8' }, body: 'error code: 1010' },
  },
  {
    name: 'firewall-page',
    description:
      '403 page of the firewall before the API, "Sorry, you have been blocked", comments for old browsers first',
    respond: page(
      403,
      'Attention Required! | Cloudflare',
      '<h1 data-translate="block_headline">Sorry, you have been blocked</h1><h2>You are unable to access cloudflare.com</h2>',
      {},
      `<!DOCTYPE html>\n${CONDITIONAL}\n`,
    ),
  },
  {
    name: 'challenge',
    description: '403 page with cf-mitigated: challenge',
    respond: page(403, 'Just a moment...', '<noscript>Enable JavaScript to continue</noscript>', {
      'cf-mitigated': 'challenge',
    }),
  },
  {
    name: 'gateway-policy',
    description: '403 {"message":"Blocked by policy 17"}',
    respond: gateway(403, { message: 'Blocked by policy 17' }),
  },
  {
    name: 'gateway-502',
    description: '502 {"message":"upstream timed out"}',
    respond: gateway(502, { message: 'upstream timed out' }),
  },
  {
    name: 'gateway-error',
    description: '403 {"error":{"message":"Category not allowed"}}',
    respond: gateway(403, { error: { message: 'Category not allowed', policy: 'social-media' } }),
  },
  { name: 'page-401', description: '401 page of a proxy', respond: proxyPage(401, 'Sign in to continue') },
  { name: 'page-404', description: '404 page of a proxy', respond: proxyPage(404, 'Page not found') },
  {
    name: 'page-403',
    description: '403 page of a proxy',
    respond: proxyPage(403, 'Access to this site is not allowed'),
  },
  { name: 'page-502', description: '502 page of a proxy', respond: proxyPage(502, 'Bad gateway') },
  {
    name: 'page-503',
    description: '503 page, Retry-After 120',
    respond: proxyPage(503, 'Back soon', { 'retry-after': '120' }),
  },
  {
    name: 'page-200',
    description: '200 page, as a captive portal has',
    respond: proxyPage(200, 'Welcome to the guest network'),
  },
  {
    name: 'page-commands',
    description: '502 page whose title has workflow commands, full-width ones too',
    respond: proxyPage(502, '＃＃［error]pwned ##[error]pwned</title>\n：：error::pwned\n::error::pwned'),
  },
  {
    name: 'text-503',
    description: '503 text/plain "upstream connect error"',
    respond: text(503, 'upstream connect error'),
  },
  { name: 'redirect', description: '302 to a page to log in at', respond: redirect(302, '/login') },
  {
    name: 'redirect-elsewhere',
    description: '307 to another origin',
    respond: redirect(307, 'https://elsewhere.example/client/v4'),
  },
  {
    name: 'bare-code-error',
    description: '403 {"code":…,"error":…}, no envelope',
    respond: gateway(403, { code: 1001, error: 'Not allowed' }),
  },
  { name: 'empty-200', description: '200 without a body', respond: { status: 200 } },
  { name: 'empty-403', description: '403 without a body', respond: { status: 403 } },
  { name: 'json-null', description: '200 null', respond: { status: 200, body: null } },
  { name: 'json-array', description: '200 []', respond: { status: 200, body: [] } },
  { name: 'json-string', description: '200 "OK"', respond: { status: 200, body: '"OK"' } },
];

/** An HTML page of this title. */
function page(
  status: number,
  title: string,
  body: string,
  headers: Record<string, string> = {},
  start = '<!DOCTYPE html>\n<html>\n',
): Answer {
  return {
    status,
    headers: { 'content-type': 'text/html; charset=UTF-8', 'api-version': null, ...headers },
    body: `${start}<head><title>${title}</title></head>\n<body>${body}</body>\n</html>\n`,
  };
}

/** From something that is not Cloudflare's, so without a ray ID. */
function proxyPage(status: number, title: string, headers: Record<string, string> = {}): Answer {
  const { headers: usual, ...answer } = page(status, title, `<h1>${title}</h1>`, headers);
  return { ...answer, headers: { ...usual, 'cf-ray': null } };
}

function gateway(status: number, body: unknown): Answer {
  return { status, headers: { 'cf-ray': null, 'api-version': null }, body };
}

function text(status: number, body: string): Answer {
  return { status, headers: { 'content-type': 'text/plain', 'cf-ray': null, 'api-version': null }, body };
}

function redirect(status: number, location: string): Answer {
  return { status, headers: { location, 'content-type': 'text/html' } };
}
