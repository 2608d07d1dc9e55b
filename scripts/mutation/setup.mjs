// biome-ignore-all lint/correctness/noEmptyPattern: vitest wants a pattern, and has nothing in it for hooks of a file
// Vitest loads it before every test file.
import { afterAll, afterEach, beforeAll, beforeEach } from 'vitest';
import { enter, isRecording, record } from './switch.mjs';

if (isRecording) {
  // What happens between tests, and in tests that run at once, counts to all of the file's.
  beforeAll(({}, { file }) => enter(file.id));
  beforeEach(({ task }) => enter(task.concurrent ? task.file.id : task.id));
  afterEach(({ task }) => enter(task.file.id));
  afterAll(({}, { file }) => record(file.id));
}
