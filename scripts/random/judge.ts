import type { StepResult } from '../../test/kit/runner.ts';
import type { Exchange } from './api.ts';
import type { RandomOrder, RandomTarget } from './order.ts';

type Body = Readonly<Record<string, unknown>>;

const LISTS = ['drift', 'failures', 'unlisted', 'messages', 'errors'];

/** What is wrong with how a run ended, a line each. */
export function judgeEnd(order: RandomOrder, exchanges: readonly Exchange[], step: StepResult): string[] {
  const wrong: string[] = [];
  const { exitCode, stdout, stderr, outputs, errors } = step;
  if (exitCode !== 0 && exitCode !== 1) wrong.push(`exit code ${exitCode}`);
  if (/please report it|should not have happened/.test(stdout + stderr)) wrong.push('asks to report it');
  if (/^ +at .*:\d+:\d+\)?$/m.test(stdout + stderr)) wrong.push('a stack trace');
  for (const name of LISTS) if (!isList(outputs[name])) wrong.push(`${name} is no list: ${outputs[name]}`);
  const failures = isList(outputs['failures']) ? JSON.parse(outputs['failures'] ?? '') : [];
  if (exitCode === 0 && failures.length > 0) wrong.push('success with failures');
  if (exitCode === 1 && (failures.length === 0 || errors.length === 0)) wrong.push('a failure that is not told');
  if (outputs['verified'] === 'true' && !order.targets.every((target) => wasVerified(target, exchanges))) {
    wrong.push('verified without proof');
  }
  if (exitCode === 0) {
    for (const target of order.targets) {
      const problem = findProblem(order, target, exchanges);
      if (problem !== undefined) wrong.push(`success without proof: ${JSON.stringify(target)} ${problem}`);
    }
  }
  return wrong;
}

/** Why the answers do not prove that a target is as asked for; undefined if they do. */
function findProblem(order: RandomOrder, target: RandomTarget, exchanges: readonly Exchange[]): string | undefined {
  const last = answersOn(target, exchanges).at(-1);
  if (last === undefined) return 'was never seen';
  if (order.mode === 'plan') return undefined;
  for (const field of ['enabled', 'use_fedramp_language'] as const) {
    if (target[field] !== undefined && last[field] !== target[field]) return `has ${field}=${last[field]}`;
  }
  const status = statusOf(last);
  return order.mustBeVerified && status !== 'verified' ? `has the status ${status}` : undefined;
}

/** Whether the last answer that has a status of a target says that it is verified. */
function wasVerified(target: RandomTarget, exchanges: readonly Exchange[]): boolean {
  const last = answersOn(target, exchanges).findLast((connector) => statusOf(connector) !== undefined);
  return last !== undefined && statusOf(last) === 'verified';
}

function statusOf(connector: Body): unknown {
  return (connector['verification'] as Body | null | undefined)?.['status'] ?? undefined;
}

/** What the answers say of a target; one without an id is known by its domain. */
function answersOn(
  { sso_connector_id, email_domain: domain = '' }: RandomTarget,
  exchanges: readonly Exchange[],
): Body[] {
  const id = sso_connector_id ?? idOfDomain(domain, exchanges);
  const all = exchanges.flatMap((exchange) => connectorsOf(exchange));
  return all.filter((connector) => connector['id'] === id && (id ?? connector['email_domain'] === domain));
}

function idOfDomain(domain: string, exchanges: readonly Exchange[]): unknown {
  const all = exchanges.flatMap((exchange) => connectorsOf(exchange));
  return all.findLast((connector) => connector['email_domain'] === domain && typeof connector['id'] === 'string')?.[
    'id'
  ];
}

/** The connectors of a true success. */
function connectorsOf({ status, path, body }: Exchange): Body[] {
  const { success, errors, result } = body;
  if (status !== 200 || success !== true || !isEmpty(errors) || path.endsWith('/tokens/verify')) return [];
  return [result].flat().filter((item): item is Body => typeof item === 'object' && item !== null);
}

function isEmpty(errors: unknown): boolean {
  return !Array.isArray(errors) || errors.length === 0;
}

function isList(text: string | undefined): boolean {
  try {
    return Array.isArray(JSON.parse(text ?? ''));
  } catch {
    return false;
  }
}
