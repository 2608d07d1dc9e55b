import type { InputName } from './names.ts';
import type { Parsed } from './values.ts';

/** Reads single inputs as the runner passes them on, and collects every problem instead of stopping at the first. */
export class Reader {
  readonly problems: string[] = [];
  readonly warn: (message: string) => void;
  readonly #env: NodeJS.ProcessEnv;

  constructor(env: NodeJS.ProcessEnv, warn: (message: string) => void) {
    this.#env = env;
    this.warn = warn;
  }

  /** The trimmed text of an input; undefined where it is empty, which means "not given". */
  text(name: InputName): string | undefined {
    return this.#env[`INPUT_${name.toUpperCase()}`]?.trim() || undefined;
  }

  /** The text as it is, for YAML, where white space at the start of a line has a meaning. */
  untrimmed(name: InputName): string {
    return this.#env[`INPUT_${name.toUpperCase()}`] ?? '';
  }

  isGiven(name: InputName): boolean {
    return this.text(name) !== undefined;
  }

  /** The value of an input, or undefined where it is not given or not acceptable (then with a problem noted). */
  optional<T>(name: InputName, parse: (text: string) => Parsed<T>): T | undefined {
    return this.#take(`Input ${name}`, this.text(name), parse);
  }

  /** As an object of one property, or none, to be spread: "not given" must stay apart from `false`. */
  field<N extends InputName, T>(name: N, parse: (text: string) => Parsed<T>): { [K in N]?: T } {
    const value = this.optional(name, parse);
    return value === undefined ? {} : ({ [name]: value } as { [K in N]?: T });
  }

  /** The value of an input or else of an environment variable; a problem with `help` where neither is given. */
  required<T>(name: InputName, parse: (text: string) => Parsed<T>, help: string, variable: string): T | undefined {
    if (this.isGiven(name)) return this.optional(name, parse);
    const text = this.#env[variable]?.trim() || undefined;
    if (text !== undefined) return this.#take(`Environment variable ${variable}`, text, parse);
    this.problems.push(`Input ${name} is empty, and so is the environment variable ${variable}. ${help}`);
    return undefined;
  }

  problem(name: string, what: string): void {
    this.problems.push(`Input ${name} ${what}`.replace(/([^.?])$/, '$1.'));
  }

  #take<T>(label: string, text: string | undefined, parse: (text: string) => Parsed<T>): T | undefined {
    if (text === undefined) return undefined;
    const parsed = parse(text);
    if ('problem' in parsed) {
      this.problems.push(`${label} ${parsed.problem.replace(/([^.?])$/, '$1.')}`);
      return undefined;
    }
    if (parsed.warning) this.warn(`${label} ${parsed.warning}`);
    return parsed.value;
  }
}
