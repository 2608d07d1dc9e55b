import { type Connector, type Desired, type Field, givenFields } from './connector.ts';

/** A field that differs from what you asked for, as in the output `drift`; `actual` is null if the API left it out. */
export interface Drift {
  readonly sso_connector_id: string | null;
  readonly email_domain: string | null;
  readonly field: Field;
  readonly expected: boolean;
  readonly actual: boolean | null;
}

/** For people: `enabled is false, must be true`. */
export function describeDrift(drift: readonly Drift[]): string {
  return drift
    .map(({ field, expected, actual }) => `${field} is ${actual ?? 'unknown'}, must be ${expected}`)
    .join('; ');
}

/** How a connector differs from what you asked for. A field that the API left out differs. */
export function findDrift(connector: Connector, desired: Desired): Drift[] {
  const differing = givenFields(desired).filter((field) => connector[field] !== desired[field]);
  return differing.map((field) => ({
    sso_connector_id: connector.id ?? null,
    email_domain: connector.email_domain ?? null,
    field,
    expected: desired[field] === true,
    actual: connector[field] ?? null,
  }));
}
