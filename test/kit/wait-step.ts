import { sent } from './connector-step.ts';

export { inputsFor } from './connector-step.ts';

/** What the simulator was asked so far, in order. */
export const asked = sent;

/** How the log names a connector that has been seen. */
export function nameOf({ email_domain: domain }: { email_domain: string }): string {
  return domain;
}
