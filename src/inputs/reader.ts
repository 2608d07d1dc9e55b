import type { Problem } from '../failure.ts';
import { parseVisible, strip } from './invisible.ts';
import { INPUTS, type InputName } from './names.ts';
import { inputProblem, type Parsed, USUAL_CAUSES, type Wrong } from './problem.ts';

/** Reads single inputs as the runner passes them on, and collects every problem instead of stopping at the first. */
export class Reader {
  readonly warn: (message: string) => void;
  readonly #env: NodeJS.ProcessEnv;
  readonly #problems: (readonly [position: number, problem: Problem])[] = [];

  constructor(env: NodeJS.ProcessEnv, warn: (message: string) => void) {
    this.#env = env;
    this.warn = warn;
  }

  /** All problems so far, in the order of action.yml; those of no input of it come last. */
  get problems(): Problem[] {
    return this.#problems.toSorted(([one], [other]) => one - other).map(([, problem]) => problem);
  }

  /** The text of an input as it is, for YAML, where white space at the start of a line has a meaning. */
  raw(name: InputName): string | undefined {
    return this.#env[variableOf(name)];
  }

  /** The text of an input without what is invisible around it; undefined if it is empty, which means "not given". */
  text(name: InputName): string | undefined {
    return strip(this.raw(name) ?? '') || undefined;
  }

  isGiven(name: InputName): boolean {
    return this.text(name) !== undefined;
  }

  /** The value of an input, or undefined if it is not given or wrong (then with a problem noted). */
  optional<T>(name: InputName, parse: (text: string) => Parsed<T>): T | undefined {
    return this.#take(name, `Input ${name}`, this.text(name), parse);
  }

  /** As an object of one property, or none, to be spread: "not given" must stay apart from `false`. */
  field<N extends InputName, T>(name: N, parse: (text: string) => Parsed<T>): { [K in N]?: T } {
    const value = this.optional(name, parse);
    return value === undefined ? {} : ({ [name]: value } as { [K in N]?: T });
  }

  /** The value of an input that has a default: the runner passes it if the input is left out, so empty is a mistake. */
  withDefault<T>(name: InputName, parse: (text: string) => Parsed<T>, byDefault: string): T | undefined {
    const wrong = parse('');
    if ('must' in wrong && this.raw(name) !== undefined && !this.isGiven(name)) {
      const action = `Its expression probably had no value. Give it one, or remove the input to use the default, ${byDefault}.`;
      this.problem(name, { must: wrong.must, not: 'empty', action });
      return undefined;
    }
    return this.optional(name, parse);
  }

  /** The value of an input or else of an environment variable. Neither is a problem, which an old variable may explain. */
  required<T>(
    name: InputName,
    parse: (text: string) => Parsed<T>,
    variable: string,
    oldVariable: string,
  ): T | undefined {
    const text = this.text(name);
    if (text !== undefined) return this.#take(name, `Input ${name}`, text, parse);
    const inherited = strip(this.#env[variable] ?? '') || undefined;
    if (inherited !== undefined) return this.#take(name, `Environment variable ${variable}`, inherited, parse);
    const isOld = strip(this.#env[oldVariable] ?? '') !== '';
    const action = isOld ? `Rename the environment variable ${oldVariable} to ${variable}.` : USUAL_CAUSES;
    this.problem(name, { must: `must not be empty, unless ${variable} is set`, action });
    return undefined;
  }

  /** Notes what is wrong with an input. */
  problem(name: InputName, wrong: Wrong): void {
    this.add(name, inputProblem(`Input ${name}`, wrong));
  }

  /** Notes problems that have to do with an input, or with none. */
  add(name: InputName | undefined, ...problems: readonly Problem[]): void {
    const position = name === undefined ? INPUTS.length : INPUTS.indexOf(name);
    for (const problem of problems) this.#problems.push([position, problem]);
  }

  #take<T>(name: InputName, about: string, text: string | undefined, parse: (text: string) => Parsed<T>) {
    if (text === undefined) return undefined;
    const parsed = parseVisible(text, parse);
    if ('must' in parsed) {
      this.add(name, inputProblem(about, parsed));
      return undefined;
    }
    if (parsed.warning) this.warn(`${about} ${parsed.warning}`);
    return parsed.value;
  }
}

function variableOf(name: InputName): string {
  return `INPUT_${name.toUpperCase()}`;
}
