// The first thing in every process that runs instrumented code: which mutant is on, and, where none is, who reaches which.
// Plain JavaScript, since the bundle loads it and should not start more slowly for it. The names are the instrumenter's.
import { randomUUID } from 'node:crypto';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';

/** A mutant that is reached as often as that goes on for ever. */
const MOST_HITS = 10_000_000;

const FOLDER = new URL('../../mutation/', import.meta.url);
globalThis.__stryker__ ??= {};
const state = globalThis.__stryker__;
const mutant = read('mutant');
if (mutant !== '') Object.assign(state, { activeMutant: mutant, hitCount: 0, hitLimit: MOST_HITS });

/** Whether to record which test reaches which mutant. */
export const isRecording = mutant === '';

/** A process that a test starts finds the test by its parent. */
const starter = isRecording ? read(`tests/${process.ppid}`) : '';
if (starter !== '') process.on('exit', () => record(starter));

/** From now on, what this process does and what it starts is this test's. */
export function enter(test) {
  state.currentTestId = test;
  write(`tests/${process.pid}`, test);
}

/** Writes down what was reached; `rest` is the one to whom what was reached outside of all tests counts. */
export function record(rest) {
  const { static: loaded = {}, perTest = {} } = state.mutantCoverage ?? {};
  const reached = Object.entries({ ...perTest, [rest]: { ...perTest[rest], ...loaded } });
  write(`reached/${randomUUID()}.json`, JSON.stringify(reached.map(([test, mutants]) => [test, Object.keys(mutants)])));
}

function read(name) {
  try {
    return readFileSync(new URL(name, FOLDER), 'utf8');
  } catch {
    return '';
  }
}

function write(name, text) {
  mkdirSync(new URL('.', new URL(name, FOLDER)), { recursive: true });
  writeFileSync(new URL(name, FOLDER), text);
}
