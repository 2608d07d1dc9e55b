import { type Answer, describeAnswer } from './answer.ts';
import { describeMessage, readEntry } from './api-errors.ts';
import type { Call } from './call.ts';
import { type Doubt, Effect } from './effect.ts';
import { type Envelope, expectSuccess, readEnvelope } from './envelope.ts';
import { Pace } from './pace.ts';
import { withRetries } from './retry.ts';
import { TokenUse } from './token-use.ts';
import { type AttemptOptions, attempt } from './transport.ts';

/** Of one answer. */
const MOST_MESSAGES = 100;

/** What requests need. */
export interface RequestOptions extends AttemptOptions {
  readonly maxRetries: number;
  /** Whether the run is to change something, so that its token must be one that may; by default it is not. */
  readonly isToWrite?: boolean;
  readonly log: { info(line: string): void; debug(line: () => string): void };
}

/** The requests of a run: in their turn, tried again after a passing fault, and kept account of. */
export class Requests {
  /** The answer that decided how the run ends; undefined if none came at last. */
  decidingAnswer: Answer | undefined;
  /** The entries under `messages` of all answers, as the API gave them, each once. */
  readonly messages = new Map<string, unknown>();
  readonly use: TokenUse;
  readonly #options: RequestOptions;
  readonly #pace: Pace;

  constructor(options: RequestOptions) {
    this.#options = options;
    this.use = new TokenUse(options.isToWrite);
    this.#pace = new Pace(options.clock, options.log.info);
  }

  /** Sends a request, with retries. Throws a Failure if it has no success, or the signal's reason. */
  async send(call: Call, signal: AbortSignal, effect?: Effect): Promise<Envelope> {
    const send = () => this.#sendOnce(call, signal, effect);
    return call.atOnce ? await send() : await withRetries(send, this.#options, signal);
  }

  /** As `send`, of a change whose answer is read; a failure of either says if the change may have taken effect. */
  async change<T>(call: Call, signal: AbortSignal, doubt: Doubt, read: (answer: Envelope) => T): Promise<T> {
    const effect = new Effect(doubt);
    try {
      return read(await this.send(call, signal, effect));
    } catch (failure) {
      throw effect.withDoubt(failure);
    }
  }

  /** Sends a request once, in its turn. Throws a Failure if no whole answer came, or the signal's reason. */
  async exchange(call: Call, signal: AbortSignal, effect?: Effect): Promise<Answer> {
    const { log } = this.#options;
    const send = () => {
      log.debug(() => `${call.method} ${call.url.href} ${JSON.stringify(call.body) ?? ''}`);
      return attempt(call, this.#options, signal, () => effect?.leave());
    };
    const answer = await this.#pace.run(send, signal, !call.atOnce);
    log.debug(() => `${describeAnswer(answer)}: ${new TextDecoder().decode(answer.body)}`);
    return answer;
  }

  /** The envelope of an answer. Throws a Failure if it is no success. */
  expectSuccess(envelope: Envelope | undefined, answer: Answer, call: Call): Envelope {
    return expectSuccess(envelope, answer, { call, use: this.use, now: this.#options.clock.now() });
  }

  async #sendOnce(call: Call, signal: AbortSignal, effect?: Effect): Promise<Envelope> {
    const before = this.decidingAnswer;
    if (!call.onlyExplains) this.decidingAnswer = undefined;
    effect?.begin();
    let answer: Answer;
    try {
      answer = await this.exchange(call, signal, effect);
    } catch (failure) {
      // A request that was called off decides nothing.
      if (signal.aborted) this.decidingAnswer = before;
      throw failure;
    }
    if (!call.onlyExplains) this.decidingAnswer = answer;
    const envelope = readEnvelope(answer);
    effect?.hear(answer, envelope?.success);
    this.#tell(envelope?.messages ?? []);
    const success = this.expectSuccess(envelope, answer, call);
    this.use.accept(call);
    return success;
  }

  #tell(messages: readonly unknown[]): void {
    const { log } = this.#options;
    for (const message of messages.slice(0, MOST_MESSAGES)) {
      const text = JSON.stringify(message);
      if (!this.messages.has(text)) log.info(`Cloudflare says: ${describeMessage(readEntry(message))}`);
      this.messages.set(text, message);
    }
    const more = messages.length - MOST_MESSAGES;
    if (more > 0) log.info(`Cloudflare says ${more} more things in this answer.`);
  }
}
