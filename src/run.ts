import { Client } from './cloudflare/client.ts';
import { connect } from './cloudflare/connect.ts';
import { describeDesired } from './connector/connector.ts';
import { Cancelled, Failure } from './failure.ts';
import { givesNothing, readSettings } from './inputs/read-settings.ts';
import { Reader } from './inputs/reader.ts';
import { isToWrite, type Mode, type Settings, type Target } from './inputs/settings.ts';
import type { Job, World } from './job/job.ts';
import { Outcome } from './job/outcome.ts';
import { failUnread } from './job/read.ts';
import { judge, type Result, type ResultOfWork } from './job/result.ts';
import { checkTokenExpiry } from './job/token-expiry.ts';
import { failUnlisted, findUnlisted } from './job/unlisted.ts';
import { check } from './modes/check.ts';
import { plan } from './modes/plan.ts';
import { reconcile } from './modes/reconcile.ts';
import { update } from './modes/update.ts';
import { counted } from './plural.ts';
import { recordCancelled } from './report/cancelled.ts';
import { judgeGate } from './verification/gate.ts';

const WORK: Readonly<Record<Mode, (job: Job) => Promise<void>>> = { update, check, plan, reconcile };

/** The whole job. Whatever fails foreseeably is in the result. */
export async function run(world: World): Promise<Result> {
  const { env, log } = world;
  let settings: Settings;
  try {
    settings = await readSettings(env, log.warning);
  } catch (failure) {
    if (!(failure instanceof Failure)) throw failure;
    const many = new Reader(env).givesList;
    const work = { outcomes: [], groups: new Map(), messages: [] };
    return { failures: failure.record(), many, asksNothing: await givesNothing(env), ...work };
  }
  const connections = await connect(settings);
  const client = new Client({ ...settings, ...world, connections, isToWrite: isToWrite(settings) });
  const job: Job = { ...world, settings, client, outcomes: settings.targets.map((target) => new Outcome(target)) };
  log.info(describeStart(settings));
  try {
    await WORK[settings.mode](job);
    failUnread(job);
    await judgeGate(job);
    world.signal.throwIfAborted();
    const tokenExpiry = await checkTokenExpiry(job);
    return { ...resultOf(job), tokenExpiry };
  } catch (cancelled) {
    if (!(cancelled instanceof Cancelled)) throw cancelled;
    const result = resultOf(job);
    return { ...result, cancelled, failures: [...result.failures, ...recordCancelled(cancelled, result)] };
  } finally {
    connections.destroy();
  }
}

function describeStart({ mode, accountId, targets, many }: Settings): string {
  const what = many ? counted(targets.length, 'connector') : targets.map(describeTarget).join();
  return `Mode ${mode}, account ${accountId}: ${what}`;
}

function describeTarget({ sso_connector_id: id, email_domain: domain, desired }: Target): string {
  return [id && `connector ${id}`, domain && `domain ${domain}`, describeDesired(desired)].filter(Boolean).join(', ');
}

function resultOf(job: Job): ResultOfWork {
  const { settings, client, outcomes } = job;
  const unlisted = findUnlisted(job);
  // One failure may be that of many connectors, such as a list that could not be read.
  const failures = [...new Set(outcomes.flatMap((outcome) => outcome.failures)), ...failUnlisted(job, unlisted)];
  const { messages, decidingAnswer } = client.requests;
  return {
    settings,
    outcomes,
    groups: judge(outcomes, settings),
    failures,
    unlisted,
    messages: [...messages.values()],
    decidingAnswer,
  };
}
