import type { Clock } from './clock.ts';
import { Client } from './cloudflare/client.ts';
import type { Connections } from './cloudflare/connection.ts';
import { connect } from './cloudflare/proxy.ts';
import { describeDesired } from './connector/connector.ts';
import { Cancelled, Failure } from './failure.ts';
import { type Mode, readSettings, type Settings, type Target } from './inputs/settings.ts';
import type { Job, Log } from './job/job.ts';
import { Outcome } from './job/outcome.ts';
import type { Result } from './job/result.ts';
import { check } from './modes/check.ts';
import { reconcile } from './modes/reconcile.ts';
import { update } from './modes/update.ts';
import type { TxtLookup } from './verification/dns.ts';
import { judgeGate } from './verification/gate.ts';

/** The world that a run works in. */
export interface World {
  readonly env: NodeJS.ProcessEnv;
  readonly clock: Clock;
  readonly log: Log;
  readonly lookUpTxt: TxtLookup;
  /** Aborted with a Cancelled when the job is cancelled. */
  readonly signal: AbortSignal;
}

const MODES: Readonly<Record<Mode, (job: Job) => Promise<void>>> = { update, check, reconcile };

/** The whole job: the settings, the mode, the gate. Never throws for anything foreseeable: what failed is in the result. */
export async function run(world: World): Promise<Result> {
  const { env, log } = world;
  let settings: Settings;
  let connections: Connections;
  try {
    settings = await readSettings(env, log.warning);
    connections = await connect(env, settings.apiBaseUrl, settings.requestTimeout);
  } catch (failure) {
    if (!(failure instanceof Failure)) throw failure;
    return { failures: [failure], outcomes: [] };
  }
  const client = new Client({ ...settings, ...world, connections });
  const job: Job = { ...world, settings, client, outcomes: settings.targets.map((target) => new Outcome(target)) };
  log.info(describeStart(settings));
  try {
    await MODES[settings.mode](job);
    await judgeGate(job);
    return resultOf(job);
  } catch (error) {
    if (error instanceof Cancelled) return { ...resultOf(job), cancelled: error };
    throw error;
  } finally {
    connections.destroy();
  }
}

function describeStart({ mode, accountId, targets, many }: Settings): string {
  const [single] = targets;
  const what = many || !single ? `${targets.length} connectors` : nameOf(single);
  return `Mode ${mode}, account ${accountId}: ${what}`;
}

function nameOf({ sso_connector_id: id, email_domain: domain, desired }: Target): string {
  const names = [id && `connector ${id}`, domain && `domain ${domain}`].filter((name) => name !== undefined);
  return [...names, describeDesired(desired)].filter((part) => part !== '').join(', ');
}

function resultOf({ settings, client, outcomes }: Job): Result {
  // One failure may concern many connectors, such as a list that could not be read.
  const failures = [...new Set(outcomes.flatMap((outcome) => outcome.failures))];
  return { settings, outcomes, failures, messages: client.messages, lastReply: client.lastReply };
}
