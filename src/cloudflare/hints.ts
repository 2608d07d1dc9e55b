import { isUuid } from '../connector/id.ts';
import type { Problem } from '../failure.ts';
import type { Answer } from './answer.ts';
import type { EnvelopeEntry } from './api-errors.ts';
import type { Call } from './call.ts';
import type { TokenUse } from './token-use.ts';

/** What an error of the API means. */
type Meaning = Pick<Problem, 'kind' | 'problem' | 'action'>;

/** What the reading of an answer hangs on besides; `now` is in milliseconds since the epoch. */
export interface Circumstances {
  readonly call: Call;
  readonly use: TokenUse;
  readonly now: number;
}

const NOT_ACCEPTED = 'token not accepted';
const NO_PERMISSION = 'no permission';

const RATE_LIMIT = 'Cloudflare allows a user or token 1,200 requests in 5 minutes, then refuses all for 5 minutes.';
const LATER = 'Run this again later.';
const FAULT = "The fault is Cloudflare's own: see https://www.cloudflarestatus.com and run this again later.";

const NOT_A_TOKEN =
  'The secret is not an API token. It may be a global API key, be in quotes, or be incomplete. Create an API token and put that alone into the secret.';
const NO_TOKEN =
  'The token did not arrive as it should. Check api_base_url and any gateway on the way, and that the secret contains only the token.';
const INVALID = 'The token may have expired or been revoked. Create a new one and update the secret.';
const INVALID_HERE = `${INVALID} A token that an account owns is for that account alone.`;
const LOCATION =
  "The token's client IP address filter leaves this runner out. Change the filter, or use a runner with an address that it has.";
const ACCEPTED_BEFORE =
  'Cloudflare accepted the token earlier in this run. If it has expired or been revoked meanwhile, create a new one and update the secret.';
const OTHER_ADDRESS =
  "Cloudflare accepted the token earlier in this run. If this runner has several addresses, the token's client IP address filter needs all of them. The filter may also have changed meanwhile.";
const SHOWN_BEFORE =
  'The token could do the same earlier in this run. Check whether its permissions have changed meanwhile.';
export const THERE_BEFORE =
  'It was there earlier in this run: was it deleted meanwhile? Then create it again, or remove it from your workflow.';

type Hint = (circumstances: Circumstances) => Meaning;

/**
 * Errors of the token by code and text. The first that fits counts.
 * https://developers.cloudflare.com/fundamentals/api/troubleshooting/
 */
const OF_THE_TOKEN: readonly (readonly [codes: readonly string[], text: RegExp, hint: Hint])[] = [
  [['6003', '6103', '6111'], /^/, firstUse(NOT_A_TOKEN)],
  [['9106'], /^/, firstUse(NO_TOKEN)],
  [['9109'], /location/i, wrongAddress],
  [['9109'], /unauthori[sz]ed|resource/i, lackOfPermission],
  [['9109'], /^/, () => access(NOT_ACCEPTED, INVALID)],
  [['1000'], /api token/i, firstUse(INVALID_HERE)],
  [['10000', '10001'], /^/, anyCause],
];

/** Advice that cannot be true once the token was accepted. */
function firstUse(action: string): Hint {
  return ({ use }) => access(NOT_ACCEPTED, use.isAccepted ? ACCEPTED_BEFORE : action);
}

function access(problem: string, action: string): Meaning {
  return { kind: 'access', problem, action };
}

/** The text of a 403 that is about the token, whatever its code. */
const ABOUT_ACCESS = /^$|token|authenticat|authori[sz]|permission|forbidden|access denied/i;

/** What an error means, with no hint that cannot be true. Without an entry, it is no refusal. */
export function interpret(entry: EnvelopeEntry | undefined, { status }: Answer, circumstances: Circumstances): Meaning {
  if (status === 429) return { kind: 'rate_limited', problem: 'rate limit reached', action: RATE_LIMIT };
  if (status === 408) return { kind: 'unavailable', problem: 'no answer in time (HTTP 408)', action: LATER };
  if (status >= 500) return { kind: 'unavailable', problem: `Cloudflare failed (HTTP ${status})`, action: FAULT };
  if (!entry) return { kind: 'unexpected', problem: 'no valid answer', action: null };
  const codes = [entry, ...entry.chain].map(({ code }) => code);
  const has = (...wanted: readonly string[]) => wanted.some((code) => codes.includes(code));
  const hint = OF_THE_TOKEN.find(([known, text]) => has(...known) && text.test(entry.message))?.[2];
  if (hint && status !== 405) return hint(circumstances);
  if (has('7000', '7001') || status === 405) {
    const action = circumstances.use.isAccepted
      ? 'Other requests of this run arrived. Does a proxy or gateway on the way refuse this one?'
      : 'Check api_base_url.';
    return { kind: 'refused', problem: 'no such route in the API', action };
  }
  if (has('7003') || status === 404) return nothingThere(circumstances);
  if (status === 401) return anyCause(circumstances);
  if (status === 403 && ABOUT_ACCESS.test(entry.message)) return lackOfPermission(circumstances);
  const reason = entry.message || (entry.code === undefined ? 'no reason given' : `error ${entry.code}`);
  return { kind: 'refused', problem: `Cloudflare refused: ${reason}`, action: null };
}

/** A token that was accepted proves the account, but no connector besides those that were seen. */
function nothingThere({ call: { connectorId }, use }: Circumstances): Meaning {
  if (connectorId === undefined) {
    return use.isAccepted
      ? { kind: 'refused', problem: 'not found', action: THERE_BEFORE }
      : { kind: 'refused', problem: 'no such account', action: 'Check account_id.' };
  }
  const other = isUuid(connectorId) ? ' The id looks like that of an Access application.' : '';
  const check = `Check ${use.isAccepted ? 'sso_connector_id' : 'sso_connector_id and account_id'}.${other}`;
  return {
    kind: 'not_found',
    problem: 'no connector with this id',
    action: use.hasSeen(connectorId) ? THERE_BEFORE : check,
  };
}

function wrongAddress({ use }: Circumstances): Meaning {
  return access('token not accepted from here', use.isAccepted ? OTHER_ADDRESS : LOCATION);
}

/** Cloudflare has one error for four causes. */
function anyCause(circumstances: Circumstances): Meaning {
  const { call, use } = circumstances;
  if (use.isShownFor(call)) return access(NOT_ACCEPTED, ACCEPTED_BEFORE);
  const permission = permissionFor(circumstances);
  return use.isAccepted
    ? access(
        NO_PERMISSION,
        `The token could read earlier in this run, but probably may not write. Give it the permission ${permission} on this account, or use a token that has it.`,
      )
    : access(
        NOT_ACCEPTED,
        `The token may have expired or been revoked, lack the permission ${permission}, be for another account (check account_id), or have a client IP address filter that leaves this runner out.`,
      );
}

function lackOfPermission(circumstances: Circumstances): Meaning {
  const { call, use } = circumstances;
  const check = use.isAccepted ? '' : ', and check account_id';
  const give = `Give the token the permission ${permissionFor(circumstances)} on this account${check}.`;
  return access(NO_PERMISSION, use.isShownFor(call) ? SHOWN_BEFORE : give);
}

/** https://developers.cloudflare.com/api/resources/iam/subresources/sso/ */
function permissionFor({ call, use }: Circumstances): string {
  return call.method === 'GET' && !use.isToWrite
    ? '"SSO Connector: Read" or "SSO Connector: Edit"'
    : '"SSO Connector: Edit"';
}
