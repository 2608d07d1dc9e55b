import * as v from 'valibot';
import { oneLine } from '../untrusted.ts';
import { domainForPeople } from './domain.ts';

/** The fields that can be changed, in the order of the API's documentation. */
export const FIELDS = ['enabled', 'use_fedramp_language'] as const;
export type Field = (typeof FIELDS)[number];

/** What a connector is asked to be; a field that is not given is left alone. */
export type Desired = { readonly [F in Field]?: boolean | undefined };

const optionalText = v.nullish(v.string());
const optionalFlag = v.nullish(v.boolean());
const forShow = v.fallback(optionalText, undefined);

/**
 * Every field is optional, and must be of its type, but times, which are for show alone.
 * https://developers.cloudflare.com/api/resources/iam/subresources/sso/
 */
const ConnectorSchema = v.object({
  id: optionalText,
  email_domain: optionalText,
  enabled: optionalFlag,
  use_fedramp_language: optionalFlag,
  verification: v.nullish(v.object({ code: optionalText, status: optionalText })),
  created_on: forShow,
  updated_on: forShow,
});

/** A connector; what is null, absent or blank is undefined, and `raw` is the whole as the API gave it. */
export type Connector = Readonly<ReturnType<typeof parseConnector>>;

/** Reads a connector. Throws a TypeError that says what is not as documented. */
export function parseConnector(value: unknown) {
  if (Array.isArray(value)) throw new TypeError('it is a list, not an object');
  const { success, output, issues } = v.safeParse(ConnectorSchema, value);
  if (!success) throw new TypeError(describeIssue(issues[0]));
  const { id, email_domain, enabled, use_fedramp_language, verification, created_on, updated_on } = output;
  return {
    id: unlessBlank(id),
    email_domain: unlessBlank(email_domain),
    enabled: enabled ?? undefined,
    use_fedramp_language: use_fedramp_language ?? undefined,
    verification_status: unlessBlank(verification?.status),
    verification_code: unlessBlank(verification?.code),
    created_on: unlessBlank(created_on),
    updated_on: unlessBlank(updated_on),
    raw: value as Readonly<Record<string, unknown>>,
  };
}

/**
 * A connector as an answer to a change gives it: what it leaves out is as it was known before, but for what was sent and
 * `updated_on`, which the change has moved.
 */
export function fillIn(answer: Connector, known: Connector | undefined, sent: Desired): Connector {
  if (!known) return answer;
  const field = (name: Field) => answer[name] ?? (sent[name] === undefined ? known[name] : undefined);
  return {
    ...answer,
    email_domain: answer.email_domain ?? known.email_domain,
    enabled: field('enabled'),
    use_fedramp_language: field('use_fedramp_language'),
    verification_status: answer.verification_status ?? known.verification_status,
    verification_code: answer.verification_code ?? known.verification_code,
    created_on: answer.created_on ?? known.created_on,
  };
}

function unlessBlank(text: string | null | undefined): string | undefined {
  return text && (/[!-~]/.test(text) || oneLine(text) !== '') ? text : undefined;
}

function describeIssue(issue: v.BaseIssue<unknown>): string {
  const path = v.getDotPath(issue);
  const expected = issue.expected === 'Object' ? 'an object' : issue.expected;
  return `${path ? `its ${path}` : 'it'} is ${oneLine(issue.received, 80)}, not ${expected}`;
}

/** A connector's name for people: its domain, or else `connector 023e…`. */
export function nameOfConnector(id: string | undefined, domain: string | undefined): string {
  if (domain !== undefined) return oneLine(domainForPeople(domain), 255);
  return id === undefined ? 'a connector without a name' : `connector ${oneLine(id, 64)}`;
}

/** Whether the status is `verified`, and nothing else. */
export function isVerified(connector: Connector): boolean {
  return connector.verification_status === 'verified';
}

/** The fields that you ask for. */
export function givenFields(desired: Desired): Field[] {
  return FIELDS.filter((field) => desired[field] !== undefined);
}

/** Some of the fields that you ask for. */
export function pickFields(desired: Desired, fields: readonly Field[]): Desired {
  return Object.fromEntries(fields.map((field) => [field, desired[field]]));
}

/** For people: `enabled=true, use_fedramp_language=false`. */
export function describeDesired(desired: Desired): string {
  return givenFields(desired)
    .map((field) => `${field}=${desired[field]}`)
    .join(', ');
}
