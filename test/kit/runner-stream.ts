import type { ChildProcess } from 'node:child_process';
import { EventEmitter, once } from 'node:events';
import type { Readable } from 'node:stream';
import { LineReader } from './runner-log.ts';

/** What a process writes to stdout and stderr, as text and as lines in the order in which they arrive. */
export class ProcessStream {
  stdout = '';
  stderr = '';
  readonly lines: string[] = [];
  readonly #events = new EventEmitter<{ change: [] }>();
  #ended = false;

  constructor(child: ChildProcess) {
    this.#read(child.stdout, (text) => {
      this.stdout += text;
    });
    this.#read(child.stderr, (text) => {
      this.stderr += text;
    });
    child.once('close', () => {
      this.#ended = true;
      this.#events.emit('change');
    });
  }

  /** The first line, there or to come, that contains the text or matches. Rejects where the process ends without. */
  async waitForLine(wanted: string | RegExp): Promise<string> {
    const matches = (line: string) => (typeof wanted === 'string' ? line.includes(wanted) : line.search(wanted) >= 0);
    for (let seen = 0; ; seen++) {
      while (seen >= this.lines.length) {
        if (this.#ended) throw new Error(`The step ended without a line that has ${wanted}:\n${this.lines.join('\n')}`);
        await once(this.#events, 'change');
      }
      const line = this.lines[seen] ?? '';
      if (matches(line)) return line;
    }
  }

  #read(stream: Readable | null, onText: (text: string) => void): void {
    const decoder = new TextDecoder();
    const reader = new LineReader((line) => {
      this.lines.push(line);
      this.#events.emit('change');
    });
    stream?.on('data', (bytes: Buffer) => {
      onText(decoder.decode(bytes, { stream: true }));
      reader.write(bytes);
    });
    stream?.once('end', () => {
      onText(decoder.decode());
      reader.end();
    });
  }
}
