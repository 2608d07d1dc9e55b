import * as v from 'valibot';
import { oneLine } from '../untrusted.ts';
import { domainForPeople } from './domain.ts';

/** The fields of a connector that can be changed. */
export const FIELDS = ['enabled', 'use_fedramp_language'] as const;
export type Field = (typeof FIELDS)[number];

/** What a connector is asked to be; a field that is not given is left alone. */
export type Desired = { readonly [F in Field]?: boolean | undefined };

const optionalText = v.nullish(v.string());
const optionalFlag = v.nullish(v.boolean());

/**
 * A connector as the API documents it: every field is optional. Times are for show alone, so that a strange one is
 * passed over; anything that a decision hangs on must be of its type.
 * https://developers.cloudflare.com/api/resources/iam/subresources/sso/
 */
const ConnectorSchema = v.looseObject({
  id: optionalText,
  email_domain: optionalText,
  enabled: optionalFlag,
  use_fedramp_language: optionalFlag,
  verification: v.nullish(v.looseObject({ code: optionalText, status: optionalText })),
  created_on: v.fallback(optionalText, undefined),
  updated_on: v.fallback(optionalText, undefined),
});

/** A connector as the API gave it, with `null` and absent made one. */
export interface Connector {
  readonly id: string | undefined;
  readonly email_domain: string | undefined;
  readonly enabled: boolean | undefined;
  readonly use_fedramp_language: boolean | undefined;
  readonly verification_status: string | undefined;
  readonly verification_code: string | undefined;
  readonly created_on: string | undefined;
  readonly updated_on: string | undefined;
  /** The object itself, with all that this action does not know of. */
  readonly raw: Readonly<Record<string, unknown>>;
}

/** Reads a connector. Throws a TypeError that says what is not as documented. */
export function parseConnector(value: unknown): Connector {
  const parsed = v.safeParse(ConnectorSchema, value);
  if (!parsed.success) throw new TypeError(describeIssue(parsed.issues[0]));
  const { verification, ...connector } = parsed.output;
  return {
    id: nonBlank(connector.id),
    email_domain: nonBlank(connector.email_domain),
    enabled: connector.enabled ?? undefined,
    use_fedramp_language: connector.use_fedramp_language ?? undefined,
    verification_status: nonBlank(verification?.status),
    verification_code: nonBlank(verification?.code),
    created_on: connector.created_on ?? undefined,
    updated_on: connector.updated_on ?? undefined,
    raw: value as Record<string, unknown>,
  };
}

/** The text, if there is one: an empty or invisible text names nothing. */
function nonBlank(value: string | null | undefined): string | undefined {
  return oneLine(value ?? '') === '' ? undefined : (value ?? undefined);
}

/** A connector's name for people: its domain, or else `connector 023e…`. */
export function nameOfConnector(id: string | undefined, domain: string | undefined): string {
  if (domain !== undefined) return oneLine(domainForPeople(domain), 255);
  return id === undefined ? 'a connector without a name' : `connector ${oneLine(id, 64)}`;
}

/** Whether the domain's ownership is verified: by the status `verified` and nothing else. */
export function isVerified(connector: Connector): boolean {
  return connector.verification_status === 'verified';
}

/** The fields that are given, in the order of the API's documentation. */
export function givenFields(desired: Desired): Field[] {
  return FIELDS.filter((field) => desired[field] !== undefined);
}

/** The fields that are given, for people: `enabled=true, use_fedramp_language=false`. */
export function describeDesired(desired: Desired): string {
  return givenFields(desired)
    .map((field) => `${field}=${desired[field]}`)
    .join(', ');
}

function describeIssue(issue: v.BaseIssue<unknown>): string {
  const path = v.getDotPath(issue);
  const expected = issue.expected?.replace(/ \| (null|undefined)|[()]/g, '') ?? 'something else';
  return `${path ? `its ${path}` : 'it'} is ${oneLine(issue.received, 80)}, not ${oneLine(expected, 80)}`;
}
