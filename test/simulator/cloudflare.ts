import type { Answer } from './answer.ts';
import { type Connector, type ConnectorStore, change } from './connectors.ts';
import { failure, Refusal, success } from './envelope.ts';
import { readFields } from './fields.ts';
import { type ListOptions, pageOf } from './listing.ts';
import { type RecordedRequest, splitPath } from './request.ts';
import { asShown, holdBegin, holdCreate, holdEnable, type Rules } from './rules.ts';
import { verifiedOwner, verifyToken } from './token-verification.ts';
import { authorize, type TokenStore } from './tokens.ts';
import type { Verifications } from './verification.ts';

/** What the endpoints work on. */
export interface CloudflareState {
  tokens: TokenStore;
  connectors: ConnectorStore;
  verifications: Verifications;
  list: ListOptions;
  rules: Rules;
}

// The vendor does not publish the codes of this product's own refusals. These are the simulator's, in the documented
// range (1000 and up); nothing should depend on them.
const INVALID_BODY = 1001;
const NOT_FOUND = 1003;
const DUPLICATE = 1012;

/** Answers as https://developers.cloudflare.com/api/resources/iam/subresources/sso/ documents it. */
export function answerCloudflare(state: CloudflareState, request: RecordedRequest): Answer {
  try {
    return route(state, request);
  } catch (error) {
    if (error instanceof Refusal) return failure(error);
    throw error;
  }
}

function route(state: CloudflareState, request: RecordedRequest): Answer {
  const token = state.tokens.find(request.headers.authorization);
  const { pathname, query } = splitPath(request);
  const owner = verifiedOwner(pathname);
  if (owner !== undefined && request.method === 'GET') return verifyToken(token, owner);
  const [, accountId = '', id, action] =
    /^\/client\/v4\/accounts\/([^/]*)\/sso_connectors(?:\/([^/]+)(\/begin_verification)?)?$/.exec(pathname) ?? [];
  if (!/^[0-9a-f]{32}$/.test(accountId)) throw unroutable(pathname);

  const operation = `${request.method} ${id === undefined ? '' : '/id'}${action ?? ''}`;
  authorize(token, accountId, request.method === 'GET' ? 'read' : 'write');
  if (operation === 'GET ') return list(state, accountId, query);
  if (operation === 'POST ') return create(state, accountId, request);
  if (id === undefined) throw new Refusal(405, { code: 10405, message: 'Method not allowed' });

  const connector = find(state, accountId, id, pathname);
  if (operation === 'GET /id') return get(state, connector);
  if (operation === 'PATCH /id') return update(state, connector, request);
  if (operation === 'DELETE /id') return remove(state, accountId, connector);
  if (operation === 'POST /id/begin_verification') return beginVerification(state, connector);
  throw new Refusal(405, { code: 10405, message: 'Method not allowed' });
}

function list(state: CloudflareState, accountId: string, query: URLSearchParams): Answer {
  const page = pageOf(state.connectors.list(accountId), query, state.list);
  for (const connector of page.result) state.verifications.look(connector);
  return success({ ...page, result: page.result.map((connector) => asShown(connector, state.rules)) });
}

function get(state: CloudflareState, connector: Connector): Answer {
  state.verifications.look(connector);
  return shown(state, connector);
}

function shown({ rules }: CloudflareState, connector: Connector): Answer {
  return success({ result: asShown(connector, rules) });
}

function create(state: CloudflareState, accountId: string, request: RecordedRequest): Answer {
  const { connectors, verifications } = state;
  const { begin_verification: begin, ...fields } = readFields(request, INVALID_BODY, {
    email_domain: 'string',
    begin_verification: 'boolean',
    use_fedramp_language: 'boolean',
  });
  const domain = fields['email_domain'];
  if (typeof domain !== 'string' || !/^[^.\s@]+(\.[^.\s@]+)+$/.test(domain)) {
    const message = 'email_domain is required and must be a domain name';
    throw new Refusal(400, { code: INVALID_BODY, message, source: { pointer: '/email_domain' } });
  }
  holdCreate(domain);
  if (connectors.list(accountId).some((connector) => connector.email_domain === domain)) {
    throw new Refusal(409, { code: DUPLICATE, message: `An SSO connector for ${domain} already exists` });
  }
  const connector = connectors.add(accountId, { ...fields, verification: { status: 'awaiting' } });
  if (begin !== false) verifications.begin(connector);
  return shown(state, connector);
}

function update(state: CloudflareState, connector: Connector, request: RecordedRequest): Answer {
  const fields = readFields(request, INVALID_BODY, { enabled: 'boolean', use_fedramp_language: 'boolean' });
  state.verifications.poll(connector);
  if (fields['enabled'] === true) holdEnable(state.rules, state.connectors, connector);
  if (Object.keys(fields).length > 0) change(connector, fields);
  return shown(state, connector);
}

function remove({ connectors, rules }: CloudflareState, accountId: string, { id }: Connector): Answer {
  connectors.delete(accountId, id);
  return success({ result: rules.deleteAnswersNull ? null : { id } });
}

function beginVerification({ verifications, rules }: CloudflareState, connector: Connector): Answer {
  holdBegin(rules, connector);
  verifications.begin(connector);
  return success();
}

function find({ connectors }: CloudflareState, accountId: string, id: string, pathname: string): Connector {
  const connector = connectors.get(accountId, id);
  if (connector !== undefined) return connector;
  if (!/^[0-9a-f]{32}$/.test(id)) throw unroutable(pathname);
  throw new Refusal(404, { code: NOT_FOUND, message: 'SSO connector not found' });
}

function unroutable(pathname: string): Refusal {
  const path = pathname.replace('/client/v4', '');
  return new Refusal(404, {
    code: 7003,
    message: `Could not route to ${path}, perhaps your object identifier is invalid?`,
  });
}
