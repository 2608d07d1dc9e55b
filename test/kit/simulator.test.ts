import Cloudflare, {
  BadRequestError,
  ConflictError,
  NotFoundError,
  PermissionDeniedError,
  RateLimitError,
} from 'cloudflare';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Simulator, startSimulator } from '../simulator/simulator.ts';

// The vendor's own SDK is the judge of whether the simulator speaks as Cloudflare does.
let simulator: Simulator;
let account: { account_id: string };

beforeEach(async () => {
  simulator = await startSimulator();
  account = { account_id: simulator.accountId };
});
afterEach(() => simulator.close());

function sso(apiToken = simulator.tokens.edit, baseURL = simulator.apiBaseUrl) {
  return new Cloudflare({ apiToken, baseURL, maxRetries: 0 }).iam.sso;
}

/** What a promise fails with. */
async function failure(promise: Promise<unknown>): Promise<unknown> {
  return promise.then(
    (value) => Promise.reject(new Error(`did not fail: ${JSON.stringify(value)}`)),
    (error: unknown) => error,
  );
}

const connectorShape = {
  id: expect.stringMatching(/^[0-9a-f]{32}$/),
  created_on: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z$/),
  updated_on: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z$/),
  email_domain: 'acme.example',
  enabled: false,
  use_fedramp_language: false,
  verification: { code: expect.stringMatching(/^cloudflare_dashboard_sso=\d+$/), status: 'awaiting' },
};

describe("the vendor's SDK", () => {
  it('creates a connector, disabled, and begins its verification with it', async () => {
    const connector = await sso().create({ ...account, email_domain: 'acme.example' });
    const { code } = connectorShape.verification;
    expect(connector).toEqual({ ...connectorShape, verification: { code, status: 'pending' } });
    expect(simulator.connectors).toEqual([connector]);
  });

  it.each([
    [true, 'pending'],
    [false, 'awaiting'],
  ])('creates a connector with begin_verification: %s', async (begin_verification, status) => {
    const params = { ...account, email_domain: 'acme.example', begin_verification, use_fedramp_language: true };
    expect(await sso().create(params)).toMatchObject({ verification: { status }, use_fedramp_language: true });
  });

  it('lists all connectors of the account, and no other', async () => {
    const ours = [simulator.addConnector(), simulator.addConnector()];
    simulator.addConnector({}, simulator.otherAccountId);
    const page = await sso(simulator.tokens.read).list(account);
    expect(page.result).toEqual(ours);
    expect(page.hasNextPage()).toBe(false);
  });

  it('gets one connector', async () => {
    const connector = simulator.addConnector({ email_domain: 'acme.example', verification: { status: 'awaiting' } });
    expect(await sso(simulator.tokens.read).get(connector.id, account)).toEqual(connector);
    expect(connector).toEqual(connectorShape);
  });

  it('updates just the fields given', async () => {
    const before = simulator.addConnector({ use_fedramp_language: true });
    const after = await sso().update(before.id, { ...account, enabled: true });
    expect(after).toEqual({ ...before, enabled: true, updated_on: after.updated_on });
    expect(String(after.updated_on) > before.updated_on).toBe(true);
    expect(simulator.connector(before.id)).toEqual(after);
  });

  it('updates nothing with an empty object', async () => {
    const connector = simulator.addConnector();
    expect(await sso().update(connector.id, account)).toEqual(connector);
    expect(simulator.requestsTo('PATCH').map(({ body, status }) => [body, status])).toEqual([['{}', 200]]);
  });

  it('takes unknown fields, which do nothing', async () => {
    const connector = simulator.addConnector({ email_domain: 'acme.example' });
    const body = { id: 'x', email_domain: 'other.example', enable: true, begin_verification: true };
    expect(await sso().update(connector.id, account, { body })).toEqual(connector);
    const created = await sso().create(
      { ...account, email_domain: 'b.example' },
      { body: { email_domain: 'c.example', enabled: true } },
    );
    expect(created).toMatchObject({ email_domain: 'c.example', enabled: false });
  });

  it('deletes a connector', async () => {
    const { id } = simulator.addConnector();
    expect(await sso().delete(id, account)).toEqual({ id });
    expect(simulator.connectors).toEqual([]);
  });

  it('begins a verification, whose answer has no result', async () => {
    const { id } = simulator.addConnector({ verification: { status: 'awaiting' } });
    expect(await sso().beginVerification(id, account)).toEqual({ success: true, errors: [], messages: [] });
    expect(simulator.connector(id)?.verification?.status).toBe('pending');
  });
});

describe("the vendor's SDK is refused", () => {
  it.each(['create', 'update', 'delete', 'beginVerification'] as const)(
    '%s with a token that only reads',
    async (operation) => {
      const { id } = simulator.addConnector();
      const client = sso(simulator.tokens.read);
      const error = await failure(
        operation === 'create'
          ? client.create({ ...account, email_domain: 'new.example' })
          : client[operation](id, account),
      );
      expect(error).toBeInstanceOf(PermissionDeniedError);
      expect(error).toMatchObject({ status: 403, errors: [{ code: 10000, message: 'Authentication error' }] });
    },
  );

  it.each(['none', 'otherAccount'] as const)('everything with the token "%s"', async (token) => {
    const error = await failure(sso(simulator.tokens[token]).list(account));
    expect(error).toMatchObject({ status: 403, errors: [{ code: 10000 }] });
  });

  it('everything with an unknown token', async () => {
    const error = await failure(sso('x'.repeat(40)).list(account));
    expect(error).toMatchObject({ status: 403, errors: [{ code: 9109 }] });
  });

  it('everything with a malformed token', async () => {
    const error = await failure(sso('cut-off').list(account));
    expect(error).toBeInstanceOf(BadRequestError);
    expect(error).toMatchObject({ status: 400, errors: [{ code: 6003, error_chain: [{ code: 6111 }] }] });
  });

  it.each(['get', 'update', 'delete', 'beginVerification'] as const)(
    '%s of a connector there is not',
    async (operation) => {
      const error = await failure(sso()[operation]('0'.repeat(32), account));
      expect(error).toBeInstanceOf(NotFoundError);
      expect(error).toMatchObject({ errors: [{ code: 1003, message: 'SSO connector not found' }] });
    },
  );

  it('ids that are none', async () => {
    expect(await failure(sso().get('no-id', account))).toMatchObject({ status: 404, errors: [{ code: 7003 }] });
    expect(await failure(sso().list({ account_id: 'acme' }))).toMatchObject({ status: 404, errors: [{ code: 7003 }] });
  });

  it('fields of a wrong type, with a pointer to each', async () => {
    const { id } = simulator.addConnector();
    const body = { enabled: 'true', use_fedramp_language: null };
    const error = await failure(sso().update(id, account, { body }));
    expect(error).toMatchObject({
      status: 400,
      errors: [{ source: { pointer: '/enabled' } }, { source: { pointer: '/use_fedramp_language' } }],
    });
  });

  it('enabling before the domain is verified, but never disabling', async () => {
    const { id } = simulator.addConnector({ verification: { status: 'pending' } });
    const error = await failure(sso().update(id, { ...account, enabled: true }));
    expect(error).toBeInstanceOf(BadRequestError);
    expect(error).toMatchObject({
      errors: [{ message: expect.stringContaining('verified'), documentation_url: expect.stringMatching(/^https:/) }],
    });
    await expect(sso().update(id, { ...account, enabled: false })).resolves.toMatchObject({ enabled: false });
  });

  it('enabling a domain that is enabled in another account', async () => {
    const { id } = simulator.addConnector({ email_domain: 'acme.example' });
    simulator.addConnector({ email_domain: 'acme.example', enabled: true }, simulator.otherAccountId);
    expect(await failure(sso().update(id, { ...account, enabled: true }))).toBeInstanceOf(ConflictError);
  });

  it('a second connector of the same domain, one of no domain, and one of a public mail provider', async () => {
    simulator.addConnector({ email_domain: 'acme.example' });
    expect(await failure(sso().create({ ...account, email_domain: 'acme.example' }))).toBeInstanceOf(ConflictError);
    for (const email_domain of ['a@b', 'gmail.com']) {
      expect(await failure(sso().create({ ...account, email_domain }))).toBeInstanceOf(BadRequestError);
    }
  });

  it('requests beyond the rate limit', async () => {
    await using limited = await startSimulator({ quota: { limit: 1, windowMs: 60_000 } });
    const client = sso(limited.tokens.edit, limited.apiBaseUrl);
    await client.list(account);
    const error = await failure(client.list(account));
    expect(error).toBeInstanceOf(RateLimitError);
    expect(error).toMatchObject({ status: 429, errors: [{ code: 10429 }] });
  });
});
