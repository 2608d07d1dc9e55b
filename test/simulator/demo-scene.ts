import type { Simulator } from './simulator.ts';

/** What is shown, and how: `play` sets up the simulator and runs steps. */
export interface Scene {
  title: string;
  play: (stage: Stage) => Promise<void>;
}

/** A step of a workflow, and what is expected of it. */
export interface Step {
  /** Said before it is shown, where a scene has several. */
  says?: string;
  /** The inputs; an expression for a secret or a variable is shown as it stands, its value is passed on. */
  with: Readonly<Record<string, string>>;
  exit: 'succeeded' | 'failed';
  /** Every request, as `PATCH /sso_connectors/… {"enabled":true} -> 200`, in any order. */
  requests: readonly string[];
}

/** What a scene has at hand. */
export interface Stage {
  readonly simulator: Simulator;
  /** Puts TXT records into DNS, by default the ones that the domain's connectors ask for. */
  publishTxt: (domain: string, ...values: string[]) => void;
  step: (step: Step) => Promise<void>;
}
