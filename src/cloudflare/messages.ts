import { describeMessage, readEntry } from './api-errors.ts';

/** In one answer. */
const MOST_MESSAGES = 100;

/** The entries under `messages` of all answers, each once, and each a line in the log. */
export class Messages {
  readonly #heard = new Map<string, unknown>();
  readonly #log: (line: string) => void;

  constructor(log: (line: string) => void) {
    this.#log = log;
  }

  /** As the API gave them. */
  get all(): readonly unknown[] {
    return [...this.#heard.values()];
  }

  add(messages: readonly unknown[]): void {
    for (const message of messages.slice(0, MOST_MESSAGES)) {
      const text = JSON.stringify(message);
      if (this.#heard.has(text)) continue;
      this.#heard.set(text, message);
      this.#log(`Cloudflare says: ${describeMessage(readEntry(message))}`);
    }
    const more = messages.length - MOST_MESSAGES;
    if (more > 0) this.#log(`Cloudflare says ${more} more things in this answer.`);
  }
}
