import { defineConfig } from 'vitest/config';

// The page in Debian's Chromium, against a running Parley: PARLEY_BINARY names it.
export default defineConfig({
  root: new URL('.', import.meta.url).pathname,
  test: {
    include: ['*.test.ts'],
    // A sanitizer's server on a busy machine is slow; a fault is told by the expectation that fails, not by this.
    testTimeout: 300_000,
    hookTimeout: 60_000,
    fileParallelism: false,
  },
});
