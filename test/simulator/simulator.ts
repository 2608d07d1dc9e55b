import { hash } from 'node:crypto';
import type { ServerResponse } from 'node:http';
import { answerCloudflare } from './cloudflare.ts';
import { type Connector, type ConnectorFields, ConnectorStore, change } from './connectors.ts';
import { answerControl, isControl } from './control.ts';
import { faultOf, playNamed } from './elsewhere.ts';
import { exchange, isCloudflare, type Services } from './exchange.ts';
import { type ActiveFault, type Fault, Faults, type FaultTarget } from './faults.ts';
import { GitHub } from './github.ts';
import { type Flavour, type FlavourName, flavours } from './github-flavours.ts';
import type { ListOptions } from './listing.ts';
import { Quota, type QuotaOptions } from './quota.ts';
import type { RecordedRequest } from './request.ts';
import type { Rules } from './rules.ts';
import { RecordingServer, type ServerOptions } from './server.ts';
import { apiToken, type Token, TokenStore, workflowToken } from './tokens.ts';
import { type VerificationOptions, Verifications } from './verification.ts';

export interface SimulatorOptions extends ServerOptions, VerificationOptions, ListOptions, Rules {
  /** Rate limit for each token; none by default. */
  quota?: QuotaOptions;
  /** Answers are held back this long; 0 by default. */
  latencyMs?: number;
  /** Whose API stands in for GitHub's: `ghes` (GitHub Enterprise Server) by default. */
  githubFlavour?: FlavourName;
}

/** Starts a simulator on 127.0.0.1. Throws where the port is taken. */
export async function startSimulator(options: SimulatorOptions = {}): Promise<Simulator> {
  const simulator = new Simulator(options);
  await simulator.listen(options.port);
  return simulator;
}

/** Cloudflare's SSO connectors API and GitHub's API for issues, over real HTTP, with faults on demand. */
export class Simulator extends RecordingServer {
  readonly accountId = hash('sha256', 'account', 'hex').slice(0, 32);
  readonly otherAccountId = hash('sha256', 'other account', 'hex').slice(0, 32);
  /**
   * `edit` may all, `read` only reads, `otherAccount` may all in the other account, `none` is valid and may nothing;
   * users own these, and they are of the old form. `user` and `account` may all too, are of the new form, and a user and
   * the account own them.
   */
  readonly tokens = {
    edit: apiToken('edit'),
    read: apiToken('read'),
    otherAccount: apiToken('other account'),
    none: apiToken('none'),
    user: apiToken('user', 'cfut_'),
    account: apiToken('account', 'cfat_'),
  };
  /** Has `issues: write`. */
  readonly githubToken = workflowToken('write');
  /** Has `issues: read`. */
  readonly githubTokenReadOnly = workflowToken('read');
  /** A person's, `octocat`, who may write and whose membership is private. */
  readonly githubUserToken = workflowToken('user').replace('ghs_', 'ghp_');
  readonly github: GitHub;

  readonly #connectors = new ConnectorStore();
  readonly #tokens = new TokenStore();
  readonly #verifications: Verifications;
  readonly #faults = new Faults();
  readonly #services: Services;
  readonly #flavour: Flavour;

  /** Not listening yet; use `startSimulator`. */
  constructor(options: SimulatorOptions) {
    super(options.tls);
    this.#flavour = flavours[options.githubFlavour ?? 'ghes'];
    const github = new GitHub(this.#flavour, () => this.githubApiUrl);
    const workflow = { login: this.#flavour.workflowLogin, isWorkflow: true };
    github.people.add(this.githubToken, workflow);
    github.people.add(this.githubTokenReadOnly, { ...workflow, permission: 'read', mayWriteIssues: false });
    github.people.add(this.githubUserToken, { login: 'octocat' });
    const cloudflare = {
      tokens: this.#tokens,
      connectors: this.#connectors,
      verifications: new Verifications(options),
      list: options,
      rules: options,
    };
    this.github = github;
    const { tokens, accountId } = this;
    this.setToken(tokens.edit, { accountId, permissions: ['read', 'write'] });
    this.setToken(tokens.read, { accountId, permissions: ['read'] });
    this.setToken(tokens.user, { accountId, permissions: ['read', 'write'] });
    this.setToken(tokens.account, { owner: 'account', accountId, permissions: ['read', 'write'] });
    this.setToken(tokens.otherAccount, { accountId: this.otherAccountId, permissions: ['read', 'write'] });
    this.setToken(tokens.none, {});
    this.#verifications = cloudflare.verifications;
    this.#services = {
      faults: this.#faults,
      quota: options.quota && new Quota(options.quota),
      latencyMs: options.latencyMs ?? 0,
      cloudflare: (request) => answerCloudflare(cloudflare, request),
      github: (request) => github.answer(request),
    };
  }

  /** For the input `api_base_url`. */
  get apiBaseUrl(): string {
    return `${this.origin}/client/v4`;
  }

  /** For `GITHUB_API_URL`, in the form that the flavour has. */
  get githubApiUrl(): string {
    return this.origin + this.#flavour.apiPath;
  }

  /** The connectors of the account as they are now. */
  get connectors(): Connector[] {
    return structuredClone(this.#connectors.list(this.accountId));
  }

  /** The connector as it is now, of either account. */
  connector(id: string): Connector | undefined {
    return structuredClone(this.#connectors.find(id));
  }

  /** Adds a connector, by default verified and disabled, of a domain of its own. */
  addConnector(fields: ConnectorFields = {}, accountId = this.accountId): Connector {
    return structuredClone(this.#connectors.add(accountId, fields));
  }

  /** Changes a connector past all rules, as someone in the dashboard might. Throws where there is none. */
  changeConnector(id: string, fields: ConnectorFields): void {
    const connector = this.#connectors.find(id);
    if (connector === undefined) throw new Error(`no connector ${id}`);
    change(connector, fields);
  }

  /** Changes a token (its status, its end, its permissions …), or makes one that can be used from now on. */
  setToken(token: string, fields: Partial<Token>): void {
    this.#tokens.set(token, fields);
  }

  /** Has someone else change the connector just before the next request of this method is carried out. */
  meanwhile(method: string, id: string, fields: ConnectorFields): void {
    const listener = (request: RecordedRequest) => {
      if (request.method !== method || !isCloudflare(request)) return;
      this.off('request', listener);
      this.changeConnector(id, fields);
    };
    this.on('request', listener);
  }

  /** What public DNS has, domain to TXT values. */
  get txtRecords(): ReadonlyMap<string, readonly string[]> {
    return this.#verifications.txtRecords;
  }

  /** Puts TXT records into DNS, by default the ones that the domain's connectors ask for; Cloudflare sees them at once. */
  publishTxt(domain: string, ...values: string[]): void {
    const connectors = this.#connectors.ofDomain(domain);
    const codes = connectors.flatMap(({ verification }) => verification?.code ?? []);
    this.#verifications.txtRecords.set(domain, values.length > 0 ? values : codes);
    for (const connector of connectors) this.#verifications.poll(connector);
  }

  /** Lets the two days of polling run out. */
  failVerification(id: string): void {
    this.changeConnector(id, { verification: { status: 'failed' } });
  }

  /** Asks for a fault. Of several that match a request, the one asked for first strikes. */
  fault(fault: Fault): ActiveFault {
    return this.#faults.add(fault);
  }

  /**
   * Asks for a fault by the name of a play, of those that `elsewhere.ts` lists: for the next request that it is for,
   * unless told otherwise.
   * @throws where there is no such play
   */
  play(name: string, target: FaultTarget = {}): ActiveFault {
    return this.fault(faultOf(playNamed(name), target));
  }

  clearFaults(): void {
    this.#faults.clear();
  }

  protected override respond(request: RecordedRequest, response: ServerResponse, signal: AbortSignal): Promise<void> {
    if (isControl(request)) return answerControl(this.#faults, request, response);
    return exchange(this.#services, request, response, signal);
  }
}
