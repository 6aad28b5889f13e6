import { defineConfig } from 'vitest/config';

// The library by itself, with a socket, a clock and answers of the tests' own; test/server has a server.
export default defineConfig({ root: new URL('.', import.meta.url).pathname, test: { include: ['test/*.test.ts'] } });
