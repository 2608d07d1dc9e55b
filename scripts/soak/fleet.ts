import type { Connector } from '../../test/simulator/connectors.ts';
import type { Simulator } from '../../test/simulator/simulator.ts';
import type { Chance } from '../chance.ts';

export const FIELDS = ['enabled', 'use_fedramp_language'] as const;

/** What a connector is asked to be; fields that are absent are left alone. */
export type Wanted = { readonly [F in (typeof FIELDS)[number]]?: boolean };

/** One entry of the list, and the connector as it was before. */
export interface Aim {
  readonly before: Connector;
  readonly wanted: Wanted;
}

/** Fills the account with connectors of every kind. Most can be enabled. Returns one aim for each, drawn at random. */
export function makeFleet(simulator: Simulator, size: number, chance: Chance): Aim[] {
  return Array.from({ length: size }, () => {
    const isVerified = chance.is(0.95);
    const before = simulator.addConnector({
      enabled: isVerified && chance.is(0.5),
      use_fedramp_language: chance.is(0.3),
      verification: { status: isVerified ? 'verified' : chance.of(['awaiting', 'pending', 'failed']) },
    });
    const wanted: Wanted = {
      ...(chance.is(0.9) && { enabled: chance.is(0.5) }),
      ...(chance.is(0.3) && { use_fedramp_language: chance.is(0.5) }),
    };
    return { before, wanted };
  });
}

/** The list for the input `connectors`, by id, by domain or by both. */
export function listOf(aims: readonly Aim[], chance: Chance): string {
  const by = chance.of(['id', 'domain', 'both']);
  const entries = aims.map(({ before: { id, email_domain }, wanted }) => ({
    ...(by !== 'domain' && { sso_connector_id: id }),
    ...(by !== 'id' && { email_domain }),
    ...wanted,
  }));
  return entries.map((entry) => `- ${JSON.stringify(entry)}`).join('\n');
}
