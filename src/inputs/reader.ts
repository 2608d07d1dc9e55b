import type { Problem } from '../failure.ts';
import { parseVisible, strip } from './invisible.ts';
import { INPUTS, type InputName } from './names.ts';
import { inputProblem, type Parsed, USUAL_CAUSES, type Wrong } from './problem.ts';

/** Reads inputs as the runner passes them on, and collects every problem. */
export class Reader {
  readonly warn: (message: string) => void;
  readonly #env: NodeJS.ProcessEnv;
  /** By the position of their input in action.yml. */
  readonly #problems: Problem[][] = [];

  constructor(env: NodeJS.ProcessEnv, warn: (message: string) => void = () => {}) {
    this.#env = env;
    this.warn = warn;
  }

  get problems(): Problem[] {
    return this.#problems.flat();
  }

  /** The text of an input as it is; undefined if it is left out. */
  raw(name: InputName): string | undefined {
    return this.#env[`INPUT_${name.toUpperCase()}`];
  }

  /** The text of an input, stripped; undefined if it is empty, which means "not given". */
  text(name: InputName): string | undefined {
    return strip(this.raw(name) ?? '') || undefined;
  }

  hasProblem(name: InputName): boolean {
    return (this.#problems[INPUTS.indexOf(name)] ?? []).length > 0;
  }

  isGiven(name: InputName): boolean {
    return this.text(name) !== undefined;
  }

  /** Whether there is a list of connectors, whatever is wrong with it. */
  get givesList(): boolean {
    return this.isGiven('connectors') || this.isGiven('connectors_file');
  }

  /** The value of an input; undefined if it is not given, or wrong. */
  optional<T>(name: InputName, parse: (text: string) => Parsed<T>): T | undefined {
    const text = this.text(name);
    return text === undefined ? undefined : this.#take(name, `Input ${name}`, text, parse);
  }

  /** As `optional`. The runner passes the default of an input that is left out, so that an empty one is a mistake. */
  withDefault<T>(name: InputName, parse: (text: string) => Parsed<T>, byDefault: string): T | undefined {
    const raw = this.raw(name);
    if (raw === undefined || this.isGiven(name)) return this.optional(name, parse);
    const { must } = parse(raw) as Wrong;
    const action = `Its expression probably had no value. Give it one, or remove the input to use the default, ${byDefault}.`;
    this.problem(name, { must, not: 'empty', action });
    return undefined;
  }

  /** The value of an input, or else of the variable `CLOUDFLARE_…`, which was `CF_…` once. */
  required<T>(name: 'api_token' | 'account_id', parse: (text: string) => Parsed<T>): T | undefined {
    if (this.isGiven(name)) return this.optional(name, parse);
    const [variable, old] = [`CLOUDFLARE_${name.toUpperCase()}`, `CF_${name.toUpperCase()}`];
    const text = strip(this.#env[variable] ?? '');
    if (text !== '') return this.#take(name, `Environment variable ${variable}`, text, parse);
    const isOld = strip(this.#env[old] ?? '') !== '';
    const action = isOld ? `Rename the environment variable ${old} to ${variable}.` : USUAL_CAUSES;
    this.problem(name, { must: `must not be empty, unless ${variable} is set`, action });
    return undefined;
  }

  problem(name: InputName, wrong: Wrong): void {
    this.add(name, [inputProblem(`Input ${name}`, wrong)]);
  }

  add(name: InputName | undefined, problems: readonly Problem[]): void {
    const position = name === undefined ? INPUTS.length : INPUTS.indexOf(name);
    this.#problems[position] = [...(this.#problems[position] ?? []), ...problems];
  }

  #take<T>(name: InputName, about: string, text: string, parse: (text: string) => Parsed<T>): T | undefined {
    const parsed = parseVisible(text, parse);
    if ('must' in parsed) {
      this.add(name, [inputProblem(about, parsed)]);
      return undefined;
    }
    if (parsed.warning) this.warn(`${about} ${parsed.warning}`);
    return parsed.value;
  }
}
