import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    // For what never ends: a busy machine takes twenty times as long as a quiet one.
    testTimeout: 300_000,
    hookTimeout: 300_000,
    // Most of a test is waiting for the processes that it starts, so that more workers than cores pay.
    maxWorkers: 4,
    // No file leaves anything behind for another, so that a worker may take several: half of its start is saved.
    isolate: false,
  },
});
