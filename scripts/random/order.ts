import type { Mode } from '../../src/inputs/settings.ts';
import type { Chance } from '../chance.ts';
import type { Likely } from './api.ts';

/** What one run asks for. */
export interface RandomOrder {
  readonly inputs: Readonly<Record<string, string>>;
  readonly mode: Mode;
  readonly targets: readonly RandomTarget[];
  /** The connectors that there should be, for the API to make them up. */
  readonly likely: readonly Likely[];
  readonly mustBeVerified: boolean;
}

/** One connector of it, named by its id, its domain or both. */
export interface RandomTarget {
  readonly sso_connector_id?: string;
  readonly email_domain?: string;
  readonly enabled?: boolean;
  readonly use_fedramp_language?: boolean;
}

export const ACCOUNT = 'a0'.repeat(16);
const DOMAINS = ['acme.example', 'beta.example', 'gamma.example'];
const IDS = DOMAINS.map((_, n) => `c${n}`.repeat(16));

/** Inputs of a mode, with every option, that are valid, for one connector or for several. */
export function drawOrder(mode: Mode, chance: Chance): RandomOrder {
  const writes = mode === 'update' || mode === 'reconcile';
  const many = chance.is(0.5);
  const targets = IDS.slice(0, many ? 3 : 1).map((id, n) => drawTarget(id, DOMAINS[n] ?? '', chance));
  const mustBeVerified = chance.is(0.2);
  const [single = {}] = targets;
  const texts = Object.entries(single).map(([name, value]) => [name, String(value)]);
  return {
    mode,
    targets,
    likely: targets.map(({ enabled, use_fedramp_language }, n) => ({
      id: IDS[n] ?? '',
      domain: DOMAINS[n] ?? '',
      wanted: {
        ...(enabled !== undefined && { enabled }),
        ...(use_fedramp_language !== undefined && { use_fedramp_language }),
      },
    })),
    mustBeVerified,
    inputs: {
      mode,
      account_id: ACCOUNT,
      api_token: chance.of(['t', 'cfat_', 'cfut_']).padEnd(40, '0'),
      ...(many ? { connectors: JSON.stringify(targets) } : Object.fromEntries(texts)),
      ...(mustBeVerified && { require_verified: 'true' }),
      ...(writes && chance.is(0.2) && { begin_verification: 'true' }),
      ...(mode !== 'plan' && chance.is(0.1) && { wait_for_verification: '2s', poll_interval: '1s' }),
      ...(mode !== 'update' && chance.is(0.3) && { token_expiry_warning: '30d' }),
      ...(many && mode !== 'update' && { unlisted: chance.of(['ignore', 'report', 'fail']) }),
      max_retries: chance.of(['0', '1']),
    },
  };
}

function drawTarget(id: string, domain: string, chance: Chance): RandomTarget {
  const by = chance.of(['id', 'domain', 'both']);
  return {
    ...(by !== 'domain' && { sso_connector_id: id }),
    ...(by !== 'id' && { email_domain: domain }),
    ...(chance.is(0.8) && { enabled: chance.is(0.5) }),
    ...(chance.is(0.4) && { use_fedramp_language: chance.is(0.5) }),
  };
}
