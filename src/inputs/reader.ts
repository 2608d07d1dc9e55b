import type { Problem } from '../failure.ts';
import { parseVisible, strip } from './invisible.ts';
import { type FindToken, STARS, tokenFinder } from './misplaced-tokens.ts';
import { INPUTS, type InputName } from './names.ts';
import { inputProblem, type Parsed, USUAL_CAUSES, type Wrong } from './problem.ts';

const NO_KEY = 'The action takes an API token, not the global API key of CLOUDFLARE_API_KEY. Create a token.';

/** Reads inputs as the runner passes them on, and collects every problem. */
export class Reader {
  readonly warn: (message: string) => void;
  readonly findToken: FindToken;
  readonly #env: NodeJS.ProcessEnv;
  /** By the position of their input in action.yml. */
  readonly #problems: Problem[][] = [];

  constructor(env: NodeJS.ProcessEnv, warn: (message: string) => void = () => {}) {
    this.#env = env;
    this.warn = warn;
    this.findToken = tokenFinder(env);
  }

  get problems(): Problem[] {
    return this.#problems.flat();
  }

  /** The text of an input as it is, or `***` if a token is in it; undefined if it is left out. */
  raw(name: InputName): string | undefined {
    return this.#raw(variableOf(name));
  }

  /** The text of an input, stripped; undefined if it is empty, which means "not given". */
  text(name: InputName): string | undefined {
    return this.variable(variableOf(name));
  }

  /** The text of a variable, as `text`. */
  variable(variable: string): string | undefined {
    return strip(this.#raw(variable) ?? '') || undefined;
  }

  #raw(variable: string): string | undefined {
    return this.#tokenIn(variable) ? STARS : this.#env[variable];
  }

  #tokenIn(variable: string): Wrong | undefined {
    return this.findToken(this.#env[variable] ?? '', variable);
  }

  /** Refuses inputs with a token in them that is not theirs. */
  refuseTokens(): void {
    for (const name of INPUTS) {
      const wrong = this.#tokenIn(variableOf(name));
      if (wrong) this.problem(name, wrong);
    }
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
    // A token in it is a problem already.
    if (text === undefined || this.#tokenIn(variableOf(name))) return undefined;
    return this.#take(name, `Input ${name}`, text, parse);
  }

  /**
   * As `optional`. The runner passes the default of an input that is left out, so that an empty one is a mistake, whose
   * message names the default.
   */
  withDefault<T>(name: InputName, parse: (text: string) => Parsed<T>, byDefault: string): T | undefined {
    const raw = this.raw(name);
    if (raw === undefined || this.isGiven(name)) return this.optional(name, parse);
    const parsed = parse(raw);
    const must = 'must' in parsed ? parsed.must : 'must have a value';
    const action = `Its expression probably had no value. Give it one, or remove the input to use the default, ${byDefault}.`;
    this.problem(name, { must, not: 'empty', action });
    return undefined;
  }

  /** The value of an input, or else of the variable `CLOUDFLARE_…`, which was `CF_…` once; a problem if there is none. */
  required<T>(name: 'api_token' | 'account_id', parse: (text: string) => Parsed<T>): T | undefined {
    if (this.isGiven(name)) return this.optional(name, parse);
    const [variable, old] = [`CLOUDFLARE_${name.toUpperCase()}`, `CF_${name.toUpperCase()}`];
    const text = this.variable(variable);
    if (text !== undefined) {
      const wrong = this.#tokenIn(variable);
      return this.#take(name, `Environment variable ${variable}`, text, wrong ? () => wrong : parse);
    }
    const key = name === 'api_token' && this.variable('CLOUDFLARE_API_KEY') ? NO_KEY : USUAL_CAUSES;
    const action = this.variable(old) ? `Rename the environment variable ${old} to ${variable}.` : key;
    this.problem(name, { must: `must not be empty, unless ${variable} is set`, action });
    return undefined;
  }

  /** Adds a problem, which is about the input itself by default. */
  problem(name: InputName | undefined, wrong: Wrong, about = `Input ${name}`): void {
    this.add(name, [inputProblem(about, wrong)]);
  }

  /** Adds problems, in the place of their input; those of none come last. */
  add(name: InputName | undefined, problems: readonly Problem[]): void {
    const position = name === undefined ? INPUTS.length : INPUTS.indexOf(name);
    this.#problems[position] = [...(this.#problems[position] ?? []), ...problems];
  }

  #take<T>(name: InputName, about: string, text: string, parse: (text: string) => Parsed<T>): T | undefined {
    const parsed = parseVisible(text, parse);
    if ('must' in parsed) {
      this.problem(name, parsed, about);
      return undefined;
    }
    if (parsed.warning) this.warn(`${about} ${parsed.warning}`);
    return parsed.value;
  }
}

function variableOf(name: InputName): string {
  return `INPUT_${name.toUpperCase()}`;
}
