import type { StepResult } from '../../test/kit/runner.ts';
import type { Connector } from '../../test/simulator/connectors.ts';
import { type Aim, FIELDS, type Wanted } from './fleet.ts';

/** A record of the output `failures`, as much as is judged. */
interface FailureRecord {
  readonly kind: string;
  readonly sso_connector_id: string | null;
  readonly email_domain: string | null;
  readonly may_have_taken_effect: boolean;
  readonly title: string;
}

/** What a run was about, and what the server holds after it. */
export interface Run {
  readonly mode: string;
  readonly aims: readonly Aim[];
  readonly after: (id: string) => Connector | undefined;
}

/** What one run said of its failures. */
export interface Judged {
  /** Where what was said is not what is, a line each. */
  readonly lies: readonly string[];
  readonly failures: number;
  /** Connectors whose state was said to be unknown. */
  readonly unknown: number;
}

/** Holds what a step said against what the server has. */
export function judge({ mode, aims, after }: Run, step: StepResult): Judged {
  const failures: FailureRecord[] = JSON.parse(step.outputs['failures'] ?? '[]');
  const result: (Connector | null)[] = JSON.parse(step.outputs['result'] ?? '[]');
  const states = aims.map(({ before, wanted }, n) => {
    const own = failures.filter((failure) => isAbout(failure, before));
    const now = after(before.id) ?? before;
    const isUnknown = own.some((failure) => failure.may_have_taken_effect);
    return { name: before.email_domain, before, wanted, now, told: result[n] ?? null, own, isUnknown };
  });
  const lies = states.flatMap((state) => describeLies(state));
  const hasChanged = states.some(({ before, now }) => !isSame(before, now));
  const isInSync = states.every(({ now, wanted }) => fits(now, wanted));
  const { changed, in_sync, verified } = step.outputs;
  const expectedCode = failures.length > 0 ? 1 : 0;

  if (result.length !== aims.length) lies.push(`result has ${result.length} of ${aims.length} connectors`);
  if (step.exitCode !== expectedCode) lies.push(`exit code ${step.exitCode} with ${failures.length} failures`);
  if (step.exitCode === 0 && !isInSync) lies.push('exit code 0, and not all are as asked for');
  if (in_sync === 'true' && !isInSync) lies.push('in_sync is true, and not all are as asked for');
  if (in_sync === 'false' && isInSync && failures.length === 0) lies.push('in_sync is false, and all are as asked for');
  if (in_sync === undefined) lies.push('in_sync is not set, as it is for many');
  if (changed === 'true' && !hasChanged) lies.push('changed is true, and nothing has');
  if (changed === 'false' && hasChanged) lies.push('changed is false, and something has');
  const isVerified = ({ id }: Connector) => after(id)?.verification?.status === 'verified';
  if (verified === 'true' && !aims.every(({ before }) => isVerified(before))) {
    lies.push('verified is true, and not all are');
  }
  if (changed === undefined && mode === 'reconcile' && failures.length === 0) lies.push('changed is not set');
  if (/please report it|should not have happened|^ +at .*:\d+:\d+\)?$/m.test(step.stdout + step.stderr)) {
    lies.push('a stack trace, or a request to report it');
  }
  return { lies, failures: failures.length, unknown: states.filter(({ isUnknown }) => isUnknown).length };
}

interface State {
  readonly name: string;
  readonly before: Connector;
  readonly wanted: Wanted;
  readonly now: Connector;
  readonly told: Connector | null;
  readonly own: readonly FailureRecord[];
  readonly isUnknown: boolean;
}

function describeLies({ name, before, wanted, now, told, own, isUnknown }: State): string[] {
  const lies: string[] = [];
  const titles = own.map(({ kind, title }) => `${kind}, ${title}`).join('; ');
  const say = (what: string) =>
    lies.push(`${name}: ${what}. Before ${show(before)}, now ${show(now)}, told ${show(told)}. ${titles}`);
  const isAsBefore = isSame(now, before);
  if (!isAsBefore && !isSame(now, { ...before, ...wanted })) say('has what nobody asked for');
  if (isUnknown) return lies;
  if (told !== null && !isSame(told, now)) say('is told as what it is not');
  if (own.length === 0 && !fits(now, wanted)) say('has no failure, and is not as asked for');
  if (own.length === 0 && told === null) say('has no failure, and is not told');
  if (own.length > 0 && told === null && !isAsBefore) say('failed for sure, and has changed');
  return lies;
}

/** A record without an id and a domain is about all of them. */
function isAbout({ sso_connector_id: id, email_domain: domain }: FailureRecord, connector: Connector): boolean {
  if (id === null && domain === null) return true;
  return id === connector.id || (id === null && domain === connector.email_domain);
}

function isSame(one: Connector, other: Connector): boolean {
  return FIELDS.every((field) => one[field] === other[field]);
}

function fits(connector: Connector, wanted: Wanted): boolean {
  return FIELDS.every((field) => wanted[field] === undefined || wanted[field] === connector[field]);
}

function show(connector: Connector | null): string {
  return connector ? FIELDS.map((field) => `${field}=${connector[field]}`).join(', ') : 'nothing';
}
